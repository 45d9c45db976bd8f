"""督办: what is overdue, for whoever leads: which lead, what was to be done, by whom, since when, and its 五定 card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from leads import duties
from leads.model import Stage
from leads.scoping import within
from leads.staff.model import Scope
from leads.store import Store
from leads.tables import Card, Lead
from leads.workdays import ZONE, Workdays


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A lead with a deadline that ran out. Holds nothing of who the investor is but his company."""

    number: str
    company: str
    stage: Stage
    office: str
    officer: str
    """A login; empty where nobody is responsible."""
    duties: tuple[str, ...]
    """What ran out, in Chinese."""
    due_at: datetime
    days: int
    """Working days since."""
    project: str = ""
    responsibility: str = ""
    measures: str = ""
    deadline: datetime | None = None
    leader: str = ""
    team: str = ""


class Supervision:
    """Looks at what is overdue. Any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, workdays: Workdays) -> None:
        self._store, self._workdays = store, workdays

    def missed(self, scope: Scope, now: datetime, most: int) -> list[Missed]:
        """What is overdue among the leads somebody may see, longest first; at most so many."""
        return self._store.read(lambda db: self._missed(db, scope, now, most))

    def unpublished(self, now: datetime) -> tuple[int, ...]:
        """Years whose public holidays must be entered by now."""
        return self._workdays.unpublished(now.astimezone(ZONE).date())

    def _missed(self, db: Session, scope: Scope, now: datetime, most: int) -> list[Missed]:
        rows = db.execute(
            select(Lead, Card)
            .outerjoin(Card, Card.lead_id == Lead.id)
            .where(Lead.due_at <= now, within(scope))
            .order_by(Lead.due_at, Lead.id)
            .limit(most)
        )
        found = rows.tuples().all()
        late = {lead.id: sorted(one for one in duties.running(db, lead) if one[1] <= now) for lead, _ in found}
        dues = {id_: min((at for _, at in those), default=now) for id_, those in late.items()}
        since = self._workdays_since(min(dues.values(), default=now), now)
        return [
            _row(lead, card, [duty.label for duty, _ in sorted(late[lead.id], key=lambda one: one[1])], dues[lead.id], since)
            for lead, card in found
        ]  # fmt: skip

    def _workdays_since(self, first: datetime, now: datetime) -> dict[date, int]:
        """For each day from the first on, how many working days have come after it: gone through once for all leads."""
        day, count, found = now.astimezone(ZONE).date(), 0, {}
        while day >= first.astimezone(ZONE).date():
            found[day] = count
            count += day in self._workdays
            day -= timedelta(days=1)
        return found


def _row(lead: Lead, card: Card | None, late: list[str], due_at: datetime, since: Mapping[date, int]) -> Missed:
    fields = ("project", "responsibility", "measures", "deadline", "leader", "team")
    return Missed(
        number=lead.number, company=lead.company, stage=Stage(lead.stage), office=lead.office, officer=lead.officer,
        duties=tuple(late), due_at=due_at, days=since[due_at.astimezone(ZONE).date()],
        **({field: getattr(card, field) for field in fields} if card else {}),
    )  # fmt: skip
