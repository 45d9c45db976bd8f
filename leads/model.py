"""The words of the pipeline as types: what an investor leaves, how far it is, what becomes of it.

Money is in yuan (or the currency named beside it), times are aware and in UTC, keys of `Details` are the names of the
lead form's slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Stage(StrEnum):
    """How far a lead is. The value is what the database and other systems see; `label` is what people read."""

    NEW = "NEW"
    CONTACTED = "CONTACTED"
    QUALIFIED = "QUALIFIED"
    NEGOTIATING = "NEGOTIATING"
    SIGNED = "SIGNED"
    STARTED = "STARTED"
    FUNDED = "FUNDED"
    CLOSED = "CLOSED"

    @property
    def label(self) -> str:
        """The stage in Chinese."""
        return _LABELS[self]


_LABELS = {
    Stage.NEW: "新线索", Stage.CONTACTED: "已联系", Stage.QUALIFIED: "已核实", Stage.NEGOTIATING: "洽谈",
    Stage.SIGNED: "签约", Stage.STARTED: "开工", Stage.FUNDED: "到资", Stage.CLOSED: "关闭",
}  # fmt: skip
_WAY = (
    Stage.NEW, Stage.CONTACTED, Stage.QUALIFIED, Stage.NEGOTIATING, Stage.SIGNED, Stage.STARTED, Stage.FUNDED,
)  # fmt: skip
LEGAL_MOVES: Mapping[Stage, frozenset[Stage]] = {
    **{
        stage: frozenset({*_WAY[place + 1 : place + 2], *_WAY[max(0, place - 1) : place], Stage.CLOSED})
        for place, stage in enumerate(_WAY)
    },
    Stage.CLOSED: frozenset({Stage.NEW, Stage.CONTACTED}),
}
"""One step on, one step back where a step was taken too early, or closed; what was closed may be taken up again."""


def moves_from(stage: Stage) -> tuple[Stage, ...]:
    """Where a lead may go from a stage: on, then back, then closed."""
    order = list(Stage)
    return tuple(
        sorted(
            LEGAL_MOVES[stage],
            key=lambda to: (to is Stage.CLOSED, order.index(to) < order.index(stage), order.index(to)),
        )
    )


class Details(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an investor says of himself and the project. All text; empty where nothing was said."""

    contact_name: str = ""
    company: str = ""
    contact: str = ""
    """Normal form: +8613800000000, +8653166600000;ext=802, a@b.cn, a WeChat id."""
    contact_kind: str = ""
    """mobile, landline, service, foreign, email or wechat."""
    industry: str = ""
    investment: str = ""
    """As it was said, unit included; the bounds below are how it was understood."""
    investment_low: int | None = None
    investment_high: int | None = None
    currency: str = ""
    """ISO code, CNY where none was named; empty without an amount."""
    area: str = ""
    """Where and how large, as it was said: 历下区, 200亩."""
    notes: str = ""


PERSONAL = ("contact_name", "company", "contact", "contact_kind", "notes")
"""Fields of `Details` that can tell who somebody is: erased with the lead, in no log, never in a queue before consent."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One utterance of a transcript; `speaker` is investor, assistant or officer."""

    speaker: str
    text: str
    at: datetime
    records: tuple[str, ...] = ()
    """Ids of the records shown with it."""


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation something was said in: Rasa's sender id and the channel (rest, web, wechat)."""

    id: str
    channel: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A lead form that is being filled in. `key` stays the same until it is submitted: it makes a repeated
    submission give the same number."""

    key: str
    talk: Talk
    details: Details = Details()
    asked: str = ""
    """The slot asked for last."""
    skipped: tuple[str, ...] = ()
    consented_at: datetime | None = None
    notice_version: str = ""


class LoggedTurn(msgspec.Struct, frozen=True, kw_only=True):
    """One question and what kind of reply it got, as it is kept: without what tells who asked."""

    id: str
    talk: Talk
    at: datetime
    question: str
    """Made discreet; empty where the turn was about the investor's own data."""
    kind: str
    """Kind of the reply, as in the envelope."""
    intent: str = ""
    confidence: float | None = None
    records: tuple[str, ...] = ()
    """Ids of the records shown with it."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an investor is told after submitting. `repeated`: this draft had been submitted before."""

    number: str
    office: str
    repeated: bool = False
    amended: bool = False
    """The repeated submission corrected what the first had said."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What an investor may be told of an earlier lead."""

    number: str
    stage: Stage
    office: str
    submitted_at: datetime
    last_activity_at: datetime
    details: Details = Details()


class Handling(StrEnum):
    """Who speaks in a conversation."""

    ASSISTANT = "ASSISTANT"
    WAITING = "WAITING"
    """A person was asked for; the assistant still answers."""
    PERSON = "PERSON"
    """An officer has taken over; the assistant is silent."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that a turn needs to know of its conversation, read in one go."""

    draft: Draft | None = None
    handling: Handling = Handling.ASSISTANT
    numbers: tuple[str, ...] = ()
    """Leads submitted in this conversation, newest first; without those erased."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a lead's score: the rule, the points it gave, and why, in Chinese."""

    rule: str
    points: int
    why: str


Payload = Mapping[str, Any]
"""What a destination of the outbox is sent, as JSON."""
