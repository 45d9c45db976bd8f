"""A change to a record as a proposal: the file's new text, checked with all other records, and what differs. Nothing is
written here: a proposal goes the way of every change to the knowledge, through the files."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path

import msgspec
import yaml

from knowledge.checks import check_all
from knowledge.errors import UnknownRecord
from knowledge.findings import Finding
from knowledge.loading import load_gaps, load_records, parse_yaml, to_record
from knowledge.model import Common
from knowledge.spreadsheet.files import RecordFile, rendered

PLACE = "knowledge/records"
"""Where the repository keeps records; patches name their files by it."""
LONGEST = 100_000
"""Characters of a file."""
_DEEPEST = 20


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is relative to the repository. `findings` are those of this change, errors first."""

    path: str
    before: str
    after: str
    findings: list[Finding]

    @property
    def errors(self) -> int:
        """How many findings forbid it."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def patch(self) -> str:
        """What differs, as `git apply` takes it; empty where nothing does."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def file_of(folder: Path, id_: str) -> RecordFile:
    """A record's file as it is. Raises `UnknownRecord`, also for what is no id."""
    found = sorted(folder.glob("*/*.yml"))
    path = next((path for path in found if path.stem == id_), None)
    if path is None:
        raise UnknownRecord(id_)
    text = path.read_text(encoding="utf-8")
    return RecordFile(path, text, parse_yaml(text))


def with_alias(file: RecordFile, alias: str) -> str:
    """The file's text with one more alias; as it was where that is one already."""
    aliases = list(file.data.get("aliases") or [])
    alias = " ".join(alias.split())
    if not alias or alias in aliases:
        return file.text
    return rendered({**file.data, "aliases": [*aliases, alias]}, file)


def propose(folder: Path, id_: str, text: str, today: dt.date) -> Proposal:
    """Check a new text for a record's file as `knowledge check` does. Raises `UnknownRecord`."""
    file = file_of(folder, id_)
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    where = f"{file.path.parent.name}/{file.path.name}"
    return Proposal(
        path=f"{PLACE}/{where}", before=file.text, after=text, findings=_findings(folder, file, text, where, today)
    )  # fmt: skip


def _findings(folder: Path, file: RecordFile, text: str, where: str, today: dt.date) -> list[Finding]:
    record = _read(text, where)
    if isinstance(record, Finding):
        return [record]
    if (record.id, record.type) != (file.id, file.type):
        return [
            Finding(where, "id", "不能改 id 和 type：别的记录和答复靠它们找到这一条", f"写回 {file.id}、{file.type}")
        ]
    records, broken = load_records(folder)
    gaps, gap_findings = load_gaps()
    before = {*broken, *gap_findings, *check_all(records, gaps, today)}
    others = [one for one in records if one.id != record.id]
    after = [*broken, *gap_findings, *check_all([*others, record], gaps, today)]
    # What is wrong elsewhere and was so before is not this change's fault; what is wrong here always is.
    return [finding for finding in after if finding not in before or finding.where in (where, file.id)]


def _read(text: str, where: str) -> Common | Finding:
    if len(text) > LONGEST:
        return Finding(where, "", f"超过 {LONGEST} 个字符", "一条记录不会这么长，检查是不是贴错了")
    try:
        if fault := _strange(text, where):
            return fault
        data = parse_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Finding(
            where, "", f"不是有效的 YAML：{' '.join(str(error).split())[:300]}", "检查缩进、冒号后的空格和引号"
        )
    return to_record(data, where)


def _strange(text: str, where: str) -> Finding | None:
    """What no record is written with, and what a reader could be kept busy with."""
    depth = 0
    for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            return Finding(where, "", "用了 YAML 的引用（*）", "把内容直接写出来")
        if depth > _DEEPEST:
            return Finding(where, "", f"套了 {_DEEPEST} 层以上", "对照别的记录改")
    return None
