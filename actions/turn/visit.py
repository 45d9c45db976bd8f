"""Who is speaking and where: the conversation a turn belongs to, its state in the pipeline, its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from knowledge.discretion import WITHHELD, discreet
from leads.errors import StoreUnavailable
from leads.model import Line, State, Talk

OF_THE_FORM = frozenset({"form", "lead", "status", "privacy"})
"""Kinds of reply whose turn is about the investor's own data: nothing of it is kept outside the lead."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One turn's place in the pipeline. `reachable` is false while the lead store is away; `state` is then unknown."""

    talk: Talk
    state: State = State()
    reachable: bool = True
    events: tuple[Mapping[str, Any], ...] = ()
    """The tracker's events, the present message last."""

    def needed(self) -> Visit:
        """This visit, for what can't be done without the lead store. Raises `StoreUnavailable`."""
        if not self.reachable:
            raise StoreUnavailable("the state of the conversation could not be read")
        return self

    def transcript(self) -> list[Line]:
        """What was said up to now, without what the lead form asked and was told: that stands in the lead."""
        return list(_lines(self.events))

    def before(self) -> list[Line]:
        """The transcript without the present message, where that belongs to the form."""
        last = max((i for i, event in enumerate(self.events) if event.get("event") == "user"), default=len(self.events))
        return list(_lines(self.events[:last]))


NOWHERE = Visit(talk=Talk(id="", channel=""), reachable=False)
"""Of a turn that belongs to no conversation, as in a test of one sentence."""


def line_of(text: str) -> Line:
    """What an investor says now, for an officer who has taken over."""
    return Line(speaker="investor", text=text, at=datetime.now(UTC))


def _lines(events: Iterable[Mapping[str, Any]]) -> Iterable[Line]:
    """Turns become lines; a turn of the form is left out."""
    said: Line | None = None
    for event in events:
        if event.get("event") == "user":
            if said:
                yield said
            text = str(event.get("text") or "")
            said = Line(speaker="investor", text=discreet(text), at=_time(event)) if text and text != WITHHELD else None
        elif event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            if custom.get("kind") in OF_THE_FORM:
                said = None
                continue
            if said:
                yield said
                said = None
            shown = tuple(str(record.get("id")) for record in custom.get("records") or ())
            if text := str(event.get("text") or ""):
                yield Line(speaker="assistant", text=text, at=_time(event), records=shown)
    if said:
        yield said


def _time(event: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(event.get("timestamp") or 0), UTC)
