"""The filtered list as a spreadsheet: xlsx, or csv that no program takes for formulas. Written down in the audit."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from console import filters
from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import ZONE
from console.sheets import download, sheet
from leads import numbering
from leads.inbox import Exported
from leads.staff.model import Right

router = APIRouter(prefix="/leads")
_COLUMNS = (
    ("编号", 16), ("提交时间", 18), ("公司", 28), ("联系人", 12), ("联系方式", 20), ("行业", 16), ("重点产业", 14),
    ("投资额（原话）", 14), ("投资额下限（元）", 14), ("选址与面积", 20), ("备注", 28), ("阶段", 8), ("评分", 6),
    ("承接部门", 20), ("责任人", 12), ("渠道", 8), ("最近跟进", 18), ("期限", 18),
)  # fmt: skip
_LIVE = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or of a new cell."""


@router.get("/export.xlsx")
@needs(Right.EXPORT_LEADS)
def as_sheet(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """As xlsx."""
    wanted = filters.read(request.query_params, visitor.account.login, desk.leads.now())
    names = {one.login: one.name for one in desk.staff.accounts()}
    rows = (_row(one, names) for one in desk.inbox.export(wanted, visitor, "xlsx"))
    return download(sheet("线索", _COLUMNS, (tuple(map(tame, row)) for row in rows)), _name(desk.leads.now(), "xlsx"))


@router.get("/export.csv")
@needs(Right.EXPORT_LEADS)
def as_csv(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """As csv, row by row; with a mark at the beginning by which Excel knows UTF-8."""
    wanted = filters.read(request.query_params, visitor.account.login, desk.leads.now())
    names = {one.login: one.name for one in desk.staff.accounts()}
    rows = (_row(one, names) for one in desk.inbox.export(wanted, visitor, "csv"))
    answer = StreamingResponse(_lines(rows), media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = download(b"", _name(desk.leads.now(), "csv")).headers["Content-Disposition"]
    return answer


def tame(value: Any) -> Any:
    """A value that a spreadsheet shows and does not calculate: what would be a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_LIVE) else value


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    out = StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([heading for heading, _ in _COLUMNS])
    for row in rows:
        writer.writerow([tame(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _row(one: Exported, names: dict[str, str]) -> tuple[Any, ...]:
    contact = one.contact.removeprefix("+86").replace(";ext=", " 转 ")
    return (
        numbering.shown(one.number), _told(one.created_at), one.company, one.contact_name, contact, one.industry,
        one.sector, one.investment, one.investment_low, one.area, one.notes, one.stage.label, one.score, one.office,
        names.get(one.officer, one.officer), filters.CHANNELS.get(one.channel, one.channel), _told(one.updated_at),
        _told(one.due_at),
    )  # fmt: skip


def _told(at: Any) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def _name(now: Any, form: str) -> str:
    return f"线索-{now.astimezone(ZONE):%Y%m%d-%H%M}.{form}"
