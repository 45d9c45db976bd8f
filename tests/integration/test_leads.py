"""A lead through the real assistant: kept once, handed over, and of what is personal not a trace in any log."""

from __future__ import annotations

import json
import time
import uuid
from statistics import median

import pytest
import requests
from sqlalchemy import create_engine, text

from deploy.client import ask
from leads.model import Talk
from leads.settings import Settings
from leads.wiring import leads_of
from tests.servers import serving, wait_until

PERSONAL = {
    "contact_name": "欧阳示例", "company": "七里河示例机床有限公司", "contact": "13987654321", "notes": "暗号是蓝色的马",
}  # fmt: skip
OTHERS = {"industry": "数控机床", "investment": "两三千万", "area": "历城区，20亩"}


def say(running, sender, *messages):
    """Say one thing after the other; the last reply."""
    return [ask(running.url, sender, message) for message in messages][-1]


def register(running, sender, answers):
    """Go through the form; returns the number."""
    reply = say(running, sender, "我想登记投资意向")
    for _ in range(12):
        if reply.envelope["kind"] != "form":
            break
        reply = say(running, sender, {**answers, "consent": "同意"}[reply.envelope["slot"]])
    assert reply.envelope["kind"] == "lead", reply
    return reply.envelope["lead_no"]


def rows(running, statement, **values):
    engine = create_engine(running.database)
    with engine.connect() as db:
        found = [tuple(row) for row in db.execute(text(statement), values)]
    engine.dispose()
    return found


@pytest.fixture
def sender():
    return f"test-{uuid.uuid4().hex}"


def test_a_confirmed_lead_stands_in_the_store_once_with_its_transcript(running, sender):
    say(running, sender, "济南高新区面积多大?")
    number = register(running, sender, PERSONAL | OTHERS)
    (lead,) = rows(
        running, "SELECT contact_name, company, contact, investment_low, investment_high, stage FROM leads WHERE number = :n",
        n=number,
    )  # fmt: skip
    assert lead == ("欧阳示例", "七里河示例机床有限公司", "+8613987654321", 20_000_000, 30_000_000, "NEW")
    said = [
        text for (text,) in rows(running, "SELECT text FROM utterances WHERE talk_id = :t ORDER BY place", t=sender)
    ]
    assert said[0] == "济南高新区面积多大?"
    assert "318" in said[1]


def test_from_where_the_investor_came_goes_from_the_channel_to_the_lead(running, sender):
    said = {"sender": sender, "message": "济南有哪些园区?", "source": "演示推介会"}
    requests.post(f"{running.url}/webhooks/rest/webhook", json=said, timeout=30).raise_for_status()
    number = register(running, sender, PERSONAL | OTHERS)
    ((extra,),) = rows(running, "SELECT extra FROM leads WHERE number = :n", n=number)
    assert json.loads(extra)["source"] == "演示推介会"


def test_another_conversation_learns_nothing_without_the_contact(running, sender):
    number = register(running, sender, PERSONAL | OTHERS)
    stranger = f"test-{uuid.uuid4().hex}"
    told = say(running, stranger, f"查进度 {number}", "13700000009")
    assert "新线索" not in "".join(told.texts)
    told = say(running, stranger, f"查进度 {number}", PERSONAL["contact"])
    assert told.envelope["kind"] == "status"
    assert "新线索" in "".join(told.texts)
    assert PERSONAL["contact_name"] not in "".join(told.texts)


def test_an_erased_lead_leaves_a_trace_without_personal_data(running, sender):
    number = register(running, sender, PERSONAL | OTHERS)
    reply = say(running, sender, "删掉我的信息", "确认删除")
    assert reply.envelope["kind"] == "privacy"
    ((name, contact, stage),) = rows(
        running, "SELECT contact_name, contact, stage FROM leads WHERE number = :n", n=number
    )
    assert (name, contact, stage) == ("", "", "CLOSED")
    assert rows(running, "SELECT 1 FROM utterances WHERE talk_id = :t", t=sender) == []


def test_an_investor_says_whether_a_reply_helped_and_nobody_else_does(running, sender):
    turn = say(running, sender, "济南高新区的厂房租金是多少？").envelope["turn"]

    def status(**given):
        body = {"sender": sender, "turn": turn, "helpful": False, "reason": "想知道价格", **given}
        return requests.post(f"{running.actions_url}/feedback", json=body, timeout=10).status_code

    assert status() == 204
    kept = rows(running, "SELECT question, kind, helpful, reason FROM turns WHERE id = :t", t=turn)
    assert kept == [("济南高新区的厂房租金是多少？", "refuse", 0, "想知道价格")]
    assert [status(sender="other"), status(turn="none")] == [404, 404]
    assert [status(helpful="no"), status(reason="长" * 201), status(turn="")] == [400, 400, 400]


@pytest.fixture
def talkative(tmp_path):
    """Another assistant, all of whose processes log at DEBUG, libraries included."""
    with serving(tmp_path, "DEBUG") as assistant:
        yield assistant


def test_nothing_personal_is_in_any_log_line_at_any_level(talkative, sender):
    running = talkative
    assert " DEBUG " in running.log.read_text(encoding="utf-8")
    say(running, sender, f"我叫{PERSONAL['contact_name']},{PERSONAL['contact']},请联系我", "不同意")
    register(running, sender, PERSONAL | OTHERS)
    say(running, sender, "电话打错了,是13812349876", "确认提交", "看看我的信息", "转人工", "删掉我的信息", "确认删除")
    written = running.log.read_text(encoding="utf-8")
    values = [*PERSONAL.values(), "13812349876", "12349876", "87654321"]
    escaped = [value.encode("unicode_escape").decode() for value in values]
    found = [value for value in [*values, *escaped] if value in written]
    lines = [line[:300] for line in written.splitlines() if any(value in line for value in found)]
    assert lines[:5] == []


def test_the_privacy_notice_is_a_page_as_well(running):
    page = requests.get(f"{running.url}/webhooks/rest/privacy", timeout=10)
    assert page.ok
    assert "保存多久" in page.text
    assert "{" not in page.text


def test_a_turn_in_the_form_costs_at_most_half_as_much_again_as_an_answer(running):
    """Measured by turns in one run, since machines differ; medians, since they are busy."""

    def seconds(sender, message):
        started = time.perf_counter()
        say(running, sender, message)
        return time.perf_counter() - started

    plain, inside = [], []
    for _ in range(5):
        sender = f"test-{uuid.uuid4().hex}"
        say(running, sender, "我想登记投资意向")
        for said, question in zip(
            ("同意", "李先生", "示例有限公司", "13800138000", "软件", "2000万元", "历下区", "没有了", "确认提交"),
            ("济南高新区面积多大?", "外资到账有什么奖励?", "兰州新区在哪里?", "综保区有哪些企业?", "“拿地即开工”怎么办?",
             "济南有哪些适合生物医药的园区?", "汉峪金谷在哪个区?", "总部企业有什么补助?", "投促局电话多少?"),
            strict=True,
        ):  # fmt: skip
            inside.append(seconds(sender, said))
            plain.append(seconds(f"test-{uuid.uuid4().hex}", question))
    ratio = median(inside) / median(plain)
    print(f"form {median(inside) * 1000:.0f} ms, answer {median(plain) * 1000:.0f} ms, ratio {ratio:.2f}")
    assert ratio <= 1.5


def test_while_an_officer_speaks_the_assistant_says_nothing(running, sender):
    """A takeover on the real stack: every kind of message meets silence, the officer reads it, and then it ends."""
    leads = leads_of(Settings(database=running.database, bot_url=running.url, channel_secret="for writing rows alone"))  # noqa: S106
    inquiry = leads.ask_for_person(Talk(id=sender, channel="web"), "", [])  # where an officer's words arrive
    say(running, sender, "济南高新区面积多大?", "转人工")
    leads.take_over(inquiry, "li")
    messages = (
        "济南高新区在哪里？",
        "我想登记投资意向",
        "你好",
        "转人工",
        "删掉我的信息",
        "我叫王某，13800138000",
        "/restart",
        "？",
    )
    for message in messages:
        reply = say(running, sender, message)
        assert (reply.texts, reply.buttons) == ([], []), message
        assert reply.envelope == {"kind": "handoff", "records": []}
    heard = [line.text for line in leads.inquiries.conversation(inquiry) if line.speaker == "investor"]
    assert heard[-len(messages) :] == [text.replace("/", "∕") for text in messages], "a slash is text"
    assert rows(running, "SELECT count(*) FROM turns WHERE talk_id = :t AND question LIKE '%王某%'", t=sender) == [(0,)]
    leads.hand_back(inquiry, "li")
    assert "318" in "".join(say(running, sender, "济南高新区面积多大?").texts)


def test_an_officers_words_reach_the_web_channel_within_a_second_or_two(running, sender):
    """Through the outbox, the worker of the real stack and the signed push to the Rasa server."""
    leads = leads_of(Settings(database=running.database, bot_url=running.url, channel_secret="for writing rows alone"))  # noqa: S106
    inquiry = leads.ask_for_person(Talk(id=f"web-{sender}", channel="web"), "转人工", [])
    leads.take_over(inquiry, "li", "工作人员甲")
    leads.say(inquiry, "li", "您好", "工作人员甲")
    began = time.monotonic()
    wait_until(lambda: leads.inquiries.conversation(inquiry)[-1].delivery == "DELIVERED", 15, "delivered")
    print(f"{time.monotonic() - began:.1f} s")
    leads.hand_back(inquiry, "li", "工作人员甲")
