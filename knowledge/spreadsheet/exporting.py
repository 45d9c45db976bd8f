"""Writes records into a workbook that staff can edit: one sheet a type, further sheets for what is nested."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import SpreadsheetInvalid
from knowledge.findings import Finding
from knowledge.paths import RECORDS as RECORDS_FOLDER
from knowledge.spreadsheet.cells import Raw, clean, show
from knowledge.spreadsheet.files import RecordFile, read_files
from knowledge.spreadsheet.placing import value_of
from knowledge.spreadsheet.tables import (
    GUIDE_SHEET,
    PARTS,
    POSITION,
    RECORD_ID,
    RECORDS,
    VERSION_SHEET,
    Table,
    labels_of,
)

LONGEST_CELL = 32_767
"""What Excel holds in a cell; openpyxl would cut what is longer without a word."""
_GUIDE = (
    "招商智能助手知识库:怎样用这个表格",
    "一张工作表一类记录,一行一条记录。改完保存为 .xlsx,再运行:python -m knowledge import 文件名.xlsx",
    "先试不写:加 --dry-run,只报告会改什么、哪里有错。只要有一处错,一个文件也不会写。",
    "改一格,只改那一个字段;没有动过的单元格、记录和文件原样不动。",
    "新增记录:在表末加一行,写新的编号(小写字母、数字、连字符),并在“来源”表里至少写一个来源。",
    "删去一行不会删除记录;要删除记录,请知识库管理员删除对应的 .yml 文件。",
    "“来源”“统计数字”“价格”“产业集群”“计算规则”这几张表:同一“记录编号”的各行合起来是那条记录的全部,按“序号”排列,第一个来源是主要来源。",
    "在这几张表里删去其中一行就删去那一项;一条记录的行全部删去,视为没有改动。",
    "列表(别名、事实、步骤等):一行一项,在单元格里按 Alt+Enter 换行。",
    "事实、优惠内容、入驻企业、交通、步骤:每一行末尾写它自己的来源编号,如“面积30平方公里〔HG21〕”;没有来源的一行不收。",
    "名称和编号的列表(别名、产业、所在区县等)也可以用；;、，隔开。名称本身含、的,在前面加反斜杠:装配式\\、绿色建造;括号和引号里的、不算隔开。",
    "电话、年月一类的格子先设为“文本”再输入:数字格会丢掉开头的0(0531)和末尾的0(1991.10)。",
    "“字段来源”“参数”“分档”:写成“名称: 内容”,一行一项;分档一行一档,档内用分号隔开。比例写 0.01、1% 或 1‰。",
    "分档的界限:“达到”“不超过”含本数,“超过”“低于”不含本数;某一档另有条件写“界限: 首期到位比例>=60%”。",
    "日期写成 2021、2021-04 或 2021-04-25,知道多细写多细。没有依据的格子留空,不要编造。",
    "不要合并单元格,不要写公式,不要改列标题和工作表名;不用的列或整张表可以删去,那里的内容就不动。",
    "导出之后,同一条记录若在别处改过,导入时会提示重新导出,不会覆盖别人的改动。",
)


def export_records(path: Path, folder: Path = RECORDS_FOLDER, types: Iterable[str] = ()) -> int:
    """Write the records of these types (all, where none is named) to an .xlsx file; returns how many.

    Raises `SpreadsheetInvalid` where a value does not fit into a cell or a file cannot be read.
    """
    wanted = set(types) or set(RECORDS)
    files = [file for file in read_files(folder) if file.type in wanted]
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _write_guide(book.create_sheet(GUIDE_SHEET))
    too_long: list[Finding] = []
    for type_, table in RECORDS.items():
        if type_ in wanted:
            rows = [record_cells(file.data) for file in files if file.type == type_]
            _write_table(book.create_sheet(table.sheet), table, rows, too_long)
    for part in PARTS:
        if wanted & set(part.types):
            rows = [cells for file in files for cells in part_cells(file.data, part)]
            _write_table(book.create_sheet(part.sheet), part, rows, too_long)
    if too_long:
        raise SpreadsheetInvalid(too_long)
    _write_versions(book.create_sheet(VERSION_SHEET), files)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".xlsx", delete=False) as temporary:
        book.save(temporary)
    Path(temporary.name).replace(path)
    return len(files)


def record_cells(data: Mapping[str, Any]) -> dict[str, Raw]:
    """Header → cell of a record's own row."""
    table, labels = RECORDS[data["type"]], labels_of(data["type"])
    return {column.header: show(column, value_of(data, column, table), labels) for column in table.columns}


def part_cells(data: Mapping[str, Any], part: Table) -> list[dict[str, Raw]]:
    """The rows a record has in a further sheet."""
    return [
        {RECORD_ID: data["id"], POSITION: position}
        | {column.header: show(column, value_of(item, column, part), {}) for column in part.columns}
        for position, item in enumerate(data.get(part.part_of) or (), 1)
    ]


def fingerprint(rows: Iterable[Mapping[str, Raw]]) -> str:
    """A short hash of what cells say; empty cells do not count."""
    said = [sorted((header, clean(raw)) for header, raw in row.items() if header and clean(raw)) for row in rows]
    return hashlib.blake2b(json.dumps(said, ensure_ascii=False).encode(), digest_size=8).hexdigest()


def _write_table(sheet: Worksheet, table: Table, rows: list[dict[str, Raw]], too_long: list[Finding]) -> None:
    headers = [column.header for column in table.columns]
    widths = [column.width for column in table.columns]
    if table.part_of:
        headers, widths = [RECORD_ID, POSITION, *headers], [16, 6, *widths]
    for at, (header, width) in enumerate(zip(headers, widths, strict=True), 1):
        cell = sheet.cell(1, at, header)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE8F5")
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows, 2):
        for at, header in enumerate(headers, 1):
            _write_cell(sheet, number, at, row.get(header))
            if len(str(row.get(header) or "")) > LONGEST_CELL:
                problem = f"内容超过一个单元格能放的 {LONGEST_CELL} 字"
                too_long.append(Finding(f"{sheet.title} 第{number}行", header, problem, "这条记录请直接改 .yml 文件"))
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    for column in table.columns:
        if column.choices:
            choice = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            letter = get_column_letter(headers.index(column.header) + 1)
            choice.add(f"{letter}2:{letter}{len(rows) + 500}")
            if len(str(choice.formula1)) < 255:
                sheet.add_data_validation(choice)


def _write_cell(sheet: Worksheet, row: int, column: int, raw: Raw) -> None:
    """Texts are written as texts whatever they begin with, and marked so that Excel leaves them alone."""
    if raw is None or raw == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(raw, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", raw)[:LONGEST_CELL]
        cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", raw[:1] in "=+-@"
    else:
        cell.value = raw
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_guide(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 110
    for number, line in enumerate(_GUIDE, 1):
        sheet.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)


def _write_versions(sheet: Worksheet, files: Iterable[RecordFile]) -> None:
    sheet.sheet_state = "hidden"
    sheet.append([RECORD_ID, "文件", "内容"])
    for file in files:
        rows = [record_cells(file.data), *(row for part in PARTS for row in part_cells(file.data, part))]
        sheet.append([file.id, file.version, fingerprint(rows)])
