"""The journey of an estimate: which incentives come into question, what is missing, what it comes to.

`resume` is called before an action's own reply: it takes the turn where it answers a question of the last estimate
or corrects it ("如果是3亿呢").
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import msgspec
from rasa_sdk import Action

from actions.conversation import Conversation
from actions.estimate_memory import Memory
from actions.reply import Reply
from actions.responding import Outcome, answer_turn
from actions.telling_estimates import asked, estimated, told
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.catalogue import Catalogue
from knowledge.estimating import reading
from knowledge.estimating.inputs import Inputs
from knowledge.estimating.reach import Estimator
from knowledge.model import Incentive
from knowledge.search import Searcher

_MOST_ASKED = 3


class ActionEstimateIncentive(Replies, Action):
    """Works out what an investor may get."""

    sure_from = 0.3

    def name(self) -> str:
        return "action_estimate_incentive"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return begin(turn, talk, searcher, dt.date.today()) or answer_turn(turn, talk, searcher)


def begin(turn: Turn, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    """A new estimate; None where the message tells nothing that a rule could take."""
    estimator = estimator_of(searcher.catalogue)
    read = reading.read(turn.text, estimator.terms)
    city = turn.reading.cities[0] if len(turn.reading.cities) == 1 else talk.city
    inputs = msgspec.structs.replace(read.inputs, city=city)
    return _said(Memory(told=inputs.stored()), talk, searcher, today)


def _said(memory: Memory, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    estimator, inputs = estimator_of(searcher.catalogue), memory.inputs
    estimates = estimator.estimates(inputs, memory.named, today)
    if len(memory.asked) < _MOST_ASKED and (question := estimator.question(estimates, inputs, memory.named, memory.asked)):
        after = msgspec.structs.replace(memory, asked=(*memory.asked, question.id), pending=question.id)
        return asked(question), talk.changed(estimate=after.kept())
    if not estimates:
        return None
    reply = estimated(estimates, today)
    results = [msgspec.to_builtins(told(made)) for made in estimates]
    after = msgspec.structs.replace(memory, pending="", results=results)
    ids = tuple(record.id for record in reply.records)
    return reply, talk.changed(focus=ids, estimate=after.kept(), listing=(), shown=0, untold=(), options=(), listed=False)


@lru_cache(maxsize=2)
def estimator_of(catalogue: Catalogue) -> Estimator:
    """The estimator over these records; made once for every reload."""
    return Estimator(catalogue.of_type(Incentive), catalogue.vocabulary.inputs, catalogue.names)


def summary_of(talk: Conversation) -> dict[str, Any]:
    """The last estimate and match as plain JSON, for a lead's `extra`; empty where there was none."""
    memory = Memory.of(talk)
    found: dict[str, Any] = {}
    if memory.results:
        found["estimate"] = {"told": memory.told, "results": memory.results}
    if talk.match:
        found["match"] = talk.match
    return found


__all__ = ["ActionEstimateIncentive", "Inputs", "begin", "estimator_of", "summary_of"]
