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
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder, QuestionVectors
from knowledge.model import Common, Gap, Incentive
from knowledge.passages import PassageIndex, Tokenizer
from knowledge.statements import Statement
from knowledge.strangers import Strangers
from knowledge.text import fold, gist

NAMED, SCOPE, TYPE, INDUSTRY, FACET, CUE, LOCAL, MEANING, WORDS = 0.75, 0.45, 0.35, 0.2, 0.12, 0.45, 0.06, 0.6, 0.4
YEAR = 0.3
PLACES = ("site", "district", "industry")


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
    """How surely the message goes on about the records in focus, 0 to 1."""

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


_FLOOR, _SPAN = 0.80, 0.16
"""Raw cosines of multilingual-e5 between unrelated and equal questions; mapped to 0…1."""
_LEXICAL_FLOOR, _LEXICAL_SPAN = 0.05, 0.6
_ASKED_BEFORE, _CLEARLY = 0.93, 0.12
"""Meaning from which a question is taken for one that is known to have no answer, and its lead over all that is held."""
_FITTING, _FITTER, _OVERSHADOWED = 0.65, 0.35, 0.4
"""A record that fits this well, and better by this much, than the one in focus takes most of its hold on the talk."""
_YEAR = re.compile(r"(?<!\d)(?:20)?([0-3]\d)年(?!内|以内|期|免|减)")
_DOCUMENT_YEAR = re.compile(r"20([0-3]\d)")
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
        owners: list[str] = []
        texts: list[str] = []
        self._statement_at: dict[int, Statement] = {}
        for record in catalogue.records.values():
            for statement in catalogue.statements[record.id]:
                self._statement_at[len(texts)] = statement
                owners.append(record.id)
                texts.append(fold(statement.text))
            for text in (" ".join((record.name, *record.aliases)), *record.questions):
                owners.append(record.id)
                texts.append(fold(text))
        for gap in catalogue.gaps.values():
            for text in (gap.topic, *gap.questions):
                owners.append(gap.id)
                texts.append(fold(text))
        self._owners = owners
        self._vectors = embedder.embed(texts)
        self._outside = [(kind, fold(text)) for kind, texts in (outside or {}).items() for text in texts]
        self._outside_vectors = embedder.embed([text for _, text in self._outside])
        tokenizer = Tokenizer(catalogue.lexicon.names)
        self._words = PassageIndex(texts, tokenizer)
        self.strangers = Strangers(texts, tokenizer)
        self._rows: dict[str, list[int]] = {}
        for row, owner in enumerate(owners):
            self._rows.setdefault(owner, []).append(row)
        self._starts = [rows[0] for rows in self._rows.values()]  # the rows of an owner stand together
        self._lists = {
            record.id: " ".join(
                getattr(record, "industries", ())
                or getattr(record, "branches", ())
                or (record.name, *getattr(record, "benefits", ()), getattr(record, "who", ""))
            )
            for record in catalogue.records.values()
        }
        self._told = {
            record_id: {facet for statement in statements for facet in statement.facets}
            for record_id, statements in catalogue.statements.items()
        }
        self._years = {record.id: _years_of(record) for record in catalogue.of_type(Incentive)}
        self.about = {record.id: _subjects(record, catalogue) for record in catalogue.records.values()}
        lexical = embedder.name.startswith("lexical")
        self._floor, self._span = (_LEXICAL_FLOOR, _LEXICAL_SPAN) if lexical else (_FLOOR, _SPAN)

    def search(self, query: Query, limit: int = 8) -> tuple[list[Hit], Evidence]:
        """Return the best records and gaps, best first, and the evidence to rank statements with."""
        evidence = self._weigh(query.text)
        fits = {owner: fit for owner, fit in self._fits(evidence).items() if self._in_reach(owner, query)}
        records, gaps = self.catalogue.records, self.catalogue.gaps
        best_fit = max((MEANING * m + WORDS * w for owner, (m, w) in fits.items() if owner in records), default=0.0)
        wanted = query.wanted
        held = max((m for o, (m, _) in fits.items() if o in records and wanted in ("", records[o].type)), default=0.0)
        hits = []
        for owner, (meaning, words) in fits.items():
            score = MEANING * meaning + WORDS * words
            if owner in gaps:
                score += self._known_missing(gaps[owner], query, meaning, held)
            else:
                overshadowed = best_fit >= _FITTING and best_fit - score > _FITTER
                score += self._structure(records[owner], query, words, overshadowed)
            hits.append(Hit(owner, score, meaning, words, owner in gaps))
        hits.sort(key=lambda h: (-h.score, h.id))
        return hits[:limit], evidence

    def _fits(self, evidence: Evidence) -> dict[str, tuple[float, float]]:
        """Owner → its best meaning and its best words."""
        meaning = np.maximum.reduceat(evidence.meaning, self._starts) if self._starts else ()
        words: dict[str, float] = {}
        for row, value in evidence.words.items():
            owner = self._owners[row]
            words[owner] = max(words.get(owner, 0.0), value)
        return {o: (float(m), words.get(o, 0.0)) for o, m in zip(self._rows, meaning, strict=True)}

    def statements(self, record_id: str, query: Query, evidence: Evidence) -> list[ScoredStatement]:
        """All statements of a record, best first: those on a facet that was asked, then by meaning and words."""
        scored = []
        for row in self._rows.get(record_id, ()):
            if (statement := self._statement_at.get(row)) is None:
                continue
            asked = len(set(statement.facets) & set(query.facets))
            own = asked and statement.field not in ("facts", "note", "steps", "benefits", "who", "summary")
            score = 0.5 * float(evidence.meaning[row]) + 0.5 * evidence.words.get(row, 0.0)
            score += (0.8 if own else 0.2) if asked else 0.0
            scored.append(ScoredStatement(statement, score))
        return sorted(scored, key=lambda s: -s.score)

    def _in_reach(self, owner: str, query: Query) -> bool:
        """Whether a record may be told at all: of the city asked about, national, or asked for by name."""
        city = self.catalogue.lexicon.city_of[owner]
        return not query.city or city in (query.city, "全国") or owner in (*query.named, *query.focus)

    def _structure(self, record: Common, query: Query, words: float, overshadowed: bool) -> float:
        told = self._told[record.id]
        told_share = len(told & set(query.facets)) / len(query.facets) if query.facets else 0.0
        score = TYPE * query.types.get(record.type, 0.0) + FACET * told_share
        if record.id in query.named:
            score += NAMED * self._share_of_named(record, told_share, query)
        elif self.about[record.id] & set(query.named):
            score += SCOPE * (query.pull if record.type not in PLACES else query.types.get(record.type, 0.0) / 2)
        if record.id in query.focus:
            score += NAMED * self._carried(told, query, words) * (_OVERSHADOWED if overshadowed else 1.0)
        elif query.wanted == record.type and self.about[record.id] & set(query.focus):
            score += SCOPE / 2
        if query.city and record.city == query.city:
            score += LOCAL
        if self.of_year(record.id, query):
            score += YEAR
        if query.industries and self.suits(record, query.industries):
            score += INDUSTRY
        elif query.industries and record.type == "incentive" and record.id not in (*query.named, *query.focus):
            score -= INDUSTRY / 2
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
        fits = bool(told & set(query.facets)) or words > 0 or query.carry == 1.0
        return query.carry if fits else query.carry * 0.4

    @staticmethod
    def _known_missing(gap: Gap, query: Query, meaning: float, held: float) -> float:
        if gap.id in query.named:
            return NAMED + TYPE
        asked_before = meaning >= max(_ASKED_BEFORE, held + _CLEARLY)
        if asked_before or any(fold(cue) in query.text for cue in gap.cues):
            return CUE + (NAMED * 0.8 if query.named or query.focus else 0.0)
        return 0.0

    def of_year(self, record_id: str, query: Query) -> bool:
        """Whether the question gives the year of this incentive's document."""
        return not self._years.get(record_id, frozenset()).isdisjoint(_YEAR.findall(query.text))

    def suits(self, record: Common, industries: Sequence[str]) -> list[str]:
        """The industries among those asked that the record lists, or that an incentive speaks of."""
        listed = self._lists[record.id]
        return [i for i in industries if any(word in listed for word in self.catalogue.industry_tells.get(i, ()))]

    def prepare(self, text: str) -> None:
        """Embed a message that will be searched for in a moment; may run in another thread."""
        self._questions.of(gist(fold(text)))

    def _weigh(self, text: str) -> Evidence:
        vector = self._questions.of(gist(fold(text)))
        cosines = self._vectors @ vector
        meaning = np.clip((cosines - self._floor) / self._span, 0.0, 1.0)
        words = {row: score / (score + 9.0) for row, score in self._words.search(fold(text)).items()}
        strange, kind = 0.0, ""
        if self._outside and cosines.size:
            nearest = self._outside_vectors @ vector
            strange = float(nearest.max() - cosines.max()) / self._span
            kind = self._outside[int(nearest.argmax())][0]
        return Evidence(meaning, words, strange, kind)


class Evidence:
    """What words and meaning say of every passage for one question."""

    def __init__(self, meaning: np.ndarray, words: Mapping[int, float], strange: float, strange_kind: str) -> None:
        self.meaning = meaning
        self.words = words
        self.strange = strange
        """How much nearer the question lies to an example from outside than to anything held; negative inside."""
        self.strange_kind = strange_kind


def _years_of(record: Incentive) -> frozenset[str]:
    """The years, in two digits, of an incentive's document."""
    return frozenset(
        _DOCUMENT_YEAR.findall(f"{record.name} {record.document_number} {(record.effective_from or '')[:4]}")
    )


def _subjects(record: Common, catalogue: Catalogue) -> set[str]:
    """Ids of the places a record is about, by the names that stand in its own defining fields."""
    fields = ("name", "level", "issuing_authority", "who", "location", "apply")
    text = "|".join([*(str(getattr(record, f, "") or "") for f in fields), *record.aliases])
    mentions = catalogue.lexicon.read(text).mentions
    named = {id_ for mention in mentions for id_ in mention.ids if id_ in catalogue.records}
    named |= set(getattr(record, "districts", ()))
    same_city = {id_ for id_ in named if catalogue.records[id_].city in (record.city, "全国")}
    return {id_ for id_ in same_city if catalogue.records[id_].type in PLACES} - {record.id}
