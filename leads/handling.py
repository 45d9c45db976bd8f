"""Hands a conversation over to a person and back: who speaks in it.

An investor is never silenced. A conversation goes back to the assistant when whoever took it over hands it back, is
disabled, has signed off, or has owed a reply for too long; what is unanswered then waits for somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from leads import duties, transcripts
from leads.errors import AlreadyTaken, IllegalMove, NotFound
from leads.model import Line, Talk
from leads.outbox import JOINED, LEFT, REACHED, SAID
from leads.ports import Outbox
from leads.staff import presence
from leads.tables import Inquiry, Lead

OPEN, TAKEN, CLOSED = "OPEN", "TAKEN", "CLOSED"
SILENCE = timedelta(minutes=30)
_ENDED = "人工服务已结束，接下来由智能助手继续回答您。"
RETURNED = "工作人员暂时没有回复，接下来由智能助手继续回答您；您说的话工作人员仍能看到。"
UNREACHED = "这个渠道不能给投资者发消息，接手会让他没有人答话。请按线索里的联系方式联系，联系过后点“已联系，结束”"
_BATCH = 100


class Handling(msgspec.Struct, frozen=True):
    """Opens inquiries and lets officers answer them."""

    outbox: Outbox
    silence: timedelta = SILENCE
    """For so long may whoever took a conversation over owe a reply."""

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
        `IllegalMove` where it is closed, or where his words would not get to the investor."""
        channel = db.scalar(select(Inquiry.channel).where(Inquiry.id == inquiry_id, Inquiry.state == OPEN))
        if channel is not None and not self.outbox.reaches(channel):
            raise IllegalMove(UNREACHED)
        taken = db.execute(
            update(Inquiry)
            .where(Inquiry.id == inquiry_id, Inquiry.state == OPEN)
            .values(state=TAKEN, officer=officer, taken_at=now, unanswered=0, unanswered_since=now)
        )
        assert isinstance(taken, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
        inquiry = _held(db, inquiry_id, officer)
        if taken.rowcount:
            self._joined(db, inquiry, name, now)

    def say(self, db: Session, inquiry_id: int, officer: str, text: str, name: str, now: datetime) -> None:
        """Add what the officer who took over says. Raises as `take_over`, and `IllegalMove` where nobody took over."""
        inquiry = _held(db, inquiry_id, officer)
        inquiry.unanswered, inquiry.unanswered_since = 0, None
        transcripts.append(db, inquiry.talk_id, Line(speaker="officer", text=text, at=now))
        lead = db.get(Lead, inquiry.lead_id) if inquiry.lead_id is not None else None
        if lead is not None:
            duties.contacted(db, lead, now)
        self.outbox.officer(db, inquiry, SAID, text, name, now)

    def hear(self, db: Session, talk: Talk, line: Line, now: datetime) -> bool:
        """Add what the investor says, where a person speaks; False where none does, or none any more, and the assistant
        has to reply."""
        inquiry = db.scalar(
            select(Inquiry).where(Inquiry.talk_id == talk.id, Inquiry.closed_at.is_(None)).with_for_update()
        )
        if inquiry is not None and inquiry.state == TAKEN and self._lapsed(db, [inquiry], now):
            inquiry.unanswered_since = inquiry.unanswered_since or now  # what he says now, nobody has answered
            self._return(db, inquiry, now)
            return False
        if inquiry is not None and inquiry.state == OPEN:
            return False  # what the assistant replies to is joined from the tracker
        new = transcripts.append(db, talk.id, line)
        if inquiry is None:
            return False
        if new:
            inquiry.unanswered += 1
            inquiry.unanswered_since = inquiry.unanswered_since or now
        return True

    def hand_back(
        self, db: Session, inquiry_id: int, officer: str, name: str, now: datetime, *, directing: bool = False
    ) -> None:
        """Close the inquiry: the assistant speaks again. Raises as `say`; who is `directing` may do it for another."""
        inquiry = _held(db, inquiry_id, officer, directing=directing)
        inquiry.state, inquiry.closed_at = CLOSED, now
        self.outbox.officer(db, inquiry, LEFT, _ENDED, name, now)

    def transfer(
        self, db: Session, inquiry_id: int, officer: str, to: str, name: str, now: datetime, *, directing: bool = False
    ) -> None:
        """Let another officer speak, by the name the investor may read. Raises as `hand_back`, and `IllegalMove` for
        one who is not there: the conversation would fall back to the assistant at once."""
        inquiry = _held(db, inquiry_id, officer, directing=directing)
        if inquiry.officer == to:
            return
        if presence.gone(db, [to], now):
            raise IllegalMove("对方现在没有登录，转过去没有人答复；请选一位在线的同事")
        inquiry.officer, inquiry.taken_at, inquiry.unanswered_since = to, now, now
        self._joined(db, inquiry, name, now)

    def close(self, db: Session, inquiry_id: int, now: datetime) -> None:
        """The investor of a channel in which nobody can write to him was spoken with otherwise. Twice is no fault;
        raises `NotFound`, and `IllegalMove` in a channel where somebody can be answered."""
        inquiry = _locked(db, inquiry_id)
        if inquiry.state == CLOSED:
            return
        if self.outbox.reaches(inquiry.channel):
            raise IllegalMove("这位投资者在等人答复，请接手之后回复他")
        inquiry.state, inquiry.closed_at = CLOSED, now

    def return_lapsed(self, db: Session, now: datetime) -> int:
        """Give back to the assistant what nobody tends any more; at most so many at once, says how many."""
        taken = db.scalars(select(Inquiry).where(Inquiry.state == TAKEN).order_by(Inquiry.id).with_for_update()).all()
        lapsed = self._lapsed(db, taken, now)[:_BATCH]
        for inquiry in lapsed:
            self._return(db, inquiry, now)
        return len(lapsed)

    def _lapsed(self, db: Session, taken: Sequence[Inquiry], now: datetime) -> list[Inquiry]:
        gone = presence.gone(db, {inquiry.officer for inquiry in taken}, now) if taken else {}
        return [one for one in taken if one.officer in gone or self._silent(one, now)]

    def _silent(self, inquiry: Inquiry, now: datetime) -> bool:
        # Not asked of the outbox: not every process that hears investors knows where to push.
        return inquiry.channel not in REACHED or (
            inquiry.unanswered_since is not None and now - inquiry.unanswered_since >= self.silence
        )

    def _return(self, db: Session, inquiry: Inquiry, now: datetime) -> None:
        """The assistant speaks again. What is unanswered waits for another; where nothing is, the inquiry is over."""
        over = inquiry.unanswered_since is None
        if over:
            inquiry.state, inquiry.closed_at = CLOSED, now
        else:
            inquiry.state, inquiry.officer, inquiry.taken_at = OPEN, "", None
        inquiry.unanswered, inquiry.unanswered_since = 0, None
        self.outbox.officer(db, inquiry, LEFT, _ENDED if over else RETURNED, "", now)

    def _joined(self, db: Session, inquiry: Inquiry, name: str, now: datetime) -> None:
        self.outbox.officer(db, inquiry, JOINED, f"{name}已接入，接下来由工作人员答复您。", name, now)


def _locked(db: Session, inquiry_id: int) -> Inquiry:
    inquiry = db.scalar(select(Inquiry).where(Inquiry.id == inquiry_id).with_for_update())
    if inquiry is None:
        raise NotFound(f"没有编号为 {inquiry_id} 的咨询")
    return inquiry


def _held(db: Session, inquiry_id: int, officer: str, *, directing: bool = False) -> Inquiry:
    """The inquiry, which this officer must hold unless he is directing."""
    inquiry = _locked(db, inquiry_id)
    if inquiry.state == CLOSED:
        raise IllegalMove("这次咨询已经结束")
    if inquiry.state == OPEN:
        raise IllegalMove("还没有人接手这次咨询，请先接手")
    if inquiry.officer != officer and not directing:
        raise AlreadyTaken(f"这次咨询已由 {inquiry.officer} 接手")
    return inquiry


def _newest_lead(db: Session, talk_id: str) -> int | None:
    return db.scalar(
        select(Lead.id).where(Lead.talk_id == talk_id, Lead.erased_at.is_(None)).order_by(Lead.id.desc()).limit(1)
    )
