"""The figures of a period, as charts and tables that print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from console.access import Signed, needs
from console.charts import Bar, bars, columns
from console.desk import AtDesk
from console.inquiries import CHANNELS
from console.pages import ZONE, page
from knowledge.model import Common
from leads.staff.model import Right
from leads.statistics import Counted, Overview

router = APIRouter(prefix="/statistics")
PERIODS = (1, 3, 12, 36)
"""Months to choose from, the present one included."""
_MOST = 12
KINDS = (
    ("答复", ("answer", "estimate", "match", "status", "privacy", "smalltalk", "booking")), ("反问", ("clarify",)),
    ("拒答并指路", ("refuse",)), ("登记", ("form", "lead")), ("转人工", ("handoff",)),
)  # fmt: skip


@router.get("")
@needs(Right.SEE_STATISTICS)
def index(request: Request, desk: AtDesk, visitor: Signed, months: Annotated[int, Query(ge=1, le=36)] = 12) -> Response:
    """The figures of so many months up to now, of the leads one may see."""
    since, until = period(desk.leads.now(), months)
    found = desk.leads.statistics.overview(visitor.account.scope, since, until)
    return page(
        request, "statistics/index.html", found=found, months=months, periods=PERIODS, since=since,
        charts=_charts(found, desk.catalogue().records), yuan=yuan,
    )  # fmt: skip


def period(now: datetime, months: int) -> tuple[datetime, datetime]:
    """From the first of a month in Beijing to the first of the next one: the same all month long, so that what was
    counted can be kept."""
    local = now.astimezone(ZONE)
    at = local.year * 12 + local.month - 1

    def first(month: int) -> datetime:
        return datetime(month // 12, month % 12 + 1, 1, tzinfo=ZONE).astimezone(UTC)

    return first(at - months + 1), first(at + 1)


def yuan(amount: int) -> str:
    """In 万 or 亿."""
    for size, unit in ((100_000_000, "亿元"), (10_000, "万元")):
        if amount >= size:
            return f"{round(amount / size, 2):g}{unit}"
    return f"{amount}元"


def _charts(found: Overview, records: Mapping[str, Common]) -> dict[str, tuple[object, Sequence[Counted]]]:
    """Name → chart and the table behind it."""
    named = {
        "channels": [_named(one, CHANNELS.get(one.what, one.what)) for one in found.channels],
        "offices": [_named(one, one.what or "待分派") for one in found.offices],
        "sectors": [_named(one, one.what or "其他产业") for one in found.sectors],
        "sources": found.sources,
        "records": [_named(one, records[one.what].name if one.what in records else one.what) for one in found.records],
        "answers": [
            Counted(what=label, count=sum(found.answers.kinds.get(kind, 0) for kind in kinds)) for label, kinds in KINDS
        ],
    }  # fmt: skip
    titles = {
        "channels": "线索按渠道", "offices": "线索按承接部门", "sectors": "线索按产业", "sources": "线索按来源",
        "records": "问得最多的记录", "answers": "智能助手怎样答复",
    }  # fmt: skip
    drawn: dict[str, tuple[object, Sequence[Counted]]] = {
        name: (bars(titles[name], [Bar(label=one.what, value=one.count) for one in rows[:_MOST]]), rows)
        for name, rows in named.items()
    }
    funnel = [Bar(label=one.what, value=one.count, shown=f"{one.count} 条，{yuan(one.amount)}") for one in found.funnel]
    drawn["funnel"] = bars("从线索到到资", funnel), found.funnel
    drawn["months"] = (
        columns("每月新线索", [Bar(label=one.what[2:], value=one.count) for one in found.months]), found.months,
    )  # fmt: skip
    return drawn


def _named(one: Counted, label: str) -> Counted:
    return Counted(what=label, count=one.count, amount=one.amount)
