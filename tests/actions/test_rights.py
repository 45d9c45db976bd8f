"""Progress, own data and a person: to whom they belong, and to nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from leads import numbering
from leads.model import Handling, Stage


def test_progress_is_told_in_the_conversation_it_was_submitted_in(caller, pipeline):
    visitor = caller()
    number = visitor.registered()
    pipeline.move(number, Stage.CONTACTED, "officer")
    reply = visitor.say("查进度", "check_status")
    assert reply.kind == "status"
    assert "已联系" in reply.text
    assert reply.custom["lead_no"] == number


def test_elsewhere_progress_needs_the_number_and_its_contact(caller):
    number = caller().registered()
    stranger = caller()
    asked = stranger.say(f"查进度 {number}", "check_status")
    assert asked.kind == "clarify"
    assert "新线索" not in asked.text
    told = stranger.say("13800138000")
    assert told.kind == "status"
    assert "新线索" in told.text
    assert "李明" not in told.text


def test_a_strangers_number_gives_nothing_away(caller):
    number = caller().registered()
    wrong = caller().say(f"查进度 {number} 13700000001", "check_status")
    unknown = caller().say(f"查进度 {numbering.new()} 13700000001", "check_status")
    assert wrong.text == unknown.text
    assert "新线索" not in wrong.text


def test_guessing_is_stopped(caller):
    number = caller().registered()
    stranger = caller()
    replies = [stranger.say(f"查进度 {number} 1370000000{n}", "check_status").text for n in range(8)]
    assert "次数过多" in replies[-1]
    right = stranger.say(f"查进度 {number} 13800138000", "check_status")
    assert "新线索" not in right.text


def test_a_misread_number_is_told_to_be_misread(caller):
    number = caller().registered()
    last = "5" if number[-1] != "5" else "6"
    assert "校验" in caller().say(f"查进度 {number[:-1]}{last}", "check_status").text


def test_a_lost_number_leads_to_a_person(caller):
    visitor = caller()
    assert visitor.say("我前阵子登记过,想查进度", "check_status").kind == "clarify"
    reply = visitor.say("编号找不着了")
    assert "转人工" in reply.text


def test_own_data_is_shown_masked(caller):
    visitor = caller()
    visitor.registered()
    reply = visitor.say("看看我的信息", "manage_privacy")
    assert reply.kind == "privacy"
    assert "李明" in reply.text
    assert "138****8000" in reply.text
    assert "13800138000" not in reply.text


def test_erasing_asks_first_and_leaves_nothing(caller, pipeline):
    visitor = caller()
    visitor.registered()
    assert "确认删除" in visitor.say("删掉我的信息", "manage_privacy").buttons
    reply = visitor.say("确认删除")
    assert "已删除" in reply.text
    assert reply.custom["erased"] is True
    assert pipeline.standings_of(visitor.id) == []
    assert "李明" not in visitor.say("看看我的信息", "manage_privacy").text


def test_erasing_can_be_called_off(caller, pipeline):
    visitor = caller()
    visitor.registered()
    visitor.say("删掉我的信息", "manage_privacy")
    assert "没有删除" in visitor.say("取消").text
    assert len(pipeline.standings_of(visitor.id)) == 1


def test_another_conversations_lead_is_erased_with_number_and_contact_only(caller, pipeline):
    visitor = caller()
    number = visitor.registered()
    stranger = caller()
    assert "没有查到" in stranger.say(f"删掉我的信息 {number} 13700000001", "manage_privacy").text
    assert len(pipeline.standings_of(visitor.id)) == 1
    assert "已删除" in stranger.say(f"删掉我的信息 {number} 13800138000", "manage_privacy").text
    assert pipeline.standings_of(visitor.id) == []


def test_a_question_about_privacy_erases_nothing(caller, pipeline):
    visitor = caller()
    visitor.registered()
    visitor.say("我的信息什么时候会删除?", "manage_privacy")
    visitor.say("好的")
    assert len(pipeline.standings_of(visitor.id)) == 1


@pytest.mark.parametrize("asked", ["隐私说明", "看看你们的隐私政策", "完整说明"])
def test_the_whole_notice_can_be_read_in_the_conversation(caller, asked):
    reply = caller().say(asked, "manage_privacy")
    assert reply.kind == "privacy"
    assert "保存多久" in reply.text
    assert "#" not in reply.text


def test_who_reads_the_notice_before_consenting_can_still_choose(caller):
    visitor = caller()
    visitor.say("我要登记", "leave_contact")
    assert visitor.say("隐私说明", "manage_privacy").buttons == ["同意", "不同意"]
    assert "怎么称呼" in visitor.say("同意").text


def test_the_form_names_no_address_that_an_investor_cannot_open(caller, monkeypatch):
    monkeypatch.delenv("PRIVACY_NOTICE_URL", raising=False)
    asked = caller().say("我要登记", "leave_contact")
    assert "127.0.0.1" not in asked.text
    assert "隐私说明" in asked.text
    monkeypatch.setenv("PRIVACY_NOTICE_URL", "https://www.example.gov.cn/privacy")
    assert "https://www.example.gov.cn/privacy" in caller().say("我要登记", "leave_contact").text


def test_who_wants_a_person_opens_an_inquiry_and_hears_the_way_on(caller, pipeline):
    visitor = caller()
    reply = visitor.say("转人工", "request_human")
    assert reply.kind == "handoff"
    assert "12345" in reply.text
    assert reply.custom["records"]
    assert pipeline.state_of(visitor.id).handling is Handling.WAITING


@pytest.mark.parametrize("said", ["济南高新区面积多大?", "我要登记", "取消", "13800138000"])
def test_while_a_person_speaks_the_assistant_is_silent_and_passes_on(caller, pipeline, said):
    visitor = caller()
    inquiry = pipeline.ask_for_person(visitor_talk(visitor), "", [])
    visitor.say("转人工", "request_human")
    pipeline.take_over(inquiry, "officer")
    reply = visitor.say(said, "leave_contact")
    assert (reply.kind, reply.text, reply.buttons) == ("handoff", "", [])
    pipeline.hand_back(inquiry, "officer")
    assert visitor.say("济南高新区面积多大?", "ask_site").kind == "answer"


def visitor_talk(visitor):
    from leads.model import Talk

    return Talk(id=visitor.id, channel="web")


def test_whom_an_officer_leaves_without_an_answer_the_assistant_answers_in_the_same_turn(caller, pipeline, monkeypatch):
    visitor = caller()
    inquiry = pipeline.ask_for_person(visitor_talk(visitor), "", [])
    visitor.say("转人工", "request_human")
    pipeline.take_over(inquiry, "officer")
    assert visitor.say("在吗").text == ""
    late = pipeline.now() + timedelta(minutes=31)
    monkeypatch.setattr(pipeline, "_now", lambda: late)
    reply = visitor.say("济南高新区面积多大?", "ask_site")
    assert reply.kind == "answer"
    assert reply.text.startswith("（工作人员暂时没有回复，接下来由我继续回答；您说的话工作人员仍能看到。）")
    assert pipeline.state_of(visitor.id).handling is Handling.WAITING
    said = [line.text for line in pipeline.inquiries.conversation(inquiry)]
    assert "在吗" in said
    assert "济南高新区面积多大?" in said
    assert not visitor.say("济南高新区面积多大?", "ask_site").text.startswith("（工作人员")


@pytest.mark.parametrize("said", ["转人工,我电话13812345678", "找个真人跟我说,微信13812345678"])
def test_who_wants_a_person_and_leaves_a_number_is_passed_on_and_not_asked_for_consent(caller, pipeline, said):
    visitor = caller()
    assert visitor.say(said, "leave_contact").kind == "handoff"
    assert pipeline.state_of(visitor.id).handling is Handling.WAITING


@pytest.mark.parametrize("said", ["不用转人工了,留个电话13812345678", "转人工智能企业名录登记,电话13812345678"])
def test_who_does_not_want_a_person_is_not_passed_on(caller, pipeline, said):
    visitor = caller()
    visitor.say(said, "leave_contact")
    assert pipeline.state_of(visitor.id).handling is Handling.ASSISTANT


def test_a_wish_for_a_person_keeps_nothing_personal_without_a_yes(caller, pipeline):
    visitor = caller()
    visitor.say("转人工,我叫张三丰,电话13912345678", "request_human")
    with pipeline._store.engine.connect() as db:
        kept = str(
            db.execute(text("SELECT question FROM inquiries")).all()
            + db.execute(text("SELECT text FROM utterances")).all()
        )
    assert "转人工" in kept
    assert [v for v in ("张三丰", "13912345678") if v in kept] == []


class TestPerson:
    """Who asks for a person hears when somebody will be there, as the working calendar has it."""

    @pytest.mark.parametrize(
        ("hours", "now", "told"),
        [
            ("工作日 9:00–17:00", "2026-11-26T02:00:00+00:00", "尽快接入（人工接待时间：工作日 9:00–17:00）"),
            ("工作日 9:00–17:00", "2026-11-26T10:00:00+00:00", "不在人工接待时间（人工接待时间：工作日 9:00–17:00），工作人员将在11月27日（周五）9:00后"),
            ("工作日 9:00–17:00", "2026-10-01T02:00:00+00:00", "将在10月8日（周四）9:00后"),
            ("", "2026-10-01T02:00:00+00:00", "今天不是工作日，工作人员将在10月8日（周四）上班后"),
            ("", "2026-11-26T02:00:00+00:00", "在工作时间内接入"),
        ],
    )  # fmt: skip
    def test_out_of_hours_the_assistant_says_so(self, caller, monkeypatch, hours, now, told):
        monkeypatch.setenv("OFFICE_HOURS", hours)
        monkeypatch.setattr("actions.investor.person.utc_now", lambda: datetime.fromisoformat(now))
        said = caller().say("转人工", "request_human")
        assert said.kind == "handoff"
        assert told in said.text

    def test_whoever_takes_over_reads_what_was_said_while_nobody_had(self, caller, pipeline):
        visitor = caller()
        visitor.say("转人工", "request_human")
        visitor.say("济南高新区在哪里", "ask_site")
        visitor.say("谢谢", "thank")
        (inquiry,) = pipeline.inquiries.unfinished()
        said = [line.text for line in pipeline.inquiries.conversation(inquiry.id)]
        assert {"济南高新区在哪里", "谢谢"} <= set(said)
        assert any("高新技术产业开发区" in text for text in said), "the assistant's answer too"
