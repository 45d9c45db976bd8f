"""What every action does around its own reply: read the turn, send one envelope, remember the conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Conversation
from actions.reply import Reply, send
from actions.understanding import Turn, turn_of
from actions.wiring import knowledge
from knowledge.search import Searcher

_DISCLOSURE = "(我是招商智能助手,由程序自动回答;需要人工请回复“转人工”。)"


class Replies:
    """Mixin for Action classes; they say what to reply, this does the rest."""

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        """Return the reply to a turn and the conversation as it stands afterwards."""
        raise NotImplementedError  # pragma: no cover - every action has its own

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Called by the SDK."""
        talk = Conversation.of(tracker.slots)
        reply, after = self.reply(turn_of(tracker.latest_message), talk, knowledge())
        if not talk.greeted and reply.kind != "smalltalk":
            reply = with_disclosure(reply)
        send(dispatcher, reply)
        return [after.changed(greeted=True).event()]


def with_disclosure(reply: Reply) -> Reply:
    """The first reply of a conversation that did not begin with a greeting says that a program answers."""
    import msgspec

    return msgspec.structs.replace(reply, text=f"{reply.text}\n{_DISCLOSURE}")
