"""Places of China as they stand in companies' names: 山东省济南市历下区, 济南, 昆山.

Read from the codes of administrative divisions that `python-stdnum` brings along (GB/T 2260, former names as well).
A place is a path – province, prefecture, county –, so that 济南 lies in 山东. Names that several places have stand for
all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

Path = tuple[str, ...]
Places = frozenset[Path]
_LINE = re.compile(r'^( *)(\d+) .*?(?:county|prefecture|province)="([^"]*)"')
_YEARS = re.compile(r"\[[^\]]*\]")
_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "省", "市", "区", "县", "盟", "旗",
)  # fmt: skip
_NO_PLACE = frozenset(
    ("市辖区", "县", "市区", "郊区", "城区", "矿区", "省直辖县级行政区划", "自治区直辖县级行政区划", "直辖县", "直辖市")
)
_WORDS = frozenset(
    (
        "东方", "合作", "安宁", "长乐", "永安", "双城", "天长", "大丰", "新星", "新民", "新乐", "同仁", "海城", "灯塔", "弥勒",
        "庐山", "安达", "无为", "永康", "清江", "南海", "四会", "兴化", "建德", "东港", "东兴", "瑞安", "公主岭", "高明", "大安",
    )
)  # fmt: skip
"""Names of towns that a company is called by more often than that it lies there."""
_ZONES = (
    "新旧动能转换起步区", "高新技术产业开发区", "工业园区", "先行区", "经济技术开发区", "高新技术开发区", "经济开发区", "综合保税区", "自由贸易区", "自贸试验区", "自贸区", "保税区", "高新区", "经开区", "开发区", "新区", "起步区",
)  # fmt: skip
"""Parts of a town that have no code of their own; only behind the town's name."""


def leading(text: str, anywhere: bool = False) -> tuple[str, Places]:
    """The place a text begins with, as it stands there, and what it may be; empty where it begins with none.

    With `anywhere` names of counties count without their ending too: 历下 before 支行 can be nothing else.
    """
    names = _all_names() if anywhere else _names()
    for length in range(min(_LONGEST, len(text)), 1, -1):
        if found := names.get(text[:length]):
            return text[:length], found
    return "", frozenset()


def trailing(text: str) -> str:
    """The place a text ends with, as it stands there; counties without their ending as well."""
    names = _all_names()
    return next((text[-n:] for n in range(min(_LONGEST, len(text)), 1, -1) if text[-n:] in names), "")


def zone(text: str) -> str:
    """The part of a town a text begins with, where the town stood before it."""
    return next((one for one in _ZONES if text.startswith(one)), "")


def within(outer: Places, inner: Places) -> Places:
    """Those of `inner` that lie in one of `outer`."""
    return frozenset(one for one in inner if any(one[: len(other)] == other for other in outer))


def nested(one: Places, other: Places) -> bool:
    """Whether they may be the same, or one lies in the other."""
    return bool(within(one, other) or within(other, one))


def shortest(name: str) -> str:
    """A place's name without what it is: 山东 for 山东省, 历下 for 历下区."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


_LONGEST = 12


@cache
def _names() -> dict[str, Places]:
    """What counts as a place wherever a name begins: provinces and prefectures with and without their ending, towns as
    well, other counties only with it."""
    made: dict[str, set[Path]] = {}
    for name, path in _divisions():
        made.setdefault(name, set()).add(path)
        short = shortest(name)
        if len(path) < 3 or (name.endswith("市") and short not in _WORDS):
            made.setdefault(short, set()).add(path)
    return {name: frozenset(paths) for name, paths in made.items()}


@cache
def _all_names() -> dict[str, Places]:
    """The same, counties without their ending as well."""
    made = dict(_names())
    for name, path in _divisions():
        short = shortest(name)
        made[short] = made.get(short, frozenset()) | {path}
    return made


def _divisions() -> Iterator[tuple[str, Path]]:
    """Every name, former ones as well, with its path: the codes of province and prefecture, a county's short name."""
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8").splitlines():
        if not (found := _LINE.match(line)):
            continue
        indent, code, names = found.groups()
        for name in _YEARS.sub("", names).replace("別", "别").replace("區", "区").replace("門", "门").split(","):
            if not indent:
                province = code
                yield name, (code,)
            elif code == "0000" or name in _NO_PLACE or len(name) < 2 or (len(name) == 2 and name.endswith("区")):
                continue
            elif code.endswith("00"):
                yield name, (province, code[:2])
            else:
                yield name, (province, code[:2], shortest(name))
