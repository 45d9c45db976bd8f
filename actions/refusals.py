"""Wishes that must not be helped with."""

from __future__ import annotations

from rasa_sdk import Action

from actions import declining
from actions.conversation import Conversation
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.search import Searcher


class ActionDeclineRequest(Replies, Action):
    """Declines what must not be helped with."""

    sure_from = 0.6

    def name(self) -> str:
        return "action_decline_request"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return declining.improper(), talk
