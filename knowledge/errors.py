"""Everything that can go wrong in this room.

KnowledgeError
├── RecordsInvalid      the records have faults; `.findings` lists them all
├── UnknownRecord       no record has this id
└── SpreadsheetInvalid  rows of a spreadsheet have faults; `.findings` lists them all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.findings import Finding


class KnowledgeError(Exception):
    """Base of all errors raised by `knowledge`."""


class RecordsInvalid(KnowledgeError):
    """Records were refused; nothing of them is in use."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class SpreadsheetInvalid(RecordsInvalid):
    """A spreadsheet was refused; nothing was written."""


class UnknownRecord(KnowledgeError, KeyError):
    """No record has this id."""
