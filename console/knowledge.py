"""Editors see what the assistant did not answer well, make tasks of it, and propose changes to the records' files."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response

from console.access import Signed, needs
from console.clusters import DAYS, Clusters
from console.desk import AtDesk, Desk
from console.pages import ZONE, go, page
from console.sheets import download
from knowledge.errors import UnknownRecord
from knowledge.model import TYPE_NAMES, Common
from knowledge.paths import records_folder
from knowledge.proposing import LONGEST, Proposal, file_of, propose, with_alias
from knowledge.reviewing import review_day
from leads.errors import NotFound
from leads.staff.model import Account, Right

router = APIRouter(prefix="/knowledge")
_SHOWN, _QUESTIONS, _RECORDS = 50, 8, 50
_SOON = 60
"""Days ahead that an editor sees what is to be reviewed."""
Text = Annotated[str, Form(max_length=500)]
Content = Annotated[str, Form(max_length=2 * LONGEST)]


@router.get("")
@needs(Right.TEND_KNOWLEDGE)
def index(request: Request, desk: AtDesk) -> Response:
    """Groups of questions that fell short, and the tasks made of them."""
    clusters: Clusters = request.app.state.clusters
    found = clusters.look()
    return page(
        request, "knowledge/index.html", found=found, groups=found.groups[:_SHOWN], most=_QUESTIONS, days=DAYS,
        tasks=desk.leads.shortfalls.tasks(done=False), done=desk.leads.shortfalls.tasks(done=True, most=20),
        editors=_editors(desk), names=_names(desk), late=len(_late(desk)),
    )  # fmt: skip


@router.post("/tasks")
@needs(Right.TEND_KNOWLEDGE)
def make_task(
    request: Request, desk: AtDesk, visitor: Signed, turn: Annotated[str, Form(max_length=32)], editor: Text = ""
) -> Response:
    """Make a task of the group that a turn is in."""
    clusters: Clusters = request.app.state.clusters
    group = next((group for group in clusters.look().groups if turn in group.turns), None)
    if group is None:
        return go(request, "/knowledge", "这组问题已经处理过了，请看最新的列表。", "warning")
    _check(desk, editor)
    id_ = desk.leads.shortfalls.make_task(group.questions[0], group.turns, editor)
    clusters.forget()
    desk.staff.audit(visitor, "knowledge.task", f"task-{id_}", {"editor": editor, "turns": group.count})
    return go(request, f"/knowledge/tasks/{id_}", "已建立任务。")


@router.get("/tasks/{id_}")
@needs(Right.TEND_KNOWLEDGE)
def task(request: Request, desk: AtDesk, id_: int, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """One task: what was asked, and where to mend it."""
    todo, asked = desk.leads.shortfalls.task(id_)
    shown = list(dict.fromkeys(record for one in asked for record in one.records))
    return page(
        request, "knowledge/task.html", task=todo, asked=asked, q=q, found=_search(desk, q) if q else [],
        shown=desk.catalogue().existing(shown)[:6], editors=_editors(desk), names=_names(desk), types=TYPE_NAMES,
    )  # fmt: skip


@router.post("/tasks/{id_}/assign")
@needs(Right.TEND_KNOWLEDGE)
def assign(request: Request, desk: AtDesk, visitor: Signed, id_: int, editor: Text = "") -> Response:
    """Who is to do it."""
    _check(desk, editor)
    desk.leads.shortfalls.assign(id_, editor)
    desk.staff.audit(visitor, "knowledge.task", f"task-{id_}", {"editor": editor})
    return go(request, f"/knowledge/tasks/{id_}", "已分派。")


@router.post("/tasks/{id_}/done")
@needs(Right.TEND_KNOWLEDGE)
def done(request: Request, desk: AtDesk, visitor: Signed, id_: int, outcome: Text = "") -> Response:
    """It is done, and how."""
    desk.leads.shortfalls.finish(id_, visitor.account.login, outcome.strip())
    desk.staff.audit(visitor, "knowledge.done", f"task-{id_}")
    return go(request, "/knowledge", "已标记为办完。")


@router.get("/records")
@needs(Right.TEND_KNOWLEDGE)
def records(request: Request, desk: AtDesk, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Find a record; without a word, those past their review and those due soon."""
    found = _search(desk, q) if q else _late(desk, _SOON)
    return page(
        request, "knowledge/records.html", q=q, found=found, types=TYPE_NAMES, due=review_day, today=_today(desk)
    )


@router.get("/records/{id_}")
@needs(Right.TEND_KNOWLEDGE)
def record(request: Request, id_: str, alias: Annotated[str, Query(max_length=60)] = "", task: int = 0) -> Response:
    """A record's file, to be changed; with one more alias where that is what is wanted."""
    try:
        file = file_of(records_folder(), id_)
    except UnknownRecord:
        raise NotFound(id_) from None
    text = with_alias(file, alias) if alias else file.text
    return page(request, "knowledge/record.html", id=id_, name=file.data.get("name", id_), text=text, task=task)


@router.post("/records/{id_}/proposal")
@needs(Right.TEND_KNOWLEDGE)
def proposal(request: Request, id_: str, text: Content, task: Annotated[int, Form()] = 0) -> Response:
    """What differs and what is wrong with it. Nothing is written."""
    return page(request, "knowledge/proposal.html", id=id_, proposal=_proposed(id_, text), task=task)


@router.post("/records/{id_}/download")
@needs(Right.TEND_KNOWLEDGE)
def as_file(
    request: Request, desk: AtDesk, visitor: Signed, id_: str, text: Content,
    kind: Annotated[Literal["patch", "file"], Form()] = "patch",
) -> Response:  # fmt: skip
    """The change as a patch or as the whole file, for whoever keeps the repository. Only without errors."""
    made = _proposed(id_, text)
    if made.errors or not made.patch:
        return page(request, "knowledge/proposal.html", 422, id=id_, proposal=made, task=0)
    desk.staff.audit(visitor, "knowledge.proposed", id_, {"kind": kind})
    content, name = (made.patch, f"{id_}.patch") if kind == "patch" else (made.after, f"{id_}.yml")
    return download(content.encode(), name, "text/plain; charset=utf-8")


def _proposed(id_: str, text: str) -> Proposal:
    try:
        return propose(records_folder(), id_, text, dt.datetime.now(ZONE).date())
    except UnknownRecord:
        raise NotFound(id_) from None


def _today(desk: Desk) -> str:
    return desk.leads.now().astimezone(ZONE).date().isoformat()


def _late(desk: Desk, ahead: int = 0) -> list[Common]:
    """Records past their review, or due within so many days, longest first."""
    until = (dt.date.fromisoformat(_today(desk)) + dt.timedelta(days=ahead)).isoformat()
    due = [(day, one.id, one) for one in desk.catalogue().records.values() if (day := review_day(one)) and day < until]
    return [one for *_, one in sorted(due, key=lambda each: each[:2])]


def _search(desk: Desk, wanted: str) -> list[Common]:
    words = wanted.casefold().split()
    found = (
        one
        for one in desk.catalogue().records.values()
        if all(word in " ".join((one.id, one.name, *one.aliases)).casefold() for word in words)
    )
    return sorted(found, key=lambda one: (len(one.name), one.id))[:_RECORDS]


def _editors(desk: Desk) -> list[Account]:
    return [one for one in desk.staff.accounts() if one.may(Right.TEND_KNOWLEDGE) and not one.disabled_at]


def _check(desk: Desk, editor: str) -> None:
    if editor and editor not in {one.login for one in _editors(desk)}:
        raise NotFound("没有这位编辑")


def _names(desk: Desk) -> dict[str, str]:
    return {one.login: one.name for one in desk.staff.accounts()}
