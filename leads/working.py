"""What officers do about a lead: take it, pass it on, move it on, note what they did, fill in the 五定 card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from leads import duties
from leads.errors import AlreadyTaken, IllegalMove
from leads.model import LEGAL_MOVES, Stage
from leads.recording import record, workable
from leads.tables import Assignment, Card, Lead

NOTES = ("called", "visited", "wechat", "met", "noted")
"""Kinds of activities that an officer writes down by hand."""


def take(db: Session, number: str, officer: str, now: datetime) -> None:
    """Make an officer responsible for a lead nobody has. Taking it twice is no fault; raises `AlreadyTaken`."""
    lead = workable(db, number)
    held = _open(db, lead.id)
    if held is not None and held.officer == officer:
        return
    if held is not None:
        raise AlreadyTaken(f"这条线索已由 {held.officer} 负责；需要换人时请改派")
    _hold(db, lead, officer, officer, now)
    record(db, lead, now, "assigned", officer, data={"officer": officer})


def assign(db: Session, number: str, officer: str, by: str, now: datetime, seen: datetime | None = None) -> None:
    """Make an officer responsible, whoever was so before."""
    lead = workable(db, number, seen)
    held = _open(db, lead.id)
    if held is not None and held.officer == officer:
        return
    if held is not None:
        held.until = now
        db.flush()  # the database lets only one be open
    _hold(db, lead, officer, by, now)
    record(db, lead, now, "assigned", by, data={"officer": officer, "before": held.officer if held else ""})


def release(db: Session, number: str, by: str, now: datetime) -> None:
    """Nobody is responsible any more; nobody before is no fault."""
    lead = workable(db, number)
    held = _open(db, lead.id)
    if held is None:
        return
    held.until, lead.officer = now, ""
    record(db, lead, now, "released", by, data={"before": held.officer})


def give_up(db: Session, officer: str, to: str, by: str, now: datetime, most: int | None = None) -> int:
    """What somebody holds who can hold nothing any more goes to another, or to nobody so that all officers see it; at
    most so many at once, says how many. Also what was joined to another lead: it may be taken apart again."""
    mine = select(Lead).where(Lead.officer == officer, Lead.erased_at.is_(None)).order_by(Lead.id).limit(most)
    leads = db.scalars(mine.with_for_update()).all()
    for lead in leads:
        held = _open(db, lead.id)
        if held is not None:
            held.until = now
            db.flush()  # the database lets only one be open
        lead.officer = ""
        if to:
            _hold(db, lead, to, by, now)
        record(db, lead, now, "assigned" if to else "released", by, data={"officer": to, "before": officer})
    return len(leads)


def move(
    db: Session, number: str, stage: Stage, actor: str, because: str, now: datetime, seen: datetime | None = None
) -> None:
    """Put a lead into another stage. Raises `IllegalMove`, whose message names the legal ones."""
    lead = workable(db, number, seen)
    present = Stage(lead.stage)
    if stage not in LEGAL_MOVES[present]:
        legal = "、".join(other.label for other in Stage if other in LEGAL_MOVES[present])
        raise IllegalMove(f"阶段不能从“{present.label}”改为“{stage.label}”，可以改为：{legal}")
    if stage is Stage.CLOSED and not because.strip():
        raise IllegalMove("关闭线索要写明理由")
    lead.stage = stage
    lead.closed_because = because.strip() if stage is Stage.CLOSED else ""
    if stage not in (Stage.NEW, Stage.CLOSED):
        duties.contacted(db, lead, now)
    record(db, lead, now, "moved", actor, because.strip(), {"from": present.value, "to": stage.value})
    duties.settle(db, lead)


def note(db: Session, number: str, actor: str, kind: str, text: str, now: datetime) -> None:
    """Write down what was done. Raises `ValueError` for a kind that is none of `NOTES`."""
    if kind not in NOTES:
        raise ValueError(f"跟进记录的种类应为 {'、'.join(NOTES)} 之一，不是 {kind}")
    lead = workable(db, number)
    record(db, lead, now, kind, actor, text)
    if kind != "noted":
        duties.contacted(db, lead, now)


def fill_card(
    db: Session,
    number: str,
    actor: str,
    now: datetime,
    *,
    project: str,
    responsibility: str,
    measures: str,
    deadline: datetime | None,
    leader: str,
    team: str,
    seen: datetime | None = None,
) -> None:
    """Put a lead's 五定 card in the place of the one before; which fields changed stands in the activity."""
    lead = workable(db, number, seen)
    new = {
        "project": project,
        "responsibility": responsibility,
        "measures": measures,
        "deadline": deadline,
        "leader": leader,
        "team": team,
    }
    card = db.get(Card, lead.id)
    if card is None:
        card = Card(lead_id=lead.id, **dict.fromkeys(new, ""))
        card.deadline = None
        db.add(card)
    changed = [field for field, value in new.items() if getattr(card, field) != value]
    for field in changed:
        setattr(card, field, new[field])
    card.updated_at = now
    record(db, lead, now, "card", actor, data={"changed": changed})
    duties.settle(db, lead)


def _hold(db: Session, lead: Lead, officer: str, by: str, now: datetime) -> None:
    """Open an assignment, and say so in the lead."""
    db.add(Assignment(lead_id=lead.id, officer=officer, by=by, since=now))
    lead.officer = officer


def _open(db: Session, lead_id: int) -> Assignment | None:
    return db.scalar(select(Assignment).where(Assignment.lead_id == lead_id, Assignment.until.is_(None)))
