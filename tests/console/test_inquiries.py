"""An officer takes a conversation over, writes in it and hands it back; nobody else reads along or speaks in it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from leads.model import Handling, Line, Talk
from leads.staff.model import Role
from tests.leads.conftest import TIME, lines

TALK = Talk(id="web-1", channel="web")


@pytest.fixture
def inquiry(leads):
    return leads.ask_for_person(TALK, "想找人谈谈", lines("你好", "转人工"))


def told(browser, answer):
    """What the page says to which a form led."""
    assert answer.status_code == 303
    return browser.get(unquote(answer.headers["location"])).text


def test_who_waits_is_listed_and_counted_for_the_bell(signed_in, inquiry):
    browser = signed_in()
    assert "想找人谈谈" in browser.get("/inquiries").text
    assert browser.get("/inquiries/waiting").json() == {"waiting": [inquiry]}
    browser.post(f"/inquiries/{inquiry}/take")
    assert browser.get("/inquiries/waiting").json() == {"waiting": []}


def test_of_two_officers_one_wins_and_the_other_is_told(signed_in, inquiry, leads):
    first, second = signed_in("li"), signed_in("wang")
    assert "由您回复" in told(first, first.post(f"/inquiries/{inquiry}/take"))
    assert "已由招商专员li接手" in told(second, second.post(f"/inquiries/{inquiry}/take"))
    assert "没有发出" in told(second, second.post(f"/inquiries/{inquiry}/say", {"text": "我来"}))
    assert "由 招商专员li 接待" not in second.get(f"/inquiries/{inquiry}").text, "another's conversation is closed"
    assert second.get(f"/inquiries/{inquiry}").status_code == 404
    assert second.get(f"/inquiries/{inquiry}/lines").status_code == 404
    assert leads.state_of(TALK.id).handling is Handling.PERSON


def test_what_is_said_is_seen_on_both_sides_until_it_is_handed_back(signed_in, inquiry, leads, outbox, clock):
    browser = signed_in("li")
    browser.post(f"/inquiries/{inquiry}/take")
    clock.passes(minutes=5)
    leads.hear(TALK, Line(speaker="investor", text="<script>alert(1)</script>", at=TIME + timedelta(minutes=4)))
    browser.post(f"/inquiries/{inquiry}/say", {"text": "  您好，我是招商专员  "})
    seen = browser.get(f"/inquiries/{inquiry}/lines").json()
    assert seen["state"] == "TAKEN"
    assert "您好，我是招商专员" in seen["html"]
    assert "<script>" not in seen["html"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen["html"]
    assert ("officer.said", inquiry, "您好，我是招商专员", "招商专员li") in outbox.told
    browser.post(f"/inquiries/{inquiry}/hand-back")
    assert leads.state_of(TALK.id).handling is Handling.ASSISTANT
    assert outbox.told[-1][0] == "officer.left"


def test_nothing_can_be_written_where_nobody_would_read_it(signed_in, leads, outbox):
    inquiry = leads.ask_for_person(Talk(id="t", channel="rest"), "转人工", [])
    browser = signed_in("li")
    browser.post(f"/inquiries/{inquiry}/take")
    assert "不能给投资者发消息" in browser.get(f"/inquiries/{inquiry}").text
    assert "不能给投资者发消息" in told(browser, browser.post(f"/inquiries/{inquiry}/say", {"text": "您好"}))
    assert not [one for one in outbox.told if one[0] == "officer.said"]


def test_a_leader_may_read_anothers_conversation_and_that_is_written_down(signed_in, inquiry, staff):
    signed_in("li").post(f"/inquiries/{inquiry}/take")
    leader = signed_in("boss", Role.LEADER)
    assert "你好" in leader.get(f"/inquiries/{inquiry}").text
    acts = [(entry.who, entry.act) for _, entry in staff.audits(subject=f"inquiry-{inquiry}")]
    assert acts == [("boss", "inquiry.viewed"), ("li", "inquiry.taken")]


def test_an_inquiry_that_is_none_is_not_found(signed_in):
    assert signed_in().get("/inquiries/99").status_code == 404
    assert signed_in().post("/inquiries/99/take").status_code == 404
