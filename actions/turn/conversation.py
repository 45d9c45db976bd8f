"""What a conversation is about, kept in one slot between turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from rasa_sdk.events import SlotSet

from knowledge.discretion import discreet

SLOT = "conversation"
_REMEMBERED, _LONGEST_QUESTION = 100, 200
"""Entries of a list that can be paged through; longer than any list there is."""


class Conversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The thread of a conversation; all ids are record ids."""

    city: str = ""
    focus: tuple[str, ...] = ()
    """Records the last answer was about, the main one first."""
    before: tuple[str, ...] = ()
    """The main record of the answer before the last."""
    listing: tuple[str, ...] = ()
    """All entries of the last list, in the order shown."""
    shown: int = 0
    """How many entries of `listing` were shown."""
    untold: tuple[int, ...] = ()
    """Statements of the main record that were not shown yet, by their place in the record."""
    question: str = ""
    """The last question that stood on its own."""
    facets: tuple[str, ...] = ()
    wanted: str = ""
    """The type of record last asked for."""
    listed: bool = False
    """Whether the last reply was a list of sites, which further wishes may narrow."""
    source: str = ""
    """From where the investor came, as the channel told: a page, an event, a partner's QR code."""
    greeted: bool = False
    options: tuple[str, ...] = ()
    """What the last ask-back offered."""
    registering: bool = False
    """Whether a lead form was running when the last turn ended; the form itself is in the lead store."""
    asking: str = ""
    """What a journey other than the form waits for: a number, a contact, a yes to erasing."""
    needs: dict[str, Any] = {}
    """What the investor's project needs, by the form's slots; nothing personal."""
    estimate: dict[str, Any] = {}
    """What was told for the last estimate, what it came to and what is asked for it; see `estimating`."""
    match: dict[str, Any] = {}
    """What was wished of a site, and what was proposed; see `siting`."""

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Conversation:
        """Read from the tracker's slots; what no longer fits is forgotten."""
        try:
            return msgspec.convert(slots.get(SLOT) or {}, cls)
        except msgspec.ValidationError:
            return cls()

    def changed(self, **fields: Any) -> Conversation:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **fields)

    def event(self) -> Any:
        """The event that stores this in the tracker."""
        short = self.changed(
            listing=self.listing[:_REMEMBERED],
            question=discreet(self.question[:_LONGEST_QUESTION]),
            match=_discreetly(self.match),
        )
        return SlotSet(SLOT, msgspec.to_builtins(short))


def _discreetly(match: dict[str, Any]) -> dict[str, Any]:
    """What was proposed, with the question as it may be kept."""
    return {**match, "question": discreet(str(match["question"]))} if "question" in match else match
