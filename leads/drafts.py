"""Lead forms that are being filled in, one a conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from leads import amending
from leads.errors import ConsentMissing
from leads.model import PERSONAL, Details, Draft, Talk
from leads.tables import DraftRow

_NO_CONSENT = "还没有同意个人信息的处理，不能保存姓名、单位、联系方式和备注；请先征得明确同意"


def check_consent(draft: Draft) -> None:
    """Raises `ConsentMissing` when a draft holds what is personal without an explicit yes."""
    if draft.consented_at is None and any(getattr(draft.details, field) for field in PERSONAL):
        raise ConsentMissing(_NO_CONSENT)


def keep(db: Session, draft: Draft, now: datetime) -> None:
    """Put a draft in the place of what the conversation had before; unless it has become a lead meanwhile or that lead
    was erased, so that a late retry brings back neither the form nor what was erased."""
    lead = amending.lead_of(db, draft)
    if lead is not None and (lead.erased_at is not None or not amending.amends(draft)):
        return
    row = db.get(DraftRow, draft.talk.id) or DraftRow(talk_id=draft.talk.id)
    row.channel = draft.talk.channel
    row.key = draft.key
    row.details = msgspec.to_builtins(draft.details)
    row.asked = draft.asked
    row.skipped = list(draft.skipped)
    row.consented_at = draft.consented_at
    row.notice_version = draft.notice_version
    row.updated_at = now
    db.add(row)


def drop(db: Session, talk_id: str) -> None:
    """Forget a conversation's draft, if there is one."""
    db.execute(delete(DraftRow).where(DraftRow.talk_id == talk_id))


def drop_old(db: Session, now: datetime, hours: int) -> int:
    """Forget the drafts that were not touched for so many hours; says how many."""
    done = db.execute(delete(DraftRow).where(DraftRow.updated_at < now - timedelta(hours=hours)))
    assert isinstance(done, CursorResult)  # noqa: S101 - tells mypy what a DELETE returns
    return done.rowcount


def of_row(row: Any) -> Draft:
    """A draft from the columns of its row."""
    return Draft(
        key=row.key,
        talk=Talk(id=row.talk_id, channel=row.channel),
        details=msgspec.convert(row.details, Details),
        asked=row.asked,
        skipped=tuple(row.skipped),
        consented_at=row.consented_at,
        notice_version=row.notice_version,
    )
