"""Opens a workbook that may be hostile or broken, and reads its sheets into rows of cells.

openpyxl parses with defusedxml where that is installed (`openpyxl.DEFUSEDXML`), so entity bombs and
external entities are refused; sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import msgspec
import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import SpreadsheetInvalid
from knowledge.findings import Finding
from knowledge.spreadsheet.cells import Fault, Raw, clean
from knowledge.spreadsheet.tables import GUIDE_SHEET, POSITION, RECORD_ID, SHEETS, VERSION_SHEET, Kind, Table
from knowledge.spreadsheet.typed import date_as_text, number_as_text
from knowledge.text import fold

LARGEST_UNPACKED = 80_000_000
MOST_ROWS, MOST_COLUMNS = 20_000, 200
_TEXTS = ("id", "text", "when", "phone", "names", "lines")
"""Kinds of columns whose cells hold texts."""


class Row(msgspec.Struct, frozen=True):
    """A row that is not empty: header → what the cell holds, and header → letter of its column."""

    sheet: str
    number: int
    cells: dict[str, Raw]
    letters: dict[str, str]

    def finding(self, header: str, problem: str, mend: str) -> Finding:
        """A fault of one cell of this row."""
        letter = self.letters.get(header)
        return Finding(f"{self.sheet} 第{self.number}行", f"{letter}列 {header}" if letter else header, problem, mend)


def open_workbook(path: Path) -> openpyxl.Workbook:
    """Open an .xlsx file; raises `SpreadsheetInvalid` for anything else and for whatever could do harm."""
    if path.suffix.lower() != ".xlsx":
        raise _refused(path, f"不是 .xlsx 文件:{path.suffix or '没有扩展名'}", "另存为“Excel 工作簿(.xlsx)”,不带宏")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise _refused(path, "解压后过大", "删去图片和多余的工作表,或重新导出")
            if any("vbaproject" in part.filename.lower() for part in parts):
                raise _refused(path, "文件里有宏", "另存为不带宏的“Excel 工作簿(.xlsx)”")
        return openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except FileNotFoundError:
        raise _refused(path, "没有这个文件", "核对文件名和路径") from None
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError) as error:
        if _is_hostile(error):
            raise _refused(path, "文件里有实体声明,可能有害", "不要使用来路不明的文件;重新导出") from error
        problem = f"打不开,不是完好的 Excel 工作簿({type(error).__name__})"
        raise _refused(path, problem, "重新导出,或另存为 .xlsx") from error


def _is_hostile(error: BaseException | None) -> bool:
    """Whether defusedxml refused a part; openpyxl wraps what it raises."""
    while error is not None and not isinstance(error, DefusedXmlException):
        error = error.__cause__ or error.__context__
    return error is not None


def read_rows(book: openpyxl.Workbook) -> tuple[dict[str, list[Row]], list[Finding]]:
    """Every known sheet's rows, by sheet name; a sheet that is missing is simply not there."""
    tables: dict[str, list[Row]] = {}
    findings: list[Finding] = []
    names = {fold(name): name for name in SHEETS}
    for sheet in book.worksheets:
        name = names.get(fold(sheet.title))
        if name is not None and name in tables:
            findings.append(Finding(sheet.title, "", "有两张同名的工作表", "只留一张"))
        elif name is not None:
            rows = _Reader(sheet, SHEETS[name], findings).rows()
            tables[name] = rows
        elif fold(sheet.title) not in (fold(GUIDE_SHEET), fold(VERSION_SHEET)) and sheet.max_row * sheet.max_column > 1:
            mend = f"改成 {'、'.join(SHEETS)} 之一,或删去这张表"
            findings.append(Finding(sheet.title, "", "不认识这张工作表", mend))
    if not tables:
        findings.append(Finding("工作簿", "", "没有一张能导入的工作表", "先用 export 导出,在导出的文件里改"))
    return tables, findings


def read_versions(book: openpyxl.Workbook) -> dict[str, tuple[str, str]]:
    """Record id → fingerprints of its file and of its cells at the time of export."""
    if VERSION_SHEET not in book.sheetnames or not isinstance(sheet := book[VERSION_SHEET], Worksheet):
        return {}
    rows = ([str(value or "") for value in row] for row in sheet.iter_rows(min_row=2, max_col=3, values_only=True))
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}


class _Reader:
    """Reads one sheet, adding what is wrong with it to `findings`."""

    def __init__(self, sheet: Worksheet, table: Table, findings: list[Finding]) -> None:
        self._sheet, self._table, self._findings = sheet, table, findings

    def rows(self) -> list[Row]:
        if self._sheet.max_row > MOST_ROWS or self._sheet.max_column > MOST_COLUMNS:
            self._fault("", f"行或列太多({self._sheet.max_row} 行,{self._sheet.max_column} 列)", "删去数据以外的行和列")
            return []
        for merged in self._sheet.merged_cells.ranges:
            self._fault(str(merged), "有合并单元格", "取消合并,每一格分别填写")
        headers = self._headers()
        letters = {header: letter for letter, header in headers.items()}
        needed = RECORD_ID if self._table.part_of else self._table.columns[0].header
        if needed not in letters:
            self._fault("第1行", f"没有“{needed}”列", "第 1 行写列标题,从导出的文件里复制")
            return []
        rows = list(self._rows(headers, letters))
        self._tell_hidden(headers, rows)
        return rows

    def _headers(self) -> dict[str, str]:
        known = {fold(column.header): column.header for column in self._table.columns}
        if self._table.part_of:
            known |= {fold(RECORD_ID): RECORD_ID, fold(POSITION): POSITION}
        headers: dict[str, str] = {}
        first: tuple[Any, ...] = next(self._sheet.iter_rows(max_row=1), ())
        for cell in first:
            shown = clean(str(cell.value)) if cell.value is not None else ""
            if not shown:
                continue
            header = known.get(fold(shown))
            if header is None:
                self._fault(
                    f"{cell.column_letter}列",
                    f"不认识这一列:{shown[:20]}",
                    f"改成 {'、'.join(known.values())} 之一,或删去这一列",
                )
            elif header in headers.values():
                self._fault(f"{cell.column_letter}列", f"这一列出现两次:{header}", "只留一列")
            else:
                headers[cell.column_letter] = header
        return headers

    def _rows(self, headers: dict[str, str], letters: dict[str, str]) -> Iterator[Row]:
        kinds: dict[str, Kind] = {column.header: column.kind for column in self._table.columns} | {
            RECORD_ID: "id",
            POSITION: "number",
        }
        cells: tuple[Any, ...]
        for number, cells in enumerate(self._sheet.iter_rows(min_row=2), 2):
            row = Row(self._sheet.title, number, {}, letters)
            for cell in cells:
                if cell.value is None:
                    continue
                header = headers.get(cell.column_letter)
                if header is None:
                    if clean(str(cell.value)) and not self._sheet.cell(1, cell.column).value:
                        self._fault(f"{cell.coordinate}", "这一列没有标题", "在第 1 行写列标题,或清空这一列")
                    continue
                row.cells[header] = self._value(cell, row, header, kinds[header])
            if any(clean(raw) for raw in row.cells.values()):
                yield row

    def _value(self, cell: Any, row: Row, header: str, kind: Kind) -> Raw:
        value = cell.value
        try:
            if cell.data_type == "f":
                raise Fault("单元格里是公式", "复制后用“选择性粘贴—数值”,只留结果")
            if cell.data_type == "e":
                raise Fault(f"单元格里是错误值 {value}", "改成正确的内容")
            if isinstance(value, dt.datetime | dt.date):
                return date_as_text(value, str(cell.number_format), kind in ("date", "when"))
            if isinstance(value, int | float) and not isinstance(value, bool) and kind in _TEXTS:
                return number_as_text(value, str(cell.number_format), kind == "phone")
            if isinstance(value, str | int | float):
                return value
            raise Fault("单元格被 Excel 当成了时间", "把单元格格式设为“文本”后重写")
        except Fault as fault:
            self._findings.append(row.finding(header, fault.problem, fault.mend))
        return ""

    def _tell_hidden(self, headers: dict[str, str], rows: list[Row]) -> None:
        """What is hidden is taken over like the rest; whoever does not see it should know."""
        mend = "要看见就取消隐藏或筛选；不想导入就删去"
        if self._sheet.sheet_state != "visible":
            self._warn("", "这张工作表是隐藏的，照样导入", mend)
        numbers = [row.number for row in rows if getattr(self._sheet.row_dimensions.get(row.number), "hidden", False)]
        if numbers:
            told = "、".join(map(str, numbers[:10])) + (f" 等{len(numbers)}行" if len(numbers) > 10 else "")
            self._warn(f"第{told}行", "有隐藏的行，里面的内容照样导入", mend)
        hidden: set[int] = set()
        for dimension in self._sheet.column_dimensions.values():
            if dimension.hidden:
                first = dimension.min or column_index_from_string(dimension.index)
                hidden |= set(range(first, min(dimension.max or first, MOST_COLUMNS) + 1))
        for letter, header in headers.items():
            if column_index_from_string(letter) in hidden:
                self._warn(f"{letter}列 {header}", "有隐藏的列，里面的内容照样导入", mend)

    def _warn(self, field: str, problem: str, mend: str) -> None:
        self._findings.append(Finding(self._sheet.title, field, problem, mend, "warning"))

    def _fault(self, field: str, problem: str, mend: str) -> None:
        self._findings.append(Finding(self._sheet.title, field, problem, mend))


def _refused(path: Path, problem: str, mend: str) -> SpreadsheetInvalid:
    return SpreadsheetInvalid([Finding(path.name, "", problem, mend)])
