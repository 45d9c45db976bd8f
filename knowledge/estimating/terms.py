"""The ids that a rule may name, with the words investors say for them: the model of `vocabulary/inputs.yml`."""

from __future__ import annotations

from typing import Literal

import msgspec

Unit = Literal["money", "count", "share", "area", "people", "nm", "years", "months", "year"]
UNIT_NAMES = {
    "money": "万元",
    "count": "个",
    "share": "%",
    "area": "平方米",
    "people": "人",
    "nm": "纳米",
    "years": "年",
    "months": "个月",
    "year": "年",
}
"""How a figure's unit is said."""


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure that an investor tells."""

    unit: Unit
    cues: list[str]
    implies: list[str] = []
    """Flags that hold of whoever tells this figure."""
    stands_in: list[str] = []
    """Other figures that are taken where this one is not told."""
    only_with: list[str] = []
    """The figure is read only where one of these flags holds."""
    not_with: list[str] = []
    sum_of: list[str] = []
    """Where investors tell a sum of several figures at once: the figures."""
    weak: bool = False
    """Whether its words are so general that any other word for a figure goes before."""
    beside: str = ""
    """The same figure of the last year stands beside this one."""
    ask: str = ""


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that holds of an investor or does not. Cues are regular expressions on folded text."""

    cues: list[str]
    denied: list[str] = []
    """Words that say it does not hold, besides 不是 and the like before a cue."""
    implies: list[str] = []
    otherwise: list[str] = []
    """Flags that hold where this one was asked for and does not."""
    ask: str = ""
    """The question, where it is worth asking; what has none is never asked for."""


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, by id."""

    bases: dict[str, Base]
    flags: dict[str, Flag]
