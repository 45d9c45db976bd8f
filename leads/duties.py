"""What is due about a lead, and when: kept in `Lead.due_at`, so that what is overdue is found without looking through
cards and steps. Whoever changes a deadline calls `settle`; a further kind of deadline is added in `running`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from leads.model import Stage
from leads.recording import record, workable
from leads.tables import Card, Lead, NextStep


class Duty(StrEnum):
    """What is due."""

    CONTACT = "contact"
    STEP = "step"
    CARD = "card"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {Duty.CONTACT: "首次联系", Duty.STEP: "下一步", Duty.CARD: "五定时限"}[self]


def settle(db: Session, lead: Lead) -> None:
    """Work out anew when the earliest open deadline of a lead runs out."""
    db.flush()
    lead.due_at = min((at for _, at in running(db, lead)), default=None)


def running(db: Session, lead: Lead) -> Iterator[tuple[Duty, datetime]]:
    """The deadlines that still run: first contact, the next step's, the 五定 card's. A lead that is closed, erased or
    joined to another has none."""
    if lead.stage == Stage.CLOSED or lead.erased_at is not None or lead.merged_into_id is not None:
        return
    if lead.contacted_at is None and lead.contact_due_at is not None:
        yield Duty.CONTACT, lead.contact_due_at
    for at in db.scalars(select(NextStep.due_at).where(NextStep.lead_id == lead.id, NextStep.done_at.is_(None))):
        yield Duty.STEP, at
    card = db.get(Card, lead.id)
    if card is not None and card.deadline is not None:
        yield Duty.CARD, card.deadline


def contacted(db: Session, lead: Lead, now: datetime) -> None:
    """Somebody spoke with the investor; the first time counts."""
    if lead.contacted_at is None:
        lead.contacted_at = now
        settle(db, lead)


def plan(db: Session, number: str, actor: str, what: str, due_at: datetime, now: datetime) -> None:
    """Say what is to be done next; what was planned before and not done is given up. Raises `NotFound`, `IllegalMove`."""
    lead = workable(db, number)
    _finish(db, lead, now)
    db.add(NextStep(lead_id=lead.id, what=what, due_at=due_at, by=actor, created_at=now, done_at=None))
    record(db, lead, now, "planned", actor, what, {"due_at": due_at.isoformat()})
    settle(db, lead)


def finish(db: Session, number: str, actor: str, now: datetime) -> None:
    """The next step is done. Twice is no fault. Raises `NotFound`, `IllegalMove`."""
    lead = workable(db, number)
    what = _finish(db, lead, now)
    if what is not None:
        record(db, lead, now, "done", actor, what)
    settle(db, lead)


def _finish(db: Session, lead: Lead, now: datetime) -> str | None:
    step = db.scalar(select(NextStep).where(NextStep.lead_id == lead.id, NextStep.done_at.is_(None)))
    if step is None:
        return None
    step.done_at = now
    db.flush()  # the database lets only one be open
    return step.what
