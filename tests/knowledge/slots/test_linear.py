"""Reading a message of 3,000 characters takes at most 20 ms, whatever stands in it."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from actions.registration.fields import read
from knowledge.discretion import discreet
from knowledge.slots import contacts, dates, names
from knowledge.text import fold

NOW = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - the bureau's own time
LONGEST = 3000
LIMIT = 0.020
PIECES = (
    "1", "1-", "13-", "0531-", "138 1234 ", "13812345678 ", "+86", "852-9", "幺三八", "(0531)", "0531-66698765、", "香港1", "4001234567,", "13812345678元",
    "a", "a@", "@", "a@a.", "@a.b", "加v", "vx", "wx:a", "微信", "zhangsan88 ", "微信zhangsan88,", "a@example。", "。", " ", "-",
    "王", "欧阳", "我叫", "我叫王", "我叫王芳,", "我是王", "王总", "找王总", "的王", "的", "的王芳", "我姓王", "王·", "我叫王·王·王·", "i'm a ", "我叫a ", "先生", "联系人",
    "有限公司", "的有限公司", "公司", "厂", "济南厂", "示例有限公司", "(集团)有限公司", "我们公司叫", "公司是", "co ltd ", "我是厂",
    "1号", "1室", "我住", "我住1号", "路1号", "一号楼", "小区", "地址:", "号", "示例路1号2单元", "qq", "京a", "a1234567 ",
    "明天", "今年", "下周", "12月", "1点", "1:", "十月十日", "2026-", "一", "明天下午", "不行", "农历", "初一", "明天不行,",
    "[微笑]", "谢谢", "好的，", "，", "就行", "\U0001f642",
)  # fmt: skip
READERS = {
    "fold": fold.__wrapped__, "contacts.find": contacts.find, "contacts.answer": contacts.answer, "names.person": names.person, "names.company": names.company,
    "names.titled": names.titled, "names.alone": names.alone, "dates.find": lambda text: dates.find(text, NOW), "dates.answer": lambda text: dates.answer(text, NOW),
    "discreet": discreet, "the form's name": lambda text: read("contact_name", text), "the form's contact": lambda text: read("contact", text),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_no_message_takes_a_reader_long(name):
    """The quickest of four attempts counts, since other programs only add to the time."""
    slow = {}
    for piece in PIECES:
        for text in ((piece * LONGEST)[:LONGEST], "x" + (piece * LONGEST)[: LONGEST - 2] + "x"):
            took = LIMIT + 1
            for _ in range(4):
                began = time.perf_counter()
                READERS[name](text)
                took = min(took, time.perf_counter() - began)
                if took <= LIMIT:
                    break
            if took > LIMIT:
                slow[text[:12]] = round(1000 * took, 1)
    assert slow == {}
