"""What a journey is handed, and what it gives back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Reply
from knowledge.search import Searcher

Outcome = tuple[Reply, Conversation]
"""What is said, and the conversation as it stands afterwards."""


class Case(msgspec.Struct, frozen=True):
    """One turn to be answered. `today` decides what has expired."""

    message: Message
    talk: Conversation
    searcher: Searcher
    today: dt.date

    def changed(self, **fields: object) -> Case:
        """A copy with some parts replaced."""
        return msgspec.structs.replace(self, **fields)


Journey = Callable[[Case], Outcome | None]
"""Takes a case, or leaves it to the next: `None` where the message is not its own."""
