"""What the structure of a question and of the records says for each of them: names, scope, type, facets, place, the talk.

Score of a record, 0 to about 1.6 (weights below, set by hand on tests/dialogues); one feature among others of the learned
ranking (`features`).
"""

from __future__ import annotations

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.model import Common, Gap
from knowledge.search.columns import PLACES, Columns, Mask
from knowledge.search.query import Query
from knowledge.text import fold

NAMED, SCOPE, TYPE, INDUSTRY, FACET, CUE, LOCAL, MEANING, WORDS = 0.75, 0.45, 0.35, 0.2, 0.12, 0.45, 0.06, 0.6, 0.4
YEAR = 0.4
_ASKED_BEFORE, _CLEARLY = 0.93, 0.12
"""Meaning from which a question is taken for one that is known to have no answer, and its lead over all that is held."""
_FITTING, _FITTER, _OVERSHADOWED = 0.65, 0.35, 0.4
"""A record that fits this well, and better by this much, than the one in focus takes most of its hold on the talk; the
less a message that says something goes on about the focus, the less better is enough."""
_SURELY = 0.9
"""Carry from which a message goes on about the focus even where its words fit nothing of it."""
_LITTLE = 10
"""Characters up to which a message says little of its own."""
_OF_OFFICES = frozenset(("phone", "address", "website", "area_code"))
"""Facets for which a contact is looked up where the record in focus tells nothing of them."""


class Structure:
    """Immutable."""

    def __init__(self, catalogue: Catalogue, columns: Columns) -> None:
        self.catalogue, self._columns = catalogue, columns

    def score(self, query: Query, meaning: np.ndarray, words: np.ndarray, years: list[str]) -> np.ndarray:
        """One number for each row; -1 where the row is out of reach of the question's place."""
        columns = self._columns
        fit = MEANING * meaning + WORDS * words
        in_reach = self._in_reach(query)
        records = in_reach & ~columns.gap
        score = fit + self._structure(query, fit, words, fit.max(where=records, initial=0.0), years)
        meant = columns.these((*query.named, *query.focus))
        right_type = records & (columns.of_type(query.wanted) | meant) if query.wanted else records
        held = float(meaning.max(where=right_type, initial=0.0))
        nearest = float(meaning.max(where=records, initial=0.0))
        for row in np.flatnonzero(in_reach & columns.gap).tolist():
            gap = self.catalogue.gaps[columns.ids[row]]
            score[row] = fit[row] + self._known_missing(gap, query, float(meaning[row]), held, nearest)
        return np.where(in_reach, score, -1.0)

    def _in_reach(self, query: Query) -> Mask:
        """What may be told at all: of the city asked about, national, or asked for by name."""
        columns = self._columns
        if not query.city:
            return ~columns.nothing()
        return columns.in_city(query.city) | columns.in_city("全国") | columns.these((*query.named, *query.focus))

    def _structure(
        self, query: Query, fit: np.ndarray, words: np.ndarray, best_fit: float, years: list[str]
    ) -> np.ndarray:
        """What the structure of every record adds to its score; for gaps it means nothing."""
        columns, records = self._columns, self.catalogue.records
        named, focus = columns.these(query.named), columns.these(query.focus)
        typed, told_share = np.zeros((2, len(columns.ids)))
        for kind, weight in query.types.items():
            typed += weight * columns.of_type(kind)
        for facet in set(query.facets):
            told_share += columns.tells(facet)
        told_share /= max(1, len(query.facets))
        score = TYPE * typed + FACET * told_share
        for row in np.flatnonzero(named & ~columns.gap).tolist():
            score[row] += NAMED * self._share_of_named(records[columns.ids[row]], float(told_share[row]), query)
        scope = columns.about_any(query.named) & ~named
        score += SCOPE * np.where(columns.of_places, typed / 2, query.pull) * scope
        for row in np.flatnonzero(focus & ~columns.gap).tolist():
            fitter = _FITTER * (query.carry if len(query.text) > _LITTLE else 1.0)
            overshadowed = query.carry < 1.0 and best_fit >= _FITTING and best_fit - fit[row] > fitter
            told = {facet for facet in {*query.facets, *_OF_OFFICES} if columns.tells(facet)[row]}
            score[row] += NAMED * self._carried(told, query, words[row]) * (_OVERSHADOWED if overshadowed else 1.0)
        if query.wanted:
            score += SCOPE / 2 * (columns.of_type(query.wanted) & columns.about_any(query.focus) & ~focus)
        if query.city:
            score += LOCAL * columns.in_city(query.city)
        score += YEAR * columns.of_years(years)
        if query.industries:
            suited = np.logical_or.reduce([columns.suits(industry) for industry in query.industries])
            score += INDUSTRY * suited
            score -= INDUSTRY / 2 * (columns.of_type("incentive") & ~suited & ~named & ~focus)
        return score

    @staticmethod
    def _share_of_named(record: Common, told_share: float, query: Query) -> float:
        """How much being named counts: where something else is wanted of a place, the place is only the scope."""
        wanted = query.wanted
        if wanted == record.type:
            return 1.0 if told_share or not query.facets else 0.8
        if record.type in PLACES:
            if record.type == "district" and wanted in ("", "site") and not (told_share and "subparks" in query.facets):
                return 0.5
            return max(1.0 - 0.75 * query.pull, 0.9 * told_share)
        if not wanted or record.type in ("incentive", "procedure"):
            return 0.9 if told_share or not query.facets else 0.55
        return 0.35 if record.type == "transport" else 0.75 if told_share else 0.4

    @staticmethod
    def _carried(told: set[str], query: Query, words: float) -> float:
        """How surely a follow-up goes on about the record in focus, 0 to 1."""
        if set(query.facets) & _OF_OFFICES - told:
            return 0.0
        fits = bool(told & set(query.facets)) or words > 0 or query.carry >= _SURELY
        return query.carry if fits else query.carry * 0.4

    @staticmethod
    def _known_missing(gap: Gap, query: Query, meaning: float, held: float, nearest: float) -> float:
        """`held` is the best meaning among what the wording asks for, `nearest` that among all that is held."""
        if gap.id in query.named:
            return NAMED + TYPE
        asked_before = meaning >= max(_ASKED_BEFORE, held + _CLEARLY) and meaning > nearest
        if asked_before or any(fold(cue) in query.text for cue in gap.cues):
            return CUE + (NAMED * 0.8 if query.named or query.focus else 0.0)
        return 0.0
