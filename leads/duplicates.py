"""Tells that two leads seem to come from the same investor: by the same contact, or the same company."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from leads import company_names
from leads.tables import Lead, Likeness

_EXTENSION = re.compile(r"(?:;ext=|转)\d+$")
_LOOKED_AT = 200
"""So many candidates are looked at, the latest, and..."""
_MOST = 50
"""...so many likenesses are noted at most: whoever submits the same a thousand times is known by then."""


def contact_key(contact: str) -> str:
    """What two ways of giving the same contact have in common: no extension, no case, no width, no spaces.

    >>> contact_key("+8653166600000;ext=802") == contact_key("+8653166600000")
    True
    """
    said = contact
    while (
        key := _EXTENSION.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", said[:_LONGEST]).casefold()))
    ) != said:
        said = key
    return said


_LONGEST = 200
"""Characters of a contact that are read; its column has no more."""


def company_key(company: str) -> str:
    """By which companies that may be the same are found; `company_names.same` then decides.

    >>> company_key("山东浪潮集团有限公司") == company_key("浪潮（济南）股份有限公司")
    True
    """
    key = company_names.read(company).key
    while (again := company_names.read(key).key) != key:  # so that a key of a key is the same key
        key = again
    return key


def link_again(db: Session, lead: Lead) -> None:
    """Note anew what a lead is like, after its contact or company was put right."""
    db.execute(delete(Likeness).where(or_(Likeness.lead_id == lead.id, Likeness.other_id == lead.id)))
    link(db, lead)


def link(db: Session, lead: Lead) -> None:
    """Note which other leads a lead is like. The latest count; both keys are indexed."""
    same = []
    if lead.contact_key:
        same.append(Lead.contact_key == lead.contact_key)
    if lead.company_key:
        same.append(Lead.company_key == lead.company_key)
    if not same:
        return
    found = select(Lead.id, Lead.contact_key, Lead.company_key, Lead.company).where(or_(*same), Lead.id != lead.id)
    noted = 0
    for other_id, contact, company_key_, company in db.execute(found.order_by(Lead.id.desc()).limit(_LOOKED_AT)):
        if noted >= _MOST:
            break
        why = []
        if lead.contact_key and contact == lead.contact_key:
            why.append("contact")
        if lead.company_key and company_key_ == lead.company_key and company_names.same(lead.company, company):
            why.append("company")
        db.add_all([Likeness(lead_id=lead.id, other_id=other_id, why=one) for one in why])
        noted += bool(why)
