"""The audit: written with what it tells of, read by administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from leads.staff.model import Entry, Visitor
from leads.staff.tables import Audit

PAGE = 100


def write(
    db: Session, who: Visitor | None, act: str, subject: str, data: Mapping[str, Any], now: datetime, address: str = ""
) -> None:
    """Add a line. `data` holds numbers, names of fields and filters, never what an investor said."""
    db.add(
        Audit(
            at=now, who=who.account.login if who else "", role=who.account.role if who else "",
            address=who.address if who else address, act=act, subject=subject, data=dict(data),
        )
    )  # fmt: skip


def read(db: Session, *, who: str = "", subject: str = "", act: str = "", before: int = 0) -> list[tuple[int, Entry]]:
    """Lines with their ids, newest first; `before` is the id after which the next page begins."""
    query = select(Audit).order_by(Audit.id.desc()).limit(PAGE)
    for column, wanted in ((Audit.who, who), (Audit.subject, subject), (Audit.act, act)):
        if wanted:
            query = query.where(column == wanted)
    if before:
        query = query.where(Audit.id < before)
    return [
        (
            row.id,
            Entry(
                at=row.at, who=row.who, role=row.role, address=row.address, act=row.act, subject=row.subject,
                data=row.data,
            ),
        )
        for row in db.scalars(query)
    ]  # fmt: skip
