"""The lead form as a pure machine: a draft and a message in, the next draft and what to do out. No I/O, no clock of its own.

Any order, several values in one sentence, corrections at any time, optional slots skipped, side questions in between:
one mechanism for all of them, since every message goes through `step`, whatever was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from actions.registration.fields import FIELDS, Wrong, read
from actions.registration.reading import corrected, dropped, fits, to_change, told
from actions.turn.message import Message
from knowledge.text import fold
from leads.model import Details, Draft

Outcome = Literal["ask", "aside", "submit", "cancel", "decline"]
CONFIRM = "confirm"
"""`Draft.asked` while the form is read back; the envelope says consent, since that is what is asked for: to submit."""

_PARTICLES = r"[的啊吧呀哦了呢哈嘛噢喔,，。.!！~～\s]*"
_YES = re.compile(
    rf"^(?:嗯+|好|行|可以|同意|我同意|是|对|没问题|没错|确认|确定|提交|确认提交|同意提交|提交吧|授权|接受|正确|无误|都对|全对|可|ok|okay|yes|y|agree|i agree|confirm|submit|1|就这样|知道了同意|好同意|可以同意|好可以){_PARTICLES}"
    rf"(?:嗯|好|行|可以|同意|我同意|是|对|没问题|没错|确认|确定|提交|确认提交|正确|无误)?{_PARTICLES}(?:谢谢)?{_PARTICLES}$"
)
_AGREED = re.compile(r"^(?:好的?[,，。]?)?(?:我们?)?同意")
"""A yes that goes on with details."""
_NO = re.compile(
    rf"^(?:不同意|我不同意|不行|不可以|不愿意|拒绝|不要|不|no|n|别|先不|不用|不提交|先不提交|别提交|不对|有问题|等等|等一下|还不行){_PARTICLES}$"
)
_CANCEL = re.compile(
    r"^(?:取消|退出|不登记|不填|算了|放弃|停止登记|中止|先不登记|不想登记|不想填|别登记|不留)|(?:取消|退出|放弃|停止|终止)(?:本次|这次|这个)?(?:登记|填写|填表)|不(?:想|用|要)?(?:登记|填)了"
)
_RESTART = re.compile(r"(?:重新|从头|重头)(?:登记|填|开始|来)|^重填$|^重来$|全部重")
_AGAIN = re.compile(
    rf"^(?:我|我们)?(?:要|想|想要|需要)?(?:继续|再|接着)?(?:登记|报名|填表|留个?联系方式)(?:一下|投资意向|意向|项目|信息|吧)*{_PARTICLES}$"
)
"""Wants to register while the form runs already: the question is asked once more."""
_SKIP = re.compile(
    rf"^(?:跳过|略过|先跳过|下一项|下一个|pass|skip|不填|不方便|不方便说|不想说|不告诉|暂时没有|暂无|没有|无|没|都行|随便|不知道|不清楚|不确定|待定|先不填|保密){_PARTICLES}$"
)
_DONE = re.compile(
    rf"^(?:没有了|没了|没有别的|没别的|就这些|就这样|其他没有|其它没有|后面都跳过|都跳过|全部跳过|剩下的?都?跳过|没有其他|没有其它|暂时就这些|没有补充|直接提交|提交吧?|可以提交){_PARTICLES}$"
)
ASKING = re.compile(
    r"[?？]|吗|呢$|怎么|如何|多少|什么|哪(?!怕)|(?<!十)几(?![十百千万亿个家人])|能不能|有没有|是不是|可不可以|能否|为什么|为啥|啥|咋|多久|多长|介绍一下|讲讲|说说|告诉我|查一下|列一下|对比|比较一下|what|how|where|which"
)
_NOT_FOR_THE_FORM = re.compile(
    r"人工(?!智能)|真人|客服|查进度|进度|我的信息|我的资料|个人信息|隐私|删掉|删除|注销|撤回"
)
_CHATTY = frozenset({"greet", "thank", "say_goodbye", "complain", "ask_capability"})
_KNOWING = frozenset(
    "ask_site find_site compare_records ask_district ask_industry ask_transport ask_cost ask_event ask_incentive estimate_incentive "
    "ask_contact ask_procedure ask_more".split()
)  # fmt: skip
_CHANGING = re.compile(r"错|改|换|更正|不对|应该是|应为|更新")
_OPEN = frozenset({"contact_name", "company", "industry", "area", "notes"})
"""Slots whose answer can be any words, so that a question must be told from an answer."""
_WHOLE = frozenset({"area", "notes"})
"""Slots whose answer is kept as it was said."""
_SHORT_ANSWER = 30
_SURE, _VERY_SURE = 0.6, 0.9
_CHAT_LENGTH = 12


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a message made of the form. `problem` is told before the next question; `noted` are the slots it filled."""

    draft: Draft
    outcome: Outcome
    problem: str = ""
    noted: tuple[str, ...] = ()


def begin(draft: Draft, values: Mapping[str, Any]) -> Draft:
    """A form with what is known already; the first question is for consent, where it was not given before."""
    if draft.consented_at is not None:
        return _with(draft, values)
    return msgspec.structs.replace(draft, details=filled(draft.details, values), asked="consent")


def step(draft: Draft, message: Message, now: datetime) -> Step:
    """Take a message."""
    text = fold(message.text)
    if _CANCEL.search(text):
        return Step(draft=draft, outcome="cancel")
    if _NOT_FOR_THE_FORM.search(text) and not _named_by_label(message.text):
        return Step(draft=draft, outcome="aside")
    if draft.consented_at is None:
        return _consenting(draft, message, text, now)
    if _RESTART.search(text):
        empty = msgspec.structs.replace(draft, details=Details(), skipped=())
        return Step(draft=_next(empty), outcome="ask", problem="好的，从头开始")
    if _AGAIN.match(text):
        return Step(draft=draft, outcome="ask")
    correction = corrected(message.text)
    if isinstance(correction, Wrong):
        return Step(draft=draft, outcome="ask", problem=correction.why)
    if draft.asked == CONFIRM:
        return _confirming(draft, message, text, correction)
    return _answering(draft, message, text, correction)


def filled(details: Details, values: Mapping[str, Any]) -> Details:
    """Details with some fields replaced."""
    known = {name: value for name, value in values.items() if name in Details.__struct_fields__}
    return msgspec.structs.replace(details, **known)


def is_yes(text: str) -> bool:
    """Whether a folded message is nothing but a yes."""
    return bool(_YES.match(text))


def is_no(text: str) -> bool:
    """Whether a folded message is nothing but a no."""
    return bool(_NO.match(text))


def speaks_of_change(text: str) -> bool:
    """Whether a message says that something given before was wrong or has changed."""
    return bool(_CHANGING.search(text))


def asks(message: Message, text: str) -> bool:
    """Whether a message asks something, or chats, instead of telling."""
    confidence = message.intents.get(message.intent, 0.0)
    if message.intent in _CHATTY and confidence >= _SURE and len(text) <= _CHAT_LENGTH:
        return True
    if message.intent in _KNOWING and confidence >= _VERY_SURE and message.reading.facets:
        return True
    return bool(ASKING.search(text))


def _named_by_label(said: str) -> bool:
    """Whether the message puts a slot right, whatever other words it holds."""
    return bool(corrected(said))


def _consenting(draft: Draft, message: Message, text: str, now: datetime) -> Step:
    """Nothing is kept before an explicit yes; what is said meanwhile is held in memory by the caller."""
    values = told(message)
    with_values = msgspec.structs.replace(draft, details=filled(draft.details, values))
    agreed = is_yes(text) or (bool(_AGREED.match(text)) and not ASKING.search(text))
    if agreed:
        agreed_draft = msgspec.structs.replace(with_values, consented_at=now)
        return Step(draft=_next(agreed_draft), outcome="ask", noted=_slots(msgspec.structs.asdict(with_values.details)))
    if is_no(text):
        return Step(draft=draft, outcome="decline")
    if values:
        return Step(draft=with_values, outcome="ask", noted=_slots(values))
    if asks(message, text):
        return Step(draft=draft, outcome="aside")
    return Step(draft=draft, outcome="ask", problem="请先回复“同意”或“不同意”")


def _confirming(draft: Draft, message: Message, text: str, correction: Mapping[str, Any]) -> Step:
    values = {**told(message), **correction}
    if values:
        return Step(draft=_with(draft, values), outcome="ask", noted=_slots(values))
    if is_yes(text) or _DONE.match(text):
        return Step(draft=draft, outcome="submit")
    if slot := dropped(message.text):
        return Step(draft=_without(draft, slot), outcome="ask")
    if slot := to_change(message.text):
        return Step(draft=msgspec.structs.replace(draft, asked=slot), outcome="ask", problem="好的，请重新填写")
    if is_no(text):
        return Step(draft=draft, outcome="ask", problem="还没有提交。要改哪一项请直接说，例如“电话改成…”")
    if asks(message, text):
        return Step(draft=draft, outcome="aside")
    return Step(draft=draft, outcome="ask", problem="没听明白")


def _answering(draft: Draft, message: Message, text: str, correction: Mapping[str, Any]) -> Step:
    asked = draft.asked
    if _DONE.match(text):
        rest = tuple(f.slot for f in FIELDS if not f.required and not getattr(draft.details, f.slot))
        return Step(draft=_next(msgspec.structs.replace(draft, skipped=rest)), outcome="ask")
    if _SKIP.match(text) and not (asked == "investment" and text.startswith(("待定", "保密"))):
        return _skipping(draft, asked)
    if slot := dropped(message.text):
        return Step(draft=_without(draft, slot), outcome="ask")
    everything = told(message, asked)
    of_others = asked not in everything and asked not in _WHOLE and bool(_slots(everything))
    # What tells another slot instead is meant for that, also where something stood there before.
    values = {**(everything if of_others else _new(everything, draft, text)), **correction}
    question = asks(message, text) and not ((values or fits(asked, message)) and not ASKING.search(text))
    if question and not correction and (asked not in values or asked in _OPEN):
        others = {slot: value for slot, value in values.items() if slot != asked}
        return Step(draft=_with(draft, others), outcome="aside", noted=_slots(others))
    if not correction and (slot := to_change(message.text)):
        return Step(draft=msgspec.structs.replace(draft, asked=slot), outcome="ask", problem="好的，请重新填写")
    own = None if correction else _own(asked, message, values)
    if isinstance(own, Wrong):
        return Step(draft=_with(draft, values), outcome="ask", problem=own.why, noted=_slots(values))
    if own is None and not values:
        return _unread(draft, message)
    values |= own or {}
    if asked == "company" and own is not None and not values.get("company"):
        draft = msgspec.structs.replace(draft, skipped=(*draft.skipped, "company"))
    return Step(draft=_with(draft, values), outcome="ask", noted=_slots(values))


def _without(draft: Draft, slot: str) -> Draft:
    """The draft without an optional slot."""
    skipped = tuple(dict.fromkeys((*draft.skipped, slot)))
    return _next(msgspec.structs.replace(draft, details=filled(draft.details, {slot: ""}), skipped=skipped))


def _own(asked: str, message: Message, values: Mapping[str, Any]) -> Mapping[str, Any] | Wrong | None:
    """What a message answers to the question itself. Open questions take it whole, unless it tells other slots instead."""
    others = any(slot != asked for slot in _slots(values))
    if asked == "area" and others and not fits(asked, message):
        return None
    if asked in _WHOLE:
        return (
            read(asked, message.text) if asked == "notes" or not others or len(message.text) <= _SHORT_ANSWER else None
        )
    return None if asked in values or others else read(asked, message.text)


def _new(values: Mapping[str, Any], draft: Draft, text: str) -> dict[str, Any]:
    """Volunteered values that stand nowhere yet; what was given before is only replaced where a change is spoken of."""
    if _CHANGING.search(text):
        return dict(values)
    lead = {
        "contact_kind": "contact",
        "investment_low": "investment",
        "investment_high": "investment",
        "currency": "investment",
    }
    return {
        slot: value
        for slot, value in values.items()
        if draft.asked == lead.get(slot, slot) or not getattr(draft.details, lead.get(slot, slot))
    }


def _skipping(draft: Draft, asked: str) -> Step:
    if next(f.required for f in FIELDS if f.slot == asked):
        why = "没有它招商人员就联系不上您" if asked == "contact" else "招商人员要知道怎么称呼您"
        return Step(draft=draft, outcome="ask", problem=f"这一项不能跳过，{why}；不想留就回复“取消”")
    return Step(draft=_next(msgspec.structs.replace(draft, skipped=(*draft.skipped, asked))), outcome="ask")


def _unread(draft: Draft, message: Message) -> Step:
    """An answer that a typed slot can't be read from: a question in disguise, or something to be put otherwise."""
    confidence = message.intents.get(message.intent, 0.0)
    if message.intent in _KNOWING and confidence >= _SURE:
        return Step(draft=draft, outcome="aside")
    why = {
        "contact": "没看出联系方式。手机号11位，例如13800000000；座机带区号；也可以写邮箱，或“微信号abc_123”",
        "investment": "没看出金额。请带单位，例如“3000万元”“两三亿”“500万美元”，或回复“跳过”",
    }.get(draft.asked, "没听明白")
    return Step(draft=draft, outcome="ask", problem=why)


def _with(draft: Draft, values: Mapping[str, Any]) -> Draft:
    """The draft with values put in, and the next question chosen."""
    skipped = tuple(s for s in draft.skipped if not values.get(s))
    return _next(msgspec.structs.replace(draft, details=filled(draft.details, values), skipped=skipped))


def _next(draft: Draft) -> Draft:
    """The first slot that is neither filled nor skipped; where there is none, the form is read back."""
    open_slots = [f.slot for f in FIELDS if not getattr(draft.details, f.slot) and f.slot not in draft.skipped]
    return msgspec.structs.replace(draft, asked=open_slots[0] if open_slots else CONFIRM)


def _slots(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f.slot for f in FIELDS if values.get(f.slot))
