"""The Catalogue: all records in use, with the lexicon that reads their names and the statements made of them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from knowledge.checks import check_all
from knowledge.errors import RecordsInvalid, UnknownRecord
from knowledge.lexicon import Lexicon
from knowledge.loading import load_gaps, load_records
from knowledge.model import Common, Gap
from knowledge.paths import GAPS, RECORDS
from knowledge.statements import Statement, statements_of
from knowledge.vocabulary import Vocabulary

logger = logging.getLogger(__name__)
R = TypeVar("R", bound=Common)


class Catalogue:
    """Immutable; a reload makes a new one."""

    def __init__(
        self, records: Sequence[Common], gaps: Sequence[Gap] = (), vocabulary: Vocabulary | None = None
    ) -> None:
        self.vocabulary = vocabulary or Vocabulary.load()
        self.records: Mapping[str, Common] = {record.id: record for record in records}
        self.gaps: Mapping[str, Gap] = {gap.id: gap for gap in gaps}
        self.lexicon = Lexicon(records, self.vocabulary, gaps)
        self.names = {record.id: record.name for record in records}
        tells = {facet.id: tuple(facet.tells) for facet in self.vocabulary.facets}
        self.statements: Mapping[str, list[Statement]] = {
            record.id: statements_of(record, tells, self.names) for record in records
        }
        self.facet_labels = {facet.id: facet.label for facet in self.vocabulary.facets}
        self.industry_tells = {word.id: tuple(word.tells) for word in self.vocabulary.industries}

    @classmethod
    def load(cls, folder: Path = RECORDS, gaps: Path = GAPS) -> Catalogue:
        """Read and check everything; raises `RecordsInvalid` when any error is found, and logs warnings."""
        records, findings = load_records(folder)
        known_gaps, gap_findings = load_gaps(gaps)
        vocabulary = Vocabulary.load()
        findings += gap_findings + check_all(records, known_gaps, dt.date.today(), vocabulary)
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            raise RecordsInvalid(errors)
        for finding in findings:
            logger.info("%s", finding)
        return cls(records, known_gaps, vocabulary)

    def get(self, record_id: str) -> Common:
        """The record with this id; raises `UnknownRecord`."""
        try:
            return self.records[record_id]
        except KeyError:
            raise UnknownRecord(record_id) from None

    def of_type(self, kind: type[R]) -> list[R]:
        """All records of one class, in the order of their ids."""
        return [record for record in self.records.values() if isinstance(record, kind)]

    def existing(self, ids: Iterable[str]) -> list[Common]:
        """The records with these ids that still exist."""
        return [self.records[id_] for id_ in ids if id_ in self.records]
