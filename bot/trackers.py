"""Keeps conversations without what can tell who somebody is.

What belongs to the lead form is withheld whole; elsewhere contacts and names are taken out of what the investor said.
The action server gets the words themselves while the turn lasts and keeps them, after a yes, in the lead store alone:
so no dump, export or copy of a tracker holds personal data, and erasing a lead leaves nothing behind here.
"""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any, Dict, List, Optional

import structlog
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversations import Conversations
from knowledge.discretion import WITHHELD, discreet

_OF_THE_FORM = frozenset({"form", "lead", "status", "privacy"})
"""Kinds of reply whose turn is about the investor's own data."""
_KEPT_TURNS = 40
"""A turn costs 0.6 ms for each earlier one, and nobody reaches back further."""
_KEPT_SECONDS = 24 * 3600.0
_SWEEP_EVERY = 600.0
structlogger = structlog.get_logger()


class DiscreetTrackerStore(InMemoryTrackerStore):
    """Rasa's simplest store over a file instead of a dictionary; bounded in turns and hours, without personal data."""

    def __init__(self, domain: Domain, event_broker: Optional[EventBroker] = None, **kwargs: Any) -> None:
        # No broker is fed: it would be given the words as they were said.
        super().__init__(domain, None)
        self.store = Conversations()
        self._swept = time.monotonic()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the last turns of a conversation, discreetly."""
        dialogue = tracker.as_dialogue().as_dict()
        try:
            dialogue["events"] = discreetly(last_turns(since_erasing(dialogue["events"])))
        except Exception as error:  # noqa: BLE001 - Rasa would fall back to a store that keeps every word
            structlogger.error("tracker.not_kept", sender_id=tracker.sender_id, error=type(error).__name__)
            dialogue["events"] = [e for e in dialogue["events"] if e.get("event") == "slot"]
        self.store[tracker.sender_id] = json.dumps(dialogue, ensure_ascii=False)
        self._sweep()

    def _sweep(self) -> None:
        """Forget conversations that ended long ago."""
        if time.monotonic() - self._swept >= _SWEEP_EVERY:
            self._swept = time.monotonic()
            self.store.forget_before(time.time() - _KEPT_SECONDS)


def last_turns(events: List[Dict[str, Any]], most: int = _KEPT_TURNS) -> List[Dict[str, Any]]:
    """The events of the last turns; all where there are fewer. Slots are set anew in every turn, so none is lost."""
    starts = [i for i, event in enumerate(events) if event.get("event") == "user"]
    return events[starts[-most] :] if len(starts) > most else events


def since_erasing(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The events from the turn in which the investor's data was last erased: what was said before is forgotten."""
    erased = [i for i, event in enumerate(events) if event.get("event") == "bot" and _custom(event).get("erased")]
    starts = [i for i, event in enumerate(events[: erased[-1]] if erased else []) if event.get("event") == "user"]
    return events[starts[-1] :] if starts else events


def discreetly(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The events without personal data; those treated before are passed over."""
    starts = [i for i, event in enumerate(events) if event.get("event") == "user"]
    for start, end in pairwise([*starts, len(events)]):
        said = events[start]
        if (said.get("metadata") or {}).get("discreet"):
            continue
        answers = [e for e in events[start:end] if e.get("event") == "bot"]
        withheld = any(_kind(e) in _OF_THE_FORM for e in answers)
        _treat(said, WITHHELD if withheld else discreet(said.get("text") or ""))
        for answer in answers if withheld else ():
            answer["text"] = WITHHELD if answer.get("text") else answer.get("text")
            answer["data"] = {"custom": {**_custom(answer), "records": [], "lead_no": ""}}
    return events


def _custom(answer: Dict[str, Any]) -> Dict[str, Any]:
    custom = (answer.get("data") or {}).get("custom")
    return custom if isinstance(custom, dict) else {}


def _kind(answer: Dict[str, Any]) -> str:
    return str(_custom(answer).get("kind"))


def _treat(said: Dict[str, Any], text: str) -> None:
    """Put a text in place of what was said, wherever Rasa keeps it."""
    parsed = said.get("parse_data") or {}
    if text != said.get("text"):
        said["text"] = parsed["text"] = text
        for entities in (said.get("entities"), parsed.get("entities")):
            if entities:
                entities.clear()
    said["metadata"] = {**(said.get("metadata") or {}), "discreet": True}
    parsed.pop("text_tokens", None)
    said["parse_data"] = parsed
