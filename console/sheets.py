"""Spreadsheets that show what was typed and calculate nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

from fastapi import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no cell can hold."""


def sheet(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet of xlsx; `columns` are headings with widths in characters. Texts are texts, whatever they begin with."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for place, (_, width) in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    page.append([_cell(page, heading, bold=True) for heading, _ in columns])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def download(content: bytes, name: str, kind: str = XLSX) -> Response:
    """A file to keep."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=_CONTROL.sub("", value)[:32_000] if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would make a formula of what begins with an equals sign
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell
