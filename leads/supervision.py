"""督办: what is overdue, for whoever leads: which lead, what was to be done, by whom, since when, and its 五定 card."""

from __future__ import annotations

from datetime import datetime, timedelta

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

    def is_published(self, year: int) -> bool:
        """Whether the public holidays of a year are known."""
        return self._workdays.is_published(year)

    def _missed(self, db: Session, scope: Scope, now: datetime, most: int) -> list[Missed]:
        rows = db.execute(
            select(Lead, Card)
            .outerjoin(Card, Card.lead_id == Lead.id)
            .where(Lead.due_at <= now, within(scope))
            .order_by(Lead.due_at, Lead.id)
            .limit(most)
        )
        return [self._row(db, lead, card, now) for lead, card in rows.tuples()]

    def _row(self, db: Session, lead: Lead, card: Card | None, now: datetime) -> Missed:
        late = sorted((at, duty.label) for duty, at in duties.running(db, lead) if at <= now)
        due_at = late[0][0] if late else now
        fields = ("project", "responsibility", "measures", "deadline", "leader", "team")
        return Missed(
            number=lead.number, company=lead.company, stage=Stage(lead.stage), office=lead.office, officer=lead.officer,
            duties=tuple(label for _, label in late), due_at=due_at, days=self._since(due_at, now),
            **({field: getattr(card, field) for field in fields} if card else {}),
        )  # fmt: skip

    def _since(self, due_at: datetime, now: datetime) -> int:
        day, last = due_at.astimezone(ZONE).date(), now.astimezone(ZONE).date()
        days = (day + timedelta(days=n + 1) for n in range((last - day).days))
        return sum(one in self._workdays for one in days)
