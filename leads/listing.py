"""The inbox: leads by filter, sorted, a page at a time; counts; the board.

Pages begin after the last row of the one before (its sort value and id), so that page 500 costs what page 1 costs.
What is searched for is looked up in `search_texts`, newest first, and no more than `FOUND` of what is found is gone
through: whoever searches for 科技 is told to write more. `make bench-console` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from leads.masking import masked
from leads.model import Stage
from leads.scoping import within
from leads.searching import patterns
from leads.staff.model import Scope
from leads.tables import Lead, SearchText

PAGE = 50
FOUND = 1000
"""So many of what a search finds are gone through, and so far is counted."""
COLUMN = 20
"""Cards shown of each stage on the board."""
NOBODY = "-"
"""As `Filter.officer`: those nobody is responsible for."""
OPEN = tuple(stage for stage in Stage if stage is not Stage.CLOSED)


class Sort(StrEnum):
    """What a list goes by."""

    CREATED = "created"
    UPDATED = "updated"
    SCORE = "score"
    AMOUNT = "amount"
    DUE = "due"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads are wanted; what is empty does not matter. Amounts in yuan."""

    text: str = ""
    stages: tuple[Stage, ...] = ()
    offices: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    officer: str = ""
    """A login, or `NOBODY`."""
    channel: str = ""
    amount_from: int | None = None
    amount_to: int | None = None
    score_from: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    overdue_at: datetime | None = None
    """Those with a deadline before this time."""
    sort: Sort = Sort.CREATED


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One lead in a list. The contact is masked."""

    id: int
    number: str
    company: str
    contact_name: str
    contact: str
    industry: str
    sector: str
    investment: str
    investment_low: int | None
    office: str
    officer: str
    stage: Stage
    score: int
    qualified: bool
    channel: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list. `after` is where the next begins, empty at the end; `total` counts up to `FOUND`, and `more`
    says that there are others beyond."""

    rows: list[Row]
    after: str
    total: int
    more: bool


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A stage on the board: how many leads, what they add up to in yuan, and the first of them."""

    stage: Stage
    count: int
    amount: int
    rows: list[Row]


_SHOWN = (
    Lead.id, Lead.number, Lead.company, Lead.contact_name, Lead.contact, Lead.contact_kind, Lead.industry, Lead.sector,
    Lead.investment, Lead.investment_low, Lead.office, Lead.officer, Lead.stage, Lead.score, Lead.qualified,
    Lead.channel, Lead.created_at, Lead.updated_at, Lead.due_at,
)  # fmt: skip
_SORTED: dict[Sort, Any] = {
    Sort.CREATED: Lead.created_at, Sort.UPDATED: Lead.updated_at, Sort.SCORE: Lead.score,
    Sort.AMOUNT: Lead.investment_low, Sort.DUE: Lead.due_at,
}  # fmt: skip
_BY = {sort: column if sort is Sort.CREATED else func.coalesce(column, column) for sort, column in _SORTED.items()}
"""What the database sorts by. Except by creation, where `ix_leads_inbox` is in order already, an expression: it keeps
the database from walking another index row by wide row, which is slow where few rows fit."""
_ASCENDING = frozenset({Sort.DUE})
_MAY_BE_EMPTY = frozenset({Sort.DUE, Sort.AMOUNT})


def page(db: Session, wanted: Filter, scope: Scope, after: str = "", size: int = PAGE) -> Listed:
    """One page. A cursor that is none counts as the beginning."""
    conditions = _conditions(db, wanted, scope)
    total = db.scalar(select(func.count()).select_from(select(Lead.id).where(*conditions).limit(FOUND + 1).subquery()))
    rows = _rows(db, conditions, wanted.sort, after, size + 1)
    last = rows[size - 1] if len(rows) > size else None
    return Listed(
        rows=rows[:size], after="" if last is None else _cursor(last, wanted.sort), total=min(total or 0, FOUND),
        more=(total or 0) > FOUND,
    )  # fmt: skip


def board(db: Session, wanted: Filter, scope: Scope) -> list[Column]:
    """All stages with their counts, and the newest rows of each."""
    conditions = _conditions(db, wanted, scope)
    stage_of = func.coalesce(Lead.stage, "")  # an expression, for the reason given at `_BY`
    counted = db.execute(
        select(stage_of, func.count(), func.sum(Lead.investment_low)).where(*conditions).group_by(stage_of)
    ).all()
    newest: dict[str, list[int]] = {stage: [] for stage, _, _ in counted}
    if wanted.text:  # a thousand ids at most: looked through once, not once a stage
        order = (Lead.created_at.desc(), Lead.id.desc())
        for id_, stage in db.execute(select(Lead.id, Lead.stage).where(*conditions).order_by(*order)):
            newest.setdefault(stage, []).append(id_)  # one that came in between is shown, uncounted
    else:
        for stage in newest:
            newest[stage] = _ids(db, [*conditions, Lead.stage == stage], Sort.CREATED, "", COLUMN)
    shown = _shown(db, [id_ for ids in newest.values() for id_ in ids[:COLUMN]])
    found = {stage: (many, int(amount or 0)) for stage, many, amount in counted}
    return [
        Column(
            stage=stage, count=found.get(stage, (0, 0))[0], amount=found.get(stage, (0, 0))[1],
            rows=[shown[id_] for id_ in newest.get(stage, [])[:COLUMN] if id_ in shown],
        )
        for stage in Stage
        if not wanted.stages or stage in wanted.stages
    ]  # fmt: skip


def count(db: Session, wanted: Filter, scope: Scope) -> int:
    """How many, up to `FOUND` + 1."""
    conditions = _conditions(db, wanted, scope)
    counted = db.scalar(
        select(func.count()).select_from(select(Lead.id).where(*conditions).limit(FOUND + 1).subquery())
    )
    return counted or 0


def everything(db: Session, wanted: Filter, scope: Scope, most: int, batch: int = 500) -> Iterator[list[Lead]]:
    """Whole leads for an export, by creation, at most so many."""
    conditions = _conditions(db, wanted, scope)
    last = None
    while most > 0:
        query = select(Lead).where(*conditions, *([Lead.id < last] if last else [])).order_by(Lead.id.desc())
        leads = list(db.scalars(query.limit(min(batch, most))))
        if not leads:
            return
        yield leads
        most, last = most - len(leads), leads[-1].id
        db.expunge_all()


def _conditions(db: Session, wanted: Filter, scope: Scope) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = [Lead.merged_into_id.is_(None), Lead.erased_at.is_(None)]
    if not scope.everything:
        made.append(within(scope))
    if wanted.stages:
        made.append(Lead.stage.in_(wanted.stages))
    if wanted.offices:
        made.append(Lead.office.in_(wanted.offices))
    if wanted.sectors:
        made.append(Lead.sector.in_(wanted.sectors))
    if wanted.officer:
        made.append(Lead.officer == ("" if wanted.officer == NOBODY else wanted.officer))
    if wanted.channel:
        made.append(Lead.channel == wanted.channel)
    for bound, column, least in (
        (wanted.amount_from, Lead.investment_low, True), (wanted.amount_to, Lead.investment_low, False),
        (wanted.score_from, Lead.score, True),
        (wanted.created_from, Lead.created_at, True), (wanted.created_to, Lead.created_at, False),
    ):  # fmt: skip
        if bound is not None:
            made.append(column >= bound if least else column < bound)
    if wanted.overdue_at is not None:
        made.append(Lead.due_at < wanted.overdue_at)
    if wanted.sort in _MAY_BE_EMPTY:
        made.append(_SORTED[wanted.sort].is_not(None))
    if wanted.text.strip():
        made = [Lead.id.in_(_search(db, patterns(wanted.text), made))]
    return made


def _search(db: Session, sought: Sequence[str], conditions: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    """Ids of the newest that match, `FOUND` + 1 at most: the narrow table is read, and a lead only where it matches.
    Marks alone, of which nothing is kept, are found nowhere."""
    if not sought:
        return []
    found = [SearchText.text.contains(text, autoescape=True) for text in sought]
    matching = select(SearchText.lead_id).where(or_(*found))
    query: Select[tuple[int]] = (
        matching.join(Lead, Lead.id == SearchText.lead_id)
        .where(*conditions)
        .order_by(SearchText.lead_id.desc())
        .limit(FOUND + 1)
    )
    return db.scalars(query).all()


def _rows(
    db: Session, conditions: Sequence[ColumnElement[bool]], sort: Sort, after: str, most: int
) -> list[Row]:  # fmt: skip
    """First the ids, which the index alone tells, then those rows."""
    ids = _ids(db, conditions, sort, after, most)
    found = _shown(db, ids)
    return [found[id_] for id_ in ids if id_ in found]


def _ids(
    db: Session, conditions: Sequence[ColumnElement[bool]], sort: Sort, after: str, most: int
) -> list[int]:  # fmt: skip
    column, up = _BY[sort], sort in _ASCENDING
    order = (column, Lead.id) if up else (column.desc(), Lead.id.desc())
    first = select(Lead.id).where(*conditions).order_by(*order).limit(most)
    if (start := _place(after, sort)) is not None:
        value, id_ = start
        column = _SORTED[sort]
        further, same = (column > value, Lead.id > id_) if up else (column < value, Lead.id < id_)
        first = first.where(column >= value if up else column <= value, or_(further, same))
    return list(db.scalars(first))


def _shown(db: Session, ids: Sequence[int]) -> dict[int, Row]:
    return {row.id: _row(row) for row in db.execute(select(*_SHOWN).where(Lead.id.in_(ids)))}


def _row(found: Any) -> Row:
    return Row(
        id=found.id, number=found.number, company=found.company, contact_name=found.contact_name,
        contact=masked(found.contact, found.contact_kind), industry=found.industry, sector=found.sector,
        investment=found.investment, investment_low=found.investment_low, office=found.office, officer=found.officer,
        stage=Stage(found.stage), score=found.score, qualified=found.qualified, channel=found.channel,
        created_at=found.created_at, updated_at=found.updated_at, due_at=found.due_at,
    )  # fmt: skip


def _cursor(row: Row, sort: Sort) -> str:
    value = {
        Sort.CREATED: row.created_at, Sort.UPDATED: row.updated_at, Sort.SCORE: row.score,
        Sort.AMOUNT: row.investment_low, Sort.DUE: row.due_at,
    }[sort]  # fmt: skip
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{row.id}"


def _place(after: str, sort: Sort) -> tuple[Any, int] | None:
    value, _, id_ = after.rpartition("~")
    try:
        made: Any = int(value) if sort in (Sort.SCORE, Sort.AMOUNT) else datetime.fromisoformat(value)
        if isinstance(made, datetime) and made.tzinfo is None:
            return None
        return made, int(id_)
    except ValueError:
        return None
