"""A number with its unit, or two joined as a range: 50到80亩, 3000-5000万, 1、2亿, 100万美元到200万美元."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from knowledge.slots.numerals import START, Numeral, read, run_end
from knowledge.slots.words import closes, within_word

U = TypeVar("U")
UnitReader = Callable[[str, int], tuple[U | None, int]]
"""Reads the unit that stands at a place: the unit, or None, and where it ends."""
_JOINT = re.compile(r"(?:\(含\))?(?:到|至|-|~|—|–)(?:-|—)?|、|或者?")
MOST = 100
"""Numbers of a message that are looked at; nobody tells more of a project, and reading has to end in time."""
_OR = ("、", "或", "或者")
_IN_A_NUMBER = re.compile(r"[0-9廿卅零〇一二两俩三四五六七八九十百千万亿.点]$|\d[,.' 、]$|[第负]$|\d/$")
_NEGATIVE = re.compile(r"(?:^|[^-—–~])[-−]$")


class Measured(msgspec.Struct, Generic[U], frozen=True):
    """Two ends of a range, or one number twice, each with the unit said behind it."""

    first: Numeral
    second: Numeral
    first_unit: U | None
    unit: U | None
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """Whether two numerals were joined."""
        return self.first.start != self.second.start

    @property
    def scaled(self) -> bool:
        """Whether 万, 亿 or the like was said."""
        return self.first.scale > 1 or self.second.scale > 1


def candidates(text: str, unit: UnitReader[U]) -> list[Measured[U]]:
    """Everything in a folded, plain text that is a number with or without a unit, in one pass from left to right."""
    found: list[Measured[U]] = []
    at, left = 0, MOST
    while left and (match := START.search(text, at)):
        start, left = match.start(), left - 1
        before = text[max(0, start - 3) : start]
        if (
            within_word(text, start)
            or _NEGATIVE.search(before)
            or (_IN_A_NUMBER.search(before) and not _follows_another(found, start))
        ):
            at = run_end(text, start)
            continue
        measured, end = _measured(text, start, unit)
        found += [measured] if measured else []
        at = max(end, start + 1)
    return found


def _follows_another(found: list[Measured[U]], start: int) -> bool:
    """Whether the numeral right before was read whole, so that this one is another: the 3000 of 2亿3000平米."""
    return bool(found) and found[-1].end == start and found[-1].scaled and found[-1].second.scale >= 10**8


def _measured(text: str, start: int, unit: UnitReader[U]) -> tuple[Measured[U] | None, int]:
    """What is read at a place, and where to go on: behind all that was read, also where it was not understood."""
    first = read(text, start)
    if first is None:
        return None, run_end(text, start)
    first_unit, end = unit(text, first.end)
    joint = _JOINT.match(text, end)
    alone = Measured(first, first, None, first_unit, start, end)
    if joint is None or first.high is None:
        return alone, end
    second = read(text, joint.end()) if START.match(text, joint.end()) else None
    if second is None or second.high is None:
        return alone, end
    second_unit, last = unit(text, second.end)
    word = joint.group().strip("(含)")
    if second.scale == 1 and second_unit is None:
        unsure = (first.scale > 1 or first_unit is not None) and closes(text, second.end) and word not in _OR
        return (None, last) if unsure else (alone, end)
    if word in _OR:
        if first_unit is not None or first.scale > 1:
            return alone, end
        if not _neighbours(first, second):
            return None, last
    return _ranged(first, second, first_unit, second_unit, start, last), last


def _neighbours(first: Numeral, second: Numeral) -> bool:
    """1、2亿, 五、六千万 and 30、40亩 are ranges; 5、80亩 is a list."""
    one, two = first.low, second.coefficient / (second.small if first.small == 1 else 1)
    if first.low != first.high or second.low != second.high or not one or one != int(one) or two != int(two):
        return False
    digits = len(str(int(one))) - len(str(int(one)).rstrip("0"))
    return two - one == Decimal(10) ** digits


def _ranged(
    first: Numeral, second: Numeral, first_unit: U | None, unit: U | None, start: int, end: int
) -> Measured[U] | None:
    """The range; None where the first half leaves out a unit and the second does not say which."""
    high = second.high or second.low
    if first.scale == 1 and first_unit is None and (second.scale > 1 or second.small > first.small):
        size = second.scale
        if first.small == 1 and second.small > 1 and first.low < 10:
            size *= second.small  # 三到五千万
        elif first.low < 10 and second.coefficient >= 1000:
            return None  # 3-5000万: thousands or ten thousands?
        if first.low * size > high:
            if unit is None or second.scale != 10**4 or first.low < 1000:
                return None  # 8000-1亿
            size = Decimal(1)  # 8500到3万港元
        first = msgspec.structs.replace(first, low=first.low * size, high=(first.high or first.low) * size)
    same_unit = first_unit is None or first_unit == unit
    if same_unit and (second.high is None or first.low > second.high):
        return None
    return Measured(first, second, first_unit, unit, start, end)
