"""Which leads somebody may see, as a condition of a query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from leads.staff.model import Scope
from leads.tables import Lead


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition for what somebody may see."""
    if scope.everything:
        return Lead.id.is_not(None)
    officers = [scope.officer] * bool(scope.officer) + [""] * scope.unassigned
    ways: list[ColumnElement[bool]] = []
    if officers:
        ways.append(Lead.officer.in_(officers))
    if scope.offices:
        ways.append(Lead.office.in_(scope.offices))
    if scope.sectors:
        ways.append(Lead.sector.in_(scope.sectors))
    return or_(*ways) if ways else Lead.id.is_(None)
