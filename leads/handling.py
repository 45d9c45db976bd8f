"""Hands a conversation over to a person and back: who speaks in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from leads import duties, transcripts
from leads.errors import AlreadyTaken, IllegalMove, NotFound
from leads.model import Line, Talk
from leads.outbox import JOINED, LEFT, SAID
from leads.ports import Outbox
from leads.tables import Inquiry, Lead

OPEN, TAKEN, CLOSED = "OPEN", "TAKEN", "CLOSED"


class Handling(msgspec.Struct, frozen=True):
    """Opens inquiries and lets officers answer them."""

    outbox: Outbox

    def ask(self, db: Session, talk: Talk, question: str, transcript: Sequence[Line], now: datetime) -> int:
        """The conversation's open inquiry, made if there is none; the transcript is joined to what stands."""
        transcripts.keep(db, talk.id, transcript)
        open_id = db.scalar(select(Inquiry.id).where(Inquiry.talk_id == talk.id, Inquiry.closed_at.is_(None)))
        if open_id is not None:
            return open_id
        inquiry = Inquiry(
            talk_id=talk.id,
            channel=talk.channel,
            lead_id=_newest_lead(db, talk.id),
            question=question,
            state=OPEN,
            officer="",
            created_at=now,
        )
        db.add(inquiry)
        db.flush()
        self.outbox.inquiry_opened(db, inquiry, now)
        return inquiry.id

    def take_over(self, db: Session, inquiry_id: int, officer: str, name: str, now: datetime) -> None:
        """Let an officer speak; the investor reads `name`. Twice is no fault; raises `AlreadyTaken`, `NotFound`,
        `IllegalMove` where it is closed."""
        taken = db.execute(
            update(Inquiry)
            .where(Inquiry.id == inquiry_id, Inquiry.state == OPEN)
            .values(state=TAKEN, officer=officer, taken_at=now)
        )
        assert isinstance(taken, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
        inquiry = _held(db, inquiry_id, officer)
        if taken.rowcount:
            self.outbox.officer(db, inquiry, JOINED, f"{name}已接入，接下来由工作人员答复您。", name, now)

    def say(self, db: Session, inquiry_id: int, officer: str, text: str, name: str, now: datetime) -> None:
        """Add what the officer who took over says. Raises as `take_over`, and `IllegalMove` where nobody took over."""
        inquiry = _held(db, inquiry_id, officer)
        transcripts.append(db, inquiry.talk_id, Line(speaker="officer", text=text, at=now))
        lead = db.get(Lead, inquiry.lead_id) if inquiry.lead_id is not None else None
        if lead is not None:
            duties.contacted(db, lead, now)
        self.outbox.officer(db, inquiry, SAID, text, name, now)

    def hand_back(self, db: Session, inquiry_id: int, officer: str, name: str, now: datetime) -> None:
        """Close the inquiry: the assistant speaks again. Raises as `say`."""
        inquiry = _held(db, inquiry_id, officer)
        inquiry.state, inquiry.closed_at = CLOSED, now
        self.outbox.officer(db, inquiry, LEFT, "人工服务已结束，接下来由智能助手继续回答您。", name, now)


def _held(db: Session, inquiry_id: int, officer: str) -> Inquiry:
    """The inquiry, which this officer must hold."""
    inquiry = db.scalar(select(Inquiry).where(Inquiry.id == inquiry_id).with_for_update())
    if inquiry is None:
        raise NotFound(f"没有编号为 {inquiry_id} 的咨询")
    if inquiry.state == CLOSED:
        raise IllegalMove("这次咨询已经结束")
    if inquiry.state == OPEN:
        raise IllegalMove("还没有人接手这次咨询，请先接手")
    if inquiry.officer != officer:
        raise AlreadyTaken(f"这次咨询已由 {inquiry.officer} 接手")
    return inquiry


def _newest_lead(db: Session, talk_id: str) -> int | None:
    return db.scalar(
        select(Lead.id).where(Lead.talk_id == talk_id, Lead.erased_at.is_(None)).order_by(Lead.id.desc()).limit(1)
    )
