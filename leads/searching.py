"""The text of a lead that the inbox searches, folded so that width, case and gaps don't matter."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy.orm import Session

from leads.tables import Lead, SearchText

_GAPS = re.compile(r"[\s\-()（）·]+")


def folded(*parts: str) -> str:
    """Parts of a text, or what is searched for, in the form in which they are compared.

    >>> folded("ZS 482 739 1563") == folded("ｚｓ482-739-1563")
    True
    """
    return "\n".join(_GAPS.sub("", unicodedata.normalize("NFKC", part).casefold()) for part in parts)


def index(db: Session, lead: Lead) -> None:
    """Put a lead's text in the place of what was searched before; empty once it is erased. The lead has its id."""
    row = db.get(SearchText, lead.id) or SearchText(lead_id=lead.id)
    found = "" if lead.erased_at else folded(lead.number, lead.company, lead.contact_name, lead.contact)
    row.text = found
    db.add(row)
