"""督办: what is overdue, as a page and as a spreadsheet."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response

from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import ZONE, page
from console.sheets import download, sheet
from leads import numbering
from leads.staff.model import Right

router = APIRouter(prefix="/supervision")
_SHOWN = 200
_EXPORTED = 10_000
_COLUMNS = (
    ("线索编号", 16), ("公司", 28), ("阶段", 8), ("承接部门", 20), ("责任人", 12), ("逾期事项", 18), ("期限", 18),
    ("已逾期（工作日）", 10), ("项目", 24), ("责任", 24), ("措施", 28), ("五定时限", 18), ("领导", 12), ("班子", 18),
)  # fmt: skip


@router.get("")
@needs(Right.SEE_LEADS)
def index(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """What is overdue among the leads one may see, longest first."""
    now = desk.leads.now()
    return page(
        request, "supervision/index.html", missed=desk.leads.supervision.missed(visitor.account.scope, now, _SHOWN),
        most=_SHOWN, names={one.login: one.name for one in desk.staff.accounts()},
        unpublished=desk.leads.supervision.unpublished(now),
        year=now.astimezone(ZONE).year,
    )  # fmt: skip


@router.get("/list.xlsx")
@needs(Right.EXPORT_LEADS)
def as_sheet(desk: AtDesk, visitor: Signed) -> Response:
    """The same as a spreadsheet, with the 五定 cards. Written down as an export."""
    now = desk.leads.now()
    missed = desk.leads.supervision.missed(visitor.account.scope, now, _EXPORTED)
    names = {one.login: one.name for one in desk.staff.accounts()}
    desk.staff.audit(visitor, "leads.exported", "supervision", {"rows": len(missed)})
    rows = (
        (
            numbering.shown(one.number), one.company, one.stage.label, one.office, names.get(one.officer, one.officer),
            "、".join(one.duties), _told(one.due_at), one.days, one.project, one.responsibility, one.measures,
            _told(one.deadline), one.leader, one.team,
        )
        for one in missed
    )  # fmt: skip
    day = now.astimezone(ZONE)
    return download(sheet("督办", _COLUMNS, rows), f"督办清单-{day:%Y%m%d-%H%M}.xlsx")


def _told(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
