"""Reminds of deadlines, tells leaders of what was missed, and passes on the work of whoever is away.

Run once a minute by the worker; everything is looked up anew and written down with what it tells, so that it may run
twice or on two machines, and be missed for a while. Activities are by "system" and do not count as work on a lead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

import msgspec
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from leads import duties, working
from leads.outbox import Outbox
from leads.payloads import Due
from leads.settings import Settings
from leads.staff.accounts import account_of
from leads.staff.model import Account, Role
from leads.staff.tables import AccountRow
from leads.store import Store
from leads.tables import Activity, Lead, Reminder
from leads.workdays import Hours

SYSTEM = "system"
_BATCH = 200
"""So many leads in one transaction: writers must not wait long."""
_CHAIN = 5
"""Deputies of deputies; then whoever is away keeps his leads."""


class Step(StrEnum):
    """How urgent it has become."""

    SOON = "soon"
    OVERDUE = "overdue"
    ESCALATED = "escalated"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {Step.SOON: "即将到期", Step.OVERDUE: "已逾期", Step.ESCALATED: "逾期未办，报领导督办"}[self]


class Deadlines:
    """The chore."""

    def __init__(self, store: Store, outbox: Outbox, hours: Hours, settings: Settings) -> None:
        """`hours` are the bureau's."""
        self._store, self._outbox, self._hours, self._settings = store, outbox, hours, settings

    def run(self, now: datetime) -> int:
        """All that is to be done at a time; says to how many leads something was done. Raises `StoreUnavailable`."""
        done = self._in_batches(lambda db: self._pass_on(db, now))
        return done + sum(self._in_batches(partial(self._remind, step=step, now=now)) for step in Step)

    def _in_batches(self, work: Callable[[Session], int]) -> int:
        done = 0
        while batch := self._store.write(work):
            done += batch
        return done

    def _remind(self, db: Session, step: Step, now: datetime) -> int:
        told = [lead for lead in db.scalars(self._candidates(step, now)) if self._reached(step, lead, now)]
        staff = _Staff.of(db)
        notices = []
        for lead in told:
            duty, due_at = min(duties.running(db, lead), key=lambda one: one[1], default=(None, lead.due_at))
            if duty is None or due_at != lead.due_at or due_at is None:
                duties.settle(db, lead)
                continue
            db.add(Reminder(lead_id=lead.id, due_at=due_at, step=step, at=now))
            to = staff.leaders_of(lead) if step is Step.ESCALATED else [lead.officer] * bool(lead.officer)
            kind = "escalated" if step is Step.ESCALATED else "reminded"
            db.add(
                Activity(
                    lead_id=lead.id, at=now, kind=kind, actor=SYSTEM, text=f"{duty.label}{step.label}",
                    data={"duty": duty, "step": step, "due_at": due_at.isoformat(), "to": to},
                )
            )  # fmt: skip
            notices.append(_due(lead, duty, due_at, staff))
        if notices:
            self._outbox.due(db, step.label, notices, now)
        return len(told)

    def _candidates(self, step: Step, now: datetime) -> Select[tuple[Lead]]:
        ahead = timedelta(hours=self._settings.remind_hours)
        before, after = {
            Step.SOON: (now + ahead, now),
            Step.OVERDUE: (now, None),
            # A working day is at least a day: what is less old need not be counted out.
            Step.ESCALATED: (now - timedelta(days=self._settings.escalate_days), None),
        }[step]
        reminded = exists().where(Reminder.lead_id == Lead.id, Reminder.due_at == Lead.due_at, Reminder.step == step)
        wanted = select(Lead).where(Lead.due_at <= before, ~reminded).order_by(Lead.due_at).limit(_BATCH)
        wanted = wanted if after is None else wanted.where(Lead.due_at > after)
        return wanted.with_for_update(of=Lead, skip_locked=True)

    def _reached(self, step: Step, lead: Lead, now: datetime) -> bool:
        if step is not Step.ESCALATED or lead.due_at is None:
            return True
        return self._hours.after(lead.due_at, self._settings.escalate_days) <= now

    def _pass_on(self, db: Session, now: datetime) -> int:
        """What falls due while its officer is away goes to his deputy."""
        staff = _Staff.of(db)
        passed = []
        for away in staff.away(now):
            deputy = staff.deputy_of(away, now)
            if deputy is None:
                continue
            mine = select(Lead).where(Lead.officer == away.login, Lead.due_at <= away.away_until)
            for lead in db.scalars(mine.order_by(Lead.due_at).limit(_BATCH)).all():
                working.assign(db, lead.number, deputy, SYSTEM, now)
                passed += [_due(lead, duty, at, staff) for duty, at in duties.running(db, lead) if at == lead.due_at][
                    :1
                ]
        if passed:
            self._outbox.due(db, "负责人不在岗，已转交代理人", passed, now)
        return len(passed)


class _Staff(msgspec.Struct, frozen=True):
    """Who works here."""

    by_login: dict[str, Account]

    @classmethod
    def of(cls, db: Session) -> _Staff:
        rows = db.scalars(select(AccountRow).where(AccountRow.disabled_at.is_(None)).order_by(AccountRow.id))
        return cls({row.login: account_of(row) for row in rows})

    def name(self, login: str) -> str:
        return self.by_login[login].name if login in self.by_login else login

    def leaders_of(self, lead: Lead) -> list[str]:
        """Who leads the lead's district or industry; administrators where nobody does."""
        everybody = self.by_login.values()
        found = [
            one.login
            for one in everybody
            if one.role is Role.LEADER and (lead.office in one.offices or (lead.sector and lead.sector in one.sectors))
        ]
        return found or [one.login for one in everybody if one.role is Role.ADMIN]

    def away(self, now: datetime) -> list[Account]:
        return [one for one in self.by_login.values() if one.away_until is not None and one.away_until > now]

    def deputy_of(self, account: Account, now: datetime) -> str | None:
        """The first in the chain of deputies who is there."""
        for _ in range(_CHAIN):
            deputy = self.by_login.get(account.deputy)
            if deputy is None:
                return None
            if deputy.away_until is None or deputy.away_until <= now:
                return deputy.login
            account = deputy
        return None


def _due(lead: Lead, duty: duties.Duty, due_at: datetime, staff: _Staff) -> Due:
    return Due(
        number=lead.number, duty=duty.label, due_at=due_at, office=lead.office, officer=staff.name(lead.officer)
    )  # fmt: skip
