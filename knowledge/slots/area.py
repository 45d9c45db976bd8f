"""Areas of land and floors: 200亩, 一两百亩, 2万平, 3公顷, 50到80亩."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.slots.numerals import CHARACTERS, number, plain
from knowledge.text import fold

UNITS = {
    "平方公里": Decimal(1_000_000), "公顷": Decimal(10_000), "亩": Decimal(2000) / 3, "平方米": Decimal(1), "平米": Decimal(1),
    "m2": Decimal(1), "平方": Decimal(1), "平": Decimal(1),
}  # fmt: skip
"""Unit → square metres."""
_NUMERAL = rf"[{CHARACTERS}][{CHARACTERS},.]*w?"
_AREA = re.compile(
    rf"(?P<low>{_NUMERAL})(?P<more>多|来|余)?(?P<scale>[万千百])?(?P<unit1>{'|'.join(UNITS)})?"
    rf"(?:(?:到|至|-|~|—){{1,2}}(?P<high>{_NUMERAL}))?(?P<unit>{'|'.join(UNITS)})(?!台|衡|均|时|安|凡)"
)
_PAIR = re.compile(r"^(一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)(?=[十百千万]?)")


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


def find(text: str) -> list[Area]:
    """All areas in a message."""
    return [area for match in _AREA.finditer(fold(text)) if (area := _area(match))]


def _area(match: re.Match[str]) -> Area | None:
    size = UNITS[match["unit"]]
    low_text = plain(match["low"]) + (match["scale"] or "")
    values: tuple[Decimal | None, Decimal | None]
    if pair := _PAIR.match(low_text):
        rest = low_text[pair.end() :]
        values = number(pair.group(1)[0] + rest), number(pair.group(1)[1] + rest)
    else:
        values = number(low_text), number(plain(match["high"])) if match["high"] else number(low_text)
    low, high = values
    if low is None or high is None or low <= 0:
        return None
    if (
        match["high"]
        and low < high
        and not re.search(r"[万w]", low_text)
        and re.search(r"[万w]$", plain(match["high"]))
    ):
        low *= 10_000  # 1到2万平
    low_size = UNITS[match["unit1"]] if match["unit1"] else size
    return (
        Area(_cents(low * low_size), _cents(high * size), match.start(), match.end(), match.group(0))
        if low <= high
        else None
    )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
