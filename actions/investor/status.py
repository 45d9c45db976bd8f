"""How far an earlier lead is: in the conversation it came from, or with its number and its contact."""

from __future__ import annotations

import re

from actions.turn.case import Case, Outcome
from actions.turn.reply import Reply
from actions.turn.wording import WAY_ON
from actions.wiring import leads
from knowledge.slots import contacts
from leads import numbering
from leads.errors import NotFound, TooManyAttempts
from leads.model import Standing

NUMBER, CONTACT = "status", "status:"
"""`Conversation.asking` while a number is waited for, and, with the number behind it, while its contact is."""
_LOST = re.compile(r"找不|没有|忘|丢|不记得|记不|没记|不知道|没了|不在")
_ERASING = re.compile(r"删|注销|清除|撤回")
_BY_NUMBER = re.compile(r"进度|编号|查|到哪|怎么样了|[zZ][sS]")
_NOT_FOUND = "没有查到与这个编号和联系方式相符的登记。请核对编号（ZS开头，后面10位数字）和登记时留的联系方式；也可以回复“转人工”，由工作人员核实后查询。"


def look_up(case: Case) -> Outcome:
    """Answer a wish to know how far it is."""
    message, talk = case.message, case.talk
    done = talk.changed(asking="")
    number = numbering.read(message.text) or talk.asking.removeprefix(CONTACT).removeprefix(NUMBER)
    if not number and numbering.looks_like(message.text):
        text = "编号好像记错了一位：校验没有通过。请核对后再发（ZS开头，后面10位数字），或回复“转人工”。"
        return Reply(kind="status", text=text), talk.changed(asking=NUMBER)
    own = message.visit.needed().state.numbers
    if not number and own:
        return Reply(
            kind="status", text=_told([leads().standing(n, message.visit.talk.id) for n in own[:3]]), lead_no=own[0]
        ), done
    if not number:
        text = "请发登记时得到的编号（ZS开头，后面10位数字），和登记时留的联系方式，例如“ZS 482 739 1563，13800000000”。编号找不到也没关系，可以回复“转人工”。"
        return Reply(kind="clarify", text=text), talk.changed(asking=NUMBER)
    contact = next((c.value for c in contacts.find(message.text)), "")
    if not contact and number not in own:
        text = f"为保护登记人的信息，请再发登记{numbering.shown(number)}时留的联系方式，核对一致后告诉您进度。"
        return Reply(kind="clarify", text=text), talk.changed(asking=CONTACT + number)
    try:
        standing = leads().standing(number, message.visit.talk.id, contact)
    except NotFound:
        return Reply(kind="status", text=_NOT_FOUND), talk.changed(asking=NUMBER)
    except TooManyAttempts:
        return Reply(kind="status", text=f"查询次数过多，请一小时后再试；急事{WAY_ON}"), done
    return Reply(kind="status", text=_told([standing]), lead_no=standing.number), done


def take(case: Case) -> Outcome | None:
    """Go on where a number or a contact was asked for, or a number is asked about by itself; None for anything else."""
    message, talk = case.message, case.talk
    if (
        _BY_NUMBER.search(message.text)
        and (numbering.read(message.text) or numbering.looks_like(message.text))
        and not talk.asking
        and not _ERASING.search(message.text)
    ):
        return look_up(case)
    if not talk.asking.startswith(NUMBER):
        return None
    if numbering.read(message.text) or numbering.looks_like(message.text) or contacts.find(message.text):
        return look_up(case)
    if _LOST.search(message.text) and message.intents.get("request_human", 0.0) < 0.5:
        text = f"没有编号就不能在这里查询，以免别人冒查。请回复“转人工”，由工作人员核实身份后查询；也可以重新登记（回复“登记”）。{WAY_ON}"
        return Reply(kind="clarify", text=text, options=("转人工", "登记")), talk.changed(asking="")
    return None


def _told(standings: list[Standing]) -> str:
    lines = [
        f"编号 {numbering.shown(s.number)}：目前是“{s.stage.label}”，由{s.office}负责；{s.submitted_at.astimezone():%Y年%m月%d日}提交，"
        f"最近一次更新{s.last_activity_at.astimezone():%Y年%m月%d日}。"
        for s in standings
    ]
    return "\n".join([*lines, "想催办或补充，可以直接告诉我，或回复“转人工”。"])
