"""What all models are made of: a base that rejects unknown keys, and numbers that cannot be mistaken for others."""

from __future__ import annotations

from typing import Annotated

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all models: immutable, keyword-only, unknown keys rejected."""


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A rate or share as a fraction: 0.1 is 10 %. A rate typed in per cent (10) is refused, not taken for 1,000 %."""
Extra = Annotated[float, msgspec.Meta(ge=0, le=1.2)]
"""A rate of extra deduction (加计), which alone goes above one: 120 % at most."""
Amount = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
"""万元 or 万美元, up to 100亿: whoever types 元 instead is refused."""
Cap = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
"""An amount that bounds others: a cap of nothing would be a slip of the hand."""
Size = Annotated[float, msgspec.Meta(gt=0, le=1e11)]
"""A measure that is above nothing: US dollars, square metres, a step."""
Bound = Annotated[float, msgspec.Meta(ge=0, le=1e8)]
"""A bound of a figure, in the unit that its key names."""
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
"""Whole years, months, days."""
