"""What the rows of a workbook ask for: for each record the data it should have, as far as cells were edited."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from knowledge.findings import Finding
from knowledge.spreadsheet.cells import Fault, Raw, clean, number, parse, show
from knowledge.spreadsheet.exporting import fingerprint
from knowledge.spreadsheet.files import RecordFile
from knowledge.spreadsheet.placing import put, put_column, value_of
from knowledge.spreadsheet.tables import (
    PARTS,
    POSITION,
    RECORD_ID,
    RECORDS,
    REST,
    Column,
    Table,
    labels_of,
    order_of,
)
from knowledge.spreadsheet.workbook import Row

_SEVERAL = re.compile("[；;？?]\\s*\\w")


class Wanted(msgspec.Struct):
    """A record as the workbook wants it, and the rows that say so."""

    data: dict[str, Any]
    before: RecordFile | None
    row: Row | None
    parts: dict[str, list[Row]]

    @property
    def changed(self) -> bool:
        return self.before is None or self.data != self.before.data

    @property
    def fields(self) -> list[str]:
        """The keys that differ from the file."""
        old = self.before.data if self.before else {}
        return [key for key in dict.fromkeys([*self.data, *old]) if self.data.get(key) != old.get(key)]


def edits_of(
    tables: Mapping[str, list[Row]], versions: Mapping[str, tuple[str, str]], files: Sequence[RecordFile]
) -> tuple[list[Wanted], list[Finding]]:
    """Every record the workbook speaks of. Cells that cannot be understood become findings."""
    return _Editor(tables, versions, files).edits()


class _Editor:
    def __init__(
        self, tables: Mapping[str, list[Row]], versions: Mapping[str, tuple[str, str]], files: Sequence[RecordFile]
    ) -> None:
        self._tables, self._versions = tables, versions
        self._files = {file.id: file for file in files}
        self._findings: list[Finding] = []

    def edits(self) -> tuple[list[Wanted], list[Finding]]:
        rows = self._record_rows()
        parts = self._part_rows(set(rows))
        edits: list[Wanted] = []
        for id_ in dict.fromkeys([*rows, *parts]):
            type_, row = rows.get(id_, ("", None))
            before = self._files.get(id_)
            wanted = self._wanted(id_, type_ or (before.type if before else ""), row, parts.get(id_, {}), before)
            if not wanted.changed or self._untouched(wanted):
                continue
            edits.append(wanted)
        return edits, list(dict.fromkeys(self._findings))

    def _record_rows(self) -> dict[str, tuple[str, Row]]:
        """Record id → its type and row; ids that are missing, doubled or of another type are findings."""
        found: dict[str, tuple[str, Row]] = {}
        for type_, table in RECORDS.items():
            column = table.columns[0]
            for row in self._tables.get(table.sheet, ()):
                id_ = parse(column, row.cells.get(column.header), {})
                if not id_:
                    self._fault(row, column.header, "没有编号", "写上编号;不要的行请整行删去")
                elif id_ in found:
                    other = found[id_][1]
                    self._fault(
                        row,
                        column.header,
                        f"编号 {id_} 与 {other.sheet} 第{other.number}行重复",
                        "每条记录用自己的编号",
                    )
                elif id_ in self._files and self._files[id_].type != type_:
                    mend = f"换一个编号,或到“{RECORDS[self._files[id_].type].sheet}”表里改"
                    self._fault(row, column.header, f"编号 {id_} 已是另一类记录", mend)
                else:
                    found[id_] = type_, row
        return found

    def _part_rows(self, new_ids: set[str]) -> dict[str, dict[str, list[Row]]]:
        """Record id → list field → its rows in order."""
        found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for part in PARTS:
            for row in self._tables.get(part.sheet, ()):
                id_ = parse(Column(RECORD_ID, "id", "id"), row.cells.get(RECORD_ID), {})
                if id_ in self._files or id_ in new_ids:
                    found[id_][part.part_of].append(row)
                else:
                    self._fault(
                        row, RECORD_ID, f"没有这条记录:{id_ or '(空)'}", "改成现有记录的编号,或先在类型表里新增"
                    )
        for fields in found.values():
            for rows in fields.values():
                rows.sort(key=self._position)
        return found

    def _position(self, row: Row) -> float:
        raw = row.cells.get(POSITION)
        try:
            return number(clean(raw)) if clean(raw) else float("inf")
        except Fault as fault:
            self._fault(row, POSITION, fault.problem, "写 1、2、3……,或留空排在最后")
            return float("inf")

    def _wanted(
        self, id_: str, type_: str, row: Row | None, parts: dict[str, list[Row]], before: RecordFile | None
    ) -> Wanted:
        data: dict[str, Any] = copy.deepcopy(before.data) if before else {"id": id_, "type": type_}
        order = order_of(type_)
        if row is not None:
            data = self._edited(data, before.data if before else {}, row, RECORDS[type_], labels_of(type_), order)
            if type_ == "incentive" and not any((data.get("verify") or {}).values()):
                data = put(data, "verify", None, order)
        for part in PARTS:
            if rows := parts.get(part.part_of, []):
                if type_ not in part.types:
                    self._fault(rows[0], RECORD_ID, f"{id_} 不是能有“{part.sheet}”的记录", "改成正确的记录编号")
                    continue
                data = put(data, part.part_of, self._items(rows, part, data.get(part.part_of) or []), order)
        return Wanted(data, before, row, parts)

    def _items(self, rows: list[Row], part: Table, old: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by_key = {str(item.get(part.key)): item for item in old} if part.key else {}
        items = []
        for row in rows:
            if part.key:
                before = by_key.get(clean(row.cells.get(part.columns[0].header)), {})
            else:
                at = self._position(row)
                before = old[int(at) - 1] if 1 <= at <= len(old) else {}
            order = [key for column in part.columns for key in (before if column.field == REST else [column.field])]
            items.append(self._edited(copy.deepcopy(before), before, row, part, {}, order))
        return items

    def _edited(
        self,
        data: dict[str, Any],
        before: Mapping[str, Any],
        row: Row,
        table: Table,
        labels: Mapping[str, str],
        order: Sequence[str],
    ) -> dict[str, Any]:
        """The data with every cell taken over that no longer shows what was stored."""
        for column in table.columns:
            if column.header not in row.letters:
                if not before and not column.optional:
                    data = put(data, column.field, None, order)
                continue
            raw: Raw = row.cells.get(column.header)
            old = value_of(before, column, table)
            if before and clean(raw) == clean(show(column, old, labels)):
                continue
            try:
                value = parse(column, raw, labels, old if column.kind == "names" and isinstance(old, list) else ())
            except Fault as fault:
                self._fault(row, column.header, fault.problem, fault.mend)
                continue
            if before and value == old:
                continue
            self._look_for_several(row, column, value, old)
            data = put_column(data, column, value, table, order)
        return data

    def _look_for_several(self, row: Row, column: Column, value: Any, old: Any) -> None:
        """A reminder where one sentence of a list may be meant as several: sentences hold ； of their own."""
        if column.kind not in ("lines", "facts") or not isinstance(value, list) or len(value) != 1 or value == old:
            return
        if _SEVERAL.search(value[0]["text"] if column.kind == "facts" else value[0]):
            problem, mend = (
                "这一格只有一行，算一项",
                "要分成几项，在单元格里按 Alt+Enter 换行，一行一项；就是一句话则不用改",
            )
            self._findings.append(
                msgspec.structs.replace(row.finding(column.header, problem, mend), severity="warning")
            )

    def _untouched(self, wanted: Wanted) -> bool:
        """Whether the workbook still shows this record as it was exported, though its file has moved on."""
        if wanted.before is None or not (version := self._versions.get(wanted.before.id)):
            return False
        file, cells = version
        if file == wanted.before.version:
            return False
        rows = [wanted.row.cells] if wanted.row else []
        rows += [row.cells for part in PARTS for row in wanted.parts.get(part.part_of, [])]
        if fingerprint(rows) == cells:
            return True
        row = wanted.row or next(row for rows_ in wanted.parts.values() for row in rows_)
        header = "编号" if wanted.row else RECORD_ID
        self._fault(row, header, f"{wanted.before.id} 在导出之后已在别处改过", "重新导出,在新的表格里改")
        return True

    def _fault(self, row: Row, header: str, problem: str, mend: str) -> None:
        self._findings.append(row.finding(header, problem, mend))
