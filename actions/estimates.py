"""The action of an estimate; the journey itself is in `estimating`."""

from __future__ import annotations

import datetime as dt

from rasa_sdk import Action

from actions import estimating
from actions.conversation import Conversation
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.search import Searcher


class ActionEstimateIncentive(Replies, Action):
    """Works out what an investor may get; what no rule takes is answered from the records."""

    sure_from = 0.3

    def name(self) -> str:
        return "action_estimate_incentive"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return estimating.begin(turn, talk, searcher, dt.date.today())
