"""A turn as the NLU understood it, read off the tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from actions.turn.visit import NOWHERE, Visit
from knowledge.lexicon import Mention, Place, Reading
from knowledge.text import fold

TYPES_OF_INTENT: Mapping[str, Mapping[str, float]] = {
    "ask_site": {"site": 1.0},
    "find_site": {"site": 1.0},
    "compare_records": {"site": 0.4, "incentive": 0.1},
    "ask_district": {"district": 1.0},
    "ask_industry": {"industry": 1.0, "district": 0.5, "site": 0.4},
    "ask_incentive": {"incentive": 1.0},
    "estimate_incentive": {"incentive": 1.0},
    "ask_contact": {"contact": 1.0},
    "ask_procedure": {"procedure": 1.0},
    "ask_event": {"event": 1.0},
    "ask_transport": {"transport": 1.0},
    "ask_cost": {"cost": 1.0},
}
TYPE_OF_FACET: Mapping[str, str] = {
    "cap": "incentive", "document_number": "incentive", "issuer": "incentive", "amount": "incentive", "apply": "incentive",
    "phone": "contact", "area_code": "contact", "address": "contact", "office": "contact", "steps": "procedure", "materials": "procedure",
    "time_limit": "procedure", "results": "event", "host": "event",
}  # fmt: skip
_A_FACET = 0.25
_VAGUE = 0.25
"""What 产业 and 区 say of the type wanted: little, since they stand in many names."""
_A_WORD = 0.5
"""How much a word like 补贴 speaks for a type, beside the intent."""


class Message(msgspec.Struct, frozen=True):
    """One message of an investor."""

    text: str
    reading: Reading
    intents: Mapping[str, float]
    """Intent → confidence."""
    visit: Visit = NOWHERE
    """The conversation it was said in."""

    @property
    def intent(self) -> str:
        """The most likely intent."""
        return max(self.intents, key=lambda i: self.intents[i], default="")

    def types(self) -> dict[str, float]:
        """Record type → how much this message speaks for it, 0 to 1."""
        weights: dict[str, float] = {}
        for intent, confidence in self.intents.items():
            for kind, share in TYPES_OF_INTENT.get(intent, {}).items():
                weights[kind] = weights.get(kind, 0.0) + confidence * share
        hints = [(kind, _VAGUE if kind in ("industry", "district") else _A_WORD) for kind in self.reading.types]
        hints += [(TYPE_OF_FACET[f], _A_FACET) for f in self.reading.facets if f in TYPE_OF_FACET]
        for kind, share in hints:
            weights[kind] = weights.get(kind, 0.0) + share * (1 - weights.get(kind, 0.0))
        return weights


def message_of(message: Mapping[str, Any], visit: Visit = NOWHERE) -> Message:
    """Build a Message from Rasa's `latest_message`."""
    ranking = {i["name"]: float(i["confidence"]) for i in message.get("intent_ranking") or [] if i.get("name")}
    if not ranking and (intent := message.get("intent") or {}).get("name"):
        ranking = {intent["name"]: float(intent.get("confidence") or 1.0)}
    return Message(str(message.get("text") or ""), _reading(message), ranking, visit)


def _reading(message: Mapping[str, Any]) -> Reading:
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for entity in message.get("entities") or []:
        by_kind.setdefault(str(entity.get("entity")), []).append(entity)

    def values(kind: str) -> tuple[str, ...]:
        return tuple(str(e["value"]) for e in by_kind.get(kind, ()))

    return Reading(
        text=fold(str(message.get("text") or "")),
        masked="",
        mentions=tuple(
            Mention(e["start"], e["end"], e["text"], tuple(e["value"]), e["how"], e["meant"], str(e.get("type") or ""))
            for e in by_kind.get("record", ())
        ),
        cities=values("city"),
        elsewhere=tuple(Place(str(e["value"]), bool(e["origin"])) for e in by_kind.get("elsewhere", ())),
        facets=values("facet"),
        types=values("record_type"),
        industries=values("industry"),
        ordinal=int(next((e["value"] for e in by_kind.get("ordinal", ())), 0)),
    )
