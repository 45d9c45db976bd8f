"""Leaving contact, registering a project, asking for a meeting: all begin the lead form."""

from __future__ import annotations

import re

from actions.registration import journey
from actions.turn import cues
from actions.turn.case import Case, Outcome
from actions.turn.message import Message
from actions.turn.reply import Reply

_WANTS_NUMBERS = re.compile(
    r"(?:电话|号码|座机|联系方式)(?:都|也|全)?(?:报|发给我|发我|给我|告诉我|说一?下|念|是多少|多少|有吗|有没有)(?!回|打)"
)
"""Asks for the numbers of offices, which is no wish to leave one's own."""
_MEETING = re.compile(
    r"约|见|谈|聊|考察|参观|视频|会|拜访|接待|报名|名额|留.{0,2}位|实地|上门|现场|过来|去看|来看|看地|看厂|看园|看楼|时间|点钟|下午|上午|周[一二三四五六日]|visit|meet|call|appointment"
)
"""Speaks of meeting somebody or seeing something on a day."""
_VAGUE = re.compile(
    r"^(?:我们?|本人)?(?:是来|想要?|要|打算|准备|计划|有意)?(?:来|到|去|在)?(?:济南|兰州|你们这里?|这里)?投资(?:一下|的)?[。.!~]*$"
)
"""Says nothing but that he wants to invest: that may be a wish to look around as well as to be called."""
_WHICH = "欢迎。您想先看看园区和优惠政策，还是登记项目、让招商人员联系您？"
_WAYS = ("济南有哪些园区？", "济南有哪些优惠政策？", "登记，让招商人员联系我")


def wishes_to_register(message: Message) -> bool:
    """Who describes a project without asking to be contacted wants to know where it fits; who asks for an office's
    numbers does not want to leave his own."""
    text = message.reading.text
    asks_where = cues.OWN_PROJECT.search(text) and not cues.CONTACTING.search(text)
    return not asks_where and not _WANTS_NUMBERS.search(text)


def wishes_to_meet(message: Message) -> bool:
    """Who only looks around (随便看看) wants no appointment."""
    return bool(_MEETING.search(message.reading.text)) and wishes_to_register(message)


def register(case: Case) -> Outcome:
    """Begin the form, or ask back where nothing but 投资 was said."""
    if _VAGUE.match(case.message.reading.text):
        return Reply(kind="clarify", text=_WHICH, options=_WAYS), case.talk
    reply = journey.begin(case.message, case.talk)
    return reply, case.talk.changed(registering=reply.kind == "form")


def book(case: Case) -> Outcome:
    """Begin the form with the wish in its notes."""
    reply = journey.begin(case.message, case.talk, notes=case.message.text[:200])
    return reply, case.talk.changed(registering=reply.kind == "form")
