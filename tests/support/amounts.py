"""Amounts in every spelling that people use, with what may stand before and behind them.

Behind a spelling that is complete (2亿, 三千万元) anything may follow; behind one that leaves its last unit out (1亿2, 两亿半)
only what leaves no doubt, since the 3 of 1亿3家 counts houses.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

BEFORE = "|投资|总投资|约|首期|二期|第一年|我们投|2026年投|三家企业共|，|共|注册资本".split("|")
BEHIND = (
    "|二期|四季度|九成|三个项目|年|人|两期投完|一共|十个车间|3年建成|二手设备|半年到位|半导体|，|。|元|元人民币|的项目|左右|以上|2期|5家企业|五金厂"
    "|一次性|三方|来自香港|来济南|起步|一起|到账|台设备|多元化|万人|个点|亩地|3亩地|2000平厂房|2026年|六月|百强|千人计划|半数|半个月|两三年|十来年|几年|数月"
).split("|")
CLOSING = "|，|。|元|元人民币|的项目|左右|以上|投资|吧|能拿多少".split("|")
_DIGITS = "零一二三四五六七八九"
_YI, _WAN = 10**8, 10**4


def chinese(value: int) -> str:
    """The usual way to write a number."""
    if value >= _YI:
        return chinese(value // _YI) + "亿" + _tail(value % _YI, _YI)
    if value >= _WAN:
        return chinese(value // _WAN) + "万" + _tail(value % _WAN, _WAN)
    for size, name in ((1000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            return _DIGITS[value // size] + name + _tail(value % size, size)
    return _DIGITS[value]


def _tail(rest: int, size: int) -> str:
    return "" if not rest else ("零" if rest < size // 10 else "") + chinese(rest)


def _millions(yi: int) -> list[str]:
    return [f"{yi}亿", f"{chinese(yi)}亿", f"{yi}个亿", f"{yi}亿元", f"{yi}.0亿", f"{yi * _WAN}万"]


def _ten_thousands(wan: int) -> list[str]:
    return [f"{wan}万", chinese(wan * _WAN), f"{wan}w", f"{wan}万元", f"{wan:,}万", f"{wan}万块"]


def _with_tenths(yi: int, tenth: int) -> list[str]:
    n, d = chinese(yi), _DIGITS[tenth]
    return [
        f"{yi}.{tenth}亿", f"{n}点{d}亿", f"{yi}亿{tenth}", f"{n}亿{d}", f"{yi}亿{tenth}千万", f"{n}亿{d}千万", f"{yi}点{tenth}亿",
        f"{yi}.{tenth}个亿", f"{n}点{d}个亿", f"{n}亿{d}千",
    ]  # fmt: skip


def _with_half(yi: int) -> list[str]:
    return [f"{yi}亿半", f"{chinese(yi)}亿半", f"{chinese(yi)}个半亿", f"{yi}个半亿"]


def _with_thousands(wan: int, tenth: int) -> list[str]:
    n, d = chinese(wan), _DIGITS[tenth]
    return [f"{wan}万{tenth}", f"{wan}.{tenth}万", f"{n}万{d}千", f"{n}点{d}万", f"{wan}万{tenth}000"]


@st.composite
def spelt_amounts(draw: st.DrawFn) -> tuple[str, Decimal]:
    """A message with one amount of money in it, and the value of that amount in yuan."""
    yi, wan, tenth = draw(st.integers(1, 99)), draw(st.integers(1, 9998)), draw(st.integers(1, 9))
    value, spellings = draw(st.sampled_from([
        (yi * _YI, _millions(yi)), (wan * _WAN, _ten_thousands(wan)),
        (yi * _YI + tenth * _YI // 10, _with_tenths(yi, tenth)), (yi * _YI + _YI // 2, _with_half(yi)),
        (yi * _YI + wan * _WAN, [f"{yi}亿{wan}万", chinese(yi * _YI + wan * _WAN), f"{yi}亿零{wan}万"]),
        (yi * _WAN + tenth * 1000, _with_thousands(yi, tenth)),
        (yi * _YI + wan, [chinese(yi * _YI + wan) + "元", f"{yi * _YI + wan}元", f"{yi * _YI + wan:,}元"]),
    ]))  # fmt: skip
    said = draw(st.sampled_from(spellings))
    complete = said[-1] in "亿万元w块"
    behind = draw(st.sampled_from(BEHIND if complete else CLOSING))
    if said[-1] in "元块" and behind.startswith("元"):
        behind = ""
    return draw(st.sampled_from(BEFORE)) + said + behind, Decimal(value)
