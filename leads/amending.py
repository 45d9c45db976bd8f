"""Puts right what an investor submitted before: the same lead, the same number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from leads import duplicates
from leads.errors import NotFound
from leads.model import Details, Draft, Talk
from leads.recording import NO_SUCH_LEAD
from leads.tables import Consent, Lead

_AMENDS = "amend:"
"""Begins the key of a form that corrects a lead; the lead's number follows."""


def lead_of(db: Session, draft: Draft) -> Lead | None:
    """The lead that a form became before, or that it corrects; locked until the transaction ends."""
    same = Lead.number == draft.key.removeprefix(_AMENDS) if amends(draft) else Lead.draft_key == draft.key
    return db.scalar(select(Lead).where(same).with_for_update())


def amends(draft: Draft) -> bool:
    """Whether a form corrects a lead."""
    return draft.key.startswith(_AMENDS)


def reopened(db: Session, number: str, talk: Talk) -> Draft:
    """The form a lead was submitted with, to be corrected in the conversation it comes from. Raises `NotFound`."""
    lead = db.scalar(select(Lead).where(Lead.number == number, Lead.talk_id == talk.id, Lead.erased_at.is_(None)))
    if lead is None:
        raise NotFound(NO_SUCH_LEAD)
    consent = db.scalar(select(Consent).where(Consent.lead_id == lead.id))
    details = details_of(lead)
    return Draft(
        key=f"{_AMENDS}{lead.number}",
        talk=talk,
        details=details,
        skipped=tuple(field for field in Details.__struct_fields__ if not getattr(details, field)),
        consented_at=consent.given_at if consent else None,
        notice_version=consent.notice_version if consent else "",
    )


def details_of(lead: Lead) -> Details:
    """What a lead says of its investor."""
    return Details(**{field: getattr(lead, field) for field in Details.__struct_fields__})


def changes(lead: Lead, details: Details) -> list[str]:
    """Names of the fields that a corrected form has otherwise; their values stand in the lead alone."""
    return [field for field in Details.__struct_fields__ if getattr(lead, field) != getattr(details, field)]


def amend(lead: Lead, details: Details) -> None:
    """Put a corrected form in the place of what was submitted; stage, officer and office stay."""
    for field in Details.__struct_fields__:
        setattr(lead, field, getattr(details, field))
    lead.contact_key, lead.company_key = (
        duplicates.contact_key(details.contact),
        duplicates.company_key(details.company),
    )
