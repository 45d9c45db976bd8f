"""The inbox: list and board, saved views, several leads assigned at once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from console import filters
from console.access import Signed, inside, needs
from console.desk import AtDesk, Desk
from console.filters import BUILT_IN, CHANNELS, SORTS
from console.pages import go, page
from leads.errors import LeadsError, StoreUnavailable, Unacceptable
from leads.listing import FOUND, NOBODY
from leads.model import Stage, moves_from
from leads.staff.model import Account, Right, Role, Visitor

router = APIRouter(prefix="/leads")
_AT_ONCE = 200
Text = Annotated[str, Form(max_length=1000)]
Numbers = Annotated[list[str], Form(max_length=_AT_ONCE)]


@router.get("")
@needs(Right.SEE_LEADS)
def index(request: Request, desk: AtDesk, visitor: Signed, after: str = "") -> Response:
    """A page of the list."""
    wanted = filters.read(request.query_params, visitor.account.login, desk.leads.now())
    return page(
        request, "leads/list.html", listed=desk.inbox.page(wanted, visitor, after), wanted=wanted, most=FOUND,
        sorts=SORTS, **_around(request, desk, visitor),
    )  # fmt: skip


@router.get("/board")
@needs(Right.SEE_LEADS)
def board(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """The leads by stage."""
    wanted = filters.read(request.query_params, visitor.account.login, desk.leads.now())
    moves = {stage: [to for to in moves_from(stage) if to is not Stage.CLOSED] for stage in Stage}
    return page(
        request, "leads/board.html", columns=desk.inbox.board(wanted, visitor), wanted=wanted, moves=moves,
        sorts=SORTS, **_around(request, desk, visitor),
    )  # fmt: skip


@router.post("/assign")
@needs(Right.ASSIGN_LEADS)
def assign(
    request: Request, desk: AtDesk, visitor: Signed, officer: Text, number: Numbers = [], back: Text = "/leads"  # noqa: B006
) -> Response:  # fmt: skip
    """Make somebody responsible for several leads. Each stands for itself: what can't be assigned is named."""
    back = inside(back)
    if officer not in {account.login for account in officers(desk)}:
        return go(request, back, "请选一位能负责线索的同事。", "danger")
    if not number:
        return go(request, back, "请先勾选线索。", "warning")
    failed = []
    for one in number:
        try:
            desk.inbox.within(one, visitor)
            desk.leads.assign(one, officer, visitor.account.login)
            desk.inbox.changed(one, visitor, "assigned")
        except StoreUnavailable:
            raise
        except LeadsError:
            failed.append(one)
    done = len(number) - len(failed)
    if failed:
        return go(
            request, back, f"已分派 {done} 条；{len(failed)} 条没有分派（已合并、已删除或不在权限内）。", "warning"
        )
    return go(request, back, f"已分派 {done} 条。")


@router.post("/views")
@needs(Right.SEE_LEADS)
def save_view(request: Request, desk: AtDesk, visitor: Signed, name: Text, query: Text = "") -> Response:
    """Keep the present filter under a name."""
    query = filters.kept(query)
    try:
        desk.inbox.save_view(visitor, name, query)
    except Unacceptable as error:
        return go(request, f"/leads?{query}", str(error), "danger")
    return go(request, f"/leads?{query}", f"已保存视图“{name.strip()[:30]}”（不含搜索词）。")


@router.post("/views/drop")
@needs(Right.SEE_LEADS)
def drop_view(request: Request, desk: AtDesk, visitor: Signed, name: Text) -> Response:
    """Forget a saved view."""
    desk.inbox.drop_view(visitor, name)
    return go(request, "/leads", "视图已删除。")


def officers(desk: Desk) -> list[Account]:
    """Those who can be made responsible."""
    return [one for one in desk.staff.accounts() if not one.disabled_at and one.role is not Role.EDITOR]


def _around(request: Request, desk: Desk, visitor: Visitor) -> dict[str, Any]:
    """What list and board share: views with their counts, names, choices."""
    now, login = desk.leads.now(), visitor.account.login
    query = request.url.query
    counted = [
        (view, desk.inbox.count(filters.read(type(request.query_params)(view.query), login, now), visitor))
        for view in BUILT_IN
        if view.query
    ]
    everybody = desk.staff.accounts()
    return {
        "views": counted, "saved": desk.inbox.views(visitor), "query": filters.kept(query, ("after",)),
        "names": {one.login: one.name for one in everybody}, "officers": officers(desk), "offices": desk.leads.offices,
        "sectors": desk.leads.sectors, "channels": CHANNELS, "nobody": NOBODY, "now": now, "found": FOUND,
    }  # fmt: skip
