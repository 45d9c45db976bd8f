"""The first words, small talk, and that it is always said that a program answers."""

from __future__ import annotations

import re

import pytest

from actions.actions import (
    ActionAnswerQuestion,
    ActionApologise,
    ActionDeclineRequest,
    ActionDescribeSelf,
    ActionGreet,
    ActionRequestHuman,
    ActionSayGoodbye,
    ActionShowMore,
    ActionThank,
)
from actions.turn.conversation import Conversation

PROGRAM = re.compile(r"程序")


def test_the_greeting_has_two_lines_and_four_questions(run):
    (message,), talk = run(ActionGreet(), "你好", greet=0.95)
    assert len(message["text"].splitlines()) == 2
    assert len(message["buttons"]) == 4
    assert message["custom"]["kind"] == "smalltalk"
    assert talk.greeted


def test_the_greeting_says_what_it_can_do_and_that_it_is_a_program(run):
    (message,), _ = run(ActionGreet(), "你好", greet=0.95)
    assert PROGRAM.search(message["text"])
    for topic in ("园区", "政策", "济南", "兰州"):
        assert topic in message["text"]


def test_every_first_question_is_answered_from_records(run):
    (greeting,), talk = run(ActionGreet(), "你好", greet=0.95)
    intents = ("find_site", "ask_incentive", "ask_procedure", "ask_incentive")
    for button, intent in zip(greeting["buttons"], intents, strict=True):
        (message,), _ = run(ActionAnswerQuestion(), button["payload"], talk, **{intent: 0.9})
        assert message["custom"]["kind"] in ("answer", "match"), button
        assert message["custom"]["records"]


def test_a_first_reply_without_a_greeting_says_once_that_a_program_answers(run):
    (first,), talk = run(ActionAnswerQuestion(), "济南高新区面积多大", ask_site=0.9)
    assert PROGRAM.search(first["text"].splitlines()[-1])
    (second,), talk = run(ActionAnswerQuestion(), "齐鲁软件园哪年设立的", talk, ask_site=0.9)
    (third,), _ = run(ActionRequestHuman(), "转人工", talk, request_human=0.9)
    assert not PROGRAM.search(second["text"])
    assert not PROGRAM.search(third["text"])


def test_after_a_greeting_it_is_not_said_again(run):
    _, talk = run(ActionGreet(), "你好", greet=0.95)
    (message,), _ = run(ActionAnswerQuestion(), "济南高新区面积多大", talk, ask_site=0.9)
    assert not PROGRAM.search(message["text"])


def test_a_refusal_as_first_reply_says_that_a_program_answers(run):
    (message,), _ = run(ActionAnswerQuestion(), "写首诗", out_of_scope=0.95)
    assert message["custom"]["kind"] == "refuse"
    assert PROGRAM.search(message["text"])


@pytest.mark.parametrize(
    ("action", "text", "intent", "expected"),
    [
        (ActionThank(), "谢谢", "thank", "不客气"),
        (ActionSayGoodbye(), "再见", "say_goodbye", "再见"),
        (ActionApologise(), "你怎么答非所问", "complain", "抱歉"),
        (ActionDescribeSelf(), "你是谁", "ask_capability", "不是真人"),
    ],
)
def test_small_talk_is_answered_as_such(run, action, text, intent, expected):
    (message,), _ = run(action, text, **{intent: 0.9})
    assert message["custom"]["kind"] == "smalltalk"
    assert expected in message["text"]


def test_what_it_is_tells_how_many_records_it_holds(run, catalogue):
    (message,), _ = run(ActionDescribeSelf(), "你是谁", ask_capability=0.9)
    assert str(len(catalogue.records)) in message["text"]


def test_thanks_leave_the_subject_where_it_was(run):
    _, talk = run(ActionAnswerQuestion(), "济南中央商务区在哪里", ask_site=0.9)
    _, talk = run(ActionThank(), "谢谢", talk, thank=0.95)
    (message,), _ = run(ActionAnswerQuestion(), "它面积多大", talk, ask_follow_up=0.9)
    assert message["custom"]["records"][0]["id"] == "jn-cbd"


def test_an_unsure_small_talk_does_not_steal_a_question(run):
    """The classifier may take a question for thanks; where it is unsure the question is answered."""
    (message,), _ = run(ActionThank(), "济南高新区面积多大", thank=0.2, ask_site=0.19)
    assert message["custom"]["records"][0]["id"] == "jn-gaoxin"


def test_in_the_middle_of_a_subject_a_short_question_goes_on_with_it(run):
    talk = Conversation(focus=("jn-cbd",), question="济南中央商务区在哪里", city="济南", greeted=True)
    (message,), _ = run(ActionSayGoodbye(), "那面积呢", talk, say_goodbye=0.55, ask_follow_up=0.3)
    assert message["custom"]["records"][0]["id"] == "jn-cbd"


def test_in_the_middle_of_a_subject_a_sure_thanks_is_answered_as_such(run):
    talk = Conversation(focus=("jn-cbd",), question="济南中央商务区在哪里", city="济南", greeted=True)
    (message,), _ = run(ActionThank(), "明白了谢谢", talk, thank=0.97)
    assert message["custom"]["kind"] == "smalltalk"


def test_more_goes_on_with_the_last_list(run):
    (first,), talk = run(ActionAnswerQuestion(), "济南有哪些适合生物医药的园区", find_site=0.9)
    (second,), _ = run(ActionShowMore(), "更多", talk, ask_more=0.95)
    shown = {r["id"] for r in first["custom"]["records"]}
    assert second["custom"]["records"]
    assert shown.isdisjoint(r["id"] for r in second["custom"]["records"])


@pytest.mark.parametrize("text", ["", "🙂", "/restart", "<script>", "济" * 3000])
@pytest.mark.parametrize("action", [ActionAnswerQuestion(), ActionGreet(), ActionShowMore(), ActionRequestHuman()])
def test_every_action_sends_one_envelope_whatever_was_typed(run, action, text):
    messages, _ = run(action, text, send_blank=1.0)
    assert [bool(m["custom"]["kind"]) for m in messages] == [True]
    assert messages[0]["text"].strip()


def test_a_bribe_is_declined_with_a_proper_way(run):
    text = "给点好处费能不能多批点地"
    (message,), _ = run(ActionDeclineRequest(), text, Conversation(greeted=True), make_improper_request=0.95)
    assert message["custom"]["kind"] == "refuse"
    assert "不能" in message["text"]
    assert "12345" in message["text"]


def test_nobody_is_accused_on_a_guess(run):
    (message,), _ = run(
        ActionDeclineRequest(), "办执照时刻章能一起办吗", Conversation(greeted=True),
        make_improper_request=0.5, ask_procedure=0.4,
    )  # fmt: skip
    assert message["custom"]["kind"] == "answer"
