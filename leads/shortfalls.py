"""Questions the assistant did not answer well, for whoever tends the knowledge; the tasks editors make of them.

A shortfall is a question that was declined, asked back, or whose reply an investor found unhelpful. What an editor
puts into a task is no shortfall any more. Nothing here tells who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from leads.errors import NotFound
from leads.store import Store
from leads.tables import Task, TurnRow

_KINDS = ("refuse", "clarify")
_MOST = 5_000
"""Turns that are looked at, the newest."""


class Shortfall(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was asked, word for word, and how often it fell short."""

    question: str
    turns: tuple[str, ...]
    """Ids, newest first."""
    declined: int
    asked_back: int
    unhelpful: int
    reasons: tuple[str, ...]
    """What investors wrote beside their thumb."""
    records: tuple[str, ...]
    """Ids of records that were shown or offered."""
    last_at: datetime

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.turns)


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """A task."""

    id: int
    question: str
    count: int
    editor: str
    created_at: datetime
    done_at: datetime | None
    done_by: str
    outcome: str


class Shortfalls:
    """Looks and keeps. Any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """`now`: aware times."""
        self._store, self._now = store, now

    def since(self, at: datetime) -> list[Shortfall]:
        """What fell short since a time and is in no task, most frequent first."""
        wanted = (
            select(TurnRow)
            .where(
                or_(TurnRow.kind.in_(_KINDS), TurnRow.helpful.is_(False)), TurnRow.question != "", TurnRow.at >= at,
                TurnRow.task_id.is_(None),
            )
            .order_by(TurnRow.at.desc())
            .limit(_MOST)
        )  # fmt: skip
        asked: dict[str, list[TurnRow]] = {}
        for row in self._store.read(lambda db: list(db.scalars(wanted))):
            asked.setdefault(" ".join(row.question.split()), []).append(row)
        found = [_shortfall(question, rows) for question, rows in asked.items()]
        return sorted(found, key=lambda one: (-one.count, one.question))

    def make_task(self, question: str, turns: Sequence[str], editor: str) -> int:
        """Put turns into a task for an editor (a login, or empty); says its id. Turns that are in one already stay."""

        def work(db: Session) -> int:
            task = Task(
                question=question, count=0, editor=editor, created_at=self._now(), done_at=None, done_by="", outcome=""
            )
            db.add(task)
            db.flush()
            mine = TurnRow.id.in_(list(turns)[:_MOST]), TurnRow.task_id.is_(None)
            task.count = db.scalar(select(func.count()).where(*mine)) or 0
            db.execute(update(TurnRow).where(*mine).values(task_id=task.id))
            return task.id

        return self._store.write(work)

    def assign(self, id_: int, editor: str) -> None:
        """Raises `NotFound`."""
        self._store.write(lambda db: setattr(_task(db, id_), "editor", editor))

    def finish(self, id_: int, by: str, outcome: str) -> None:
        """Mark as done, with what was done. Raises `NotFound`."""

        def work(db: Session) -> None:
            task = _task(db, id_)
            task.done_at, task.done_by, task.outcome = self._now(), by, outcome

        self._store.write(work)

    def tasks(self, *, done: bool, most: int = 200) -> list[Todo]:
        """Open ones by age, or the last that were done."""
        wanted = select(Task).limit(most)
        wanted = (
            wanted.where(Task.done_at.is_not(None)).order_by(Task.done_at.desc())
            if done
            else wanted.where(Task.done_at.is_(None)).order_by(Task.id)
        )
        return self._store.read(lambda db: [_todo(task) for task in db.scalars(wanted)])

    def task(self, id_: int) -> tuple[Todo, list[Shortfall]]:
        """A task and what was asked. Raises `NotFound`."""

        def look(db: Session) -> tuple[Todo, list[TurnRow]]:
            rows = db.scalars(select(TurnRow).where(TurnRow.task_id == id_).order_by(TurnRow.at.desc()))
            return _todo(_task(db, id_)), list(rows)

        todo, rows = self._store.read(look)
        asked: dict[str, list[TurnRow]] = {}
        for row in rows:
            asked.setdefault(" ".join(row.question.split()), []).append(row)
        return todo, [_shortfall(question, rows) for question, rows in asked.items() if question]


def _task(db: Session, id_: int) -> Task:
    task = db.get(Task, id_)
    if task is None:
        raise NotFound("没有这个任务")
    return task


def _todo(task: Task) -> Todo:
    return Todo(
        id=task.id, question=task.question, count=task.count, editor=task.editor, created_at=task.created_at,
        done_at=task.done_at, done_by=task.done_by, outcome=task.outcome,
    )  # fmt: skip


def _shortfall(question: str, rows: Sequence[TurnRow]) -> Shortfall:
    return Shortfall(
        question=question, turns=tuple(row.id for row in rows), declined=sum(row.kind == "refuse" for row in rows),
        asked_back=sum(row.kind == "clarify" for row in rows), unhelpful=sum(row.helpful is False for row in rows),
        reasons=tuple(dict.fromkeys(row.reason for row in rows if row.reason)),
        records=tuple(dict.fromkeys(str(id_) for row in rows for id_ in row.records)), last_at=max(row.at for row in rows),
    )  # fmt: skip
