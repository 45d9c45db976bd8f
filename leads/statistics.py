"""What the bureau achieves, in figures: the funnel, first response, the assistant's answers, where leads come from.

Counted by the database in a dozen grouped queries; what was counted is kept for a while and refreshed behind whoever
looks again, so that a page waits only the first time. Amounts are lower bounds as investors gave them, in whole yuan;
other currencies are counted apart. Months are Beijing's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Float, String, case, cast, func, select
from sqlalchemy.orm import Session

from leads.errors import LeadsError
from leads.model import Stage
from leads.scoping import within
from leads.staff.model import Scope
from leads.store import Store
from leads.tables import Inquiry, Lead, TurnRow

FRESH = 60.0
"""Seconds for which figures count as present."""
KEPT = 3600.0
"""Seconds for which older figures are shown while new ones are counted."""
_MOST_KEPT = 64
_TOP = 10
FUNNEL = (
    ("线索", tuple(Stage)), ("洽谈", (Stage.NEGOTIATING, Stage.SIGNED, Stage.STARTED, Stage.FUNDED)),
    ("签约", (Stage.SIGNED, Stage.STARTED, Stage.FUNDED)), ("开工", (Stage.STARTED, Stage.FUNDED)),
    ("到资", (Stage.FUNDED,)),
)  # fmt: skip
"""Who is in a stage has been through those before it. Closed leads count among the leads alone."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: what, how many, and yuan where that makes sense."""

    what: str
    count: int
    amount: int = 0


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """How soon investors were first spoken with. `hours` is the median, None before there is one."""

    contacted: int
    waiting: int
    hours: float | None
    judged: int
    """Those whose deadline has passed or was met."""
    on_time: int


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the assistant replied: `kinds` as in the envelope."""

    total: int
    kinds: dict[str, int]
    helpful: int
    unhelpful: int
    inquiries: int
    """Conversations that asked for a person."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a period."""

    counted_at: datetime
    funnel: list[Counted]
    closed: int
    currencies: list[Counted]
    """Amounts in other currencies than yuan, in their own units."""
    without_amount: int
    response: Response
    answers: Answers
    records: list[Counted]
    """Ids of the records shown most."""
    channels: list[Counted]
    sources: list[Counted]
    """Events, partners, codes that were scanned – where the channel told."""
    offices: list[Counted]
    sectors: list[Counted]
    months: list[Counted]


class Statistics:
    """Counts and keeps. Safe to share between threads; any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """`now`: aware times."""
        self._store, self._now = store, now
        self._kept: dict[Any, tuple[float, Overview]] = {}
        self._under_way: set[Any] = set()
        self._lock = threading.Lock()

    def overview(self, scope: Scope, since: datetime, until: datetime) -> Overview:
        """The figures of leads that were submitted, and turns that were taken, in a period."""
        key, present = (scope, since, until), time.monotonic()
        with self._lock:
            at, kept = self._kept.get(key, (-KEPT, None))
            age = present - at
            refresh = kept is not None and FRESH <= age < KEPT and key not in self._under_way
            if refresh:
                self._under_way.add(key)
        if kept is None or age >= KEPT:
            return self._count(key)
        if refresh:
            threading.Thread(target=self._refresh, args=(key,), name="statistics", daemon=True).start()
        return kept

    def _refresh(self, key: Any) -> None:
        try:
            self._count(key)
        except LeadsError:
            pass  # the older figures stay, with their time
        finally:
            with self._lock:
                self._under_way.discard(key)

    def _count(self, key: Any) -> Overview:
        scope, since, until = key
        counted = self._store.read(lambda db: _overview(db, scope, since, until, self._now()))
        with self._lock:
            while len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (time.monotonic(), counted)
        return counted


def _overview(db: Session, scope: Scope, since: datetime, until: datetime, now: datetime) -> Overview:
    mine = [Lead.created_at >= since, Lead.created_at < until, Lead.merged_into_id.is_(None)]
    if not scope.everything:
        mine.append(within(scope))
    turns = [TurnRow.at >= since, TurnRow.at < until]
    yuan = func.sum(case((Lead.currency == "CNY", _amount()), else_=0))
    stages = {stage: (n, int(amount or 0)) for stage, n, amount in _rows(db, mine, Lead.stage, func.count(), yuan)}
    return Overview(
        counted_at=now,
        funnel=[
            Counted(
                what=what, count=sum(stages.get(stage, (0, 0))[0] for stage in reached),
                amount=sum(stages.get(stage, (0, 0))[1] for stage in reached),
            )
            for what, reached in FUNNEL
        ],
        closed=stages.get(Stage.CLOSED, (0, 0))[0],
        currencies=[
            Counted(what=currency, count=n, amount=int(amount or 0))
            for currency, n, amount in _rows(
                db, [*mine, Lead.currency.not_in(("", "CNY"))], Lead.currency, func.count(), func.sum(_amount())
            )
        ],
        without_amount=db.scalar(select(func.count()).where(*mine, _amount().is_(None))) or 0,
        response=_response(db, mine, now),
        answers=_answers(db, turns, since, until),
        records=_records(db, turns),
        channels=_grouped(db, mine, Lead.channel, yuan),
        sources=_grouped(db, [*mine, _source().is_not(None)], _source(), yuan)[:_TOP],
        offices=_grouped(db, mine, Lead.office, yuan),
        sectors=_grouped(db, mine, Lead.sector, yuan),
        months=sorted(_grouped(db, mine, _month(db, Lead.created_at), yuan), key=lambda one: one.what),
    )  # fmt: skip


def _rows(db: Session, conditions: Sequence[ColumnElement[bool]], *columns: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.execute(select(*columns).where(*conditions).group_by(columns[0]))]


def _grouped(db: Session, conditions: Sequence[ColumnElement[bool]], column: Any, amount: Any) -> list[Counted]:
    found = _rows(db, conditions, column, func.count(), amount)
    counted = (Counted(what=str(what or ""), count=n, amount=int(yuan or 0)) for what, n, yuan in found)
    return sorted(counted, key=lambda one: (-one.count, one.what))


def _response(db: Session, mine: Sequence[ColumnElement[bool]], now: datetime) -> Response:
    contacted = db.scalar(select(func.count()).where(*mine, Lead.contacted_at.is_not(None))) or 0
    waiting = Lead.contacted_at.is_(None), Lead.stage != Stage.CLOSED
    took = _seconds(db, Lead.created_at, Lead.contacted_at)
    middle = select(took).where(*mine, Lead.contacted_at.is_not(None)).order_by(took)
    # Of an even number, the lower of the two in the middle: nobody's response lies between them.
    median = db.scalar(middle.offset((contacted - 1) // 2).limit(1)) if contacted else None
    met = case((Lead.contacted_at <= Lead.contact_due_at, 1), else_=0)
    over = (Lead.contacted_at.is_not(None)) | (Lead.contact_due_at < now)
    judged, on_time = db.execute(
        select(func.count(), func.sum(met)).where(*mine, Lead.contact_due_at.is_not(None), over)
    ).one()
    return Response(
        contacted=contacted, waiting=db.scalar(select(func.count()).where(*mine, *waiting)) or 0,
        hours=None if median is None else float(median) / 3600, judged=judged, on_time=int(on_time or 0),
    )  # fmt: skip


def _answers(db: Session, turns: Sequence[ColumnElement[bool]], since: datetime, until: datetime) -> Answers:
    kinds: dict[str, int] = dict(_rows(db, turns, TurnRow.kind, func.count()))
    rated = dict(_rows(db, [*turns, TurnRow.helpful.is_not(None)], TurnRow.helpful, func.count()))
    asked = select(func.count()).where(Inquiry.created_at >= since, Inquiry.created_at < until)
    return Answers(
        total=sum(kinds.values()), kinds=kinds, helpful=rated.get(True, 0), unhelpful=rated.get(False, 0),
        inquiries=db.scalar(asked) or 0,
    )  # fmt: skip


def _records(db: Session, turns: Sequence[ColumnElement[bool]]) -> list[Counted]:
    """The records shown most: of each turn the first, which is what was asked about."""
    first = TurnRow.records[0].as_string()
    answered = [*turns, TurnRow.kind.in_(("answer", "estimate"))]
    found = db.execute(
        select(first, func.count())
        .where(*answered)
        .group_by(first)
        .order_by(func.count().desc(), first)
        .limit(_TOP + 1)
    )
    return [Counted(what=id_, count=n) for id_, n in found.tuples() if id_][:_TOP]


def _amount() -> ColumnElement[int | None]:
    return func.coalesce(Lead.investment_low, Lead.investment_high)


def _source() -> Any:
    return Lead.extra["source"].as_string()


def _month(db: Session, at: Any) -> Any:
    if db.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m", at, "+8 hours", type_=String)
    return func.to_char(func.timezone("Asia/Shanghai", at), "YYYY-MM", type_=String)


def _seconds(db: Session, since: Any, until: Any) -> Any:
    if db.get_bind().dialect.name == "sqlite":
        return (func.julianday(until, type_=Float) - func.julianday(since, type_=Float)) * 86400.0
    return cast(func.extract("epoch", until) - func.extract("epoch", since), Float)
