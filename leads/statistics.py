"""What the bureau achieves, in figures: the funnel, first response, the assistant's answers, where leads come from.

The leads are gone through once, the turns are counted by the database; what was counted is kept for a while and refreshed behind whoever
looks again, so that a page waits only the first time. Amounts are lower bounds as investors gave them, in whole yuan;
other currencies are counted apart. Months are Beijing's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median_low
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Float, String, cast, func, select
from sqlalchemy.orm import Session

from leads.errors import LeadsError
from leads.model import Stage
from leads.scoping import within
from leads.staff.model import Scope
from leads.store import Store
from leads.tables import Inquiry, Lead, TurnRow

FRESH = 300.0
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
    # One pass over the leads: each is a wide row, and ten grouped queries would read all of them ten times.
    rows = db.execute(
        select(
            Lead.stage, Lead.currency, func.coalesce(Lead.investment_low, Lead.investment_high), Lead.channel,
            Lead.office, Lead.sector, _month(db, Lead.created_at), Lead.extra["source"].as_string(),
            _seconds(db, Lead.created_at, Lead.contacted_at), _seconds(db, Lead.contacted_at, Lead.contact_due_at),
            Lead.contact_due_at < now,
        ).where(*mine)
    )  # fmt: skip
    tally = _Tally()
    for row in rows:
        tally.add(*row)
    return Overview(
        counted_at=now, funnel=tally.funnel(), closed=tally.by[0].get(Stage.CLOSED, [0])[0],
        currencies=[Counted(what=what, count=n, amount=sum_) for what, (n, sum_) in sorted(tally.currencies.items())],
        without_amount=tally.without_amount, response=tally.response(), answers=_answers(db, turns, since, until),
        records=_records(db, turns), channels=tally.counted(1), sources=tally.counted(5)[:_TOP],
        offices=tally.counted(2), sectors=tally.counted(3), months=sorted(tally.counted(4), key=lambda one: one.what),
    )  # fmt: skip


class _Tally:
    """What is counted while the leads pass by."""

    def __init__(self) -> None:
        self.by: tuple[dict[str, list[int]], ...] = ({}, {}, {}, {}, {}, {})
        """Stage, channel, office, sector, month, source → how many, how many yuan."""
        self.currencies: dict[str, list[int]] = {}
        self.without_amount = self.waiting = self.judged = self.on_time = 0
        self.took: list[float] = []

    def add(
        self, stage: str, currency: str, amount: int | None, channel: str, office: str, sector: str, month: str,
        source: str | None, took: float | None, left: float | None, over: bool | None,
    ) -> None:  # fmt: skip
        """One lead. `took`: seconds to the first contact; `left`: seconds it came before its deadline; `over`: whether
        the deadline has passed."""
        yuan = amount or 0 if currency == "CNY" else 0
        for counts, what in zip(self.by, (stage, channel, office, sector, month, source), strict=True):
            if what is not None:
                found = counts.setdefault(what, [0, 0])
                found[0] += 1
                found[1] += yuan
        if amount is None:
            self.without_amount += 1
        elif currency not in ("", "CNY"):
            other = self.currencies.setdefault(currency, [0, 0])
            other[0] += 1
            other[1] += amount
        if took is not None:
            self.took.append(float(took))
        elif stage != Stage.CLOSED:
            self.waiting += 1
        if left is not None or over:
            self.judged += 1
            self.on_time += left is not None and left >= 0

    def funnel(self) -> list[Counted]:
        """Each step with those that are further on."""
        found = [(what, [self.by[0].get(stage, [0, 0]) for stage in reached]) for what, reached in FUNNEL]
        return [
            Counted(what=what, count=sum(n for n, _ in of), amount=sum(sum_ for _, sum_ in of)) for what, of in found
        ]

    def counted(self, at: int) -> list[Counted]:
        """The most frequent first."""
        counted = (Counted(what=what, count=n, amount=sum_) for what, (n, sum_) in self.by[at].items())
        return sorted(counted, key=lambda one: (-one.count, one.what))

    def response(self) -> Response:
        """Of an even number, the lower of the two in the middle: nobody's response lies between them."""
        median = median_low(self.took) / 3600 if self.took else None
        return Response(
            contacted=len(self.took), waiting=self.waiting, hours=median, judged=self.judged, on_time=self.on_time
        )


def _by(db: Session, conditions: Sequence[ColumnElement[bool]], column: Any) -> dict[Any, int]:
    return dict(db.execute(select(column, func.count()).where(*conditions).group_by(column)).tuples().all())


def _answers(db: Session, turns: Sequence[ColumnElement[bool]], since: datetime, until: datetime) -> Answers:
    kinds = _by(db, turns, TurnRow.kind)
    rated = _by(db, [*turns, TurnRow.helpful.is_not(None)], TurnRow.helpful)
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


def _month(db: Session, at: Any) -> Any:
    if db.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m", at, "+8 hours", type_=String)
    return func.to_char(func.timezone("Asia/Shanghai", at), "YYYY-MM", type_=String)


def _seconds(db: Session, since: Any, until: Any) -> Any:
    if db.get_bind().dialect.name == "sqlite":
        return (func.julianday(until, type_=Float) - func.julianday(since, type_=Float)) * 86400.0
    return cast(func.extract("epoch", until) - func.extract("epoch", since), Float)
