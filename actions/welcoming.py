"""The first words of a conversation."""

from __future__ import annotations

from actions.reply import Reply
from actions.wording import FIRST_QUESTIONS

_GREETING = "您好，我是招商智能助手，一个自动回答的程序，可以查询济南、兰州的产业园区、优惠政策、办事流程和招商联系方式。\n每条答复都附来源和日期；查不到的我会直说，并告诉您可以找谁。"


def greeting() -> Reply:
    """Two lines on what this is, and four first questions."""
    return Reply(kind="smalltalk", text=_GREETING, options=FIRST_QUESTIONS, suggestions=FIRST_QUESTIONS)
