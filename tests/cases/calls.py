"""The readings a case can call by name. A name keeps its meaning when the code behind it moves."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from actions.registration import fields
from knowledge.discretion import discreet
from knowledge.slots import area, contacts, money, names, share
from tests.support.desk_cases import inbox_finds, same_company

REFUSED = "REFUSED"


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _money(text: str) -> list[list[Any]]:
    return [[_number(m.low), _number(m.high), m.currency] for m in money.find(text)]


def _area(text: str) -> list[list[Any]]:
    return [[_number(a.low), _number(a.high)] for a in area.find(text)]


def _share(text: str) -> list[Any]:
    return [_number(s.low) if s.low == s.high else [_number(s.low), _number(s.high)] for s in share.find(text)]


def _contact(text: str) -> list[str] | str | None:
    found = contacts.answer(text)
    if isinstance(found, contacts.Unusable):
        return REFUSED
    return [found.kind, found.value] if found else None


def _name(text: str) -> str:
    found = fields.read("contact_name", text)
    return found["contact_name"] if isinstance(found, dict) and found.get("contact_name") else REFUSED


CALLS: dict[str, Callable[[str], Any]] = {
    "money.find": _money,
    "area.find m2": _area,
    "share": _share,
    "contacts.answer": _contact,
    "names.company": names.company,
    "names.person": names.person,
    "form name": _name,
    "discreet masks": lambda text: discreet(text) != text,
    "discreet keeps": lambda text: discreet(text) == text,
    "same company": same_company,
    "inbox finds": inbox_finds,
}
