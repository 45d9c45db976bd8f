"""The one read that every turn makes: cheap, so plain columns and two statements, nothing of the object mapper."""

from __future__ import annotations

from sqlalchemy import Connection, String, bindparam, literal, select, union_all

from leads import drafts
from leads.handling import OPEN, TAKEN
from leads.model import Handling, State
from leads.tables import DraftRow, Inquiry, Lead

_TALK = bindparam("talk_id", type_=String())
_DRAFT = select(*DraftRow.__table__.columns).where(DraftRow.talk_id == _TALK)
_REST = union_all(
    select(Lead.id, literal("lead").label("what"), Lead.number.label("value")).where(
        Lead.talk_id == _TALK, Lead.erased_at.is_(None)
    ),
    select(Inquiry.id, literal("inquiry"), Inquiry.state).where(Inquiry.talk_id == _TALK, Inquiry.closed_at.is_(None)),
)
_SPEAKS = {OPEN: Handling.WAITING, TAKEN: Handling.PERSON}


def state_of(connection: Connection, talk_id: str) -> State:
    """Draft, who speaks, and the numbers submitted here."""
    draft = connection.execute(_DRAFT, {"talk_id": talk_id}).one_or_none()
    rest = connection.execute(_REST, {"talk_id": talk_id}).all()
    return State(
        draft=None if draft is None else drafts.of_row(draft),
        handling=next((_SPEAKS[row.value] for row in rest if row.what == "inquiry"), Handling.ASSISTANT),
        numbers=tuple(row.value for row in sorted(rest, reverse=True) if row.what == "lead"),
    )
