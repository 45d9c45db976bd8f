"""Ranks records, and the statements of each, for one question: names, structure, words and meaning in one score.

Score of a record, 0 to about 1.6 (weights below, tuned on tests/dialogues):
  meaning   best cosine between the question and the record's sentences and expected questions, rescaled
  words     best BM25 among the same, squashed to 0…1
  named     the question names the record, or the conversation is about it
  scope     the record is about a place that the question names ("兰州新区有什么补贴": the place is named,
            the incentive is wanted)
  type      how much the wording speaks for this type of record
  industry  the question names an industry the record lists
  facet     the record has a statement on a facet that was asked
  year      the question gives the year of the incentive's document ("13年那份意见")
Records of another city than the one asked about are left out; national records always stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.columns import PLACES, Columns, Mask
from knowledge.embedding import Embedder, QuestionVectors
from knowledge.model import Common, Gap
from knowledge.passages import PassageIndex, Tokenizer
from knowledge.statements import Statement
from knowledge.strangers import Strangers
from knowledge.text import asked, fold

NAMED, SCOPE, TYPE, INDUSTRY, FACET, CUE, LOCAL, MEANING, WORDS = 0.75, 0.45, 0.35, 0.2, 0.12, 0.45, 0.06, 0.6, 0.4
YEAR = 0.4


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A question as far as it is understood; all fields but `text` may be empty."""

    text: str
    city: str = ""
    named: tuple[str, ...] = ()
    """Ids of records the question itself names."""
    focus: tuple[str, ...] = ()
    """Ids of records the conversation is about."""
    types: Mapping[str, float] = {}
    """Record type → how much the wording speaks for it, 0 to 1."""
    facets: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()

    carry: float = 0.0
    """How surely the message goes on about the records in focus, 0 to 1; at 1 it points at them."""

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
    """A statement and how well it fits the question (about 0 to 2)."""

    statement: Statement
    score: float
    fit: float
    """How well words and meaning alone fit, 0 to 1."""


class Hit(msgspec.Struct, frozen=True):
    """A record (or, with `gap`, something known to be missing) and how well it fits."""

    id: str
    score: float
    meaning: float
    words: float
    gap: bool = False

    @property
    def fit(self) -> float:
        """How well words and meaning alone fit, 0 to 1, whatever the structure says."""
        return MEANING * self.meaning + WORDS * self.words


_ASKED_BEFORE, _CLEARLY = 0.93, 0.12
"""Meaning from which a question is taken for one that is known to have no answer, and its lead over all that is held."""
_FITTING, _FITTER, _OVERSHADOWED = 0.65, 0.35, 0.4
"""A record that fits this well, and better by this much, than the one in focus takes most of its hold on the talk; the
less a message that says something goes on about the focus, the less better is enough."""
_SURELY = 0.9
"""Carry from which a message goes on about the focus even where its words fit nothing of it."""
_LITTLE = 10
"""Characters up to which a message says little of its own."""
_YEAR = re.compile(r"(?<!\d)(?:20)?([0-3]\d)年(?!内|以|之|期|免|减|起|底|末)")
_ASKED_YEAR, _NEWER = 0.15, 0.08
"""What a sentence gains by telling of the year asked for, and the newest by being so: of two alike the newer is told."""
_LONG_AGO, _RECENTLY = 15, 10
"""2015, before which all years are alike, and how many years later no sentence gains more."""
_OF_OFFICES = frozenset(("phone", "address", "website", "area_code"))
"""Facets for which a contact is looked up where the record in focus tells nothing of them."""


class Searcher:
    """Search over one catalogue. Building embeds what the cache does not know.

    `outside` are examples of questions that no record should answer, by kind of example: a question that lies
    nearer to one of them than to anything held is probably about something else.
    `asking` embeds the questions: `embedder` may keep what it embeds in a file, where no investor's word belongs.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Embedder,
        outside: Mapping[str, Sequence[str]] | None = None,
        asking: Embedder | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._questions = QuestionVectors(asking or embedder)
        of_owners = list(_searched(catalogue))
        texts = [fold(text) for of_one in of_owners for text in of_one]
        sizes = np.array([len(of_one) for of_one in of_owners], np.int64)
        self._starts = np.cumsum(sizes) - sizes
        """The first row of each owner's passages: its statements, then what is only searched."""
        self._owner_of = np.repeat(np.arange(len(of_owners), dtype=np.int32), sizes)
        self._vectors = embedder.embed(texts)
        self._outside = [(kind, fold(text)) for kind, texts in (outside or {}).items() for text in texts]
        self._outside_vectors = embedder.embed([text for _, text in self._outside])
        tokenizer = Tokenizer(catalogue.lexicon.names)
        self._words = PassageIndex(texts, tokenizer)
        self.strangers = Strangers(texts, tokenizer)
        self._columns = Columns(catalogue)
        self.about = self._columns.about
        self._floor, self._span = embedder.floor, embedder.span

    def search(self, query: Query, limit: int = 8) -> tuple[list[Hit], Evidence]:
        """Return the best records and gaps, best first, and the evidence to rank statements with."""
        evidence = self._weigh(query.text)
        columns = self._columns
        meaning, words = self._fits(evidence)
        fit = MEANING * meaning + WORDS * words
        in_reach = self._in_reach(query)
        records = in_reach & ~columns.gap
        score = fit + self._structure(query, fit, words, fit.max(where=records, initial=0.0))
        meant = columns.these((*query.named, *query.focus))
        right_type = records & (columns.of_type(query.wanted) | meant) if query.wanted else records
        held = float(meaning.max(where=right_type, initial=0.0))
        nearest = float(meaning.max(where=records, initial=0.0))
        for row in np.flatnonzero(in_reach & columns.gap).tolist():
            gap = self.catalogue.gaps[columns.ids[row]]
            score[row] = fit[row] + self._known_missing(gap, query, float(meaning[row]), held, nearest)
        rows = np.flatnonzero(in_reach)
        if 0 < limit < len(rows):  # whatever scores as the last that is wanted stays, for the id to decide
            least = np.partition(score[rows], len(rows) - limit)[len(rows) - limit]
            rows = rows[score[rows] >= least]
        best = rows[np.lexsort((columns.order[rows], -score[rows]))][:limit]
        return [
            Hit(columns.ids[row], float(score[row]), float(meaning[row]), float(words[row]), bool(columns.gap[row]))
            for row in best.tolist()
        ], evidence

    def _fits(self, evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
        """The best meaning and the best words of every owner."""
        words = np.zeros(len(self._starts))
        np.maximum.at(words, self._owner_of[list(evidence.words)], list(evidence.words.values()))
        if not len(self._starts):
            return words, words
        return np.maximum.reduceat(evidence.meaning, self._starts).astype(np.float64), words

    def statements(self, record_id: str, query: Query, evidence: Evidence) -> list[ScoredStatement]:
        """All statements of a record, best first: those on a facet that was asked, then by meaning and words."""
        scored = []
        told = self.catalogue.statements.get(record_id, ())
        years = frozenset(_YEAR.findall(query.text))
        for row, statement in enumerate(told, int(self._starts[self._columns.row_of[record_id]]) if told else 0):
            asked = len(set(statement.facets) & set(query.facets))
            own = asked and statement.field not in ("facts", "note", "steps", "benefits", "who", "summary")
            fit = 0.5 * float(evidence.meaning[row]) + 0.5 * evidence.words.get(row, 0.0)
            fit += _of_its_time(statement.text, years)
            score = fit + ((0.8 if own else 0.2) if asked else 0.0)
            scored.append(ScoredStatement(statement, score, fit))
        return sorted(scored, key=lambda s: -s.score)

    def _in_reach(self, query: Query) -> Mask:
        """What may be told at all: of the city asked about, national, or asked for by name."""
        columns = self._columns
        if not query.city:
            return ~columns.nothing()
        return columns.in_city(query.city) | columns.in_city("全国") | columns.these((*query.named, *query.focus))

    def _structure(self, query: Query, fit: np.ndarray, words: np.ndarray, best_fit: float) -> np.ndarray:
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
        score += YEAR * columns.of_years(_YEAR.findall(query.text))
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

    def of_year(self, record_id: str, query: Query) -> bool:
        """Whether the question gives the year of this incentive's document."""
        return bool(self._columns.of_years(_YEAR.findall(query.text))[self._columns.row_of[record_id]])

    def suits(self, record: Common, industries: Sequence[str]) -> list[str]:
        """The industries among those asked that the record lists, or that an incentive speaks of."""
        row = self._columns.row_of[record.id]
        return [industry for industry in industries if self._columns.suits(industry)[row]]

    def take_vector(self, text: str, embedder: str, packed: str) -> bool:
        """Take over the vector of a message that will be searched for in a moment, packed by `QuestionVectors.packed`
        in another process; returns whether it is one of ours."""
        return embedder == self._questions.embedder.name and self._questions.take(asked(text), packed)

    def _weigh(self, text: str) -> Evidence:
        vector = self._questions.of(asked(text))
        cosines = self._vectors @ vector
        meaning = np.clip((cosines - self._floor) / self._span, 0.0, 1.0)
        words = {row: score / (score + 9.0) for row, score in self._words.search(fold(text)).items()}
        strange, kind = 0.0, ""
        if self._outside and cosines.size:
            nearest = self._outside_vectors @ vector
            strange = float(nearest.max() - cosines.max()) / self._span
            kind = self._outside[int(nearest.argmax())][0]
        return Evidence(meaning, words, strange, kind)


def _of_its_time(text: str, years: frozenset[str]) -> float:
    """What a sentence gains by its year: that of the question, or, where none is asked for, a recent one."""
    told = {int(year) for year in _YEAR.findall(text)}
    if years:
        return _ASKED_YEAR if any(f"{year:02}" in years for year in told) else 0.0
    return _NEWER * min(max(told, default=_LONG_AGO) - _LONG_AGO, _RECENTLY) / _RECENTLY if told else 0.0


class Evidence:
    """What words and meaning say of every passage for one question."""

    def __init__(self, meaning: np.ndarray, words: Mapping[int, float], strange: float, strange_kind: str) -> None:
        self.meaning = meaning
        self.words = words
        self.strange = strange
        """How much nearer the question lies to an example from outside than to anything held; negative inside."""
        self.strange_kind = strange_kind


def _searched(catalogue: Catalogue) -> Iterator[list[str]]:
    """The texts of every record, its statements first and in their order, then those of every gap."""
    for record in catalogue.records.values():
        told = [statement.text for statement in catalogue.statements[record.id]]
        yield [*told, " ".join((record.name, *record.aliases)), *record.questions]
    for gap in catalogue.gaps.values():
        yield [gap.topic, *gap.questions]
