"""Takes an edited workbook into the record files: everything is checked first, then all is written, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from knowledge.checks import check_all
from knowledge.errors import SpreadsheetInvalid
from knowledge.findings import Finding
from knowledge.loading import load_gaps, to_record
from knowledge.model import Common
from knowledge.paths import GAPS
from knowledge.paths import RECORDS as RECORDS_FOLDER
from knowledge.spreadsheet.editing import Wanted, edits_of
from knowledge.spreadsheet.files import RecordFile, read_files, rendered, write_all
from knowledge.spreadsheet.tables import PARTS, RECORDS
from knowledge.spreadsheet.workbook import open_workbook, read_rows, read_versions

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FIELD = re.compile(r"(\w+)(?:\[([^\]]*)\])?(?:\.?(\w+))?")


class Imported(msgspec.Struct, frozen=True):
    """What an import changed (or, with a dry run, would change)."""

    created: tuple[str, ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]
    """Record id → the fields that changed."""
    warnings: tuple[Finding, ...]


def import_records(
    path: Path, folder: Path = RECORDS_FOLDER, gaps: Path = GAPS, today: dt.date | None = None, dry_run: bool = False
) -> Imported:
    """Take over the edits of a workbook. Raises `SpreadsheetInvalid` with every fault, having written nothing."""
    book = open_workbook(path)
    tables, findings = read_rows(book)
    versions = read_versions(book)
    files = read_files(folder)
    edits, faults = edits_of(tables, versions, files)
    findings += faults
    findings += [_bad_id(edit) for edit in edits if not edit.before and not _ID.fullmatch(edit.data["id"])]
    if not any(finding.severity == "error" for finding in findings):
        findings += _checked(edits, files, gaps, today or dt.date.today())
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise SpreadsheetInvalid(errors)
    texts = {_path(edit, folder): rendered(edit.data, edit.before) for edit in edits}
    if not dry_run:
        write_all(texts)
    return Imported(
        created=tuple(edit.data["id"] for edit in edits if not edit.before),
        changed=tuple((edit.data["id"], tuple(edit.fields)) for edit in edits if edit.before),
        warnings=tuple(findings),
    )


def _checked(edits: Sequence[Wanted], files: Sequence[RecordFile], gaps: Path, today: dt.date) -> list[Finding]:
    """Check the whole catalogue as it would be; faults of edited records are told by row and column."""
    edited = {edit.data["id"]: edit for edit in edits}
    records: list[Common] = []
    findings: list[Finding] = []
    plain = [(file.type, file.data) for file in files if file.id not in edited]
    for type_, data in [*plain, *((edit.data["type"], edit.data) for edit in edits)]:
        result = to_record(data, f"{type_}/{data['id']}.yml")
        if isinstance(result, Finding):
            findings.append(result)
        else:
            records.append(result)
    known_gaps, gap_findings = load_gaps(gaps)
    if not findings:
        findings = check_all(records, known_gaps, today)
    return [_located(finding, edited) for finding in [*findings, *gap_findings]]


def _located(finding: Finding, edited: dict[str, Wanted]) -> Finding:
    """The finding told by sheet, row and column where it concerns an edited record."""
    edit = edited.get(finding.where.rpartition("/")[2].removesuffix(".yml"))
    if edit is None:
        return finding
    match = _FIELD.match(finding.field or finding.problem.rpartition("：")[2])
    field, at, inner = match.groups() if match else ("", None, None)
    part = next((part for part in PARTS if part.part_of == field), None)
    rows = edit.parts.get(field, [])
    if part is not None and rows and at is not None:
        keys = [str(item.get(part.key)) for item in edit.data.get(field) or ()]
        index = int(at) if at.isdigit() and not (part.key and at in keys) else keys.index(at) if at in keys else 0
        row = rows[min(index, len(rows) - 1)]
        named = inner or finding.problem.rpartition("：")[2]
        header = next((c.header for c in part.columns if c.field == named), part.columns[0].header)
        return msgspec.structs.replace(row.finding(header, finding.problem, finding.mend), severity=finding.severity)
    row_of_record = edit.row or next((row for rows in edit.parts.values() for row in rows), None)
    if row_of_record is None:
        return finding
    columns = RECORDS[edit.data["type"]].columns
    exact = f"{field}.{inner}" if inner else field
    header = next(
        (c.header for name in (exact, field) for c in columns if name in (c.field, c.field.partition(".")[0])),
        part.sheet if part else "编号",
    )
    located = row_of_record.finding(header, finding.problem, finding.mend)
    return msgspec.structs.replace(located, severity=finding.severity)


def _bad_id(edit: Wanted) -> Finding:
    row = edit.row
    problem, mend = f"编号不合规则:{edit.data['id'][:30]}", "只用小写字母、数字和连字符,如 jn-gaoxin"
    return row.finding("编号", problem, mend) if row else Finding("工作簿", "编号", problem, mend)


def _path(edit: Wanted, folder: Path) -> Path:
    return edit.before.path if edit.before else folder / edit.data["type"] / f"{edit.data['id']}.yml"
