"""Who takes a message first: an officer who has taken over, the lead form, whatever was asked for; then the action."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from actions import declining, estimating, own_data, person, progress
from actions.conversation import Conversation
from actions.registration import journey
from actions.reply import Reply
from actions.responding import answer_turn
from actions.understanding import Turn
from actions.visits import line_of
from actions.wiring import leads
from actions.wording import WAY_ON
from knowledge.search import Searcher
from knowledge.slots import contacts
from knowledge.slots.ordinals import only_a_place
from knowledge.slots.wordless import bare, bracketed, markup
from leads.errors import StoreUnavailable
from leads.model import Handling

Outcome = tuple[Reply, Conversation]
Own = Callable[[Turn, Conversation, Searcher], Outcome]
SILENCE = Reply(kind="handoff", text="", logged=False)
"""The envelope that ends the turn, and nothing to read: a person answers, and reads what was said."""
_BACK = "（工作人员暂时没有回复，接下来由我继续回答；您说的话工作人员仍能看到。）"


_AWAY = f"抱歉，登记系统暂时不可用，刚才的话没有保存，也没有提交。请过几分钟再说一次；急事{WAY_ON}"


def lead(turn: Turn, talk: Conversation, searcher: Searcher, own: Own) -> Outcome:
    """Reply to a turn; `own` is what the action that Rasa chose would say. Whatever needs the lead store while it is
    away is refused here, in one place: nothing was kept, and nothing is said to be."""
    try:
        return _led(turn, talk, searcher, own)
    except StoreUnavailable:
        return Reply(kind="refuse", text=_AWAY, logged=False), talk


def _led(turn: Turn, talk: Conversation, searcher: Searcher, own: Own) -> Outcome:
    if turn.visit.reachable and turn.visit.state.handling is Handling.PERSON:
        if leads().hear(turn.visit.talk, line_of(turn.text)):
            return SILENCE, talk
        reply, after = _replied(_back(turn), talk, searcher, own)
        return msgspec.structs.replace(reply, text=f"{_BACK}\n{reply.text}"), after
    return _replied(turn, talk, searcher, own)


def _replied(turn: Turn, talk: Conversation, searcher: Searcher, own: Own) -> Outcome:
    """What the assistant says, where no person speaks."""
    if _only_stickers(turn):
        return journey.asked_again(turn, talk) or declining.wordless(), talk
    wished = person.wished(turn)
    own = person.asked_for if wished else own
    if taken := journey.take(turn, talk):
        after = talk.changed(registering=taken.registering)
        if taken.reply:
            return taken.reply, after
        if taken.behind:
            reply, answered = own(turn, after, searcher)
            return _going_on(reply, answered, taken.behind)
        talk = after
    if outcome := progress.resume(turn, talk) or own_data.resume(turn, talk) or person.resume(turn, talk, searcher):
        return outcome
    if outcome := estimating.resume(turn, talk, searcher):
        return _remembered(*outcome, turn)
    if talk.asking:
        talk = talk.changed(asking="")
    if not wished and not markup(turn.text) and (begun := journey.volunteered(turn, talk)):
        return begun, talk.changed(registering=True)
    if only_a_place(turn.reading.text):
        turn, own = msgspec.structs.replace(turn, intents={"ask_follow_up": 1.0}), _answered
    elif bare(turn.text):
        return declining.which_topic(), talk
    return _remembered(*own(turn, talk, searcher), turn)


def _answered(turn: Turn, talk: Conversation, searcher: Searcher) -> Outcome:
    return answer_turn(turn, talk, searcher)


def _only_stickers(turn: Turn) -> bool:
    """Whether a message is nothing but stickers, and no name or question that stands in brackets."""
    reading = turn.reading
    spoken = reading.mentions or reading.cities or "?" in reading.text
    return bool(bracketed(turn.text)) and not spoken and not contacts.find(turn.text)


def _remembered(reply: Reply, after: Conversation, turn: Turn) -> Outcome:
    """The conversation remembers what the project needs, so that the form need not ask."""
    return reply, after.changed(needs={**after.needs, **journey.needs_of(turn)})


def _back(turn: Turn) -> Turn:
    """The turn of a conversation that a person left just now, as the pipeline knows it now."""
    visit = turn.visit
    return msgspec.structs.replace(turn, visit=msgspec.structs.replace(visit, state=leads().state_of(visit.talk.id)))


def _going_on(reply: Reply, after: Conversation, behind: Reply) -> Outcome:
    """The answer to a side question with the form's line and choices behind it. An action that began or ended the form speaks alone."""
    if reply.kind in ("form", "lead") or not after.registering:
        return reply, after
    options = tuple(dict.fromkeys((*reply.options, *behind.options)))
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{behind.text}", options=options), after
