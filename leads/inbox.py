"""The door to what the desk's staff look at: lists, board, one lead, exports, saved views – each within one's scope, and
with a line in the audit where somebody's data is shown or taken out. Errors are those of `errors`, as for `Leads`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from leads import dossier, listing, queueing
from leads.amending import details_of
from leads.dossier import Dossier
from leads.errors import IllegalMove, NotFound, Unacceptable
from leads.listing import Column, Filter, Listed
from leads.model import Details, Stage
from leads.service import utc_now
from leads.staff import auditing
from leads.staff.model import Visitor
from leads.staff.tables import View
from leads.store import Store
from leads.tables import Assignment, Delivery, Lead

MOST_EXPORTED = 10_000
_MOST_VIEWS = 20


class Exported(Details, frozen=True, kw_only=True):
    """A lead as it stands in an exported list."""

    number: str
    stage: Stage
    score: int
    office: str
    sector: str
    officer: str
    channel: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None


class Inbox:
    """Use cases of looking. Safe to share between threads."""

    def __init__(self, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        """`now` is the time of day, aware."""
        self._store = store
        self._now = now

    def page(self, wanted: Filter, who: Visitor, after: str = "") -> Listed:
        """One page of a list."""
        return self._store.read(lambda db: listing.page(db, wanted, who.account.scope, after))

    def board(self, wanted: Filter, who: Visitor) -> list[Column]:
        """All stages, with counts and their newest leads."""
        return self._store.read(lambda db: listing.board(db, wanted, who.account.scope))

    def count(self, wanted: Filter, who: Visitor) -> int:
        """How many there are, up to `listing.FOUND` + 1."""
        return self._store.read(lambda db: listing.count(db, wanted, who.account.scope))

    def open(self, number: str, who: Visitor) -> Dossier:
        """One lead; that it was looked at is written down. Raises `NotFound`."""
        found = self._store.read(lambda db: dossier.read(db, number, who.account.scope))
        self._note(who, "lead.viewed", number)
        return found

    def within(self, number: str, who: Visitor) -> None:
        """Raises `NotFound` where a lead is outside one's scope, alike whether it exists."""
        self._store.read(lambda db: dossier.find(db, number, who.account.scope))

    def holder(self, number: str) -> str:
        """Login of whoever is responsible now; empty for nobody."""
        return self._store.read(lambda db: db.scalar(select(Lead.officer).where(Lead.number == number))) or ""

    def lost_to(self, number: str, who: Visitor, seen: datetime) -> str:
        """Login of whoever took a lead since `seen`, its `updated_at` while somebody could still see that nobody had it;
        empty otherwise, so that trying numbers tells nothing of leads one never saw."""
        wanted = (
            select(Lead.officer)
            .join(Assignment, Assignment.lead_id == Lead.id)
            .where(Lead.number == number, Assignment.until.is_(None), Assignment.since >= seen, Lead.created_at <= seen)
        )
        return (self._store.read(lambda db: db.scalar(wanted)) or "") if who.account.scope.unassigned else ""

    def reveal(self, number: str, who: Visitor) -> str:
        """The contact as it was left; written down before it is told. Raises `NotFound`."""

        def work(db: Session) -> str:
            lead = dossier.find(db, number, who.account.scope)
            auditing.write(db, who, "lead.revealed", number, {}, self._now())
            return lead.contact

        return self._store.write(work)

    def sheet(self, number: str, who: Visitor) -> tuple[Dossier, str]:
        """One lead with its contact, to be printed. Raises `NotFound`."""

        def work(db: Session) -> tuple[Dossier, str]:
            found = dossier.read(db, number, who.account.scope)
            auditing.write(db, who, "lead.printed", number, {}, self._now())
            return found, dossier.find(db, number, who.account.scope).contact

        return self._store.write(work)

    def export(self, wanted: Filter, who: Visitor, form: str) -> Iterator[Exported]:
        """Whole leads, `MOST_EXPORTED` at most; written down before the first is given. What was searched for is not
        written down: it may name somebody."""
        filters = {
            field: str(value)
            for field in Filter.__struct_fields__
            if field != "text" and (value := getattr(wanted, field)) not in ("", (), None)
        }
        how_many = min(self.count(wanted, who), listing.FOUND)
        self._store.write(
            lambda db: auditing.write(
                db, who, "leads.exported", "",
                {"form": form, "filters": filters, "searched": bool(wanted.text), "at_least": how_many}, self._now(),
            )
        )  # fmt: skip
        return self._exported(wanted, who)

    def _exported(self, wanted: Filter, who: Visitor) -> Iterator[Exported]:
        with self._store.reading() as db:
            for leads in listing.everything(db, wanted, who.account.scope, MOST_EXPORTED):
                for lead in leads:
                    yield Exported(
                        **{field: getattr(details_of(lead), field) for field in Details.__struct_fields__},
                        number=lead.number, stage=Stage(lead.stage), score=lead.score, office=lead.office,
                        sector=lead.sector, officer=lead.officer, channel=lead.channel, created_at=lead.created_at,
                        updated_at=lead.updated_at, due_at=lead.due_at,
                    )  # fmt: skip

    def changed(self, number: str, who: Visitor, what: str) -> None:
        """Write down that somebody changed a lead."""
        self._note(who, "lead.changed", number, what)

    def send_again(self, number: str, delivery_id: int, who: Visitor) -> None:
        """Put a dead hand-off of a lead back into the queue. Raises `NotFound`, `IllegalMove`."""

        def work(db: Session) -> None:
            lead = dossier.find(db, number, who.account.scope)
            row = db.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.lead_id == lead.id))
            if row is None:
                raise NotFound("没有这一次推送")
            if row.state != "DEAD":
                raise IllegalMove("这一次推送不用重发：它已送到、还在排队，或已取消")
            queueing.resend(db, delivery_id, self._now())
            auditing.write(db, who, "lead.changed", number, {"what": "send_again"}, self._now())

        self._store.write(work)

    # --- saved views ----------------------------------------------------------------------------------------------

    def views(self, who: Visitor) -> Sequence[tuple[str, str]]:
        """Names and queries of what somebody saved."""
        return self._store.read(
            lambda db: [
                (view.name, view.query)
                for view in db.scalars(select(View).where(View.account_id == who.account.id).order_by(View.id))
            ]
        )

    def save_view(self, who: Visitor, name: str, query: str) -> None:
        """Keep a filter under a name, in the place of what had it before. Raises `Unacceptable`."""
        if not name.strip():
            raise Unacceptable("请给视图起个名字")

        def work(db: Session) -> None:
            mine = db.scalars(select(View).where(View.account_id == who.account.id)).all()
            same = next((view for view in mine if view.name == name.strip()), None)
            if same is not None:
                same.query = query
                return
            if len(mine) >= _MOST_VIEWS:
                raise Unacceptable(f"最多保存 {_MOST_VIEWS} 个视图，请先删掉不用的")
            db.add(View(account_id=who.account.id, name=name.strip(), query=query))

        self._store.write(work)

    def drop_view(self, who: Visitor, name: str) -> None:
        """Forget a saved view; none of that name is no fault."""
        self._store.write(
            lambda db: db.execute(delete(View).where(View.account_id == who.account.id, View.name == name))
        )

    def _note(self, who: Visitor, act: str, number: str, what: str = "") -> None:
        self._store.write(lambda db: auditing.write(db, who, act, number, {"what": what} if what else {}, self._now()))
