"""What investors may know of their leads, and who may ask: the conversation a lead was submitted in, or whoever names the
contact that was left with it. All others hear the same, whether the number exists or not, and not without end."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from leads import merging
from leads.duplicates import contact_key
from leads.errors import NotFound, TooManyAttempts
from leads.model import Details, Stage, Standing
from leads.recording import NO_SUCH_LEAD
from leads.store import Store
from leads.tables import Attempt, Lead

WINDOW = timedelta(hours=1)
FAILURES_OF_A_TALK = 5
"""So often may a conversation be wrong within the window."""
FAILURES_ON_A_NUMBER = 10
"""So often may all conversations together be wrong about one number before one that was wrong itself may ask no more."""
MOST_ON_A_NUMBER = 100
"""So often before nobody may: until then strangers who guess do not lock the owner out, who is right at his first try."""
_TOO_MANY = "查询次数过多，请一小时后再试，或转人工办理"


class Allowed(msgspec.Struct, frozen=True):
    """A lead that somebody may ask about; `same_talk` where it was submitted in this conversation."""

    standing: Standing
    same_talk: bool


def ask(store: Store, number: str, talk_id: str, contact: str, now: datetime) -> Allowed:
    """The standing of a lead for somebody who may know it. Raises `NotFound` and `TooManyAttempts`.

    What is read, compared and written is the same for a wrong contact as for a number that does not exist.
    """
    subjects = (_digest("talk", talk_id), _digest("number", number))
    found, failures = store.read(lambda db: (_look(db, number, talk_id, contact), _failures(db, subjects, now)))
    if found is not None and found.same_talk:
        return found
    if _too_many(*failures):
        raise TooManyAttempts(_TOO_MANY)
    if found is None:
        store.write(lambda db: db.add_all([Attempt(subject=subject, at=now) for subject in subjects]))
        raise NotFound(NO_SUCH_LEAD)
    return found


def _too_many(of_talk: int, on_number: int) -> bool:
    guesses = of_talk > 0 and on_number >= FAILURES_ON_A_NUMBER
    return guesses or of_talk >= FAILURES_OF_A_TALK or on_number >= MOST_ON_A_NUMBER


def of_talk(db: Session, talk_id: str) -> list[Standing]:
    """All that was submitted in a conversation and not erased, newest first, with what was said."""
    rows = db.scalars(
        select(Lead).where(Lead.talk_id == talk_id, Lead.erased_at.is_(None)).order_by(Lead.id.desc())
    ).all()
    return [_standing(db, lead, with_details=True) for lead in rows]


def forget_attempts(db: Session, now: datetime) -> None:
    """Attempts outside the window count no more."""
    db.execute(delete(Attempt).where(Attempt.at < now - WINDOW))


def _look(db: Session, number: str, talk_id: str, contact: str) -> Allowed | None:
    lead = db.scalar(select(Lead).where(Lead.number == number))
    key = lead.contact_key if lead is not None and lead.erased_at is None else ""
    same_contact = hmac.compare_digest(_digest("contact", key), _digest("contact", contact_key(contact))) and key != ""
    if lead is None or lead.erased_at is not None:
        return None
    same_talk = talk_id != "" and lead.talk_id == talk_id
    if not (same_talk or same_contact):
        return None
    return Allowed(_standing(db, lead, with_details=same_talk), same_talk)


def _failures(db: Session, subjects: tuple[str, str], now: datetime) -> tuple[int, int]:
    counted = dict(
        db.execute(
            select(Attempt.subject, func.count())
            .where(Attempt.subject.in_(subjects), Attempt.at > now - WINDOW)
            .group_by(Attempt.subject)
        )
        .tuples()
        .all()
    )
    return counted.get(subjects[0], 0), counted.get(subjects[1], 0)


def _standing(db: Session, lead: Lead, *, with_details: bool) -> Standing:
    root = merging.root_of(db, lead)
    fields = Details.__struct_fields__
    return Standing(
        number=lead.number,
        stage=Stage(root.stage),
        office=root.office,
        submitted_at=lead.created_at,
        last_activity_at=max(lead.updated_at, root.updated_at),
        details=Details(**{field: getattr(lead, field) for field in fields}) if with_details else Details(),
    )


def _digest(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode("utf-8", "ignore")).hexdigest()
