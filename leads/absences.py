"""What is left behind by whoever is not at the desk any more: his conversations go back to the assistant, his leads to
those nobody is responsible for. Run once a minute by the worker, and where somebody signs out or is disabled; whatever
is missed is done the next time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from leads import working
from leads.handling import Handling
from leads.staff.model import RIGHTS, Right, Role
from leads.staff.tables import AccountRow
from leads.store import Store
from leads.tables import Lead

SYSTEM = "system"
_BATCH = 200
"""So many leads in one transaction: writers must not wait long."""
_CANT_HOLD = [role for role in Role if Right.WORK_LEADS not in RIGHTS[role]]


class Absences:
    """The chore."""

    def __init__(self, store: Store, handling: Handling) -> None:
        self._store, self._handling = store, handling

    def run(self, now: datetime) -> int:
        """All that is to be done at a time; says how many conversations and leads. Raises `StoreUnavailable`."""
        done = 0
        while batch := self._store.write(lambda db: self._handling.return_lapsed(db, now)):
            done += batch
        while batch := self._store.write(lambda db: _give_up(db, now)):
            done += batch
        return done


def _give_up(db: Session, now: datetime) -> int:
    """Leads of those who were disabled, or may work on no lead, without saying to whom they go."""
    out = or_(AccountRow.disabled_at.is_not(None), AccountRow.role.in_(_CANT_HOLD))
    left = select(Lead.officer).join(AccountRow, AccountRow.login == Lead.officer)
    officer = db.scalar(left.where(out, Lead.erased_at.is_(None)).limit(1))
    return 0 if officer is None else working.give_up(db, officer, "", SYSTEM, now, _BATCH)
