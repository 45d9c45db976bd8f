"""What a rule is worked out with, and what comes out."""

from __future__ import annotations

from decimal import Decimal

import msgspec

CIT = Decimal("0.25")
"""The statutory rate of corporate income tax, which a saving is measured against unless the rule says otherwise."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is worked out with, besides its own figures."""

    base: Decimal | None = None
    """In the unit of the rule's base: 万元, pieces, a share, square metres."""
    before: Decimal | None = None
    """The base of the year before."""
    dollars: Decimal | None = None
    """The base in 万美元."""
    unit: str = "money"
    """The unit of the base, an id of `terms.Unit`."""
    received: Decimal | None = None
    """What was already had of the same kind, in 万元, where a rule only tops up."""
    tax_rate: Decimal = CIT
    wish: str = ""
    pieces: Decimal = Decimal(1)
    """Products, where a cap holds for each."""
    recipient: str = ""
    """个人 or 团队, where amounts differ."""
    bonus: bool = False
    months_late: Decimal | None = None

    @property
    def figure(self) -> Decimal:
        """The base; nothing is zero."""
        return self.base if self.base is not None else Decimal(0)


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule gives."""

    low: Decimal | None = None
    high: Decimal | None = None
    words: str = ""
    failed: str = ""
    """The threshold that was not reached, in words."""
    open: str = ""
    """Why the amount cannot be promised."""
    lacks: str = ""
    """What else would have to be told: `before`, `dollars` or `received`."""


def exactly(amount: Decimal, words: str, why_open: str = "") -> Worked:
    """An amount without a range."""
    return Worked(low=amount, high=amount, words=words, open=why_open)
