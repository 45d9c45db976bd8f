"""An investor's own data: what is kept and why, seeing it, erasing it."""

from __future__ import annotations

import re

from actions.registration import form, wording
from actions.registration.pending import pending
from actions.turn.case import Case, Outcome
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Reply
from actions.turn.wording import WAY_ON
from actions.wiring import leads, turn_log
from knowledge.notice import kept_days, privacy_notice, where_to_read_it
from knowledge.slots import contacts
from knowledge.text import fold
from leads import numbering
from leads.errors import NotFound, TooManyAttempts

ERASING, ERASING_OTHER = "erase", "erase_other"
"""`Conversation.asking` while a yes to erasing is waited for, and while number and contact of another conversation are."""
_SETTLING = 1.0
"""Seconds for which turns that are not written down yet are waited for, so that they are erased too."""
ERASE = re.compile(r"删|注销|抹掉|清除|清空|撤回|撤销|忘掉|忘记我|不要保存|别保存|erase|delete|forget")
SEE = re.compile(
    r"看看|查看|看一下|看下|我的(?:信息|资料|登记|数据)|存了|保存了(?:我)?(?:哪|什么)|记了|登记了(?:什么|哪)|导出|有我(?:什么|哪)|show|my data"
)
NOTICE = re.compile(r"隐私(?:说明|政策|声明|条款|协议)|完整(?:的)?说明|privacy (?:notice|policy)")
_HEADING = re.compile(r"^#+ *(.*)$", re.MULTILINE)
_OTHER = "这场对话里没有登记。要删除以前的登记，请发编号（ZS开头，后面10位数字）和登记时留的联系方式；编号找不到请回复“转人工”。"


def manage(case: Case) -> Outcome:
    """Explain the notice, show what is kept, erase it."""
    message, talk, text = case.message, case.talk, fold(case.message.text)
    if ERASE.search(text) and not form.ASKING.search(text):
        return _erasing(message, talk)
    if NOTICE.search(text):
        return Reply(kind="privacy", text=_HEADING.sub(r"【\1】", privacy_notice().text).strip()), talk
    if SEE.search(text):
        return Reply(kind="privacy", text=_seen(message)), talk
    return Reply(kind="privacy", text=_explained()), talk


def take(case: Case) -> Outcome | None:
    """Go on where a yes or a number was asked for before erasing; None where the message is about something else."""
    message, talk = case.message, case.talk
    if talk.asking not in (ERASING, ERASING_OTHER):
        return None
    text, done = fold(message.text), talk.changed(asking="")
    if talk.asking == ERASING_OTHER:
        return _erase_other(message, talk) if numbering.read(message.text) or contacts.find(message.text) else None
    if form.is_yes(text) or "确认删除" in text or re.fullmatch(r"删除?吧?|删掉吧?", text):
        return _erase_here(message), Conversation(greeted=True)
    if form.is_no(text) or "取消" in text:
        return Reply(kind="privacy", text="好的，没有删除，您的登记保持不变。"), done
    return None


def _erasing(message: Message, talk: Conversation) -> Outcome:
    if numbering.read(message.text):
        return _erase_other(message, talk)
    state = message.visit.needed().state
    if not state.numbers and not state.draft:
        return Reply(kind="privacy", text=_OTHER), talk.changed(asking=ERASING_OTHER)
    text = "将删除您在这场对话里登记的姓名、公司、联系方式、备注和问答记录，同时撤回同意，招商人员将不再联系您；删除后不能恢复。确认请回复“确认删除”，不删回复“取消”。"
    return Reply(kind="privacy", text=text, options=("确认删除", "取消")), talk.changed(asking=ERASING)


def _erase_here(message: Message) -> Reply:
    turn_log().settle(_SETTLING)
    leads().erase_talk(message.visit.talk.id)
    pending.drop(message.visit.talk.id)
    return Reply(
        kind="privacy",
        erased=True,
        logged=False,
        text="已删除。您登记的个人信息已从线索、对话记录和待发送的队列中清除，只留下不含个人信息的统计记录。",
    )


def _erase_other(message: Message, talk: Conversation) -> Outcome:
    number, contact = numbering.read(message.text) or "", next((c.value for c in contacts.find(message.text)), "")
    if not number or not (contact or number in message.visit.state.numbers):
        text = "请把编号（ZS开头，后面10位数字）和登记时留的联系方式一起发来，核对一致后删除。"
        return Reply(kind="privacy", text=text), talk.changed(asking=ERASING_OTHER)
    try:
        turn_log().settle(_SETTLING)
        leads().erase(number, talk_id=message.visit.talk.id, contact=contact)
    except NotFound:
        text = "没有查到与这个编号和联系方式相符的登记，没有删除任何内容。请核对后再发，或回复“转人工”。"
        return Reply(kind="privacy", text=text), talk.changed(asking=ERASING_OTHER)
    except TooManyAttempts:
        return Reply(kind="privacy", text=f"尝试次数过多，请一小时后再试；急事{WAY_ON}"), talk.changed(asking="")
    return Reply(kind="privacy", text="已删除这条登记的个人信息，并撤回同意。"), talk.changed(asking="")


def _seen(message: Message) -> str:
    state = message.visit.needed().state
    if state.draft:
        details = state.draft.details if state.draft.consented_at else pending.take(message.visit.talk.id)
        rows = "\n".join(f"· {label}：{value}" for label, value in wording.shown(details))
        return f"您正在填写、还没有提交的内容：\n{rows}"
    if not state.numbers:
        return "这场对话里没有登记过您的个人信息。查以前的登记请回复“查进度”加编号和登记时的联系方式；" + _explained()
    parts = []
    for standing in leads().standings_of(message.visit.talk.id):
        rows = "\n".join(f"· {label}：{value}" for label, value in wording.shown(standing.details))
        parts.append(f"编号 {numbering.shown(standing.number)}（{standing.stage.label}）：\n{rows}")
    return "\n".join([*parts, "更正请直接说，例如“电话改成…”；删除请回复“删掉我的信息”。"])


def _explained() -> str:
    return (
        "没有您的明确同意，我不保存任何个人信息：对话里的联系方式、姓名和公司名称不写入记录和日志。"
        f"您选择登记并同意后，保存您填写的姓名、公司、联系方式和项目情况，仅供招商部门联系您，最后一次跟进后保存{kept_days()}天；"
        f"您可以随时回复“看看我的信息”“删掉我的信息”。完整说明：{where_to_read_it()}"
    )
