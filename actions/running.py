"""What every action does around its own reply: read the turn, send one envelope, remember the conversation.

Journeys that wait for an answer take a message first, whatever the NLU made of it: an officer who has taken over, the
lead form, a number or a yes that was asked for (`actions.precedence`). What they leave, the action answers; behind the
answer to a side question the form goes on. This one mechanism serves all of them.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import precedence
from actions.answer import journey as answer
from actions.turn.case import Case, Outcome
from actions.turn.conversation import Conversation
from actions.turn.log import logged
from actions.turn.message import Message, message_of
from actions.turn.reply import Reply, send
from actions.turn.visit import OF_THE_FORM, Visit
from actions.wiring import knowledge, leads, turn_log
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

    def take(self, case: Case) -> Outcome | None:
        """Return the reply to a turn and the conversation as it stands afterwards; None where it is a question."""
        raise NotImplementedError  # pragma: no cover - every action has its own

    def wanted(self, message: Message) -> bool:
        """Whether the wording agrees with the intent."""
        return True

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Called by the SDK. In a thread, since the lead store may have to wait for its database."""
        reply, after = await asyncio.to_thread(self._turn, tracker)
        send(dispatcher, reply)
        return [after.event()]

    def _turn(self, tracker: Tracker) -> tuple[Reply, Conversation]:
        talk, message, searcher = (
            Conversation.of(tracker.slots), message_of(tracker.latest_message, _visit_of(tracker)), knowledge(),
        )  # fmt: skip
        if source := _source_of(tracker):
            talk = talk.changed(source=source)
        own = self.take if self._sure(message, talk) else answer.take
        reply, after = precedence.lead(Case(message, talk, searcher, dt.date.today()), own)
        if not talk.greeted and reply.kind != "smalltalk" and reply.text:
            reply = with_disclosure(reply)
        if reply.kind not in OF_THE_FORM and reply.text and _waits(message):
            _follow(message)
        if reply.logged:
            entry = logged(message, reply)
            turn_log().add(entry)
            reply = msgspec.structs.replace(reply, turn=entry.id)
        introduced = self.introduces or reply.kind != "smalltalk"
        return reply, after.changed(greeted=talk.greeted or introduced)

    def _sure(self, message: Message, talk: Conversation) -> bool:
        """In the middle of a subject a short message mostly goes on with it, so more confidence is needed."""
        goes_on = bool(talk.focus) and len(message.text) <= _SHORT
        needed = self.sure_from + (_IN_CONTEXT if self.sure_from and goes_on else 0.0)
        return self.wanted(message) and message.intents.get(message.intent, 1.0) >= needed


def with_disclosure(reply: Reply) -> Reply:
    """The first reply of a conversation that did not begin with a greeting says that a program answers."""
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{_DISCLOSURE}")


def _waits(message: Message) -> bool:
    """Whether the investor waits for a person – also one who has left him in this very turn, since the assistant spoke."""
    handling = message.visit.state.handling
    if handling is not Handling.PERSON:
        return handling is Handling.WAITING
    try:
        return leads().state_of(message.visit.talk.id).handling is Handling.WAITING
    except LeadsError:
        return False


def _follow(message: Message) -> None:
    """Whoever takes over later reads on from where a person was asked for."""
    try:
        leads().follow(message.visit.talk, message.visit.transcript())
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
