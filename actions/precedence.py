"""Who takes a message first: an officer who has taken over, the lead form, whatever waits for an answer; then the
journey of the action that Rasa chose; a question is answered last."""

from __future__ import annotations

import msgspec

from actions.answer import journey as answer
from actions.answer import refusals
from actions.estimate import estimates
from actions.investor import own_data, person, status
from actions.match import sites
from actions.registration import journey as registration
from actions.turn.case import Case, Journey, Outcome
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Reply
from actions.turn.visit import line_of
from actions.turn.wording import WAY_ON
from actions.wiring import leads
from knowledge.slots import contacts
from knowledge.slots.ordinals import only_a_place
from knowledge.slots.wordless import bare, bracketed, markup
from leads.errors import StoreUnavailable
from leads.model import Handling

WAITING: tuple[Journey, ...] = (status.take, own_data.take, person.take, estimates.take, sites.take)
"""What may wait for an answer of the investor, or go on with what was worked out, in this order."""
SILENCE = Reply(kind="handoff", text="", logged=False)
"""The envelope that ends the turn, and nothing to read: a person answers, and reads what was said."""
_BACK = "（工作人员暂时没有回复，接下来由我继续回答；您说的话工作人员仍能看到。）"
_AWAY = f"抱歉，登记系统暂时不可用，刚才的话没有保存，也没有提交。请过几分钟再说一次；急事{WAY_ON}"


def lead(case: Case, own: Journey) -> Outcome:
    """Reply to a turn; `own` is the journey of the action that Rasa chose. Whatever needs the lead store while it is
    away is refused here, in one place: nothing was kept, and nothing is said to be."""
    try:
        return _led(case, own)
    except StoreUnavailable:
        return Reply(kind="refuse", text=_AWAY, logged=False), case.talk


def _led(case: Case, own: Journey) -> Outcome:
    visit = case.message.visit
    if visit.reachable and visit.state.handling is Handling.PERSON:
        if leads().hear(visit.talk, line_of(case.message.text)):
            return SILENCE, case.talk
        reply, after = _replied(case.changed(message=_back(case.message)), own)
        return msgspec.structs.replace(reply, text=f"{_BACK}\n{reply.text}"), after
    return _replied(case, own)


def _replied(case: Case, own: Journey) -> Outcome:
    """What the assistant says, where no person speaks."""
    message, talk = case.message, case.talk
    if _only_stickers(message):
        return registration.asked_again(message, talk) or refusals.wordless(), talk
    if wished := person.wished(message):
        own = person.asked_for
    if taken := registration.take(message, talk):
        case = case.changed(talk=talk.changed(registering=taken.registering))
        if taken.reply:
            return taken.reply, case.talk
        if taken.behind:
            return _going_on(*(own(case) or answer.take(case)), taken.behind)
    for waiting in WAITING:
        if outcome := waiting(case):
            return _remembered(outcome, message)
    case = case.changed(talk=case.talk.changed(asking=""))
    if not wished and not markup(message.text) and (begun := registration.volunteered(message, case.talk)):
        return begun, case.talk.changed(registering=True)
    if only_a_place(message.reading.text):
        case, own = case.changed(message=msgspec.structs.replace(message, intents={"ask_follow_up": 1.0})), answer.take
    elif bare(message.text):
        return refusals.which_topic(), case.talk
    return _remembered(own(case) or answer.take(case), message)


def _only_stickers(message: Message) -> bool:
    """Whether a message is nothing but stickers, and no name or question that stands in brackets."""
    reading = message.reading
    spoken = reading.mentions or reading.cities or "?" in reading.text
    return bool(bracketed(message.text)) and not spoken and not contacts.find(message.text)


def _remembered(outcome: Outcome, message: Message) -> Outcome:
    """The conversation remembers what the project needs, so that the form need not ask."""
    reply, after = outcome
    return reply, after.changed(needs={**after.needs, **registration.needs_of(message)})


def _back(message: Message) -> Message:
    """The turn of a conversation that a person left just now, as the pipeline knows it now."""
    visit = message.visit
    return msgspec.structs.replace(message, visit=msgspec.structs.replace(visit, state=leads().state_of(visit.talk.id)))


def _going_on(reply: Reply, after: Conversation, behind: Reply) -> Outcome:
    """The answer to a side question with the form's line and choices behind it. An action that began or ended the form speaks alone."""
    if reply.kind in ("form", "lead") or not after.registering:
        return reply, after
    options = tuple(dict.fromkeys((*reply.options, *behind.options)))
    return msgspec.structs.replace(reply, text=f"{reply.text}\n{behind.text}", options=options), after
