"""The lines of a conversation that a lead or an inquiry hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from leads.model import Line
from leads.tables import Utterance


def keep(db: Session, talk_id: str, lines: Sequence[Line]) -> None:
    """Join a transcript to what stands already. Nothing that stands is lost: an officer's lines are in no tracker, and a
    tracker forgets its oldest turns. The same line (speaker, time, text) stands once."""
    standing = of(db, talk_id)
    joined = sorted({_identity(line): line for line in (*standing, *lines)}.values(), key=lambda line: line.at)
    kept = len(standing)
    if joined[:kept] != standing:
        db.execute(delete(Utterance).where(Utterance.talk_id == talk_id))
        kept = 0
    for place, line in enumerate(joined[kept:], start=kept + 1):
        db.add(_row(talk_id, place, line))


def append(db: Session, talk_id: str, line: Line) -> bool:
    """Put one line at the end, unless it stands already; says whether it is new. Two at once clash on the place, and
    the later is tried again."""
    mine = Utterance.talk_id == talk_id, Utterance.at == line.at, Utterance.speaker == line.speaker
    if db.scalar(select(Utterance.id).where(*mine, Utterance.text == line.text).limit(1)) is not None:
        return False
    last = db.scalar(select(func.max(Utterance.place)).where(Utterance.talk_id == talk_id)) or 0
    db.add(_row(talk_id, last + 1, line))
    return True


def of(db: Session, talk_id: str) -> list[Line]:
    """The lines of a conversation in their order."""
    rows = db.scalars(select(Utterance).where(Utterance.talk_id == talk_id).order_by(Utterance.place))
    return [Line(speaker=row.speaker, text=row.text, at=row.at, records=tuple(row.records)) for row in rows]


def erase(db: Session, talk_id: str) -> None:
    """Remove all lines of a conversation."""
    db.execute(delete(Utterance).where(Utterance.talk_id == talk_id))


def _identity(line: Line) -> tuple[str, datetime, str]:
    return line.speaker, line.at, line.text


def _row(talk_id: str, place: int, line: Line) -> Utterance:
    return Utterance(
        talk_id=talk_id, place=place, at=line.at, speaker=line.speaker, text=line.text, records=list(line.records)
    )
