"""Leaving contact, registering a project, asking for a meeting: all begin the lead form."""

from __future__ import annotations

from rasa_sdk import Action

from actions import cues
from actions.conversation import Conversation
from actions.registration import journey
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.search import Searcher


class ActionRegister(Replies, Action):
    """Begins the lead form, or goes on with it."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_register"

    def _sure(self, turn: Turn, talk: Conversation) -> bool:
        """Who describes a project without asking to be contacted wants to know where it fits."""
        text = turn.reading.text
        asks_where = cues.OWN_PROJECT.search(text) and not cues.CONTACTING.search(text)
        return not asks_where and super()._sure(turn, talk)

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        reply = journey.begin(turn, talk)
        return reply, talk.changed(registering=reply.kind == "form")


class ActionBookMeeting(ActionRegister):
    """A visit or a meeting needs a person who calls back: the form, with the wish in its notes."""

    def name(self) -> str:
        return "action_book_meeting"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        reply = journey.begin(turn, talk, notes=turn.text[:200])
        return reply, talk.changed(registering=reply.kind == "form")
