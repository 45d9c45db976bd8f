"""From a wish to be called to a number: nothing personal before a yes, nothing confirmed before it is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from actions.registration.pending import Pending, pending
from actions.turn.conversation import SLOT
from knowledge.notice import privacy_notice
from leads.errors import StoreUnavailable
from leads.model import Details


def everything(pipeline):
    """All that stands in any table, as one text."""
    with pipeline._store.engine.connect() as db:
        tables = [row[0] for row in db.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))]
        return "\n".join(str(tuple(row)) for table in tables for row in db.execute(text(f"SELECT * FROM {table}")))


def away(*_args, **_kwargs):
    raise StoreUnavailable("away")


def test_a_number_is_told_only_after_the_lead_is_kept(caller, pipeline):
    visitor = caller()
    number = visitor.registered()
    assert [s.number for s in pipeline.standings_of(visitor.id)] == [number]


def test_before_a_yes_nothing_personal_is_kept_anywhere_but_in_memory(caller, pipeline):
    visitor = caller()
    visitor.say("我叫张三丰,13912345678,示例医药有限公司,请联系我", "leave_contact")
    visitor.say("我的邮箱是zhang@example.com")
    kept = everything(pipeline) + str(visitor.slots)
    assert [v for v in ("张三丰", "13912345678", "示例医药", "zhang@example.com") if v in kept] == []
    reply = visitor.say("同意")
    assert "怎么称呼" not in reply.text
    assert "张三丰" in everything(pipeline)


def test_what_was_said_before_a_no_is_forgotten(caller, pipeline):
    visitor = caller()
    visitor.say("我叫张三丰,13912345678,请联系我", "leave_contact")
    assert visitor.say("不同意").kind == "privacy"
    assert "张三丰" not in everything(pipeline)
    assert pending.take(visitor.id) == Details()


def test_the_slots_of_the_tracker_never_hold_personal_data(caller):
    visitor = caller()
    visitor.registered()
    assert [v for v in ("李明", "示例软件", "13800138000") if v in str(visitor.slots)] == []


def test_the_same_form_submitted_twice_gives_the_same_number(caller, pipeline):
    visitor = caller()
    number = visitor.registered()
    visitor.say("我要再登记一次", "leave_contact")
    again = visitor.say("确认提交")
    assert (again.kind, again.custom["lead_no"]) == ("lead", number)
    assert len(pipeline.standings_of(visitor.id)) == 1


def test_another_project_is_another_lead(caller, pipeline):
    visitor = caller()
    visitor.registered()
    visitor.say("再登一个项目,跟上次不是同一个", "leave_contact")
    for said in ("同意", "李明", "跳过", "13800138000", "就这些", "确认提交"):
        visitor.say(said)
    assert len(pipeline.standings_of(visitor.id)) == 2


def test_a_correction_after_submitting_amends_the_lead(caller, pipeline):
    visitor = caller()
    number = visitor.registered()
    reply = visitor.say("电话打错了,是13912345678")
    assert (reply.kind, reply.custom["slot"]) == ("form", "consent")
    assert visitor.say("确认提交").custom["lead_no"] == number
    (standing,) = pipeline.standings_of(visitor.id)
    assert standing.details.contact == "+8613912345678"


def test_an_answer_that_was_lost_is_given_again(caller, pipeline):
    """The action server dies between the commit and its answer: the slots still say that a form is running."""
    visitor = caller()
    visitor.say("我要登记", "leave_contact")
    for said in ("同意", "李明", "跳过", "13800138000", "就这些"):
        visitor.say(said)
    before = dict(visitor.slots)
    number = visitor.say("确认提交").custom["lead_no"]
    visitor.slots = before
    again = visitor.say("确认提交")
    assert (again.kind, again.custom["lead_no"]) == ("lead", number)


def test_a_store_that_is_away_confirms_nothing_and_says_so(caller, pipeline, monkeypatch):
    visitor = caller()
    visitor.say("我要登记", "leave_contact")
    for said in ("同意", "李明", "跳过", "13800138000", "就这些"):
        visitor.say(said)
    monkeypatch.setattr(pipeline, "submit", away)
    reply = visitor.say("确认提交")
    assert reply.kind == "refuse"
    assert "lead_no" not in reply.custom
    assert "没有提交" in reply.text
    monkeypatch.undo()


def test_with_the_store_away_questions_are_answered_and_a_wish_to_register_is_not_lost_silently(
    caller, pipeline, monkeypatch
):
    visitor = caller()
    monkeypatch.setattr(pipeline, "state_of", away)
    assert visitor.say("济南高新区面积多大?", "ask_site").kind == "answer"
    reply = visitor.say("我要登记", "leave_contact")
    assert reply.kind == "refuse"
    assert "没有保存" in reply.text


def test_a_side_question_is_answered_and_the_form_goes_on(caller):
    visitor = caller()
    visitor.say("我要登记", "leave_contact")
    visitor.say("同意")
    visitor.say("李明")
    reply = visitor.say("济南高新区面积多大?", "ask_site")
    assert reply.kind == "answer"
    assert "您的公司或单位叫什么" in reply.text
    assert visitor.say("示例软件有限公司").custom["slot"] == "contact"


def test_what_the_conversation_told_is_not_asked_again(caller):
    visitor = caller()
    visitor.say("我们想在济南建一个激光设备厂,投资2亿,要80亩", "find_site")
    visitor.say("请联系我", "leave_contact")
    for said in ("同意", "李明", "跳过"):
        visitor.say(said)
    assert visitor.say("13800138000").custom["slot"] == "industry"
    assert visitor.say("激光设备").custom["slot"] == "notes", "investment and area were told before"
    assert "2亿" in visitor.say("没有了").text


def test_a_project_told_without_saying_we_is_remembered_with_its_place(caller, pipeline):
    visitor = caller()
    visitor.say("兰州新区做精细化工,要300亩,投8个亿,行不行", "find_site")
    assert visitor.slots[SLOT]["needs"]["investment"] == "8个亿"
    visitor.slots[SLOT]["needs"].setdefault("area", "")
    assert "300亩" in visitor.slots[SLOT]["needs"]["area"]


def test_a_wish_for_a_meeting_stands_in_the_notes(caller, pipeline):
    visitor = caller()
    visitor.say("想约下周三下午去园区考察", "book_meeting")
    for said in ("同意", "李明", "跳过", "13800138000", "就这些", "确认提交"):
        visitor.say(said)
    (standing,) = pipeline.standings_of(visitor.id)
    assert "下周三下午" in standing.details.notes


def test_the_transcript_tells_questions_and_records_but_not_the_form(caller, pipeline):
    visitor = caller()
    visitor.say("济南高新区面积多大?", "ask_site")
    visitor.registered()
    kept = everything(pipeline)
    assert "济南高新区面积多大" in kept
    assert "jn-gaoxin" in kept
    assert "确认提交" not in kept


def extra_of(pipeline, number):
    """What a lead carries besides the form."""
    with pipeline._store.engine.connect() as db:
        (extra,) = db.execute(text("SELECT extra FROM leads WHERE number = :number"), {"number": number}).one()
    return json.loads(extra)


def test_a_lead_tells_from_where_the_investor_came(caller, pipeline):
    visitor = caller()
    visitor.source = "2026兰洽会"
    visitor.say("济南有哪些园区", "find_site")
    visitor.source = ""
    number = visitor.registered()
    assert extra_of(pipeline, number) == {"source": "2026兰洽会"}


def test_what_is_held_before_a_yes_is_forgotten_after_a_while(monkeypatch):
    held, clock = Pending(), [1000.0]
    monkeypatch.setattr("actions.registration.pending.time.monotonic", lambda: clock[0])
    held.hold("a", Details(contact_name="李明"))
    assert held.take("a").contact_name == "李明"
    clock[0] += 1801
    assert held.take("a") == Details()


@pytest.mark.parametrize("said", ["我的电话13912345678", "加我微信 wx_test_2026", "邮箱 a.b@example.com 联系"])
def test_contact_given_unasked_begins_the_form(caller, said):
    reply = caller().say(said, "leave_contact", 0.4)
    assert (reply.kind, reply.custom["slot"]) == ("form", "consent")


def test_the_date_of_the_consent_and_its_text_are_kept(caller, pipeline):
    visitor = caller()
    visitor.registered()
    with pipeline._store.engine.connect() as db:
        version, given = db.execute(text("SELECT notice_version, given_at FROM consents")).one()
    assert version == privacy_notice().version
    assert str(given)[:4] == str(datetime.now(UTC).year)
