"""Joins a lead to another that comes from the same investor, and takes it apart again. Both stay as they are; only the
one points to the other. What was joined to another takes nothing in, so that no ring can come about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from leads import duties, numbering
from leads.errors import IllegalMove
from leads.recording import lead_of, record, workable
from leads.tables import Lead, Merge


def merge(db: Session, survivor_no: str, merged_no: str, by: str, now: datetime) -> None:
    """Join one lead to another. Raises `NotFound`, and `IllegalMove` for the same, an erased or a joined lead."""
    if survivor_no == merged_no:
        raise IllegalMove("一条线索不能并入它自己")
    for number in sorted((survivor_no, merged_no)):
        lead_of(db, number)  # locked in one order, so that two merges the other way round don't wait for each other
    survivor, merged = workable(db, survivor_no), workable(db, merged_no)
    merged.merged_into_id = survivor.id
    db.add(Merge(survivor_id=survivor.id, merged_id=merged.id, by=by, at=now))
    duties.settle(db, merged)
    record(db, survivor, now, "merged", by, data={"took_in": merged.number})
    record(db, merged, now, "merged", by, data={"into": survivor.number})


def unmerge(db: Session, merged_no: str, by: str, now: datetime) -> None:
    """Take a lead out of the one it was joined to. Raises `NotFound`, and `IllegalMove` where it was joined to none."""
    merged = lead_of(db, merged_no)
    if merged.merged_into_id is None:
        raise IllegalMove(f"{numbering.shown(merged_no)} 没有并入别的线索")
    _take_apart(db, merged, by, now)


def detach(db: Session, lead: Lead, by: str, now: datetime) -> None:
    """Undo all that joins a lead to others, in both directions: what others gave must not vanish with it."""
    if lead.merged_into_id is not None:
        _take_apart(db, lead, by, now)
    for other in db.scalars(select(Lead).where(Lead.merged_into_id == lead.id).order_by(Lead.id).with_for_update()):
        _take_apart(db, other, by, now)


def root_of(db: Session, lead: Lead) -> Lead:
    """The lead that stands for this one: itself, or what it was joined to in the end."""
    while lead.merged_into_id is not None:
        lead = db.get_one(Lead, lead.merged_into_id)
    return lead


def _take_apart(db: Session, merged: Lead, by: str, now: datetime) -> None:
    survivor = db.get_one(Lead, merged.merged_into_id)
    merged.merged_into_id = None
    duties.settle(db, merged)
    db.execute(update(Merge).where(Merge.merged_id == merged.id, Merge.undone_at.is_(None)).values(undone_at=now))
    record(db, survivor, now, "unmerged", by, data={"gave_back": merged.number})
    record(db, merged, now, "unmerged", by, data={"from": survivor.number})
