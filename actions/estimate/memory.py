"""What an estimate keeps between turns, in the conversation's slot: what was told, what it came to, what is asked.

No personal data: figures, yes-or-no facts, ids.
"""

from __future__ import annotations

from typing import Any

import msgspec

from actions.turn.conversation import Conversation
from knowledge.discretion import discreet
from knowledge.estimating.inputs import Inputs


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last estimate."""

    told: dict[str, Any] = {}
    named: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    pending: str = ""
    """Id of what was asked last, while its answer is awaited."""
    again: bool = False
    """Whether the same was asked a second time already."""
    question: str = ""
    """The conversation's question when this was said: once it changes, the talk has gone on to something else."""
    results: list[dict[str, Any]] = []

    @property
    def inputs(self) -> Inputs:
        return Inputs.restored(self.told)

    @classmethod
    def of(cls, talk: Conversation) -> Memory:
        """What the conversation holds; what no longer fits is forgotten."""
        try:
            return msgspec.convert(talk.estimate or {}, cls)
        except msgspec.ValidationError:
            return cls()

    def kept(self) -> dict[str, Any]:
        """Plain data for the slot."""
        data: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(self, question=discreet(self.question)))
        return data
