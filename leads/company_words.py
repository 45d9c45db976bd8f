"""The words of `rules/companies.yml`, ready to be looked up."""

from __future__ import annotations

from functools import cache

import msgspec

from leads.rules import HERE, Strict, load


class _Words(Strict, frozen=True):
    """`rules/companies.yml`: each entry words with spaces between."""

    forms: str
    forms_before: str
    branches: str
    regions: str
    foreign_forms: str
    foreign_branches: str
    foreign_forms_before: str
    weak_places: str
    foreign_places: str
    trades: str
    foreign_trades: str


class Vocabulary(msgspec.Struct, frozen=True):
    """The same, ready to be looked up; what is matched at an end goes from long to short."""

    forms: tuple[str, ...]
    forms_before: tuple[str, ...]
    branches: tuple[str, ...]
    regions: tuple[str, ...]
    foreign_forms: frozenset[str]
    foreign_branches: frozenset[str]
    foreign_forms_before: frozenset[str]
    weak: frozenset[str]
    foreign_places: frozenset[str]
    trades: frozenset[str]
    longest_trade: int
    foreign_trades: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """Read once. Raises `ValueError` where the file is wrong."""
    given = load(HERE / "companies.yml", _Words)

    def long_first(words: str) -> tuple[str, ...]:
        return tuple(sorted(set(words.split()), key=len, reverse=True))

    trades = _set(given.trades)
    return Vocabulary(
        forms=long_first(given.forms), forms_before=long_first(given.forms_before), branches=long_first(given.branches),
        regions=long_first(given.regions), foreign_forms=_set(given.foreign_forms),
        foreign_branches=_set(given.foreign_branches), foreign_forms_before=_set(given.foreign_forms_before), weak=_set(given.weak_places),
        foreign_places=_set(given.foreign_places), trades=trades, longest_trade=max(map(len, trades)),
        foreign_trades=_set(given.foreign_trades),
    )  # fmt: skip


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())
