"""The slots of the lead form: what is asked, and how the answer to each is read and found wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from knowledge.slots import contacts, money, names, roles
from knowledge.text import fold

Slot = Literal["contact_name", "company", "contact", "industry", "investment", "area", "notes", "consent"]
Values = Mapping[str, Any]
"""Fields of `leads.model.Details` to put in place; one answer may fill several (a contact and its kind)."""


class Wrong(msgspec.Struct, frozen=True):
    """An answer that can't be taken, and how it should look, in Chinese."""

    why: str


class Field(msgspec.Struct, frozen=True):
    """One slot: its name in Chinese, its question, and whether it may be skipped."""

    slot: Slot
    label: str
    question: str
    required: bool = False
    called: str = ""
    """What people call it when they correct it, as a regular expression."""


FIELDS = (
    Field("contact_name", "联系人", "怎么称呼您？例如“李女士”。", required=True, called="联系人|姓名|名字|称呼|我的名"),
    Field("company", "公司", "您的公司或单位叫什么？没有就回复“跳过”。", called="公司(?:名称?)?|单位(?:名称?)?|企业(?:名称?)?"),
    Field(
        "contact", "联系方式", "请留一个联系方式：手机、带区号的座机、邮箱或微信号都可以。", required=True,
        called="联系方式|电话|手机号?|号码|座机|邮箱|邮件|微信号?|联系号码|email|e-mail",
    ),
    Field("industry", "行业", "项目属于什么行业，主要做什么？可以回复“跳过”。", called="行业|产业|做的|主营"),
    Field("investment", "投资额", "计划投资多少？说个大概就行，例如“两三千万”；可以回复“跳过”。", called="投资额?|金额|预算|总投资?|资金"),
    Field("area", "选址与面积", "想落在哪个区或园区，需要多大面积？例如“历下区，3000平方米”；可以回复“跳过”。", called="选址|地点|区域|位置|面积|用地|意向区"),
    Field("notes", "备注", "还有什么要告诉招商人员的，例如时间安排、方便联系的时段？没有就回复“没有了”。", called="备注|说明|补充|留言"),
)  # fmt: skip
BY_SLOT: dict[str, Field] = {field.slot: field for field in FIELDS}
_LONGEST = {"contact_name": 30, "company": 80, "industry": 80, "investment": 60, "area": 80, "notes": 500}
_LEADING = {
    "contact_name": re.compile(r"^(?:我(?:的名字)?(?:叫|是|姓)|姓名是?|名字(?:叫|是)|联系人(?:是|叫)?|叫我|免贵姓?|称呼我?|本人)[:：]?\s*"),
    "company": re.compile(r"^(?:我们?(?:的)?公司(?:名称?)?(?:叫做?|是)?|公司(?:名称?)?(?:叫做?|是)?|单位(?:名称?)?(?:叫|是)?|我们是|我是|来自|叫做?)[:：]?\s*"),
    "industry": re.compile(r"^(?:我们?(?:是)?(?:做|搞|从事|属于)|行业是?|产业是?|属于|主要?(?:做|是)|从事|做|搞)[:：]?\s*"),
    "area": re.compile(r"^(?:我们?)?(?:想|打算|计划|希望)?(?:落在|放在|选在|落户|去|在|选址(?:在|是)?|面积是?)[:：]?\s*"),
    "notes": re.compile(r"^备注(?:是|一下)?[:：]?\s*"),
}  # fmt: skip
_LONGEST_NAME, _LONGEST_ANSWER = 20, 60
_PICTURES = frozenset({"So", "Sk", "Mn", "Me"})
"""Categories of characters that are pictures, and what colours them."""
_TRAILING = "".join(map(chr, range(33))) + "\u3000。.!！,，;；"
_NO_COMPANY = re.compile(r"^(?:没有|无|暂无|还没|个人|自己|没注册|还没注册|未注册|尚未|筹备).{0,8}$")
_OPEN_AMOUNT = re.compile(r"面议|保密|待定|没定|未定|不确定|不清楚|不知道|看情况|再说|没想好|详谈|还在")
_NO_NAME = re.compile(
    r"^(?:不|没|无|你|您|我|他|她|好|是|嗯|啊|哦|哈|呵|嘿|行|可以|为什么|为啥|干嘛|谁|匿名|保密|随便|稍|等|在吗|在不在|收到|明白|知道|谢|多谢|感谢|麻烦|辛苦|再见|拜拜|请|同意|确认|继续|跳过|取消|登记"
    r"|人工|什么|怎么|问|叫|想|要|有|算了|以后|公司|(?:ok|okay|yes|no|hi|hello|null|none|test|thanks?|thank you|先生|女士|小姐|老师|测试|暂无|保密)$)"
    r"|[的了吗呢么再我你您想问]|(?:区|市|县|省|园区|公司|集团|企业|厂|局)$"
)
"""What is said when a name is asked, and is none; a whole Chinese name or a surname with a title is one nevertheless."""
_STICKER = re.compile(r"\[[^\[\]]{1,12}\]")
"""What a messenger writes for a picture: [微笑], [图片]."""
_COURTESY = re.compile(
    r"^(?:(?:好[的呀啊吧嘞]?|嗯+|哦+|行[的啊]?|可以[的啊呀]?|没问题|ok|okay|hi|hello|hey|[你您]好[呀啊]?|大家好|请记一?下?|那就|就|同意|是的?)[,，。.!！~～;；:：、\s]+)+|^(?:那?就?[写叫填记]|那?就是|是)(?=..)"
)
_THANKS = re.compile(
    r"[,，。.!！~～;；、\s]*(?:(?:非常|十分)?(?:谢谢|多谢|感谢|谢了|thanks|thank you|thx|拜托了?|麻烦了?|辛苦了?)[你您啦了哈]*|就[行好成](?:了|啦)?|就可以了?|即可|[吧哈呀哦啊哟])[,，。.!！~～\s]*$"
)


def read(slot: str, said: str) -> Values | Wrong | None:
    """Read an answer to a slot's question; None where the message is no answer to it at all."""
    text = said.strip().rstrip(_TRAILING)
    if slot == "contact":
        return _contact(text)
    if slot == "investment":
        return _investment(text)
    if pattern := _LEADING.get(slot):
        text = pattern.sub("", text).strip() or text
    if slot == "company" and _NO_COMPANY.match(fold(text)):
        return {"company": ""}
    if slot == "industry":
        text = re.sub(r"(?:的|这块|这一块|行业|方面)(?:的)?$", "", text) or text
    if slot == "contact_name":
        return _name(text, said)
    longest = _LONGEST[slot]
    if len(text) > longest:
        return Wrong(f"有点长，请控制在{longest}个字以内")
    return {slot: text} if text else None


def _name(text: str, said: str) -> Values | Wrong:
    """The name an answer introduces, or the whole of a short one without its courtesies."""
    introduced = names.person(said) or names.titled((said.split() or [""])[-1])  # 示例公司 李经理
    bare = introduced or (_bare(text) if len(text) <= _LONGEST_ANSWER else "")
    if not any(c.isalpha() for c in bare) or len(bare) > _LONGEST_NAME or re.search(r"\d{3,}|[@?？]", bare):
        return Wrong("没看出姓名。请只写姓名或称呼，例如“李女士”")
    if _NO_NAME.search(bare) and bare not in (introduced, names.alone(bare)):
        return Wrong("没看出姓名。请写姓名或称呼，例如“李女士”；不想继续就回复“取消”")
    return {"contact_name": as_typed(said, bare)}


def _bare(text: str) -> str:
    """A short answer without stickers, emoji, greetings and thanks; folded."""
    folded = "".join(c for c in _STICKER.sub("", fold(text)) if unicodedata.category(c) not in _PICTURES)
    before = ""
    while before != folded:
        before, folded = (
            folded,
            _LEADING["contact_name"].sub("", _THANKS.sub("", _COURTESY.sub("", folded))).strip(" ,，。.!、"),
        )
    return folded


def _contact(text: str) -> Values | Wrong | None:
    found = contacts.answer(text)
    if isinstance(found, contacts.Unusable):
        return Wrong(f"“{found.surface}”用不了：{found.why}")
    return of_contact(found) if found else None


def of_contact(found: contacts.Contact) -> Values:
    """The fields a contact fills."""
    return {"contact": found.value, "contact_kind": found.kind}


def _investment(text: str) -> Values | Wrong | None:
    found = roles.investment(text, asked=True)
    if isinstance(found, roles.Unclear):
        return Wrong(_which(found))
    if found:
        return of_money(found)
    if isinstance(bare := money.answer(text), money.Unitless):
        return Wrong(f"“{bare.surface}”是元还是万元？请带上单位，例如“{bare.surface}万元”")
    if _OPEN_AMOUNT.search(text) and len(text) <= _LONGEST["investment"]:
        return {"investment": text, "investment_low": None, "investment_high": None, "currency": ""}
    return None


def _which(unclear: roles.Unclear) -> str:
    """Asks which amount is the investment."""
    said = "、".join(dict.fromkeys(amount.money.surface for amount in unclear.amounts[:4]))
    if len(unclear.amounts) == 1:
        return f"“{said}”像是别的金额。计划总投资是多少？例如“总投资{said}”"
    return f"您说了几个金额：{said}。计划总投资一共是多少？例如“总投资{unclear.amounts[0].money.surface}”"


def of_money(found: money.Money) -> Values:
    """The fields an amount fills."""
    return {
        "investment": found.surface,
        "investment_low": int(found.low) if found.low is not None else None,
        "investment_high": int(found.high) if found.high is not None else None,
        "currency": found.currency,
    }


def as_typed(said: str, folded: str) -> str:
    """A folded value with the capitals, characters and spaces it was typed with, where it stands in the message."""
    letters = [(i, fold(c)) for i, c in enumerate(said) if not c.isspace()]
    wanted = "".join(folded.split())
    at = "".join(c for _, c in letters).find(wanted)
    as_long = all(len(c) == 1 for _, c in letters)
    return said[letters[at][0] : letters[at + len(wanted) - 1][0] + 1] if as_long and wanted and at >= 0 else folded
