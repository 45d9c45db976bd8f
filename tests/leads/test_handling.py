"""A conversation is handed to one person and back; what is said meanwhile is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from leads.errors import AlreadyTaken, IllegalMove, NotFound
from leads.model import Handling, Line, Talk
from leads.tables import Inquiry, Utterance
from tests.leads.conftest import TIME, lines

TALK = Talk(id="talk-1", channel="wechat")


def test_asking_opens_one_inquiry_with_the_transcript_and_the_newest_lead(leads, submit, see, outbox):
    submit()
    number = submit()
    inquiry = leads.ask_for_person(TALK, "转人工", lines("你好", "转人工"))
    again = leads.ask_for_person(
        TALK, "人呢", [*lines("你好", "转人工"), *lines("人呢", start=TIME + timedelta(hours=1))]
    )
    assert again == inquiry
    assert [(row.state, row.question, row.lead_id, row.channel) for row in see.all(Inquiry)] == [
        ("OPEN", "转人工", see.lead(number).id, "wechat")
    ]
    assert [row.text for row in see.all(Utterance)] == ["你好", "转人工", "人呢"]
    assert [told for told in outbox.told if told[0] == "inquiry_opened"] == [("inquiry_opened", inquiry)]


def test_asking_at_once_opens_one_inquiry(leads, see):
    start = Barrier(3)

    def ask(_):
        start.wait()
        return leads.ask_for_person(TALK, "转人工", lines("转人工"))

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(ask, range(3)))) == 1
    assert [len(see.all(table)) for table in (Inquiry, Utterance)] == [1, 1]


def test_the_state_says_who_speaks(leads):
    def speaks():
        return leads.state_of(TALK.id).handling

    assert speaks() is Handling.ASSISTANT
    inquiry = leads.ask_for_person(TALK, "转人工", [])
    assert speaks() is Handling.WAITING
    leads.take_over(inquiry, "li")
    assert speaks() is Handling.PERSON
    assert leads.ask_for_person(TALK, "还在吗", []) == inquiry
    assert speaks() is Handling.PERSON
    leads.hand_back(inquiry, "li")
    assert speaks() is Handling.ASSISTANT
    assert leads.ask_for_person(TALK, "再转人工", []) != inquiry


def test_of_two_officers_one_takes_over(leads, see):
    inquiry, start = leads.ask_for_person(TALK, "转人工", []), Barrier(2)

    def take(officer):
        start.wait()
        try:
            leads.take_over(inquiry, officer)
        except AlreadyTaken as error:
            return str(error)
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, ("li", "wang")))
    assert said.count("mine") == 1
    holder = see.all(Inquiry)[0].officer
    assert [word for word in said if word != "mine"] == [f"这次咨询已由 {holder} 接手"]
    leads.take_over(inquiry, holder)


def test_what_is_said_meanwhile_is_kept_in_its_order_also_after_a_submission(leads, draft, clock, see):
    inquiry = leads.ask_for_person(TALK, "转人工", lines("转人工"))
    leads.take_over(inquiry, "li")
    clock.passes(minutes=1)
    leads.say(inquiry, "li", "您好，我是李工")
    heard = Line(speaker="investor", text="我想问土地", at=TIME + timedelta(minutes=2))
    leads.hear(TALK, heard)
    leads.hear(TALK, heard)  # a retry
    leads.hand_back(inquiry, "li")
    leads.submit(draft(), lines("转人工", "后来的话"))
    said = [(row.speaker, row.text) for row in see.all(Utterance)]
    assert said == [
        ("investor", "转人工"), ("investor", "后来的话"), ("officer", "您好，我是李工"), ("investor", "我想问土地")
    ]  # fmt: skip


def test_lines_heard_at_once_are_all_kept(leads, see):
    def hear(n):
        leads.hear(TALK, Line(speaker="investor", text=f"第{n}句", at=TIME + timedelta(seconds=n)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hear, range(12)))
    assert sorted(row.place for row in see.all(Utterance)) == list(range(1, 13))


def test_only_who_took_over_may_speak_or_hand_back(leads):
    inquiry = leads.ask_for_person(TALK, "转人工", [])
    for what in (lambda: leads.say(inquiry, "li", "x"), lambda: leads.hand_back(inquiry, "li")):
        with pytest.raises(IllegalMove, match="先接手"):
            what()
    leads.take_over(inquiry, "li")
    for what in (lambda: leads.say(inquiry, "wang", "x"), lambda: leads.hand_back(inquiry, "wang")):
        with pytest.raises(AlreadyTaken, match="li"):
            what()
    leads.hand_back(inquiry, "li")
    for what in (
        lambda: leads.say(inquiry, "li", "x"),
        lambda: leads.hand_back(inquiry, "li"),
        lambda: leads.take_over(inquiry, "wang"),
    ):
        with pytest.raises(IllegalMove, match="已经结束"):
            what()


def test_an_inquiry_that_is_none_is_told(leads):
    for what in (
        lambda: leads.take_over(99, "li"),
        lambda: leads.say(99, "li", "x"),
        lambda: leads.hand_back(99, "li"),
    ):
        with pytest.raises(NotFound, match="99"):
            what()
