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
from leads.staff.model import Account, Right

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
_NONE = "没有编号为 {} 的咨询"
_SHOWN = ("", "DEAD", "CANCELLED")
"""States of delivery that an officer has to do something about."""


@router.get("")
@needs(Right.ANSWER_INQUIRIES)
def index(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """Who waits, who is spoken with, and the last ones that are over."""
    return page(
        request, "inquiries/index.html", unfinished=desk.leads.inquiries.unfinished(),
        finished=[one for one in desk.leads.inquiries.finished(_FINISHED) if _may_read(visitor.account, one)],
        channels=CHANNELS, names=_names(desk), minutes=round(desk.leads.silence.total_seconds() / 60),
    )  # fmt: skip


@router.get("/waiting")
@needs(Right.ANSWER_INQUIRIES)
def waiting(desk: AtDesk, visitor: Signed) -> Response:
    """The ids of those that wait, and of one's own conversations those with words not replied to, by how many: for the
    page that rings."""
    unanswered = desk.leads.inquiries.unanswered(visitor.account.login)
    return JSONResponse(
        {"waiting": desk.leads.inquiries.waiting(), "unanswered": {str(id_): many for id_, many in unanswered.items()}}
    )


@router.get("/{id_}")
@needs(Right.ANSWER_INQUIRIES)
def one(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """One conversation. Who looks into another's is written down: an investor may have told something in confidence."""
    inquiry = desk.leads.inquiries.one(id_)
    if not _may_read(visitor.account, inquiry):
        if inquiry.closed_at is not None:
            raise NotFound(_NONE.format(id_))
        return go(request, "/inquiries", f"这次咨询由{_name(desk, inquiry.officer)}接待中。", "warning")
    mine = inquiry.officer == visitor.account.login
    if not mine:
        desk.staff.audit(visitor, "inquiry.viewed", f"inquiry-{id_}")
    return page(
        request, "inquiries/one.html", inquiry=inquiry, lines=desk.leads.inquiries.conversation(id_),
        mine=mine, channels=CHANNELS, deliveries=DELIVERIES, troubled=_SHOWN, names=_names(desk),
        may_direct=visitor.account.may(Right.DIRECT_INQUIRIES), others=_others(desk, inquiry),
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
        return go(request, "/inquiries", f"晚了一步：这次咨询已由{_name(desk, holder)}接手。", "danger")
    except IllegalMove as error:
        return go(request, "/inquiries", f"{error}。", "danger")
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
        except AlreadyTaken:
            holder = desk.leads.inquiries.one(id_).officer
            return go(request, "/inquiries", f"没有发出：这次咨询已由{_name(desk, holder)}接手。", "danger")
        except IllegalMove as error:
            return go(request, "/inquiries", f"没有发出：{error}。", "danger")
    return go(request, f"/inquiries/{id_}#write")


@router.post("/{id_}/hand-back")
@needs(Right.ANSWER_INQUIRIES)
def hand_back(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """Let the assistant speak again; whoever directs may do it for another."""
    directing = visitor.account.may(Right.DIRECT_INQUIRIES)
    try:
        desk.leads.hand_back(id_, visitor.account.login, visitor.account.name, directing=directing)
    except AlreadyTaken:
        holder = desk.leads.inquiries.one(id_).officer
        return go(
            request, "/inquiries", f"这次咨询由{_name(desk, holder)}接待，只有本人、领导和管理员能交还。", "danger"
        )
    except IllegalMove as error:
        return go(request, "/inquiries", f"{error}。", "danger")
    desk.staff.audit(visitor, "inquiry.handed_back", f"inquiry-{id_}")
    return go(request, "/inquiries", "已交还：智能助手继续回答这位投资者。")


@router.post("/{id_}/transfer")
@needs(Right.ANSWER_INQUIRIES)
def transfer(
    request: Request, desk: AtDesk, visitor: Signed, id_: int, to: Annotated[str, Form(max_length=40)]
) -> Response:
    """Let a colleague who is there speak on; whoever directs may do it for another."""
    directing = visitor.account.may(Right.DIRECT_INQUIRIES)
    if to not in desk.staff.present():
        return go(request, f"/inquiries/{id_}", "对方现在没有登录，没有转。请选一位在线的同事。", "danger")
    name = _name(desk, to)
    try:
        desk.leads.transfer(id_, visitor.account.login, to, name, directing=directing)
    except AlreadyTaken:
        holder = desk.leads.inquiries.one(id_).officer
        return go(
            request, "/inquiries", f"这次咨询由{_name(desk, holder)}接待，只有本人、领导和管理员能转交。", "danger"
        )
    except IllegalMove as error:
        return go(request, "/inquiries", f"{error}。", "danger")
    desk.staff.audit(visitor, "inquiry.transferred", f"inquiry-{id_}", {"to": to})
    return go(request, "/inquiries", f"已转给{name}。")


@router.post("/{id_}/close")
@needs(Right.ANSWER_INQUIRIES)
def close(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """The investor was spoken with otherwise, where nobody can write to him."""
    try:
        desk.leads.close_inquiry(id_)
    except IllegalMove as error:
        return go(request, "/inquiries", f"{error}。", "danger")
    desk.staff.audit(visitor, "inquiry.closed", f"inquiry-{id_}")
    return go(request, "/inquiries", "已结束；请把谈了什么记在线索里。")


def _readable(desk: Desk, account: Account, id_: int) -> Asked:
    """Raises `NotFound` for one that is not there and for one that is another's alike."""
    inquiry = desk.leads.inquiries.one(id_)
    if not _may_read(account, inquiry):
        raise NotFound(_NONE.format(id_))
    return inquiry


def _may_read(account: Account, inquiry: Asked) -> bool:
    """Who waits may be read by whoever could take over; after that it is between the two, and whoever leads."""
    return inquiry.open or inquiry.officer == account.login or account.may(Right.DIRECT_INQUIRIES)


def _names(desk: Desk) -> dict[str, str]:
    return {account.login: account.name for account in desk.staff.accounts()}


def _name(desk: Desk, login: str) -> str:
    return _names(desk).get(login, login)


def _others(desk: Desk, inquiry: Asked) -> list[Account]:
    """Colleagues who are there, to whom a conversation may be passed on."""
    there = desk.staff.present() - {inquiry.officer}
    return [account for account in desk.staff.accounts() if account.login in there]
