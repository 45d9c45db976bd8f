"""The reply of one bot turn: texts for people, one envelope for channels. The only place that builds envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from rasa_sdk.executor import CollectingDispatcher

from knowledge.model import Common, Source
from knowledge.statements import Statement

Kind = Literal[
    "answer", "clarify", "refuse", "estimate", "match", "form", "lead", "booking", "handoff", "status", "privacy",
    "smalltalk",
]  # fmt: skip


Lines = tuple[int, int]
"""The lines of the text, half open, that a structure says too: a channel that draws it leaves them out."""


class Match(msgspec.Struct, frozen=True, omit_defaults=True):
    """A site that fits an investor's needs; `score` between 0 and 1."""

    id: str
    score: float
    reasons: list[str]
    lines: Lines | None = None


class Estimate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one incentive gives; amounts in 万元. `status` is eligible, ineligible or to_verify."""

    id: str
    status: str
    amount_wan: float | None
    range_wan: tuple[float, float] | None
    why: str
    caveats: list[str]
    lines: Lines | None = None


class Table(msgspec.Struct, frozen=True):
    """Records side by side: `head` names them behind an empty corner, each row begins with what it is about."""

    head: list[str]
    rows: list[list[str]]
    lines: Lines


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What one turn says. `options` become buttons that send plain Chinese text."""

    kind: Kind
    text: str
    records: Sequence[Common] = ()
    matches: Sequence[Match] = ()
    estimates: Sequence[Estimate] = ()
    facts: Sequence[tuple[Statement, Source]] = ()
    """Every fact that is shown, in order, each with its own source."""
    table: Table | None = None
    options: Sequence[str] = ()
    suggestions: Sequence[str] = ()
    slot: str = ""
    """With kind form: the slot asked for."""
    lead_no: str = ""
    """With kinds lead and status: the number, without spaces."""
    erased: bool = False
    """Whether the investor's data was erased, so that the conversation up to here is forgotten too."""
    logged: bool = True
    """Whether the turn stands in the log of turns."""
    turn: str = ""
    """The turn's id there."""


def envelope_of(reply: Reply) -> dict[str, Any]:
    """The machine-readable object every bot turn ends with."""
    envelope: dict[str, Any] = {
        "kind": reply.kind,
        "records": [
            {"id": r.id, "name": r.name, "type": r.type, "sources": [_source(s) for s in r.sources]}
            for r in reply.records
        ],
    }
    if reply.kind == "match":
        envelope["matches"] = [msgspec.to_builtins(match) for match in reply.matches]
    if reply.facts:
        envelope["facts"] = [
            {"text": statement.text, "record": statement.record_id, "source": _source(source)}
            for statement, source in reply.facts
        ]
    if reply.slot:
        envelope["slot"] = reply.slot
    if reply.lead_no:
        envelope["lead_no"] = reply.lead_no
    if reply.erased:
        envelope["erased"] = True
    if reply.kind == "estimate":
        envelope["estimate"] = [msgspec.to_builtins(estimate) for estimate in reply.estimates]
    if reply.turn:
        envelope["turn"] = reply.turn
    if reply.table:
        envelope["table"] = msgspec.to_builtins(reply.table)
    if reply.suggestions:
        envelope["suggestions"] = list(reply.suggestions)
    return envelope


def send(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Hand a reply to the Rasa server."""
    dispatcher.utter_message(
        text=reply.text or None,
        buttons=[{"title": option, "payload": option} for option in reply.options] or None,
        json_message=envelope_of(reply),
    )


def link_of(source: Source) -> str | None:
    """The address an investor may follow. Re-hosted pages (C, D) are named but not linked: nobody vouches for them."""
    return source.url if source.quality in ("A", "B") else None


def _source(source: Source) -> dict[str, Any]:
    return {"title": source.title, "url": link_of(source), "as_of": source.as_of, "quality": source.quality}
