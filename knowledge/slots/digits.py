"""Digits in a folded text, in any script, with whatever separators stand between them: what telephone numbers are made of.

The text is gone through once.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

_CHINESE = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "幺": "1",
    "洞": "0",
    "拐": "7",
    "勾": "9",
}
_CHINESE |= dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True))
_JOINING = frozenset(" -‐–—―‒−─~・·•∙_,.。()[]\ufe0f\u20e3")
"""May stand inside a number. A slash and a 、 stand between two."""
BETWEEN = frozenset("/、;|")
_APART = _JOINING | BETWEEN
_LONGEST_GAP = 4
_UNIT = re.compile(
    r"\s*(?:多|余|左右)?\s*(?:元|万|亿|千|块|平|㎡|m2|m²|亩|公顷|吨|公斤|kg|美元|美金|欧元|日元|韩元|港元|港币|台币|澳门元|人民币|rmb|cny|usd|%|‰|‱)"
)
_MONEY_SIGN = re.compile(r"[¥$€£]\s*$")


class Group(msgspec.Struct, frozen=True):
    """Digits that stand together, and what keeps them from those before."""

    start: int
    end: int
    digits: str
    chinese: bool
    gap: str


class Run(msgspec.Struct, frozen=True):
    """Digits with nothing but separators between them."""

    groups: tuple[Group, ...]

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        return "".join(g.digits for g in self.groups)


def runs(text: str) -> list[Run]:
    """All runs of digits in a folded text."""
    found: list[Run] = []
    groups: list[Group] = []
    digits = [_digit(char) for char in text]
    at, length = 0, len(text)
    while at < length:
        if digits[at] is None:
            at += 1
            continue
        gap = text[groups[-1].end : at] if groups else ""
        if groups and (len(gap) > _LONGEST_GAP or not _APART.issuperset(gap)):
            found.append(Run(tuple(groups)))
            groups, gap = [], ""
        end, chinese = at, text[at] in _CHINESE
        while end < length and digits[end] is not None and (text[end] in _CHINESE) == chinese:
            end += 1
        groups.append(Group(at, end, "".join(filter(None, digits[at:end])), chinese, gap))
        at = end
    return [*found, Run(tuple(groups))] if groups else found


def is_amount(text: str, start: int, end: int) -> bool:
    """Whether the digits there are told in a unit or a currency."""
    return bool(_UNIT.match(text, end) or _MONEY_SIGN.search(text[max(0, start - 3) : start]))


def _digit(char: str) -> str | None:
    if char.isascii():
        return char if "0" <= char <= "9" else None
    if char in _CHINESE:
        return _CHINESE[char]
    value = unicodedata.digit(char, None)
    return None if value is None else str(value)
