"""What all that is done about a lead shares: find it, lock it, and write down what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from leads import numbering
from leads.errors import ChangedMeanwhile, IllegalMove, NotFound
from leads.tables import Activity, Lead

NO_SUCH_LEAD = "没有查到这个编号对应的登记，请核对编号和登记时留的联系方式"
"""Said alike whether the number exists or not, so that it tells a stranger nothing."""


def lead_of(db: Session, number: str) -> Lead:
    """A lead by its number, locked until the transaction ends so that two changes follow one another (SQLite locks the
    whole database). Raises `NotFound`."""
    lead = db.scalar(select(Lead).where(Lead.number == number).with_for_update())
    if lead is None:
        raise NotFound(NO_SUCH_LEAD)
    return lead


def workable(db: Session, number: str, seen: datetime | None = None) -> Lead:
    """A lead that an officer may work on. Raises `NotFound`, and `IllegalMove` for one that was erased or joined to
    another; `ChangedMeanwhile` where it was touched after `seen`, its `updated_at` when it was looked at."""
    lead = lead_of(db, number)
    if seen is not None and lead.updated_at != seen:
        raise ChangedMeanwhile("您打开页面之后，别人改过这条线索。没有保存；请看过下面的最新内容再提交")
    if lead.erased_at is not None:
        raise IllegalMove(f"{numbering.shown(number)} 的信息已应要求删除，不能再跟进")
    if lead.merged_into_id is not None:
        survivor = db.get_one(Lead, lead.merged_into_id)
        raise IllegalMove(
            f"{numbering.shown(number)} 已并入 {numbering.shown(survivor.number)}，请在那条线索上操作，或先撤销合并"
        )
    return lead


def record(
    db: Session,
    lead: Lead,
    now: datetime,
    kind: str,
    actor: str,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Add an activity; the lead counts as touched."""
    db.add(Activity(lead_id=lead.id, at=now, kind=kind, actor=actor, text=text, data=dict(data or {})))
    lead.updated_at = now
