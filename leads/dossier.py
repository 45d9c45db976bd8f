"""All that is known of one lead, read in a dozen small statements: what its page and its printed sheet show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from leads import transcripts
from leads.amending import details_of
from leads.errors import NotFound
from leads.masking import masked
from leads.model import Details, Line, Reason, Stage, moves_from
from leads.recording import NO_SUCH_LEAD
from leads.scoping import within
from leads.staff.model import Scope
from leads.tables import Activity, Card, Consent, Delivery, Lead, Likeness, NextStep


class Did(msgspec.Struct, frozen=True, kw_only=True):
    """One activity. `kind` is one of `tables.Activity.kind`."""

    at: datetime
    kind: str
    actor: str
    text: str
    data: dict[str, Any]


class FiveFixed(msgspec.Struct, frozen=True, kw_only=True):
    """The 五定 card; who is responsible stands in `Dossier.officer`."""

    project: str = ""
    responsibility: str = ""
    measures: str = ""
    deadline: datetime | None = None
    leader: str = ""
    team: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done next."""

    what: str
    due_at: datetime
    by: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-off."""

    id: int
    destination: str
    event: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    delivered_at: datetime | None


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """A lead that is like this one, or was joined to it. What is outside one's scope shows its number alone."""

    number: str
    company: str
    contact_name: str
    stage: Stage
    officer: str
    why: tuple[str, ...] = ()
    """contact, company."""
    visible: bool


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One lead. `details.contact` is empty: it is revealed by `Inbox.reveal` alone."""

    number: str
    details: Details
    contact: str
    """Masked."""
    channel: str
    stage: Stage
    moves: tuple[Stage, ...]
    """Where it may go from here."""
    closed_because: str
    score: int
    qualified: bool
    reasons: tuple[Reason, ...]
    office: str
    sector: str
    officer: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    erased_at: datetime | None
    merged_into: str
    consent: tuple[str, datetime] | None
    """Version of the notice, and when."""
    extra: dict[str, Any]
    activities: tuple[Did, ...]
    card: FiveFixed
    step: Step | None
    lines: tuple[Line, ...]
    sent: tuple[Sent, ...]
    alike: tuple[Other, ...]
    merged: tuple[Other, ...]
    """Leads that were joined to this one."""


def find(db: Session, number: str, scope: Scope) -> Lead:
    """A lead within one's scope. Raises `NotFound`, alike whether it is outside or does not exist."""
    lead = db.scalar(select(Lead).where(Lead.number == number, within(scope)))
    if lead is None:
        raise NotFound(NO_SUCH_LEAD)
    return lead


def read(db: Session, number: str, scope: Scope) -> Dossier:
    """Raises `NotFound`."""
    lead = find(db, number, scope)
    into = db.scalar(select(Lead.number).where(Lead.id == lead.merged_into_id)) if lead.merged_into_id else None
    consent = db.scalar(select(Consent).where(Consent.lead_id == lead.id))
    activities = db.scalars(select(Activity).where(Activity.lead_id == lead.id).order_by(Activity.id.desc())).all()
    card = db.get(Card, lead.id)
    step = db.scalar(select(NextStep).where(NextStep.lead_id == lead.id, NextStep.done_at.is_(None)))
    sent = db.scalars(select(Delivery).where(Delivery.lead_id == lead.id).order_by(Delivery.id.desc())).all()
    details = details_of(lead)
    return Dossier(
        number=lead.number, details=msgspec.structs.replace(details, contact=""),
        contact=masked(lead.contact, lead.contact_kind), channel=lead.channel, stage=Stage(lead.stage),
        moves=moves_from(Stage(lead.stage)),
        closed_because=lead.closed_because, score=lead.score, qualified=lead.qualified,
        reasons=tuple(msgspec.convert(reason, Reason) for reason in lead.reasons), office=lead.office,
        sector=lead.sector, officer=lead.officer, created_at=lead.created_at, updated_at=lead.updated_at,
        due_at=lead.due_at, erased_at=lead.erased_at, merged_into=into or "",
        consent=(consent.notice_version, consent.given_at) if consent else None, extra=lead.extra,
        activities=tuple(
            Did(at=done.at, kind=done.kind, actor=done.actor, text=done.text, data=done.data) for done in activities
        ),
        card=FiveFixed() if card is None else FiveFixed(
            **{field: getattr(card, field) for field in FiveFixed.__struct_fields__}
        ),
        step=None if step is None else Step(what=step.what, due_at=step.due_at, by=step.by),
        lines=tuple(transcripts.of(db, lead.talk_id)),
        sent=tuple(
            Sent(**{field: getattr(row, field) for field in Sent.__struct_fields__}) for row in sent
        ),
        alike=_alike(db, lead, scope), merged=_merged(db, lead, scope),
    )  # fmt: skip


def _alike(db: Session, lead: Lead, scope: Scope) -> tuple[Other, ...]:
    links = db.scalars(
        select(Likeness).where(or_(Likeness.lead_id == lead.id, Likeness.other_id == lead.id)).limit(100)
    ).all()
    why: dict[int, list[str]] = {}
    for link in links:
        why.setdefault(link.other_id if link.lead_id == lead.id else link.lead_id, []).append(link.why)
    others = db.scalars(
        select(Lead).where(Lead.id.in_(why), Lead.erased_at.is_(None), Lead.merged_into_id.is_(None)).order_by(Lead.id)
    )
    return _others(db, others.all(), scope, why)


def _merged(db: Session, lead: Lead, scope: Scope) -> tuple[Other, ...]:
    return _others(
        db, db.scalars(select(Lead).where(Lead.merged_into_id == lead.id).order_by(Lead.id)).all(), scope, {}
    )


def _others(db: Session, leads: Sequence[Lead], scope: Scope, why: dict[int, list[str]]) -> tuple[Other, ...]:
    ids = [lead.id for lead in leads]
    seen = set(db.scalars(select(Lead.id).where(Lead.id.in_(ids), within(scope)))) if ids else set()
    return tuple(
        Other(
            number=lead.number, company=lead.company if lead.id in seen else "",
            contact_name=lead.contact_name if lead.id in seen else "", stage=Stage(lead.stage), officer=lead.officer,
            why=tuple(why.get(lead.id, ())), visible=lead.id in seen,
        )
        for lead in leads
    )  # fmt: skip
