"""How promising a lead is: points with their reasons. Points, words and sentences stand in `rules/scoring.yml`; here is
only what each kind of rule looks at. A rule that gives nothing says so in a reason too, so that an officer sees what to
ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from leads.model import Details, Reason
from leads.rules import HERE, Strict, first_word, load

FILE = HERE / "scoring.yml"
Field = Literal["contact_name", "company", "contact", "industry", "investment", "area", "notes"]


class Base(Strict, frozen=True, kw_only=True, tag_field="kind", tag="base"):
    """Points that every lead gets."""

    name: str
    points: int
    why: str

    def reason(self, _details: Details) -> Reason:
        """Always the same."""
        return Reason(rule=self.name, points=self.points, why=self.why)


class Priority(Strict, frozen=True, kw_only=True):
    """One priority industry: in which list of which record it stands, and how investors call it."""

    city: str
    record: str
    source: str
    name: str
    words: tuple[str, ...]


class Industry(Strict, frozen=True, kw_only=True, tag_field="kind", tag="industry"):
    """Points where the industry is one of the priority industries."""

    name: str
    points: int
    why: str
    unknown: str
    otherwise: str
    cities: dict[str, tuple[str, ...]]
    lists: tuple[Priority, ...]

    def reason(self, details: Details) -> Reason:
        """By the lists of the cities that the area names, or by all where it names none."""
        if not details.industry:
            return Reason(rule=self.name, points=0, why=self.unknown)
        entry = self.priority(details)
        if entry is None:
            return Reason(rule=self.name, points=0, why=self.otherwise)
        return Reason(rule=self.name, points=self.points, why=self.why.format(name=entry.name, source=entry.source))

    def priority(self, details: Details) -> Priority | None:
        """The first priority industry whose words occur."""
        named = {city for city, words in self.cities.items() if first_word(words, details.area)}
        for entry in self.lists:
            if (not named or entry.city in named) and first_word(entry.words, details.industry):
                return entry
        return None


class Tier(Strict, frozen=True, kw_only=True):
    """From so many 万元 on, the bound included, so many points."""

    at_least_wan: int
    points: int
    why: str


class Foreign(Strict, frozen=True, kw_only=True):
    """For amounts in another currency, whatever they are."""

    points: int
    why: str


class Amount(Strict, frozen=True, kw_only=True, tag_field="kind", tag="amount"):
    """Points by the amount of the investment."""

    name: str
    currency: str
    tiers: tuple[Tier, ...]
    foreign: Foreign
    unknown: str

    def reason(self, details: Details) -> Reason:
        """By the lower bound; by the upper where only that is known."""
        low, high = details.investment_low, details.investment_high
        amount = high if low is None else low
        if amount is None:
            return Reason(rule=self.name, points=0, why=self.unknown)
        if details.currency not in (self.currency, ""):
            why = self.foreign.why.format(currency=details.currency)
            return Reason(rule=self.name, points=self.foreign.points, why=why)
        wan = amount / 10_000
        for tier in self.tiers:
            if wan >= tier.at_least_wan:
                return Reason(rule=self.name, points=tier.points, why=tier.why.format(amount=f"{wan:,.10g}"))
        return Reason(rule=self.name, points=0, why=self.unknown)


class Completeness(Strict, frozen=True, kw_only=True, tag_field="kind", tag="completeness"):
    """So many points for each field that is filled in."""

    name: str
    fields: tuple[Field, ...]
    points: int
    why: str

    def reason(self, details: Details) -> Reason:
        """Counts the fields."""
        count = sum(bool(getattr(details, field)) for field in self.fields)
        return Reason(rule=self.name, points=self.points * count, why=self.why.format(count=count))


class Timing(Strict, frozen=True, kw_only=True, tag_field="kind", tag="timing"):
    """Points where the investor speaks of soon."""

    name: str
    fields: tuple[Field, ...]
    points: int
    words: tuple[str, ...]
    why: str
    otherwise: str

    def reason(self, details: Details) -> Reason:
        """By the first word that occurs in one of the fields."""
        word = first_word(self.words, "\n".join(getattr(details, field) for field in self.fields))
        if not word:
            return Reason(rule=self.name, points=0, why=self.otherwise)
        return Reason(rule=self.name, points=self.points, why=self.why.format(word=word))


class Reachability(Strict, frozen=True, kw_only=True, tag_field="kind", tag="reachability"):
    """Points by how the investor can be reached."""

    name: str
    points: dict[str, int]
    why: str
    names: dict[str, str]
    otherwise: str

    def reason(self, details: Details) -> Reason:
        """By the kind of the contact."""
        points = self.points.get(details.contact_kind, 0) if details.contact else 0
        if not points:
            return Reason(rule=self.name, points=0, why=self.otherwise)
        name = self.names.get(details.contact_kind, details.contact_kind)
        return Reason(rule=self.name, points=points, why=self.why.format(name=name))


Rule = Base | Industry | Amount | Completeness | Timing | Reachability


class Scoring(Strict, frozen=True, kw_only=True):
    """All rules, and the points from which on a lead counts as qualified."""

    bar: int
    rules: tuple[Rule, ...]

    def score(self, details: Details) -> Score:
        """The points of a lead and where they come from, in the order of the file."""
        reasons = tuple(rule.reason(details) for rule in self.rules)
        points = sum(reason.points for reason in reasons)
        return Score(points=points, reasons=reasons, qualified=points >= self.bar)

    def sector(self, details: Details) -> str:
        """The priority industry a lead belongs to; empty for none."""
        found = (rule.priority(details) for rule in self.rules if isinstance(rule, Industry))
        return next((entry.name for entry in found if entry is not None), "")

    @property
    def sectors(self) -> tuple[str, ...]:
        """The names of all priority industries, each once."""
        listed = (entry.name for rule in self.rules if isinstance(rule, Industry) for entry in rule.lists)
        return tuple(dict.fromkeys(listed))


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say of one lead."""

    points: int
    reasons: tuple[Reason, ...]
    qualified: bool


def load_scoring(file: Path = FILE) -> Scoring:
    """Read the rules; each is tried once, so that a wrong {…} in a sentence is told now and not by a lost lead.

    Raises `ValueError` with what is wrong.
    """
    scoring = load(file, Scoring)
    try:
        for details in _PROBES:
            scoring.score(details)
        for sentence in _sentences(scoring):
            sentence.format(name="", source="", word="", amount="", currency="", count=0)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{file.name}：句子里的占位符 {error} 没有对应的值") from error
    return scoring


_PROBES = (
    Details(),
    *(
        Details(contact="x", contact_kind="mobile", industry="x", investment_low=amount, currency=currency, notes="x")
        for amount in (1, 10**13)
        for currency in ("CNY", "USD")
    ),
)


def _sentences(scoring: Scoring) -> Iterator[str]:
    for rule in scoring.rules:
        if isinstance(rule, Amount):
            yield from (tier.why for tier in rule.tiers)
            yield rule.foreign.why
        else:
            yield rule.why
