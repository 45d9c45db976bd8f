"""Removes who somebody is from all that is kept of a lead. What remains – number, dates, stage, office, amounts in
figures, who was responsible – leads back to nobody."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from leads import drafts, merging, transcripts, turnlog
from leads.model import Stage
from leads.ports import Outbox
from leads.recording import record
from leads.tables import Activity, Card, Consent, Inquiry, Lead, Likeness, NextStep, SearchText

ASKED = "投资者要求删除"
EXPIRED = "保存期限届满"
SYSTEM = "system"
_NOBODY = "erased-"
_FREE_TEXTS = (
    "contact_name", "company", "contact", "contact_kind", "contact_key", "company_key", "industry", "investment",
    "area", "notes",
)  # fmt: skip
"""Also industry and area as they were said: whoever types can type a name there."""


class Erasing(msgspec.Struct, frozen=True):
    """Erases leads and conversations."""

    outbox: Outbox

    def lead(self, db: Session, number: str, actor: str, now: datetime) -> None:
        """Erase one lead and the conversation it comes from. One that is erased, or never was, is no fault."""
        lead = db.scalar(select(Lead).where(Lead.number == number).with_for_update())
        if lead is not None and lead.erased_at is None:
            self._erase(db, lead, actor, ASKED, now)

    def talk(self, db: Session, talk_id: str, now: datetime, actor: str = "investor") -> int:
        """Erase all leads of a conversation, its draft, inquiries and lines; says how many leads."""
        leads = db.scalars(
            select(Lead).where(Lead.talk_id == talk_id, Lead.erased_at.is_(None)).order_by(Lead.id).with_for_update()
        ).all()
        for lead in leads:
            self._erase(db, lead, actor, ASKED, now)
        self._forget_talk(db, talk_id, _nobody(), now)
        return len(leads)

    def expired(self, db: Session, before: datetime, now: datetime, most: int) -> int:
        """Erase leads nothing happened to since a time, and what conversations without a lead left; at most so many at
        once, says how many."""
        leads = db.scalars(
            select(Lead)
            .where(Lead.updated_at < before, Lead.erased_at.is_(None))
            .order_by(Lead.id)
            .limit(most)
            .with_for_update()
        ).all()
        for lead in leads:
            self._erase(db, lead, SYSTEM, EXPIRED, now)
        return len(leads)

    def expired_talks(self, db: Session, before: datetime, now: datetime) -> None:
        """Forget the conversations that asked for a person before a time and have no lead."""
        talks = db.scalars(
            select(Inquiry.talk_id)
            .where(Inquiry.created_at < before, or_(Inquiry.closed_at.is_(None), Inquiry.closed_at < before))
            .where(Inquiry.talk_id.not_like(f"{_NOBODY}%"))
            .where(Inquiry.talk_id.not_in(select(Lead.talk_id)))
            .distinct()
        ).all()
        for talk_id in talks:
            self._forget_talk(db, talk_id, _nobody(), now)

    def _erase(self, db: Session, lead: Lead, actor: str, because: str, now: datetime) -> None:
        talk_id, nobody = lead.talk_id, _nobody()
        merging.detach(db, lead, SYSTEM, now)
        for field in _FREE_TEXTS:
            setattr(lead, field, "")
        lead.reasons, lead.extra = [], {}
        lead.talk_id = nobody
        lead.stage, lead.closed_because = Stage.CLOSED, because
        lead.erased_at = now
        db.flush()
        db.execute(update(Activity).where(Activity.lead_id == lead.id).values(text="", data={}))
        blank = {"project": "", "responsibility": "", "measures": "", "leader": "", "team": "", "updated_at": now}
        db.execute(update(Card).where(Card.lead_id == lead.id).values(blank))
        db.execute(update(NextStep).where(NextStep.lead_id == lead.id).values(what=""))
        db.execute(update(SearchText).where(SearchText.lead_id == lead.id).values(text=""))
        lead.due_at = None
        db.execute(delete(Likeness).where(or_(Likeness.lead_id == lead.id, Likeness.other_id == lead.id)))
        if because == ASKED:
            db.execute(update(Consent).where(Consent.lead_id == lead.id).values(withdrawn_at=now))
        self._forget_talk(db, talk_id, nobody, now, lead.id)
        self.outbox.blank(db, lead.id)
        record(db, lead, now, "erased", actor, because)
        self.outbox.erased(db, lead, now)

    def _forget_talk(self, db: Session, talk_id: str, nobody: str, now: datetime, lead_id: int | None = None) -> None:
        """Draft, lines, turns and inquiries of a conversation. Its other leads keep their own fields."""
        drafts.drop(db, talk_id)
        transcripts.erase(db, talk_id)
        turnlog.erase(db, talk_id, nobody)
        self.outbox.blank_talk(db, talk_id)
        mine = Inquiry.talk_id == talk_id
        inquiries = db.scalars(select(Inquiry).where(or_(mine, Inquiry.lead_id == lead_id) if lead_id else mine)).all()
        for inquiry in inquiries:
            inquiry.question, inquiry.talk_id, inquiry.lead_id = "", nobody, None
            if inquiry.closed_at is None:
                inquiry.state, inquiry.closed_at = "CLOSED", now


def _nobody() -> str:
    """What stands in the place of a conversation's id: it leads back nowhere."""
    return _NOBODY + secrets.token_hex(16)
