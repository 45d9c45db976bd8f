"""What the ranker sees of a question and of each thing it may be about.

Passages of a record are of two kinds: what it tells (its statements) and what is only searched (its names and the
questions it is known to answer). A feature is a number of order one; nothing names a record, a city or a topic.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.model import TYPES, Incentive
from knowledge.search.columns import Columns, Mask
from knowledge.search.query import Evidence, Query
from knowledge.search.ranker import Floats
from knowledge.search.structure import Structure
from knowledge.standing import standing_of
from knowledge.statements import FIELDS, FREE, Statement
from knowledge.text import fold

_KINDS = tuple(TYPES)
OF_RECORDS = (
    "told", "told_second", "known", "known_second", "told_words", "told_words_second", "known_words", "told_behind",
    "known_behind", "told_words_behind", "known_words_behind", "named", "named_place", "focus", "about", "about_thing",
    "type", "other_type", "type_squared", "facets", "facets_of_named", "industry", "year", "gap", "cue", "numbers",
    "same_city", "other_city", "over", "named_of_other_type", "structure", "structure_behind", "gap_beside_named", "gap_though_told",
)  # fmt: skip
OF_NONE = (
    "outside", "strange", "told", "known", "told_words", "known_words", "named", "focus", "latin", "length", "foreign",
    "city",
)  # fmt: skip
OF_STATEMENTS = (
    "meaning", "words", "meaning_behind", "words_behind", "facet_of_field", "facet_of_text", "first_facet", "year",
    "no_year_asked_recent", "numbers", "length", "place", "field", "field_behind", *FIELDS,
)  # fmt: skip
_BESIDE_FIELDS = len(OF_STATEMENTS) - len(FIELDS)
YEAR = re.compile(r"(?<!\d)(?:20)?([0-3]\d)年(?!内|以|之|期|免|减|起|底|末)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONG_AGO, _RECENTLY = 15, 10
_KEPT = 50_000
"""Texts whose numbers are kept."""
_NEAREST = 40
"""How many of the things that fit best are looked at closely, besides those named, in focus or cued."""


class Features:
    """Immutable. `starts` are the first rows of each owner's passages, `told` marks those that are statements."""

    def __init__(
        self, catalogue: Catalogue, columns: Columns, starts: np.ndarray, told: Mask, texts: Sequence[str]
    ) -> None:
        self._catalogue, self._columns = catalogue, columns
        self._starts, self._ends, self._told = starts, np.append(starts[1:], len(texts)), told
        self._texts = texts
        self._structure = Structure(catalogue, columns)
        types, cities = catalogue.lexicon.types_of, catalogue.lexicon.city_of
        kinds = [_KINDS.index(types[i]) if types[i] in _KINDS else len(_KINDS) for i in columns.ids]
        self._cities = np.array([cities[i] for i in columns.ids])
        self._is_kind = np.eye(len(_KINDS) + 1)[kinds][:, : len(_KINDS)]
        incentives = [catalogue.records.get(i) for i in columns.ids]
        today = dt.date.today()
        self._over = np.array([isinstance(r, Incentive) and standing_of(r, today) != "current" for r in incentives])
        self._cues = [(columns.row_of[gap.id], tuple(map(fold, gap.cues))) for gap in catalogue.gaps.values()]

    def of_records(self, query: Query, evidence: Evidence) -> tuple[np.ndarray, Floats, Floats]:
        """Rows of the candidates, their features (candidates × OF_RECORDS), those of no record (OF_NONE)."""
        columns = self._columns
        best = {
            name: self._best(np.where(mask, values, 0.0))
            for name, values, mask in (
                ("told", evidence.meaning, self._told), ("known", evidence.meaning, ~self._told),
                ("told_words", evidence.words, self._told), ("known_words", evidence.words, ~self._told),
            )
        }  # fmt: skip
        fit = 0.6 * np.maximum(best["told"], best["known"]) + 0.4 * np.maximum(best["told_words"], best["known_words"])
        named, focus = columns.these(query.named), columns.these(query.focus)
        cued = columns.nothing()
        cued[[row for row, cues in self._cues if any(cue in query.text for cue in cues)]] = True
        structure = self._structure.score(
            query, np.maximum(best["told"], best["known"]), np.maximum(best["told_words"], best["known_words"]),
            YEAR.findall(query.text),
        )  # fmt: skip
        near = np.concatenate([np.argsort(-fit)[:_NEAREST], np.argsort(-structure)[: _NEAREST // 2]])
        beside = columns.these(query.not_meant)
        rows = np.unique(
            np.concatenate(
                [near, np.argsort(-best["told"])[: _NEAREST // 2], *map(np.flatnonzero, (named, focus, cued))]
            )
        )
        rows = rows[~beside[rows]]
        if query.in_city:
            reach = (self._cities == query.city) | (self._cities == "全国") | named | focus
            rows = rows[reach[rows]]
        place = columns.of_places[rows]
        about = columns.about_any((*query.named, *query.focus))[rows] & ~named[rows] & ~focus[rows]
        wants = np.array([query.types.get(kind, 0.0) for kind in _KINDS])
        typed = self._is_kind[rows] @ wants
        told = np.zeros(len(rows))
        for facet in set(query.facets):
            told += columns.tells(facet)[rows]
        told /= max(1, len(query.facets))
        suited = columns.nothing()
        for industry in query.industries:
            suited = suited | columns.suits(industry)
        is_named = named[rows].astype(float)
        other = wants.max(initial=0.0) - typed
        city = self._cities[rows]
        features = {
            **{name: best[name][rows] for name in best},
            **{f"{name}_behind": best[name][rows] - best[name].max(initial=0.0) for name in best},
            "told_second": self._second(evidence.meaning, self._told, rows),
            "known_second": self._second(evidence.meaning, ~self._told, rows),
            "told_words_second": self._second(evidence.words, self._told, rows),
            "named": is_named * ~place, "named_place": is_named * place, "focus": focus[rows] * query.carry,
            "about": about, "about_thing": about * ~place, "type": typed, "other_type": other, "type_squared": typed**2,
            "facets": told, "facets_of_named": told * is_named, "industry": suited[rows],
            "year": columns.of_years(YEAR.findall(query.text))[rows], "gap": columns.gap[rows], "cue": cued[rows],
            "numbers": self._numbers(query.text, rows), "same_city": (city == query.city) & bool(query.city),
            "other_city": (city != query.city) & (city != "全国") & bool(query.city), "over": self._over[rows],
            "named_of_other_type": is_named * other,
            "structure": structure[rows], "structure_behind": structure[rows] - structure.max(initial=0.0),
            "gap_beside_named": columns.gap[rows] * bool(named.any()),
            "gap_though_told": columns.gap[rows] * (told * is_named).max(initial=0.0),
        }  # fmt: skip
        none = {
            "outside": query.outside, "strange": evidence.strange, **{name: best[name].max(initial=0.0) for name in best},
            "named": bool(query.named), "focus": bool(query.focus) * query.carry, "latin": _latin(query.text),
            "length": min(len(query.text), 80) / 80, "foreign": query.foreign, "city": bool(query.city),
        }  # fmt: skip
        return (
            rows,
            np.stack([np.asarray(features[name], np.float64) for name in OF_RECORDS], axis=1),
            np.array([float(none[name]) for name in OF_NONE]),
        )

    def of_statements(
        self, statements: Sequence[Statement], first: int, query: Query, evidence: Evidence, fields: Floats
    ) -> Floats:
        """The features of a record's statements (statements × OF_STATEMENTS); `first` is the row of the first.

        `fields` has the probability of every field (FIELDS).
        """
        own = [FIELDS.index(statement.field) for statement in statements]
        likeliest = max((fields[at] for at in own), default=0.0)
        rows = slice(first, first + len(statements))
        meaning, words = evidence.meaning[rows].astype(float), evidence.words[rows].astype(float)
        asked, years, numbers = set(query.facets), frozenset(YEAR.findall(query.text)), set(_NUMBER.findall(query.text))
        out = np.zeros((len(statements), len(OF_STATEMENTS)))
        for at, statement in enumerate(statements):
            free = statement.field in FREE
            shared = len(asked & set(statement.facets)) / max(1, len(asked))
            told, held = _years_in(statement.text), _numbers_in(statement.text)
            out[at, : _BESIDE_FIELDS] = (
                meaning[at], words[at], meaning[at] - meaning.max(initial=0.0), words[at] - words.max(initial=0.0),
                shared * (not free), shared * free, bool(asked & set(statement.facets[:1])),
                any(f"{year:02}" in years for year in told),
                min(max(told, default=_LONG_AGO) - _LONG_AGO, _RECENTLY) / _RECENTLY if not years else 0.0,
                len(numbers & held) / max(1, len(numbers)), min(len(statement.text), 200) / 200, min(at, 30) / 30,
                fields[own[at]], fields[own[at]] - likeliest,
            )  # fmt: skip
            out[at, _BESIDE_FIELDS + own[at]] = 1.0
        return out

    def _best(self, values: np.ndarray) -> np.ndarray:
        """The best of every owner's passages."""
        return np.maximum.reduceat(values, self._starts).astype(float) if len(self._starts) else np.zeros(0)

    def _second(self, values: np.ndarray, mask: Mask, rows: np.ndarray) -> np.ndarray:
        """The best of what lies behind the best passage of some owners."""
        counted = np.where(mask, values, 0.0)
        best = np.repeat(self._best(counted), self._ends - self._starts)
        return np.asarray(self._best(np.where(counted == best, 0.0, counted))[rows])

    def _numbers(self, text: str, rows: np.ndarray) -> np.ndarray:
        """The share of the question's numbers that stand in what each record tells."""
        asked = set(_NUMBER.findall(text))
        if not asked:
            return np.zeros(len(rows))
        held = [map(_numbers_in, self._texts[self._starts[row] : self._ends[row]]) for row in rows]
        return np.array([len(asked & frozenset().union(*of_one)) / len(asked) for of_one in held])


@lru_cache(maxsize=_KEPT)
def _numbers_in(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


@lru_cache(maxsize=_KEPT)
def _years_in(text: str) -> frozenset[int]:
    return frozenset(map(int, YEAR.findall(text)))


def _latin(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isascii() for c in letters) / max(1, len(letters))
