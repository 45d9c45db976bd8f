"""Leads as another system of the bureau reads them: in the order in which they came, a page after the other."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from leads import payloads
from leads.errors import NotFound
from leads.model import Stage
from leads.payloads import LeadBody
from leads.recording import NO_SUCH_LEAD
from leads.store import Store
from leads.tables import Activity, Consent, Lead


class Fed(msgspec.Struct, frozen=True, kw_only=True):
    """A lead, its place in the order, and what has become of it. `lead` is as the CRM is sent it."""

    id: int
    lead: LeadBody
    officer: str
    updated_at: datetime
    due_at: datetime | None
    closed_because: str
    erased: bool


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One activity."""

    id: int
    at: datetime
    kind: str
    actor: str
    text: str


class Feed:
    """Any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, *, after: int = 0, most: int = 100, stage: Stage | None = None, office: str = "", officer: str = "",
        updated_since: datetime | None = None,
    ) -> list[Fed]:  # fmt: skip
        """The next so many after the one with the id `after`; without records shown, which one lead tells."""
        wanted = select(Lead).where(Lead.id > after).order_by(Lead.id).limit(most)
        if stage is not None:
            wanted = wanted.where(Lead.stage == stage)
        if office:
            wanted = wanted.where(Lead.office == office)
        if officer:
            wanted = wanted.where(Lead.officer == officer)
        if updated_since is not None:
            wanted = wanted.where(Lead.updated_at >= updated_since)
        return self._store.read(lambda db: [_fed(db, lead) for lead in db.scalars(wanted)])

    def one(self, number: str) -> Fed:
        """Raises `NotFound`."""
        return self._store.read(lambda db: _fed(db, _lead(db, number)))

    def activities(self, number: str) -> list[Done]:
        """All of a lead, oldest first. Raises `NotFound`."""

        def look(db: Session) -> list[Done]:
            rows = db.scalars(select(Activity).where(Activity.lead_id == _lead(db, number).id).order_by(Activity.id))
            return [Done(id=row.id, at=row.at, kind=row.kind, actor=row.actor, text=row.text) for row in rows]

        return self._store.read(look)


def _lead(db: Session, number: str) -> Lead:
    lead = db.scalar(select(Lead).where(Lead.number == number))
    if lead is None:
        raise NotFound(NO_SUCH_LEAD)
    return lead


def _fed(db: Session, lead: Lead) -> Fed:
    consent = db.scalar(select(Consent).where(Consent.lead_id == lead.id))
    return Fed(
        id=lead.id, lead=payloads.body_of(lead, consent, ()), officer=lead.officer, updated_at=lead.updated_at,
        due_at=lead.due_at, closed_because=lead.closed_because, erased=lead.erased_at is not None,
    )  # fmt: skip
