"""What every action does around its own reply: read the turn, send one envelope, remember the conversation.

Journeys that wait for an answer take a message first, whatever the NLU made of it: an officer who has taken over, the
lead form, a number or a yes that was asked for (`actions.journeys`). What they leave, the action answers; behind the
answer to a side question the form goes on. This one mechanism serves all of them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Conversation
from actions.reply import Reply, send
from actions.responding import answer_turn
from actions.turnlog import logged
from actions.understanding import Turn, turn_of
from actions.visits import OF_THE_FORM, Visit
from actions.wiring import knowledge, leads, turn_log
from knowledge.search import Searcher
from leads.errors import LeadsError
from leads.model import Handling, Talk

logger = logging.getLogger(__name__)
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
        """Called by the SDK. In a thread, since the lead store may have to wait for its database."""
        reply, after = await asyncio.to_thread(self._turn, tracker)
        send(dispatcher, reply)
        return [after.event()]

    def _turn(self, tracker: Tracker) -> tuple[Reply, Conversation]:
        from actions import journeys  # the journeys hold actions themselves

        talk, turn, searcher = (
            Conversation.of(tracker.slots), turn_of(tracker.latest_message, _visit_of(tracker)), knowledge(),
        )  # fmt: skip
        if source := _source_of(tracker):
            talk = talk.changed(source=source)
        own = self.reply if self._sure(turn, talk) else answer_turn
        reply, after = journeys.lead(turn, talk, searcher, own)
        if not talk.greeted and reply.kind != "smalltalk" and reply.text:
            reply = with_disclosure(reply)
        if reply.kind not in OF_THE_FORM and reply.text and _waits(turn):
            _follow(turn)
        if reply.logged:
            entry = logged(turn, reply)
            turn_log().add(entry)
            reply = msgspec.structs.replace(reply, turn=entry.id)
        introduced = self.introduces or reply.kind != "smalltalk"
        return reply, after.changed(greeted=talk.greeted or introduced)

    def _sure(self, turn: Turn, talk: Conversation) -> bool:
        """In the middle of a subject a short message mostly goes on with it, so more confidence is needed."""
        goes_on = bool(talk.focus) and len(turn.text) <= _SHORT
        needed = self.sure_from + (_IN_CONTEXT if self.sure_from and goes_on else 0.0)
        return turn.intents.get(turn.intent, 1.0) >= needed


def with_disclosure(reply: Reply) -> Reply:
    """The first reply of a conversation that did not begin with a greeting says that a program answers."""
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{_DISCLOSURE}")


def _waits(turn: Turn) -> bool:
    """Whether the investor waits for a person – also one who has left him in this very turn, since the assistant spoke."""
    handling = turn.visit.state.handling
    if handling is not Handling.PERSON:
        return handling is Handling.WAITING
    try:
        return leads().state_of(turn.visit.talk.id).handling is Handling.WAITING
    except LeadsError:
        return False


def _follow(turn: Turn) -> None:
    """Whoever takes over later reads on from where a person was asked for."""
    try:
        leads().follow(turn.visit.talk, turn.visit.transcript())
    except LeadsError as error:
        logger.error("transcript not kept: %s", type(error).__name__)


def _visit_of(tracker: Tracker) -> Visit:
    """Look a conversation's state up; where the store is away, that is said and the assistant goes on answering."""
    talk, events = _talk_of(tracker), tuple(tracker.events or ())
    try:
        return Visit(talk=talk, state=leads().state_of(talk.id), events=events)
    except LeadsError as error:
        logger.error("lead store: %s", type(error).__name__)
        return Visit(talk=talk, reachable=False, events=events)


def _talk_of(tracker: Tracker) -> Talk:
    """The conversation of a tracker."""
    return Talk(id=str(tracker.sender_id), channel=str(tracker.get_latest_input_channel() or ""))


def _source_of(tracker: Tracker) -> str:
    """From where the investor came, where the channel knows it."""
    source = (tracker.latest_message.get("metadata") or {}).get("source")
    return source if isinstance(source, str) else ""
