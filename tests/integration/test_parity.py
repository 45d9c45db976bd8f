"""The same conversation gives the same facts on every channel."""

from __future__ import annotations

import re
import uuid

from deploy.client import ask
from tests.support.webchat import WebChat

CONVERSATIONS = (
    (
        "你好",
        "济南高新区面积多大？",
        "它在哪里？",
        "有哪些企业？",
        "更多",
        "济南高新区和齐鲁软件园对比",
    ),
    (
        "外资到账1.2亿,测算",
        "做生物医药,想在济南找园区,要靠近机场,投资2亿建厂",
        "前三个对比一下",
        "兰州新区有哪些优惠政策？",
        "第一个呢",
        "济南高新区的厂房租金是多少？",
    ),
    (
        "登记",
        "同意",
        "演示联系人09",
        "跳过",
        "13900000009",
        "济南高新区在哪里？",
        "取消",
        "谢谢",
    ),
)
"""None longer than the eight messages that the web channel takes from a visitor without making him wait."""
_OWN = re.compile(r"ZS[\d ]{10,14}")
"""What must differ: the number of a lead."""


def facts(turn):
    """What a channel must not change: texts, choices, and the envelope but for the turn's id."""
    envelope = {k: v for k, v in turn.envelope.items() if k not in ("turn", "lead_no")}
    return [_OWN.sub("ZS", text) for text in turn.texts], [b["payload"] for b in turn.buttons], envelope


def test_the_widgets_channel_says_what_rest_says(assistant):
    for conversation in CONVERSATIONS:
        sender, chat = f"parity-{uuid.uuid4().hex}", WebChat(assistant)
        for said in conversation:
            assert facts(chat.ask(said)) == facts(ask(assistant, sender, said)), said
