"""The main journey: questions about sites, incentives, places, procedures, contacts and events."""

from __future__ import annotations

from rasa_sdk import Action

from actions.conversation import Conversation
from actions.reply import Reply
from actions.responding import answer_turn, show_more
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.search import Searcher


class ActionAnswerQuestion(Replies, Action):
    """Answers from the records, lists, compares, asks back or declines."""

    def name(self) -> str:
        return "action_answer_question"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return answer_turn(turn, talk, searcher)


class ActionShowMore(Replies, Action):
    """Goes on with the last list or answer."""

    sure_from = 0.3

    def name(self) -> str:
        return "action_show_more"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return show_more(talk, searcher)
