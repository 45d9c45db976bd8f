"""Which office a lead goes to. The rules stand in `rules/routing.yml`."""

from __future__ import annotations

from pathlib import Path

from leads.model import Details
from leads.rules import HERE, Strict, first_word, load

FILE = HERE / "routing.yml"


class Route(Strict, frozen=True, kw_only=True):
    """An office, and the words of area or industry that lead to it; both must occur where both are given."""

    office: str
    area: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A route without words would take every lead."""
        if not self.area and not self.industry:
            raise ValueError(f"{self.office} 没有写 area 或 industry，会收下所有线索")

    def leads_here(self, details: Details) -> bool:
        """Whether a lead belongs to this office."""
        return all(
            first_word(words, said)
            for words, said in ((self.area, details.area), (self.industry, details.industry))
            if words
        )


class Routing(Strict, frozen=True, kw_only=True):
    """The routes in the order in which they are tried, and the office for all others."""

    default: str
    rules: tuple[Route, ...]

    @property
    def offices(self) -> tuple[str, ...]:
        """The names of all offices, each once."""
        return tuple(dict.fromkeys([*(route.office for route in self.rules), self.default]))

    def office_of(self, details: Details) -> str:
        """The office of the first route that fits."""
        return next((route.office for route in self.rules if route.leads_here(details)), self.default)


def load_routing(file: Path = FILE) -> Routing:
    """Read the routes. Raises `ValueError` with what is wrong."""
    return load(file, Routing)
