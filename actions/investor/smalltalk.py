"""The first words, thanks, goodbye, and what this assistant is."""

from __future__ import annotations

from actions.turn.reply import Reply
from actions.turn.wording import FIRST_QUESTIONS, WAY_ON

_GREETING = "您好，我是招商智能助手，一个自动回答的程序，可以查询济南、兰州的产业园区、优惠政策、办事流程和招商联系方式。\n每条答复都附来源和日期；查不到的我会直说，并告诉您可以找谁。"


def greeting() -> Reply:
    """Two lines on what this is, and four first questions."""
    return Reply(kind="smalltalk", text=_GREETING, options=FIRST_QUESTIONS, suggestions=FIRST_QUESTIONS)


def about_itself(held: int) -> Reply:
    """What it is and can do; `held` is how many records it answers from."""
    text = f"我是招商智能助手，一个程序，不是真人。\n我根据{held}条带来源和日期的记录，回答济南、兰州的园区、优惠政策、办事流程、联系方式和推介活动；需要真人请回复“转人工”。"
    return Reply(kind="smalltalk", text=text, options=FIRST_QUESTIONS, suggestions=FIRST_QUESTIONS)


def thanked() -> Reply:
    return Reply(kind="smalltalk", text="不客气。还有济南、兰州的园区或政策问题，随时问我。")


def goodbye() -> Reply:
    return Reply(kind="smalltalk", text="再见，祝项目顺利，欢迎随时回来咨询招商事宜。")


def apology() -> Reply:
    """To a complaint about the assistant itself."""
    text = f"抱歉，没能答到点子上。请换个说法，写明城市、园区或政策名称，我再查一次；{WAY_ON}"
    return Reply(kind="smalltalk", text=text, suggestions=FIRST_QUESTIONS)
