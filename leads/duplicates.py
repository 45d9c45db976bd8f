"""Tells that two leads seem to come from the same investor: by the same contact, or the same company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from leads.tables import Lead, Likeness

_EXTENSION = re.compile(r"(?:;ext=|转)\d+$")
_NOISE = re.compile(r"[\W_]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_FORMS = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|责任公司|股份公司|集团公司|控股集团|总公司|分公司|子公司|公司|集团|控股|股份|有限合伙|合伙企业"
    r"|coltd|companylimited|limited|incorporated|corporation|gmbh|corp|company|inc|llc|ltd|plc|co|ag)$"
)
_PROVINCES = (
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 "
    "内蒙古 广西 西藏 宁夏 新疆 北京 上海 天津 重庆 香港 澳门"
).split()
_CITIES = (
    "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 兰州 广州 深圳 杭州 南京 苏州 无锡 宁波 "
    "合肥 厦门 福州 武汉 长沙 成都 西安 郑州 沈阳 大连 长春 哈尔滨 石家庄 太原 南昌 南宁 昆明 贵阳 西宁 银川"
).split()
_PLACE = re.compile(
    rf"^(?:中国|(?:{'|'.join(_PROVINCES)})(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)?|(?:{'|'.join(_CITIES)})市?)"
)
_MOST = 50
"""So many likenesses are noted at most: whoever submits the same a thousand times is known by then."""
_SHORTEST = 2
"""Fewer characters name no company."""


def contact_key(contact: str) -> str:
    """What two ways of giving the same contact have in common: no extension, no case, no width, no spaces.

    >>> contact_key("+8653166600000;ext=802") == contact_key("+8653166600000")
    True
    """
    return _settled(contact, lambda said: _EXTENSION.sub("", re.sub(r"\s+", "", said)))


def company_key(company: str) -> str:
    """A company's name without place, legal form, brackets, width and case, as long as two characters remain.

    >>> company_key("山东浪潮集团有限公司") == company_key("浪潮（济南）股份有限公司")
    True
    """
    return _settled(company, _shorter)


def _settled(said: str, shorter: Callable[[str], str]) -> str:
    """Fold and shorten until nothing changes, so that a key of a key is the same key."""
    while (settled := shorter(unicodedata.normalize("NFKC", said).casefold())) != said:
        said = settled
    return said


def _shorter(company: str) -> str:
    bare = _NOISE.sub("", _IN_BRACKETS.sub("", company)) or _NOISE.sub("", company)
    for pattern in (_FORMS, _PLACE):
        rest = pattern.sub("", bare, count=1)
        if rest != bare and len(rest) >= _SHORTEST:
            return rest
    return bare


def link(db: Session, lead: Lead) -> None:
    """Note which earlier leads a new one is like. The latest count; both keys are indexed."""
    same = []
    if lead.contact_key:
        same.append(Lead.contact_key == lead.contact_key)
    if lead.company_key:
        same.append(Lead.company_key == lead.company_key)
    if not same:
        return
    others = db.execute(select(Lead.id, Lead.contact_key, Lead.company_key).where(or_(*same), Lead.id != lead.id)).all()
    for other_id, contact, company in others:
        if lead.contact_key and contact == lead.contact_key:
            db.add(Likeness(lead_id=lead.id, other_id=other_id, why="contact"))
        if lead.company_key and company == lead.company_key:
            db.add(Likeness(lead_id=lead.id, other_id=other_id, why="company"))
