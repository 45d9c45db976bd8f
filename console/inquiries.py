"""Conversations that asked for a person: who waits, take one over, write in it, hand it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from console.access import Signed, needs
from console.desk import AtDesk, Desk
from console.pages import environment, go, page
from leads.errors import AlreadyTaken, IllegalMove, NotFound
from leads.inquiries import Asked
from leads.staff.model import Account, Right, Role

router = APIRouter(prefix="/inquiries")
CHANNELS = {"rest": "程序接口", "web": "网页", "wechat": "微信公众号", "wecom": "企业微信"}
DELIVERIES = {
    "": "没有送往渠道",
    "WAITING": "正在送出",
    "DELIVERED": "已送到",
    "DEAD": "没有送到",
    "CANCELLED": "已取消",
}
_FINISHED = 20
_SHOWN = ("", "DEAD", "CANCELLED")
"""States of delivery that an officer has to do something about."""


@router.get("")
@needs(Right.ANSWER_INQUIRIES)
def index(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """Who waits, who is spoken with, and the last ones that are over."""
    return page(
        request, "inquiries/index.html", unfinished=desk.leads.inquiries.unfinished(),
        finished=[one for one in desk.leads.inquiries.finished(_FINISHED) if _may_read(visitor.account, one)],
        channels=CHANNELS, names=_names(desk),
    )  # fmt: skip


@router.get("/waiting")
@needs(Right.ANSWER_INQUIRIES)
def waiting(desk: AtDesk) -> Response:
    """The ids of those that wait, for the page that rings."""
    return JSONResponse({"waiting": desk.leads.inquiries.waiting()})


@router.get("/{id_}")
@needs(Right.ANSWER_INQUIRIES)
def one(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """One conversation. Who looks into another's is written down: an investor may have told something in confidence."""
    inquiry = _readable(desk, visitor.account, id_)
    mine = inquiry.officer == visitor.account.login
    if not mine:
        desk.staff.audit(visitor, "inquiry.viewed", f"inquiry-{id_}")
    return page(
        request, "inquiries/one.html", inquiry=inquiry, lines=desk.leads.inquiries.conversation(id_),
        mine=mine, channels=CHANNELS, deliveries=DELIVERIES, troubled=_SHOWN,
        names=_names(desk),
    )  # fmt: skip


@router.get("/{id_}/lines")
@needs(Right.ANSWER_INQUIRIES)
def lines(desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """The conversation as it stands, to be put in the place of what the page shows."""
    inquiry = _readable(desk, visitor.account, id_)
    text = environment().get_template("inquiries/lines.html").render(
        inquiry=inquiry, lines=desk.leads.inquiries.conversation(id_), deliveries=DELIVERIES, troubled=_SHOWN,
        names=_names(desk),
    )  # fmt: skip
    return JSONResponse({"state": inquiry.state, "html": text})


@router.post("/{id_}/take")
@needs(Right.ANSWER_INQUIRIES)
def take(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """Speak instead of the assistant. Of two at once one wins, and the other is told who."""
    try:
        desk.leads.take_over(id_, visitor.account.login, visitor.account.name)
    except AlreadyTaken:
        holder = desk.leads.inquiries.one(id_).officer
        return go(request, "/inquiries", f"晚了一步：这次咨询已由{_names(desk).get(holder, holder)}接手。", "danger")
    except IllegalMove as error:
        return go(request, "/inquiries", str(error), "danger")
    desk.staff.audit(visitor, "inquiry.taken", f"inquiry-{id_}")
    return go(request, f"/inquiries/{id_}", "已接手：智能助手不再答话，由您回复。")


@router.post("/{id_}/say")
@needs(Right.ANSWER_INQUIRIES)
def say(
    request: Request, desk: AtDesk, visitor: Signed, id_: int, text: Annotated[str, Form(max_length=2000)]
) -> Response:
    """Write to the investor."""
    if not desk.leads.inquiries.one(id_).reached:
        return go(request, f"/inquiries/{id_}", "这个渠道不能给投资者发消息，请按线索里的联系方式联系。", "danger")
    if text.strip():
        try:
            desk.leads.say(id_, visitor.account.login, text.strip(), visitor.account.name)
        except (AlreadyTaken, IllegalMove) as error:
            return go(request, "/inquiries", f"没有发出：{error}", "danger")
    return go(request, f"/inquiries/{id_}#write")


@router.post("/{id_}/hand-back")
@needs(Right.ANSWER_INQUIRIES)
def hand_back(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """Let the assistant speak again."""
    try:
        desk.leads.hand_back(id_, visitor.account.login, visitor.account.name)
    except (AlreadyTaken, IllegalMove) as error:
        return go(request, "/inquiries", str(error), "danger")
    desk.staff.audit(visitor, "inquiry.handed_back", f"inquiry-{id_}")
    return go(request, "/inquiries", "已交还：智能助手继续回答这位投资者。")


def _readable(desk: Desk, account: Account, id_: int) -> Asked:
    """Raises `NotFound` for one that is not there and for one that is another's alike."""
    inquiry = desk.leads.inquiries.one(id_)
    if not _may_read(account, inquiry):
        raise NotFound(f"没有编号为 {id_} 的咨询")
    return inquiry


def _may_read(account: Account, inquiry: Asked) -> bool:
    """Who waits may be read by whoever could take over; after that it is between the two, and whoever leads."""
    return inquiry.open or inquiry.officer == account.login or account.role in (Role.LEADER, Role.ADMIN)


def _names(desk: Desk) -> dict[str, str]:
    return {account.login: account.name for account in desk.staff.accounts()}
