"""Street addresses in a folded text: 我住历下区示例小区3号楼2单元501室, 地址：示例路1号, 寄到….

They are read only to be taken out of what is kept; no form asks for them. A place with nothing exact behind it
(历下区, 经十路) is no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import msgspec

_HAN = r"\u3400-\u9fff\U00020000-\U000323af"
_NUMERAL = r"(?:[0-9]{1,5}|[a-z]|[零〇一二三四五六七八九十百]{1,5}|[甲乙丙丁东南西北])"
_UNIT = re.compile(
    rf"{_NUMERAL}(?:-{_NUMERAL})?(?:号楼|号院|号门|弄|栋|幢|座|号|排|单元|门洞|楼层|楼|层|室|户|房间|房)(?![线文码件令召称])(?:之{_NUMERAL}|附{_NUMERAL}号)?"
    r"|(?<![0-9-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{2,4}(?![0-9-])"
)
_DOOR = re.compile(r"单元|室|户|号楼|栋|幢|弄|号院|排|-[0-9]+-")
_ROOM = re.compile(r"室|户|单元|-[0-9]+-")
_ROAD = re.compile(r"[路街巷道弄]$|胡同$|大道$")
_ESTATE = re.compile(r"小区|社区|公寓|家园|花园|[\u4e00-\u9fff]{2}(?:苑|庄|村|里|园|府|城|湾|居)$|房号$|门牌号?$")
_BUILDING = re.compile(r"(?:大厦|广场|中心|大楼|写字楼|国际|科技城|金融城|创业园|软件园)[0-9a-z]{0,2}$")
_AT_HOME = re.compile(
    r"(?:我|本人|俺|咱)?(?:家)?(?:住在?|居住[在于])(?![宅房建下院宿])|(?:我|俺)?家(?:庭)?(?:地址|住址)?(?:在|是|:)|(?:住址|家庭地址|收[件货]地址|通[讯信]地址|邮寄地址|联系地址|详细地址|收[件货]人地址)(?:是|为|在|:)?"
    r"|(?:寄|邮|送|快递)(?:到|给我到|至)(?!付)|(?<![\u4e00-\u9fff])地址(?:是|为|:)|我的地址(?:是|在)?"
)
_EXACT = re.compile(
    rf"小区|公寓|家园|花园|新村|大院|宿舍|{_NUMERAL}(?:号|楼|栋|幢|室|单元)|[{_HAN}]{{2,10}}(?:苑|胡同|庄|村|寨|屯)$"
)
_STOP = re.compile(r"[,。;!?、]|\s(?=[^0-9a-z])")
_ASKS = re.compile(r"[?吗呢]|哪|什么|怎|多少|几")
_BACK, _AHEAD, _GAP, _MOST = 30, 60, 8, 40
_LEAD = re.compile(rf"(?:[{_HAN}0-9a-z]|-)*$")
_CUT = re.compile(
    r"我们?|公司|单位|办公室|注册地址?|地址|位置|住|家|寄到|送到|快递到|位于|坐落于?|开在|设在|在(?!线)|去|到|是|从|的|有|要|想|请|离|和(?![平谐睦])|跟|与|把|问|楼盘|看(?=.{4})"
)


class Address(msgspec.Struct, frozen=True):
    """Where an address stands."""

    start: int
    end: int


def addresses(text: str) -> list[Address]:
    """All street addresses with a house number, and where somebody says that he lives."""
    found = list[Address]()
    for address in sorted((*_at_home(text), *_numbered(text)), key=lambda a: (a.start, -a.end)):
        if found and address.start <= found[-1].end:
            found[-1] = Address(found[-1].start, max(found[-1].end, address.end))
        else:
            found.append(address)
    return found


def _at_home(text: str) -> Iterator[Address]:
    """What stands behind "我住", as far as it goes, where it is exact."""
    for cue in islice(_AT_HOME.finditer(text), _MOST):
        stop = _STOP.search(text, cue.end(), cue.end() + _AHEAD)
        end = stop.start() if stop else min(len(text), cue.end() + _AHEAD)
        place = text[cue.end() : end]
        if _EXACT.search(place) and not _ASKS.search(place):
            yield Address(cue.end(), end)


def _numbered(text: str) -> Iterator[Address]:
    """A road or an estate and the numbers behind it; numbers of a door alone are enough."""
    chain: list[re.Match[str]] = []
    for unit in (*_UNIT.finditer(text), None):
        if (
            unit
            and chain
            and unit.start() - chain[-1].end() <= _GAP
            and not _STOP.search(text, chain[-1].end(), unit.start())
        ):
            chain.append(unit)
            continue
        if chain and (address := _address(text, chain)):
            yield address
        chain = [unit] if unit else []


def _address(text: str, chain: list[re.Match[str]]) -> Address | None:
    first = chain[0].start()
    start = _begin(text, first)
    before = text[start:first]
    doors = sum(bool(_DOOR.search(unit.group(0))) for unit in chain)
    exact = _ROAD.search(before) and "号" in chain[0].group(0)
    rooms = any(_ROOM.search(unit.group(0)) for unit in chain)
    if not (exact or doors >= 2 or (doors and _ESTATE.search(before)) or (rooms and _BUILDING.search(before))):
        return None
    return Address(start, chain[-1].end())


def _begin(text: str, end: int) -> int:
    """Where the place before a number begins."""
    lead = _LEAD.search(text[max(0, end - _BACK) : end])
    start = end - len(lead.group(0)) if lead else end
    for cut in _CUT.finditer(text, start, end):
        if cut.end() < end:
            start = cut.end()
    return start
