"""Bounds of figures: where a tier begins and ends, whether the bound itself counts (含、不含), which tier a figure is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from knowledge.estimating.saying import YI, decimal, plain, share, wan
from knowledge.rules import Bounds, Limit

_SIDES = {
    "ge": ("low", True), "at_least": ("low", True), "gt": ("low", False), "above": ("low", False),
    "le": ("high", True), "at_most": ("high", True), "lt": ("high", False), "below": ("high", False),
}  # fmt: skip
_UNITS = ("_wan_usd", "_wan", "_yi")
_WORDS = {("low", True): "不低于", ("low", False): "超过", ("high", True): "不超过", ("high", False): "低于"}
_AS_TIER = {("low", True): "达到", ("low", False): "超过", ("high", True): "不超过", ("high", False): "不满"}
T = TypeVar("T", bound=Bounds)


class Edge(msgspec.Struct, frozen=True):
    """One bound as it was written: `value` in 万元, 万美元, or the unit of its figure."""

    key: str
    side: str
    counts: bool
    unit: str
    written: Decimal

    @property
    def value(self) -> Decimal:
        return self.written * YI if self.unit == "_yi" else self.written


class Interval(msgspec.Struct, frozen=True):
    """From `low` to `high`; None is no bound. `_in` says whether the bound itself counts."""

    low: Decimal | None = None
    low_in: bool = True
    high: Decimal | None = None
    high_in: bool = True

    def above_low(self, value: Decimal) -> bool:
        """Whether a value is not too small."""
        return self.low is None or value > self.low or (self.low_in and value == self.low)

    def below_high(self, value: Decimal) -> bool:
        """Whether a value is not too large."""
        return self.high is None or value < self.high or (self.high_in and value == self.high)

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies inside."""
        return self.above_low(value) and self.below_high(value)

    def part_of(self, value: Decimal) -> Decimal:
        """How much of a value lies inside."""
        top = value if self.high is None else min(value, self.high)
        return max(Decimal(0), top - (self.low or Decimal(0)))

    def touches(self, later: Interval) -> bool:
        """Whether some value is in this one and in a later one."""
        if self.high is None or later.low is None:
            return True
        return self.high > later.low or (self.high == later.low and self.high_in and later.low_in)


def edges(bounds: Bounds | Limit) -> Iterator[Edge]:
    """The bounds that were written."""
    for key in bounds.__struct_fields__:
        unit = next((u for u in _UNITS if key.endswith(u)), "")
        side = _SIDES.get(key.removesuffix(unit))
        value = getattr(bounds, key) if side else None
        if side and value is not None:
            yield Edge(key, *side, unit, decimal(value))


def in_dollars(bounds: Bounds | Limit) -> bool:
    """Whether the bounds are of a figure in 万美元."""
    return any(edge.unit == "_wan_usd" for edge in edges(bounds))


def interval(bounds: Bounds | Limit) -> Interval:
    """What was written, as an interval."""
    made = Interval()
    for edge in edges(bounds):
        made = msgspec.structs.replace(made, **{edge.side: edge.value, f"{edge.side}_in": edge.counts})
    return made


class Placed(msgspec.Struct, Generic[T], frozen=True):
    """A tier and the interval it holds for, its neighbours' bounds filled in."""

    tier: T
    interval: Interval


def placed(tiers: Sequence[T]) -> list[Placed[T]]:
    """The tiers from the lowest to the highest; a bound that a tier leaves out is where its neighbour begins or ends."""
    own = sorted(((interval(tier), tier) for tier in tiers), key=lambda pair: _place(pair[0]))
    made = []
    for at, (mine, tier) in enumerate(own):
        filled = mine
        if mine.high is None and at + 1 < len(own) and (after := own[at + 1][0]).low is not None:
            filled = msgspec.structs.replace(filled, high=after.low, high_in=not after.low_in)
        if mine.low is None and at and (before := own[at - 1][0]).high is not None:
            filled = msgspec.structs.replace(filled, low=before.high, low_in=not before.high_in)
        made.append(Placed(tier, filled))
    return made


def _place(mine: Interval) -> tuple[Decimal, int, int]:
    if mine.low is not None:
        return mine.low, 1, 0 if mine.low_in else 1
    return (mine.high, 0, 1 if mine.high_in else 0) if mine.high is not None else (Decimal(-1), 0, 0)


def tier_of(tiers: Sequence[T], value: Decimal) -> T | None:
    """The tier that a figure lies in; None where it lies in none."""
    return next((found.tier for found in placed(tiers) if found.interval.holds(value)), None)


def outside(tiers: Sequence[T], value: Decimal, unit: str) -> str:
    """Why a figure lies in no tier: too low or too high, in words; empty where it falls between two tiers."""
    ordered = placed(tiers)
    if not ordered[0].interval.above_low(value):
        edge = next(edge for edge in edges(ordered[0].tier) if edge.side == "low")
        return f"未达到最低一档{said(edge, unit)}" if edge.counts else f"未超过{said(edge, unit)}（最低一档）"
    if not ordered[-1].interval.below_high(value):
        edge = next(edge for edge in edges(ordered[-1].tier) if edge.side == "high")
        return f"高于最高一档{said(edge, unit)}"
    return ""


def tier_in_words(tier: Bounds, unit: str) -> str:
    """达到10亿元; 超过5亿元、不超过10亿元."""
    return "、".join(f"{_AS_TIER[edge.side, edge.counts]}{said(edge, unit)}" for edge in edges(tier))


def limit_in_words(limit: Limit, unit: str, name: str) -> str:
    """What a limit asks for: 不低于60%; `name` is how the unit is said."""
    return "且".join(f"{_WORDS[edge.side, edge.counts]}{_of_limit(edge, unit, name)}" for edge in edges(limit))


def said(edge: Edge, unit: str) -> str:
    """A bound of a tier with its unit, as it was written."""
    if edge.unit:
        shown = {
            "_wan_usd": f"{plain(edge.written)}万美元",
            "_yi": f"{plain(edge.written)}亿元",
            "_wan": wan(edge.written),
        }
        return shown[edge.unit]
    return share(edge.written) if unit == "share" else plain(edge.written)


def _of_limit(edge: Edge, unit: str, name: str) -> str:
    if edge.unit:
        return f"{plain(edge.written)}万美元"
    return f"{plain(edge.written * 100)}%" if unit == "share" else f"{plain(edge.written)}{name}"
