"""The log of turns: what was asked, what kind of reply it got, whether it helped. Texts come here discreet already.

What is erased keeps its kind, intent and records, so that figures stay right, and leads back to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from leads.errors import NotFound
from leads.model import LoggedTurn
from leads.tables import Task, TurnRow


def add(db: Session, turns: Sequence[LoggedTurn]) -> None:
    """Keep some turns. Those that are kept already, from an attempt whose end was not known, are passed over."""
    known = set(db.scalars(select(TurnRow.id).where(TurnRow.id.in_([turn.id for turn in turns]))))
    db.add_all(_row(turn) for turn in turns if turn.id not in known)


def rate(db: Session, id_: str, talk_id: str, helpful: bool, reason: str) -> None:
    """Keep what an investor thought of a reply; the last word counts. Raises `NotFound` for a turn of another talk."""
    mine = update(TurnRow).where(TurnRow.id == id_, TurnRow.talk_id == talk_id)
    done = db.execute(mine.values(helpful=helpful, reason=reason))
    if not (isinstance(done, CursorResult) and done.rowcount):
        raise NotFound("没有这一轮答复，或它不属于这场对话")


def erase(db: Session, talk_id: str, nobody: str) -> None:
    """Forget what was asked in a conversation and which one it was."""
    mine = TurnRow.talk_id == talk_id, TurnRow.task_id.is_not(None)
    # A task may carry a question of this conversation in its name.
    asked = select(TurnRow.task_id).where(*mine), select(TurnRow.question).where(*mine)
    db.execute(update(Task).where(Task.id.in_(asked[0]), Task.question.in_(asked[1])).values(question=""))
    db.execute(update(TurnRow).where(TurnRow.talk_id == talk_id).values(talk_id=nobody, question="", reason=""))


def forget(db: Session, before: datetime) -> None:
    """Remove turns older than a time, and tasks that were done before it."""
    db.execute(delete(TurnRow).where(TurnRow.at < before))
    db.execute(delete(Task).where(Task.done_at < before))


def _row(turn: LoggedTurn) -> TurnRow:
    return TurnRow(
        id=turn.id, talk_id=turn.talk.id, channel=turn.talk.channel, at=turn.at, question=turn.question,
        kind=turn.kind, intent=turn.intent, confidence=turn.confidence, records=list(turn.records),
        helpful=None, reason="",
    )  # fmt: skip
