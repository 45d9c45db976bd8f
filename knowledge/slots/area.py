"""Areas of land and floors: 200亩, 一两百亩, 三点五万平米, 六亩半, 30、40亩, 50到80亩, 3公顷."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.readers import reader
from knowledge.slots.bounds import bounded
from knowledge.slots.numerals import plain
from knowledge.slots.ranges import Measured, candidates
from knowledge.slots.words import closes, longer_word
from knowledge.text import fold

UNITS = {
    "平方公里": Decimal(1_000_000), "平方千米": Decimal(1_000_000), "公顷": Decimal(10_000), "亩": Decimal(2000) / 3, "平方米": Decimal(1), "平米": Decimal(1),
    "km2": Decimal(1_000_000), "m2": Decimal(1), "sqm": Decimal(1), "sq m": Decimal(1), "square meters": Decimal(1), "square metres": Decimal(1),
    "hectares": Decimal(10_000), "平方": Decimal(1), "平": Decimal(1),
}  # fmt: skip
"""Unit → square metres."""
_LABEL = re.compile(rf"[(\[](?:单位)?:?(?P<unit>{'|'.join(UNITS)})[)\]] ?(?:是|为)?:? ?$")


class Area(msgspec.Struct, frozen=True):
    """An area or a range in square metres; a missing end means "and more" or "and less"."""

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    surface: str

    @property
    def most(self) -> Decimal:
        """The larger end that was told."""
        return self.high if self.high is not None else self.low or Decimal(0)

    @property
    def mu(self) -> tuple[Decimal, Decimal]:
        """The same in 亩, rounded to a hundredth; an end that is open is the other one."""
        low = self.low if self.low is not None else self.most
        return _cents(low / UNITS["亩"]), _cents(self.most / UNITS["亩"])


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
    unit, end = read.unit, read.end
    if unit is None and (label := _LABEL.search(text[max(0, read.start - 12) : read.start])) and not read.is_range:
        unit = UNITS[label["unit"]]  # 用地面积(亩):120
    if unit is None or read.second.high is None:
        return None
    low, high = read.first.low * (read.first_unit or unit), read.second.high * unit
    if text[end : end + 1] == "半" and not read.is_range and not longer_word(text, end):
        if not closes(text, end + 1) and text[end + 1 : end + 2] != "地":
            return None
        low, high, end = low + unit / 2, high + unit / 2, end + 1
    if not 0 < low <= high:
        return None
    told = bounded(text, read.start, end, low, high, is_range=read.is_range)
    ends = [None if size is None else _cents(size) for size in (told.low, told.high)]
    return Area(ends[0], ends[1], told.start, told.end, text[told.start : told.end])


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
