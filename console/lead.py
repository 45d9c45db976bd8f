"""One lead: all that is known of it on one page, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from console import correction
from console.access import Signed, needs
from console.desk import AtDesk, Desk
from console.filters import CHANNELS
from console.inbox import officers
from console.pages import ZONE, go, page
from console.printing import as_pdf
from console.sheets import download
from knowledge.errors import KnowledgeError
from leads.errors import AlreadyTaken, ChangedMeanwhile, IllegalMove, NotFound, Unacceptable
from leads.model import Stage
from leads.staff.model import Right, Visitor

router = APIRouter(prefix="/leads/{number}")
Words = Annotated[str, Form(max_length=4000)]
Word = Annotated[str, Form(max_length=200)]
NOTES = {"called": "电话", "visited": "上门考察", "wechat": "微信", "met": "视频会议", "noted": "备注"}
KINDS = {
    **NOTES, "submitted": "投资者提交", "amended": "投资者更正", "corrected": "更正登记", "moved": "改阶段", "assigned": "分派", "released": "放回",
    "merged": "合并", "unmerged": "撤销合并", "erased": "删除个人信息", "card": "五定卡", "planned": "计划下一步",
    "done": "完成下一步", "reminded": "提醒", "escalated": "上报领导", "reassigned": "改派",
}  # fmt: skip
_NEVER = datetime(1970, 1, 1, tzinfo=ZONE)
STATES = {"WAITING": "等待发送", "DELIVERED": "已送到", "DEAD": "没有送到", "CANCELLED": "已取消"}
DESTINATIONS = {"crm": "CRM", "wecom": "企业微信群", "mail": "邮箱", "channel": "投资者的渠道"}
EVENTS = {"lead.submitted": "新线索", "lead.amended": "更正", "lead.erased": "删除", "inquiry.opened": "转人工"}


class Place:
    """The lead a route is about: within the visitor's scope, or not there at all."""

    def __init__(self, request: Request, desk: AtDesk, visitor: Signed, number: str) -> None:
        """Raises `NotFound` alike for what is outside and what does not exist."""
        self.request, self.desk, self.visitor = request, desk, visitor
        self.number = _settled(number)
        desk.inbox.within(self.number, visitor)

    def change(self, what: str, work: Callable[[], object], done: str) -> Response:
        """Do something about the lead, write down who did, and tell what came of it."""
        back = f"/leads/{self.number}"
        try:
            work()
        except AlreadyTaken:
            back = back if self._visible() else "/leads"
            held = self.desk.inbox.holder(self.number)
            name = {one.login: one.name for one in self.desk.staff.accounts()}.get(held, held)
            return go(self.request, back, f"晚了一步：这条线索已由{name}负责，没有改动。", "danger")
        except (IllegalMove, ChangedMeanwhile) as error:
            return go(self.request, back, f"{error}。", "danger")
        self.desk.inbox.changed(self.number, self.visitor, what)
        # Whoever gives a lead to somebody else may not see it any more.
        return go(self.request, back if self._visible() else "/leads", done)

    def _visible(self) -> bool:
        try:
            self.desk.inbox.within(self.number, self.visitor)
        except NotFound:
            return False
        return True

    @property
    def me(self) -> str:
        """The visitor's login."""
        return self.visitor.account.login


AtLead = Annotated[Place, Depends()]


@router.get("")
@needs(Right.SEE_LEADS)
def one(request: Request, place: AtLead) -> Response:
    """The page."""
    return _page(request, place.desk, place.visitor, place.number, "")


@router.post("/reveal")
@needs(Right.SEE_LEADS)
def reveal(request: Request, place: AtLead) -> Response:
    """The page with the contact as it was left; written down."""
    return _page(request, place.desk, place.visitor, place.number, place.desk.inbox.reveal(place.number, place.visitor))


@router.post("/sheet")
@needs(Right.SEE_LEADS)
def printed(place: AtLead) -> Response:
    """One sheet of PDF for whoever calls; written down."""
    lead, contact = place.desk.inbox.sheet(place.number, place.visitor)
    names = {account.login: account.name for account in place.desk.staff.accounts()}
    now = place.desk.leads.now()
    text = as_pdf(lead, contact, names, record_names(place.desk, lead), place.visitor.account.name, now)
    return download(text, f"线索-{lead.number}.pdf", "application/pdf")


@router.post("/correct")
@needs(Right.WORK_LEADS)
def correct(
    place: AtLead, contact_name: Word = "", company: Word = "", contact: Word = "", industry: Word = "",
    investment: Word = "", area: Word = "", notes: Words = "", seen: Word = "",
) -> Response:  # fmt: skip
    """Put right what the investor left. Where it is refused, the page shows again what was typed."""
    typed = {
        "contact_name": contact_name, "company": company, "contact": contact, "industry": industry,
        "investment": investment, "area": area, "notes": notes,
    }  # fmt: skip
    desk, back = place.desk, f"/leads/{place.number}"
    try:
        given = correction.read(typed, desk.inbox.open(place.number, place.visitor).details)
        changed = desk.leads.correct(place.number, given, place.visitor, _time(seen) or _NEVER)
    except (Unacceptable, IllegalMove, ChangedMeanwhile) as error:
        return _page(place.request, desk, place.visitor, place.number, "", typed, f"{error}。")
    told = "、".join(correction.LABELS[field] for field in changed if field in correction.LABELS)
    return go(place.request, back, f"已更正：{told}。" if told else "没有改动。", "success" if told else "info")


@router.post("/take")
@needs(Right.WORK_LEADS)
def take(request: Request, desk: AtDesk, visitor: Signed, number: str, seen: Word = "") -> Response:
    """Be responsible. Of two at once one wins, and the other is told who – also where he may not see the lead any more."""
    try:
        place = Place(request, desk, visitor, number)
    except NotFound:
        winner = desk.inbox.lost_to(_settled(number), visitor, _time(seen) or _NEVER)
        if not winner:
            raise
        name = {one.login: one.name for one in desk.staff.accounts()}.get(winner, winner)
        return go(request, "/leads", f"晚了一步：这条线索已由{name}负责，没有改动。", "danger")
    return place.change("taken", lambda: desk.leads.take(place.number, place.me), "这条线索由您负责了。")


@router.post("/release")
@needs(Right.WORK_LEADS)
def release(place: AtLead) -> Response:
    """Give it back to those nobody is responsible for; only one's own, unless one may assign."""
    if not place.visitor.account.may(Right.ASSIGN_LEADS) and place.desk.inbox.holder(place.number) != place.me:
        return go(place.request, f"/leads/{place.number}", "只能放回自己负责的线索。", "danger")
    return place.change("released", lambda: place.desk.leads.release(place.number, place.me), "已放回，没有人负责。")


@router.post("/assign")
@needs(Right.ASSIGN_LEADS)
def assign(place: AtLead, officer: Word, seen: Word = "") -> Response:
    """Make somebody responsible."""
    if officer not in {account.login for account in officers(place.desk)}:
        return go(place.request, f"/leads/{place.number}", "请选一位能负责线索的同事。", "danger")
    return place.change(
        "assigned", lambda: place.desk.leads.assign(place.number, officer, place.me, _time(seen)), "已分派。"
    )


@router.post("/move")
@needs(Right.WORK_LEADS)
def move(place: AtLead, stage: Annotated[Stage, Form()], because: Words = "", seen: Word = "") -> Response:
    """Put it into another stage."""
    return place.change(
        "moved", lambda: place.desk.leads.move(place.number, stage, place.me, because, _time(seen)),
        f"阶段已改为“{stage.label}”。",
    )  # fmt: skip


@router.post("/note")
@needs(Right.WORK_LEADS)
def note(place: AtLead, kind: Word, text: Words) -> Response:
    """Write down what was done."""
    if kind not in NOTES or not text.strip():
        return go(place.request, f"/leads/{place.number}", "请选方式，并写下谈了什么；没有保存。", "danger")
    return place.change(
        "noted", lambda: place.desk.leads.note(place.number, place.me, kind, text.strip()), "已记下。"
    )  # fmt: skip


@router.post("/card")
@needs(Right.WORK_LEADS)
def card(
    place: AtLead, project: Words = "", responsibility: Words = "", measures: Words = "", deadline: Word = "",
    leader: Word = "", team: Words = "", seen: Word = "",
) -> Response:  # fmt: skip
    """The 五定 card."""
    return place.change(
        "card",
        lambda: place.desk.leads.fill_card(
            place.number, place.me, project=project.strip(), responsibility=responsibility.strip(),
            measures=measures.strip(), deadline=_end_of(deadline), leader=leader.strip(), team=team.strip(),
            seen=_time(seen),
        ),
        "五定卡已保存。",
    )  # fmt: skip


@router.post("/plan")
@needs(Right.WORK_LEADS)
def plan(place: AtLead, what: Word, due: Word) -> Response:
    """What is to be done next."""
    until = _end_of(due)
    if not what.strip() or until is None:
        return go(place.request, f"/leads/{place.number}", "请写下一步做什么、哪天之前；没有保存。", "danger")
    return place.change(
        "planned", lambda: place.desk.leads.plan(place.number, place.me, what.strip(), until), "下一步已记下。"
    )


@router.post("/finish")
@needs(Right.WORK_LEADS)
def finish(place: AtLead) -> Response:
    """The next step is done."""
    return place.change("finished", lambda: place.desk.leads.finish(place.number, place.me), "下一步已完成。")


@router.post("/merge")
@needs(Right.WORK_LEADS)
def merge(place: AtLead, other: Word) -> Response:
    """Take another lead of the same investor in; both have to be within one's scope."""
    other = other.replace(" ", "").upper()
    place.desk.inbox.within(other, place.visitor)
    return place.change("merged", lambda: place.desk.leads.merge(place.number, other, place.me), "已合并，可以撤销。")


@router.post("/unmerge")
@needs(Right.WORK_LEADS)
def unmerge(place: AtLead, other: Word) -> Response:
    """Give it back."""
    place.desk.inbox.within(other, place.visitor)
    return place.change("unmerged", lambda: place.desk.leads.unmerge(other, place.me), "已撤销合并。")


@router.post("/send-again/{id_}")
@needs(Right.WORK_LEADS)
def send_again(place: AtLead, id_: int) -> Response:
    """Put a hand-off that did not arrive back into the queue."""
    return place.change(
        "send_again", lambda: place.desk.inbox.send_again(place.number, id_, place.visitor), "已放回队列，稍后再看。"
    )


def record_names(desk: Desk, lead: Any) -> dict[str, str]:
    """Names of the records a conversation, an estimate or a match showed, by id; empty while the records are faulty."""
    told = [
        one
        for key, part in (("estimate", "results"), ("match", "matches"))
        for one in (lead.extra.get(key) or {}).get(part, ())
    ]
    shown = {id_ for line in lead.lines for id_ in line.records} | {str(one.get("id")) for one in told}
    shown.add(str(lead.extra.get("source")))  # the scene of a QR code may be a record's id
    try:
        records = desk.catalogue().existing(shown)
    except KnowledgeError:
        return {}
    return {record.id: record.name for record in records}


def _page(
    request: Request, desk: Desk, visitor: Visitor, number: str, contact: str, typed: dict[str, str] | None = None,
    refused: str = "",
) -> Response:  # fmt: skip
    """The page; with what was `typed` in the form for corrections and why it was `refused`."""
    lead = desk.inbox.open(number, visitor)
    shown = typed or {field: getattr(lead.details, field) for field in correction.LONGEST}
    return page(
        request, "leads/one.html", status=409 if refused else 200, lead=lead, contact=contact, notes=NOTES, kinds=KINDS, states=STATES,
        destinations=DESTINATIONS, events=EVENTS, channels=CHANNELS, officers=officers(desk), now=desk.leads.now(),
        names={one.login: one.name for one in desk.staff.accounts()}, records=record_names(desk, lead),
        may_assign=visitor.account.may(Right.ASSIGN_LEADS), seen=lead.updated_at.isoformat(),
        labels=correction.LABELS, longest=correction.LONGEST, typed=shown, refused=refused,
    )  # fmt: skip


def _settled(number: str) -> str:
    return number.replace(" ", "").upper()


def _time(given: str) -> datetime | None:
    """When the page was read, as its forms say; a time that is none counts as another than the lead's."""
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return _NEVER
    return at if at.tzinfo else _NEVER


def _end_of(given: str) -> datetime | None:
    """The end of a working day, 18:00 in Beijing: a deadline of that day is not missed in its morning."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, 18, tzinfo=ZONE)
