"""What an investor has told for an estimate. Holds no personal data: figures, yes-or-no facts and places only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

Wish = str
"""`tax` where the investor asks for tax saved, `deduction` where for what is deducted, else empty."""


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A figure or a range: money in 万 of its currency, shares as fractions, anything else in its own unit."""

    low: Decimal
    high: Decimal
    currency: str = "CNY"

    def plus(self, other: Figure) -> Figure:
        """The sum; both must be of one currency."""
        return Figure(self.low + other.low, self.high + other.high, self.currency)

    def times(self, rate: Decimal) -> Figure:
        """Turned into yuan at a rate of exchange."""
        return Figure(self.low * rate, self.high * rate)


class Inputs(msgspec.Struct, frozen=True, omit_defaults=True):
    """Immutable; figures by the id of their base, flags by theirs."""

    figures: Mapping[str, Figure] = {}
    flags: Mapping[str, bool] = {}
    places: tuple[str, ...] = ()
    """Ids of sites and districts where the investor is or goes."""
    city: str = ""
    rates: Mapping[str, Decimal] = {}
    """Currency → yuan for one unit, as the investor named it."""
    skipped: tuple[str, ...] = ()
    """Ids of what was asked for and not told."""
    wish: Wish = ""

    def yuan(self, base_id: str) -> Figure | None:
        """A figure of money in 万元; None where it was not told, or in a currency whose rate was not named."""
        figure = self.figures.get(base_id)
        if figure is None or figure.currency == "CNY":
            return figure
        rate = self.rates.get(figure.currency)
        return figure.times(rate) if rate else None

    def dollars(self, base_id: str) -> Figure | None:
        """A figure of money in 万美元, where it was told in dollars or a rate for dollars was named."""
        figure = self.figures.get(base_id)
        if figure is None or figure.currency == "USD":
            return figure
        rate, in_yuan = self.rates.get("USD"), self.yuan(base_id)
        return in_yuan.times(1 / rate) if rate and in_yuan else None

    def foreign(self) -> str:
        """A currency in which something was told and whose rate is not known, or an empty string."""
        return next(
            (f.currency for f in self.figures.values() if f.currency != "CNY" and f.currency not in self.rates), ""
        )

    def updated(self, newer: Inputs) -> Inputs:
        """These inputs with what was told later; a figure that is told anew replaces the old one."""
        return Inputs(
            figures={**self.figures, **newer.figures},
            flags={**self.flags, **newer.flags},
            places=newer.places or self.places,
            city=newer.city or self.city,
            rates={**self.rates, **newer.rates},
            skipped=tuple(s for s in dict.fromkeys((*self.skipped, *newer.skipped)) if s not in newer.figures),
            wish=newer.wish or self.wish,
        )

    def stored(self) -> dict[str, Any]:
        """Plain data, for the conversation's slot."""
        kept: dict[str, Any] = msgspec.to_builtins(self)
        return kept

    @classmethod
    def restored(cls, data: object) -> Inputs:
        """From plain data; what no longer fits is forgotten."""
        try:
            return msgspec.convert(data or {}, cls)
        except msgspec.ValidationError:
            return cls()
