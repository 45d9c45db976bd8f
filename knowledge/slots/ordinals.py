"""Places in a list: 第二个, 第十二家, 倒数第一个, 最后一个; and a message that is nothing else: 2, ②, 2., 选3, 看第3个."""

from __future__ import annotations

import re

from knowledge.readers import reader

_DIGITS = "一二三四五六七八九"
_NUMERAL = rf"\d{{1,3}}|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}两]"
_PIECE = "个|家|条|项|款|处|号|种"
_COUNTED = re.compile(
    rf"(?P<back>倒数)?第(?P<place>{_NUMERAL})(?:{_PIECE})?(?!年|届|批|方|三方|产业|期|季度|次|天|周|\d)"
)
_LAST = re.compile(rf"^(?:那|就|选|要|看看?)?最后(?:的?那)?一?(?:{_PIECE})")
_ALONE = re.compile(
    rf"\(?(?:那|就|我)?(?:选择?|要|看看?|回复|点|查看?)?(?:第)?(?P<place>{_NUMERAL})(?:{_PIECE})?[.、,。)]?(?:吧|呢|的?详情|看看|怎么样|介绍一下|详细说说)?[?。!]?"
)
_MOST = 200


@reader
def place_in(text: str) -> int:
    """The place a folded message names: 1 for the first, -1 for the last, 0 for none."""
    if alone := _ALONE.fullmatch(text):
        return _within(whole(alone["place"]))
    if match := _COUNTED.search(text):
        place = _within(whole(match["place"]))
        return -place if match["back"] else place
    return -1 if _LAST.search(text) else 0


@reader
def only_a_place(text: str) -> bool:
    """Whether a folded message is nothing but a place in a list."""
    if _ALONE.fullmatch(text):
        return True
    match = _COUNTED.search(text) or _LAST.search(text)
    return match is not None and len(text) - (match.end() - match.start()) <= 2


def whole(numeral: str) -> int:
    """The value of a numeral up to 999 in digits, or up to 99 in characters."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (10 * _digit(tens, 1) if ten else 0) + _digit(ones, 0)


def chinese(value: int) -> str:
    """A number below a hundred as it is said."""
    tens, ones = divmod(value, 10)
    said = ("" if tens == 1 else _DIGITS[tens - 1]) + "十" if tens else ""
    return said + (_DIGITS[ones - 1] if ones else "")


def _digit(sign: str, otherwise: int) -> int:
    return 2 if sign == "两" else _DIGITS.index(sign) + 1 if sign else otherwise


def _within(place: int) -> int:
    return place if place <= _MOST else 0
