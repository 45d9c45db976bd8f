"""A question as far as it is understood, and what a search finds for it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from knowledge.search.columns import PLACES
from knowledge.statements import Statement


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A question as far as it is understood; all fields but `text` may be empty."""

    text: str
    city: str = ""
    in_city: bool = False
    """Whether the question itself is about this city, so that what lies in another is no answer to it."""
    named: tuple[str, ...] = ()
    """Ids of records the question itself names."""
    picked: bool = False
    """Whether the record it names was picked from a list: nothing else is meant."""
    not_meant: tuple[str, ...] = ()
    """Ids of records that share a name with those it names, and are not meant."""
    focus: tuple[str, ...] = ()
    """Ids of records the conversation is about."""
    types: Mapping[str, float] = {}
    """Record type → how much the wording speaks for it, 0 to 1."""
    facets: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    carry: float = 0.0
    """How surely the message goes on about the records in focus, 0 to 1; at 1 it points at them."""
    outside: float = 0.0
    """How surely the classifier takes the message for something that is not ours, 0 to 1."""
    foreign: bool = False
    """Whether a place is named of which nothing is held."""

    @property
    def pull(self) -> float:
        """How far the wording pulls from the places it names to something about them, 0 to 1."""
        places = max((self.types.get(kind, 0.0) for kind in PLACES), default=0.0)
        others = max((weight for kind, weight in self.types.items() if kind not in PLACES), default=0.0)
        return min(1.0, max(0.0, 0.5 + 1.5 * (others - places))) if others > 0.25 else 0.0

    @property
    def wanted(self) -> str:
        """The type of record the wording clearly asks for, or an empty string."""
        best = max(self.types, key=lambda t: self.types[t], default="")
        return best if best and self.types[best] >= 0.45 else ""


class ScoredStatement(msgspec.Struct, frozen=True):
    """A statement and the probability that it answers, among those of its record."""

    statement: Statement
    probability: float


class Hit(msgspec.Struct, frozen=True):
    """A record (or, with `gap`, something known to be missing) and the probability that it is what was asked for.

    The probabilities of all hits and that of no hit at all add up to one.
    """

    id: str
    probability: float
    meaning: float
    """How near the nearest of its passages lies in meaning, 0 to 1."""
    words: float
    """How well the best of its passages fits in words, 0 to 1."""
    gap: bool = False


class Evidence:
    """What words and meaning say of every passage for one question."""

    def __init__(
        self, meaning: np.ndarray, words: np.ndarray, strange: float, strange_kind: str, vector: np.ndarray
    ) -> None:
        self.vector = vector
        """That of the question."""
        self.meaning, self.words = meaning, words
        """One number from 0 to 1 for each passage."""
        self.nothing = 0.0
        """The probability that nothing held is what was asked for."""
        self.strange = strange
        """How much nearer the question lies to an example from outside than to anything held; negative inside."""
        self.strange_kind = strange_kind
