"""What an investor thought of a reply: thumbs up or down, and why in a few words."""

from __future__ import annotations

from typing import Annotated

import msgspec

from actions.wiring import leads, turn_log
from knowledge.discretion import discreet

_SETTLING = 1.0
"""Seconds for which the turn that is judged may still be on its way to the store."""
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Feedback(msgspec.Struct, frozen=True):
    """As channels send it; `sender` is the conversation, `turn` the id from the envelope."""

    sender: Id
    turn: Id
    helpful: bool
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


def give_feedback(given: Feedback) -> None:
    """Keep it, the reason discreetly; the last word on a turn counts. Raises `NotFound` where the conversation has no
    such turn, and `StoreUnavailable`."""
    turn_log().settle(_SETTLING)
    leads().rate_turn(given.turn, given.sender, helpful=given.helpful, reason=discreet(given.reason))
