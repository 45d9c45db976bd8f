"""The lead form in a conversation: begins it, takes every message first while it runs, and submits it."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from actions.estimate.estimates import summary_of
from actions.registration import form, wording
from actions.registration.pending import pending
from actions.registration.reading import corrected, told
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Reply
from actions.turn.visit import Visit
from actions.turn.wording import WAY_ON
from actions.wiring import leads
from knowledge.notice import privacy_notice
from knowledge.slots import contacts
from knowledge.text import fold
from leads import numbering
from leads.model import PERSONAL, Details, Draft, Receipt

_LIKELY, _SURE = 0.3, 0.5
_OTHER_JOURNEYS = frozenset({"manage_privacy", "check_status", "request_human"})
_OWN = re.compile(
    r"我们?|咱|俺|本公司|敝司|想投|拟|打算|计划|准备|投[\d一二两三四五六七八九十几]|要[\d一二两三四五六七八九十百]+多?亩"
)
_ANOTHER = re.compile(r"另一个|另外(?:一|那)?个|新的?项目|不是同一个|不同的项目|再登一个|第二个项目|别的项目")
"""Speaks of a project besides the one registered before."""
_OF_OTHERS = re.compile(
    r"是(?:不是)?你们|这个(?:号|电话)|打不通|没人接|谁的(?:号|电话)|诈骗|真的假的|没错吧|对吧|是吧|百度|网上|搜到|查到|看到|自称"
)
"""Speaks of somebody else's number."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What the form made of a message: a reply of its own, or what goes behind the answer to a side question."""

    reply: Reply | None = None
    behind: Reply | None = None
    registering: bool = True


def begin(message: Message, talk: Conversation, notes: str = "") -> Reply:
    """Start the form, or go on with it, with what the conversation told already."""
    visit = message.visit.needed()
    known = {**talk.needs, **told(message), **({"notes": notes} if notes else {})}
    if visit.state.draft:
        draft = visit.state.draft
    else:
        draft = (None if _ANOTHER.search(message.text) else _earlier(visit)) or Draft(
            key=uuid.uuid4().hex, talk=visit.talk
        )
        draft = form.begin(draft, known)
    _keep(draft, visit)
    return wording.question(draft)


def take(message: Message, talk: Conversation) -> Taken | None:
    """Let the form take a message first; None where no form is running."""
    visit = message.visit
    if talk.registering:
        visit.needed()
    if visit.state.draft is None:
        return _lost(message, visit) if talk.registering else None
    draft = visit.state.draft
    if draft.consented_at is None:
        draft = msgspec.structs.replace(draft, details=pending.take(visit.talk.id))
    return _carried_out(form.step(draft, message, datetime.now(UTC)), visit, talk)


def asked_again(message: Message, talk: Conversation) -> Reply | None:
    """The question of the form that is running, for a message that answers nothing; None where no form is."""
    visit = message.visit.needed() if talk.registering else message.visit
    return wording.question(visit.state.draft, "我看不到表情和图片，请用文字回复") if visit.state.draft else None


def volunteered(message: Message, talk: Conversation) -> Reply | None:
    """Begin the form where contact is given unasked, or amend an earlier lead where one of its values is put right."""
    visit = message.visit
    of_another = message.intents.get(message.intent, 0.0) >= _SURE and message.intent in _OTHER_JOURNEYS
    if not visit.reachable or visit.state.draft or of_another or numbering.read(message.text):
        return None
    given = [c for c in contacts.find(message.text) if c.kind in ("mobile", "email", "wechat", "landline")]
    if visit.state.numbers and form.speaks_of_change(message.text) and isinstance(corrected(message.text), dict):
        return begin(message, talk) if corrected(message.text) else None
    wanted = message.intents.get("leave_contact", 0.0) + message.intents.get("book_meeting", 0.0)
    if (
        given
        and (wanted >= _LIKELY or not form.asks(message, fold(message.text)))
        and not _OF_OTHERS.search(message.text)
    ):
        return begin(message, talk)
    return None


def needs_of(message: Message) -> dict[str, Any]:
    """What a message tells of the investor's project, for the form that may come; nothing personal."""
    if not _OWN.search(message.text):
        return {}
    values = told(message)
    if message.reading.industries and "industry" not in values:
        values["industry"] = "、".join(message.reading.industries[:2])
    return {slot: value for slot, value in values.items() if slot not in PERSONAL}


def _carried_out(step: form.Step, visit: Visit, talk: Conversation) -> Taken:
    draft = step.draft
    if step.outcome == "cancel":
        _drop(visit)
        text = "好的，登记已取消，没有提交，填过的内容已删除。想重新登记，随时回复“登记”；也可以继续问园区和政策。"
        return Taken(reply=Reply(kind="smalltalk", text=text), registering=False)
    if step.outcome == "decline":
        _drop(visit)
        text = f"好的，没有保存您的任何个人信息。您可以继续提问；想直接联系招商部门，{WAY_ON}"
        return Taken(reply=Reply(kind="privacy", text=text), registering=False)
    if step.outcome == "submit":
        receipt = leads().submit(draft, visit.before(), summary_of(talk))
        pending.drop(visit.talk.id)
        return Taken(reply=wording.submitted(receipt), registering=False)
    if draft != visit.state.draft:
        _keep(draft, visit)
    if step.outcome == "aside":
        return Taken(behind=wording.going_on(draft))
    return Taken(reply=wording.question(draft, step.problem, step.noted))


def _lost(message: Message, visit: Visit) -> Taken:
    """A form was running when this process or its answer was lost: it was submitted, or it has to begin anew."""
    if visit.state.numbers and (form.is_yes(fold(message.text)) or "提交" in message.text or "登记" in message.text):
        standing = leads().standing(visit.state.numbers[0], visit.talk.id)
        receipt = Receipt(number=standing.number, office=standing.office, repeated=True)
        return Taken(reply=wording.submitted(receipt), registering=False)
    return Taken(registering=False)


def _earlier(visit: Visit) -> Draft | None:
    """Who registers again in the same conversation goes on with the same lead: same number, details filled in."""
    return leads().reopened(visit.state.numbers[0], visit.talk) if visit.state.numbers else None


def _keep(draft: Draft, visit: Visit) -> None:
    """In the store what may stand there; before the yes, what is personal in this process's memory."""
    draft = msgspec.structs.replace(draft, notice_version=privacy_notice().version)
    if draft.consented_at is None:
        pending.hold(visit.talk.id, draft.details)
        draft = msgspec.structs.replace(draft, details=Details())
    else:
        pending.drop(visit.talk.id)
    leads().keep_draft(draft)


def _drop(visit: Visit) -> None:
    pending.drop(visit.talk.id)
    leads().drop_draft(visit.talk.id)
