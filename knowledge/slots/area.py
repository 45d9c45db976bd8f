"""Areas of land and floors: 200亩, 一两百亩, 三点五万平米, 六亩半, 30、40亩, 50到80亩, 3公顷."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from knowledge.readers import reader
from knowledge.slots.numerals import plain
from knowledge.slots.ranges import Measured, candidates
from knowledge.slots.words import closes, longer_word
from knowledge.text import fold

UNITS = {
    "平方公里": Decimal(1_000_000), "平方千米": Decimal(1_000_000), "公顷": Decimal(10_000), "亩": Decimal(2000) / 3, "平方米": Decimal(1), "平米": Decimal(1),
    "km2": Decimal(1_000_000), "m2": Decimal(1), "平方": Decimal(1), "平": Decimal(1),
}  # fmt: skip
"""Unit → square metres."""


class Area(msgspec.Struct, frozen=True):
    """An area or a range in square metres."""

    low: Decimal
    high: Decimal
    start: int
    end: int
    surface: str

    @property
    def mu(self) -> tuple[Decimal, Decimal]:
        """The same in 亩, rounded to a hundredth."""
        return _cents(self.low / UNITS["亩"]), _cents(self.high / UNITS["亩"])


@reader
def find(text: str) -> list[Area]:
    """All areas in a message. Linear in the length of the text."""
    text = fold(text)
    return [area for measured in candidates(plain(text), _unit) if (area := _area(text, measured))]


def _unit(text: str, at: int) -> tuple[Decimal | None, int]:
    begin = at + (text[at : at + 1] == " ")
    name = next((name for name in UNITS if text.startswith(name, begin)), "")
    if not name or (len(name) == 1 and longer_word(text, begin)):  # 平台, 亩产
        return None, at
    return UNITS[name], begin + len(name)


def _area(text: str, read: Measured[Decimal]) -> Area | None:
    if read.unit is None or read.second.high is None:
        return None
    low, high = read.first.low * (read.first_unit or read.unit), read.second.high * read.unit
    end = read.end
    if text[end : end + 1] == "半" and not read.is_range and not longer_word(text, end):
        if not closes(text, end + 1):
            return None
        low, high, end = low + read.unit / 2, high + read.unit / 2, end + 1
    return Area(_cents(low), _cents(high), read.start, end, text[read.start : end]) if 0 < low <= high else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
