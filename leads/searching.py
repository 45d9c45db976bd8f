"""The text of a lead that the inbox searches, in one form: width, case, gaps, marks and traditional characters don't
matter, and a number is found however it is dialled."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from leads.folding import settled
from leads.tables import Lead, SearchText

_MARKS = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"(?:;?ext\.?=?|转接?|分机|#|,)\s*(\d{1,6})$")
_NUMBER = re.compile(r"[+\d][\d\s.()/\-]*")
_FEWEST = 5
"""Digits of a number at least: of fewer, a leading 0 or 00 may stand in the middle of one."""
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LONGEST, _LONGEST_NAME = 200, 60
"""Characters of a contact or a company, and of a person's name, that are searched."""


def folded(*parts: str) -> str:
    """Parts of a text, or what is searched for, in the form in which they are compared.

    >>> folded("ZS 482 739 1563") == folded("ｚｓ482-739-1563")
    True
    """
    return "\n".join(_MARKS.sub("", settled(part)) for part in parts)


def patterns(text: str) -> list[str]:
    """What to look for, folded; any of them counts. Of a number also the ways in which it is kept; empty for nothing.

    >>> "8653166600000" in patterns("0086 531-6660 0000")
    True
    """
    plain = folded(text)
    digits, extension = _digits(text)
    forms = [form + extension for form in _spellings(digits)] if len(digits) >= _FEWEST else []
    sought = dict.fromkeys(form for form in (plain, *forms) if form)
    # Whatever holds a longer one holds the shorter one in it.
    return [form for form in sought if not any(other in form for other in sought if other != form)]


def index(db: Session, lead: Lead) -> None:
    """Put a lead's text in the place of what was searched before; empty once it is erased. The lead has its id."""
    row = db.get(SearchText, lead.id) or SearchText(lead_id=lead.id)
    row.text = "" if lead.erased_at else text_of(lead.number, lead.contact, lead.contact_name, lead.company)
    db.add(row)


def text_of(number: str, contact: str, name: str, company: str) -> str:
    """What is searched of a lead. The company last: it may be long, and the column is not."""
    digits, extension = _digits(contact)
    kept = [form + extension for form in _kept(digits)] if len(digits) >= _FEWEST else [contact[:_LONGEST]]
    return folded(number, *kept, name[:_LONGEST_NAME], company[:_LONGEST])


def _digits(text: str) -> tuple[str, str]:
    """The digits of a number and of its extension; none where it is no number."""
    plain = settled(text[:_LONGEST]).strip()
    extension = ""
    if found := _EXTENSION.search(plain):
        plain, extension = plain[: found.start()].rstrip(), found[1]
    if not _NUMBER.fullmatch(plain):
        return "", ""
    return re.sub(r"\D", "", plain.replace("(0)", "")), extension


def _national(digits: str) -> str:
    """A number of this country without its prefixes: 53166600000, 13800000001; empty for any other."""
    rest = digits.removeprefix("00")
    if rest.startswith("86") and len(rest) >= 11:
        return rest[2:].removeprefix("0")
    if digits.startswith("0") and not digits.startswith("00"):
        return digits[1:]
    return digits if _MOBILE.fullmatch(digits) else ""


def _kept(digits: str) -> list[str]:
    """The spellings that are searched: with the country's code and with 0 before, whose tails are all others."""
    if national := _national(digits):
        return [f"86{national}", f"0{national}"]
    return [digits.removeprefix("00")]


def _spellings(digits: str) -> list[str]:
    """What a number, or the beginning of one, may be kept as."""
    made = [digits, digits.removeprefix("00")]
    rest = digits.removeprefix("00")
    if rest.startswith("860"):
        made.append("86" + rest[3:])
    if national := _national(digits):
        made.append(f"0{national}")
    return made
