"""Finds the records, and the statements of each, that a question is about: names, structure, words and meaning, weighed
by learned ranking (`ranker`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder, QuestionVectors
from knowledge.model import Common
from knowledge.search.columns import Columns
from knowledge.search.features import OF_RECORDS, YEAR, Features
from knowledge.search.passages import PassageIndex, Tokenizer
from knowledge.search.query import Evidence, Hit, Query, ScoredStatement
from knowledge.search.ranker import Ranker, ranker, softmax
from knowledge.search.strangers import Strangers
from knowledge.text import asked, fold

_MEANING = 0.6
"""Weight of meaning beside words where only nearness counts."""
_SHARPLY = 12.0
"""What a point of structure is worth beside the talk, in logits: a lead of .06 makes twice as likely."""
_HALF = 9.0
"""BM25 score of a passage whose words fit by half."""


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
        ranking: Ranker | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._questions = QuestionVectors(asking or embedder)
        of_owners = list(_searched(catalogue))
        texts = [fold(text) for of_one in of_owners for text in of_one]
        sizes = np.array([len(of_one) for of_one in of_owners], np.int64)
        self._starts = np.cumsum(sizes) - sizes
        """The first row of each owner's passages: its statements, then what is only searched."""
        self._vectors = embedder.embed(texts)
        self._outside = [(kind, fold(text)) for kind, texts in (outside or {}).items() for text in texts]
        self._outside_vectors = embedder.embed([text for _, text in self._outside])
        tokenizer = Tokenizer(catalogue.lexicon.names)
        self._words = PassageIndex(texts, tokenizer)
        self.strangers = Strangers(texts, tokenizer)
        self._columns = Columns(catalogue)
        self.about = self._columns.about
        self._floor, self._span = embedder.floor, embedder.span
        told = np.zeros(len(texts), bool)
        for id_, first in zip(self._columns.ids, self._starts, strict=True):
            told[first : first + len(catalogue.statements.get(id_, ()))] = True
        self.texts = tuple(texts)
        self._ranker = ranking or ranker()
        self._features = Features(catalogue, self._columns, self._starts, told, self.texts)

    def search(self, query: Query, limit: int = 8) -> tuple[list[Hit], Evidence]:
        """Return the likeliest records and gaps, likeliest first, and the evidence to rank statements with."""
        evidence = self.weigh(query.text)
        if not self._columns.ids:
            return [], evidence
        if query.picked:
            return [Hit(id_, 1.0, 1.0, 1.0) for id_ in query.named[:1]], evidence
        rows, features, question = self._features.of_records(query, evidence)
        shares, evidence.nothing = self._ranker.of_records(features, question)
        columns = self._columns
        if query.focus:  # what goes on about something is not learned yet: the questions trained on stand alone
            shares = softmax(_SHARPLY * features[:, OF_RECORDS.index("structure")]) * (1 - evidence.nothing)
        best = np.lexsort((columns.order[rows], -shares))[: limit or len(rows)]
        return [
            Hit(
                columns.ids[rows[at]], float(shares[at]),
                float(max(features[at, 0], features[at, 2])), float(max(features[at, 4], features[at, 6])),
                bool(columns.gap[rows[at]]),
            )
            for at in best.tolist()
        ], evidence  # fmt: skip

    def nearness(self, query: Query) -> dict[str, float]:
        """How near every record lies to the question by words and meaning alone, 0 to 1."""
        evidence = self.weigh(query.text)
        if not self._columns.ids:
            return {}
        meaning, words = (np.maximum.reduceat(of, self._starts) for of in (evidence.meaning, evidence.words))
        near = _MEANING * meaning + (1 - _MEANING) * words
        return {id_: float(near[row]) for row, id_ in enumerate(self._columns.ids) if not self._columns.gap[row]}

    def statements(self, record_id: str, query: Query, evidence: Evidence) -> list[ScoredStatement]:
        """All statements of a record, likeliest to answer first."""
        told = self.catalogue.statements.get(record_id, ())
        if not told:
            return []
        first = int(self._starts[self._columns.row_of[record_id]])
        features = self._features.of_statements(told, first, query, evidence, self._ranker.fields(evidence.vector))
        shares = self._ranker.of_statements(features)
        scored = [ScoredStatement(statement, float(share)) for statement, share in zip(told, shares, strict=True)]
        return sorted(scored, key=lambda s: -s.probability)

    def of_year(self, record_id: str, query: Query) -> bool:
        """Whether the question gives the year of this incentive's document."""
        return bool(self._columns.of_years(YEAR.findall(query.text))[self._columns.row_of[record_id]])

    def suits(self, record: Common, industries: Sequence[str]) -> list[str]:
        """The industries among those asked that the record lists, or that an incentive speaks of."""
        row = self._columns.row_of[record.id]
        return [industry for industry in industries if self._columns.suits(industry)[row]]

    def take_vector(self, text: str, embedder: str, packed: str) -> bool:
        """Take over the vector of a message that will be searched for in a moment, packed by `QuestionVectors.packed`
        in another process; returns whether it is one of ours."""
        return embedder == self._questions.embedder.name and self._questions.take(asked(text), packed)

    def weigh(self, text: str) -> Evidence:
        """What words and meaning say of every passage for a question."""
        vector = self._questions.of(asked(text))
        cosines = self._vectors @ vector
        meaning = np.clip((cosines - self._floor) / self._span, 0.0, 1.0)
        words = np.zeros(len(self.texts))
        found = self._words.search(fold(text))
        scores = np.fromiter(found.values(), float, len(found))
        words[np.fromiter(found, np.int64, len(found))] = scores / (scores + _HALF)
        strange, kind = 0.0, ""
        if self._outside and cosines.size:
            nearest = self._outside_vectors @ vector
            strange = float(nearest.max() - cosines.max()) / self._span
            kind = self._outside[int(nearest.argmax())][0]
        return Evidence(meaning, words, strange, kind, vector)

    def examples(self, query: Query, evidence: Evidence) -> tuple[list[str], np.ndarray, np.ndarray]:
        """What the ranker sees of a question: ids of the candidates, their features, those of no record."""
        rows, features, question = self._features.of_records(query, evidence)
        return [self._columns.ids[row] for row in rows], features, question

    def statement_examples(self, record_id: str, query: Query, evidence: Evidence, fields: np.ndarray) -> np.ndarray:
        """What the ranker sees of the statements of a record, in their order."""
        told = self.catalogue.statements[record_id]
        first = int(self._starts[self._columns.row_of[record_id]])
        return self._features.of_statements(told, first, query, evidence, fields)


def _searched(catalogue: Catalogue) -> Iterator[list[str]]:
    """The texts of every record, its statements first and in their order, then those of every gap."""
    for record in catalogue.records.values():
        told = [statement.text for statement in catalogue.statements[record.id]]
        yield [*told, " ".join((record.name, *record.aliases)), *record.questions]
    for gap in catalogue.gaps.values():
        yield [gap.topic, *gap.questions]
