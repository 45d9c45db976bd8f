"""What the desk sees of conversations that asked for a person: who waits, and what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from leads.errors import NotFound
from leads.handling import CLOSED, OPEN, TAKEN
from leads.outbox import REACHED, SAID
from leads.store import Store
from leads.tables import Delivery, Inquiry, Lead, Utterance


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An inquiry as a list shows it."""

    id: int
    channel: str
    number: str
    """The lead it hangs on; empty without one."""
    question: str
    state: str
    officer: str
    created_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    unanswered: int
    """Lines of the investor's that whoever holds it has not replied to."""
    reached: bool
    """Whether what an officer writes gets to the investor."""

    @property
    def open(self) -> bool:
        """Nobody has taken it over yet."""
        return self.state == OPEN


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an inquiry's conversation. `delivery` is the outbox's word on an officer's line, empty for others."""

    place: int
    speaker: str
    text: str
    at: datetime
    records: tuple[str, ...]
    delivery: str = ""
    error: str = ""


class Inquiries:
    """Looks; what is done about an inquiry is done through `leads.service`. Any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, reaches: Callable[[str], bool] = REACHED.__contains__) -> None:
        """`reaches` tells whether officers can write to investors of a channel."""
        self._store, self._reaches = store, reaches

    def unfinished(self) -> list[Asked]:
        """Those that wait and those that somebody speaks in; who waits longest first."""
        wanted = _asked().where(Inquiry.state.in_((OPEN, TAKEN))).order_by(Inquiry.state, Inquiry.created_at)
        return self._store.read(lambda db: [self._of(*row) for row in db.execute(wanted)])

    def finished(self, most: int) -> list[Asked]:
        """The last ones that are over, newest first."""
        wanted = _asked().where(Inquiry.state == CLOSED).order_by(Inquiry.id.desc()).limit(most)
        return self._store.read(lambda db: [self._of(*row) for row in db.execute(wanted)])

    def waiting(self) -> list[int]:
        """The ids of those that wait for somebody, oldest first."""
        wanted = select(Inquiry.id).where(Inquiry.state == OPEN).order_by(Inquiry.id)
        return self._store.read(lambda db: list(db.scalars(wanted)))

    def unanswered(self, officer: str) -> dict[int, int]:
        """Of the conversations somebody holds, those with words he has not replied to, and how many."""
        wanted = select(Inquiry.id, Inquiry.unanswered).where(
            Inquiry.state == TAKEN, Inquiry.officer == officer, Inquiry.unanswered > 0
        )
        return self._store.read(lambda db: dict(db.execute(wanted.order_by(Inquiry.id)).tuples().all()))

    def one(self, id_: int) -> Asked:
        """Raises `NotFound`."""
        row = self._store.read(lambda db: db.execute(_asked().where(Inquiry.id == id_)).one_or_none())
        if row is None:
            raise NotFound(f"没有编号为 {id_} 的咨询")
        return self._of(*row)

    def conversation(self, id_: int) -> list[Said]:
        """What was said, in order, with what became of the officer's words. Raises `NotFound`."""
        return self._store.read(lambda db: _conversation(db, id_))

    def _of(self, inquiry: Inquiry, number: str | None) -> Asked:
        return Asked(
            id=inquiry.id, channel=inquiry.channel, number=number or "", question=inquiry.question,
            state=inquiry.state, officer=inquiry.officer, created_at=inquiry.created_at, taken_at=inquiry.taken_at,
            closed_at=inquiry.closed_at, unanswered=inquiry.unanswered, reached=self._reaches(inquiry.channel),
        )  # fmt: skip


def _conversation(db: Session, id_: int) -> list[Said]:
    talk_id = db.scalar(select(Inquiry.talk_id).where(Inquiry.id == id_))
    if talk_id is None:
        raise NotFound(f"没有编号为 {id_} 的咨询")
    sent = _sent(db, talk_id)
    lines = db.scalars(select(Utterance).where(Utterance.talk_id == talk_id).order_by(Utterance.place))
    return [_said(line, sent) for line in lines]


def _sent(db: Session, talk_id: str) -> dict[datetime, tuple[str, str]]:
    """A line and its row of the outbox are of one transaction and carry the same time."""
    rows = select(Delivery.created_at, Delivery.state, Delivery.error).where(
        Delivery.talk_id == talk_id, Delivery.event == SAID
    )
    return {at: (state, error) for at, state, error in db.execute(rows).tuples()}


def _said(line: Utterance, sent: dict[datetime, tuple[str, str]]) -> Said:
    state, error = sent.get(line.at, ("", "")) if line.speaker == "officer" else ("", "")
    return Said(
        place=line.place, speaker=line.speaker, text=line.text, at=line.at, records=tuple(line.records),
        delivery=state, error=error,
    )  # fmt: skip


def _asked() -> Select[tuple[Inquiry, str]]:
    return select(Inquiry, Lead.number).outerjoin(Lead, Lead.id == Inquiry.lead_id)
