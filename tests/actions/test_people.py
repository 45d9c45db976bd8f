"""Whoever wants a person is told whom to turn to; whatever must not be helped with is declined."""

from __future__ import annotations

import re

import pytest

from actions.conversation import Conversation
from actions.people import ActionDeclineRequest, ActionExplainPrivacy, ActionOfferContact, ActionRequestHuman


@pytest.mark.parametrize("city", ["", "济南", "兰州", "全国"])
def test_whoever_wants_a_person_is_told_whom_to_call(run, city):
    (message,), _ = run(ActionRequestHuman(), "转人工", Conversation(city=city, greeted=True), request_human=0.95)
    assert message["custom"]["kind"] == "handoff"
    assert "12345" in message["text"]
    assert message["custom"]["records"]


def test_in_a_conversation_about_lanzhou_the_office_there_comes_first(run):
    (message,), _ = run(ActionRequestHuman(), "转人工", Conversation(city="兰州", greeted=True), request_human=0.95)
    assert message["custom"]["records"][0]["id"].startswith("lz-")
    assert "兰州" in message["text"]


def test_who_wants_a_person_is_not_sent_round_in_a_circle(run):
    (message,), _ = run(ActionRequestHuman(), "转人工", Conversation(greeted=True), request_human=0.95)
    assert "转人工" not in message["text"]


def test_every_number_given_stands_in_a_contact_record(run, catalogue):
    (message,), _ = run(ActionRequestHuman(), "转人工", Conversation(greeted=True), request_human=0.95)
    known = {str(getattr(r, "phone", "")) for r in catalogue.records.values()}
    without_links = re.sub(r"https?://\S+", "", message["text"])
    assert set(re.findall(r"\d{5,}", without_links)) <= known


def test_leaving_contact_is_not_confirmed_as_long_as_nothing_is_stored(run):
    (message,), _ = run(ActionOfferContact(), "请登记我的电话", Conversation(greeted=True), leave_contact=0.95)
    assert message["custom"]["kind"] == "handoff"
    assert "lead_no" not in message["custom"]
    assert not re.search(r"已(登记|提交|记录)|编号", message["text"])


def test_privacy_is_explained_and_asks_for_no_personal_data(run):
    (message,), _ = run(ActionExplainPrivacy(), "你们会保存我的信息吗", Conversation(greeted=True), manage_privacy=0.95)
    assert message["custom"]["kind"] == "privacy"
    assert "请不要" in message["text"]


def test_a_bribe_is_declined_with_a_proper_way(run):
    text = "给点好处费能不能多批点地"
    (message,), _ = run(ActionDeclineRequest(), text, Conversation(greeted=True), make_improper_request=0.95)
    assert message["custom"]["kind"] == "refuse"
    assert "不能" in message["text"]
    assert "12345" in message["text"]


def test_nobody_is_accused_on_a_guess(run):
    (message,), _ = run(
        ActionDeclineRequest(),
        "办执照时刻章能一起办吗",
        Conversation(greeted=True),
        make_improper_request=0.5,
        ask_procedure=0.4,
    )
    assert message["custom"]["kind"] == "answer"
