"""A person is asked for: staff are told, the investor hears when and how; while a person speaks the assistant is silent."""

from __future__ import annotations

import os
import re
from datetime import date, datetime

from actions.investor.offices import way_to_office
from actions.turn.case import Case, Outcome
from actions.turn.message import Message
from actions.turn.reply import Reply
from actions.wiring import leads, workdays
from knowledge.discretion import discreet
from leads.errors import LeadsError
from leads.model import Handling
from leads.service import utc_now
from leads.workdays import ZONE, hours_of

_WAITING = re.compile(r"^.{0,4}(?:有人吗|在吗|人呢|还在吗|还没|没人|多久|什么时候|怎么还|等了|快点).{0,8}$")
_WISHED = re.compile(
    r"(?<![不别])(?<![不别无]用)(?<![不别无]需)(?<!不[要想])转(?:接|到|给|成|一?下)*(?:人工|真人|客服)(?!智能)|(?:找|要|换)(?:个|一个|你们的?)*(?:真人|活人|人工客服|人工服务|客服)"
)
"""Asks for a person in so many words, whatever else the message holds: a telephone number, a project."""


def wished(message: Message) -> bool:
    """Whether a message asks for a person in so many words, so that no other journey may take it."""
    return bool(_WISHED.search(message.reading.text))


def asked_for(case: Case) -> Outcome:
    """Tell staff, and tell the investor so."""
    how, contacts = way_to_office(case.talk, case.searcher)
    return Reply(kind="handoff", text=f"{_told_staff(case.message)}{how}", records=contacts), case.talk


def take(case: Case) -> Outcome | None:
    """Who waits for a person and asks after him hears how it stands; None where the message is about something else."""
    if case.message.visit.state.handling is not Handling.WAITING or not _WAITING.match(case.message.reading.text):
        return None
    how, contacts = way_to_office(case.talk, case.searcher)
    return Reply(
        kind="handoff",
        text=f"工作人员已收到通知，还没有接入，请稍候；您也可以继续问我。\n着急的话，{how}",
        records=contacts,
    ), case.talk


def _told_staff(message: Message) -> str:
    """Pass the conversation on; what is said of it is true: nothing is promised where staff could not be told."""
    visit = message.visit
    try:
        visit.needed()
        # Nobody has said yes to more: staff see who it is once they speak with him.
        leads().ask_for_person(visit.talk, discreet(message.text), visit.transcript())
    except LeadsError:
        return "抱歉，暂时没能通知工作人员。请直接联系招商部门，或过几分钟再回复“转人工”。"
    when = _when(utc_now())
    return f"已通知工作人员，您的问题和这场对话会转给他们。{when}在此之前您可以继续问我。\n着急的话，"


def _when(now: datetime) -> str:
    """When somebody will be there, as the bureau tells its hours and as the calendar has it."""
    told = os.environ.get("OFFICE_HOURS", "").strip()
    hours = hours_of(told, workdays())
    about = f"（人工接待时间：{told}）" if told else ""
    local = now.astimezone(ZONE)
    if told and not hours.are_open(now):
        return f"现在不在人工接待时间{about}，工作人员将在{_said(hours.opening(now))}后接入，您的留言那时处理。"
    if local.date() not in hours.workdays:
        return f"今天不是工作日，工作人员将在{_day(hours.workdays.next(local.date()))}上班后接入。"
    if told:
        return f"工作人员会尽快接入{about}；其他时间的留言在上班后处理。"
    return "工作人员在工作时间内接入，其他时间的留言在上班后处理。"


def _said(at: datetime) -> str:
    local = at.astimezone(ZONE)
    return f"{_day(local.date())}{local.hour}:{local:%M}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
