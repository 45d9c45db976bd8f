"""What every action does around its own reply: read the turn, send one envelope, remember the conversation."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import estimating
from actions.conversation import Conversation
from actions.reply import Reply, send
from actions.responding import answer_turn
from actions.understanding import Turn, turn_of
from actions.wiring import knowledge
from knowledge.search import Searcher

_IN_CONTEXT = 0.35
_SHORT = 16
_DISCLOSURE = "（我是招商智能助手，由程序自动回答；需要人工请回复“转人工”。）"


class Replies:
    """Mixin for Action classes; they say what to reply, this does the rest."""

    sure_from = 0.0
    """Confidence of the intent from which this action may answer; below, the message is taken as a question."""

    introduces = False
    """Whether the reply itself says that a program answers."""

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        """Return the reply to a turn and the conversation as it stands afterwards."""
        raise NotImplementedError  # pragma: no cover - every action has its own

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Called by the SDK."""
        talk, turn, searcher = Conversation.of(tracker.slots), turn_of(tracker.latest_message), knowledge()
        resumed = estimating.resume(turn, talk, searcher)  # an estimate that is asking, or is corrected, goes first
        reply, after = resumed or (self.reply if self._sure(turn, talk) else answer_turn)(turn, talk, searcher)
        if not talk.greeted and reply.kind != "smalltalk":
            reply = with_disclosure(reply)
        send(dispatcher, reply)
        introduced = self.introduces or reply.kind != "smalltalk"
        return [after.changed(greeted=talk.greeted or introduced).event()]

    def _sure(self, turn: Turn, talk: Conversation) -> bool:
        """In the middle of a subject a short message mostly goes on with it, so more confidence is needed."""
        reading = turn.reading
        asks = bool(reading.facets or reading.types or reading.industries or reading.mentions) or "呢" in turn.text
        goes_on = bool(talk.focus) and asks and len(turn.text) <= _SHORT
        needed = self.sure_from + (_IN_CONTEXT if self.sure_from and goes_on else 0.0)
        return turn.intents.get(turn.intent, 1.0) >= needed


def with_disclosure(reply: Reply) -> Reply:
    """The first reply of a conversation that did not begin with a greeting says that a program answers."""
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{_DISCLOSURE}")
