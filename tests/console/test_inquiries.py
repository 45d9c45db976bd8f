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
    assert browser.get("/inquiries/waiting").json() == {"waiting": [inquiry], "unanswered": {}}
    browser.post(f"/inquiries/{inquiry}/take")
    assert browser.get("/inquiries/waiting").json() == {"waiting": [], "unanswered": {}}


def test_of_two_officers_one_wins_and_the_other_is_told(signed_in, inquiry, leads):
    first, second = signed_in("li"), signed_in("wang")
    assert "由您回复" in told(first, first.post(f"/inquiries/{inquiry}/take"))
    assert "已由招商专员li接手" in told(second, second.post(f"/inquiries/{inquiry}/take"))
    assert "没有发出" in told(second, second.post(f"/inquiries/{inquiry}/say", {"text": "我来"}))
    assert "这次咨询由招商专员li接待中" in told(second, second.get(f"/inquiries/{inquiry}")), "and shown to nobody else"
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


def test_new_words_in_ones_own_conversation_count_until_they_are_answered(signed_in, inquiry, leads, clock):
    browser, other = signed_in("li"), signed_in("wang")
    browser.post(f"/inquiries/{inquiry}/take")
    for n, text in enumerate(("在吗", "人呢", "人呢")):
        leads.hear(TALK, Line(speaker="investor", text=text, at=TIME + timedelta(hours=1, seconds=min(n, 1))))
    assert browser.get("/inquiries/waiting").json() == {"waiting": [], "unanswered": {str(inquiry): 2}}
    assert other.get("/inquiries/waiting").json() == {"waiting": [], "unanswered": {}}
    assert f'data-inquiries="|{inquiry}:2"' in browser.get("/inquiries").text
    assert "2 句未回" in browser.get("/inquiries").text
    browser.post(f"/inquiries/{inquiry}/say", {"text": "在的"})
    assert browser.get("/inquiries/waiting").json()["unanswered"] == {}


def test_where_nobody_would_read_it_taking_over_is_not_offered(signed_in, leads, outbox):
    inquiry = leads.ask_for_person(Talk(id="t", channel="rest"), "转人工", [])
    browser = signed_in("li")
    for path in ("/inquiries", f"/inquiries/{inquiry}"):
        page = browser.get(path).text
        assert f"/inquiries/{inquiry}/take" not in page
        assert "已联系，结束" in page
    assert "接手会让他没有人答话" in told(browser, browser.post(f"/inquiries/{inquiry}/take"))
    assert leads.state_of("t").handling is Handling.WAITING, "the assistant answers on"
    assert "不能给投资者发消息" in told(browser, browser.post(f"/inquiries/{inquiry}/say", {"text": "您好"}))
    assert not [one for one in outbox.told if one[0].startswith("officer.")]
    assert "已结束" in told(browser, browser.post(f"/inquiries/{inquiry}/close"))
    assert leads.state_of("t").handling is Handling.ASSISTANT


def test_signing_out_gives_ones_conversations_back_at_once(signed_in, inquiry, leads, outbox):
    browser = signed_in("li")
    browser.post(f"/inquiries/{inquiry}/take")
    browser.post("/sign-out")
    assert leads.state_of(TALK.id).handling is Handling.WAITING
    assert outbox.told[-1][:2] == ("officer.left", inquiry)


def test_disabling_an_officer_gives_his_conversations_and_leads_back_at_once(
    signed_in, inquiry, leads, submit, see, staff
):
    browser, boss, colleague = signed_in("li"), signed_in("boss", Role.ADMIN), signed_in("wang")
    number = submit(talk="other")
    browser.post(f"/leads/{number}/take")
    browser.post(f"/inquiries/{inquiry}/take")
    assert "1 条线索" in boss.get("/accounts/li").text
    boss.post("/accounts/li", {"name": "李", "role": "officer", "disabled": "1"})
    assert leads.state_of(TALK.id).handling is Handling.WAITING
    assert number in colleague.get("/leads?officer=-&open=1").text
    assert str(inquiry) in str(colleague.get("/inquiries/waiting").json()["waiting"])


def test_disabling_an_officer_may_say_who_takes_his_leads(signed_in, submit, see):
    browser, boss = signed_in("li"), signed_in("boss", Role.ADMIN)
    signed_in("wang")
    number = submit()
    browser.post(f"/leads/{number}/take")
    boss.post("/accounts/li", {"name": "李", "role": "officer", "disabled": "1", "heir": "wang"})
    assert see.lead(number).officer == "wang"


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_who_leads_hands_back_or_passes_on_what_another_holds(signed_in, inquiry, leads, staff, role):
    holder, colleague, boss = signed_in("li"), signed_in("wang"), signed_in("boss", role)
    holder.post(f"/inquiries/{inquiry}/take")
    for path, fields in (("hand-back", {}), ("transfer", {"to": "wang"})):
        answer = told(colleague, colleague.post(f"/inquiries/{inquiry}/{path}", fields))
        assert "由招商专员li接待，只有本人、领导和管理员能" in answer
    assert "已转给招商专员wang" in told(boss, boss.post(f"/inquiries/{inquiry}/transfer", {"to": "wang"}))
    assert leads.inquiries.one(inquiry).officer == "wang"
    assert "没有转" in told(boss, boss.post(f"/inquiries/{inquiry}/transfer", {"to": "nobody"}))
    assert "已由招商专员wang接手" in told(holder, holder.post(f"/inquiries/{inquiry}/say", {"text": "x"}))
    assert "已交还" in told(boss, boss.post(f"/inquiries/{inquiry}/hand-back"))
    assert leads.state_of(TALK.id).handling is Handling.ASSISTANT
    written = [(entry.who, entry.act) for _, entry in staff.audits(subject=f"inquiry-{inquiry}")]
    acts = [one for one in written if one[1] != "inquiry.viewed"]
    assert acts[:2] == [("boss", "inquiry.handed_back"), ("boss", "inquiry.transferred")]


def test_who_holds_a_conversation_may_pass_it_on_to_whoever_is_there(signed_in, inquiry, leads):
    holder, _ = signed_in("li"), signed_in("wang")
    signed_in("zhao").post("/sign-out")
    holder.post(f"/inquiries/{inquiry}/take")
    page = holder.get(f"/inquiries/{inquiry}").text
    assert '<option value="wang">' in page
    assert '<option value="zhao">' not in page
    holder.post(f"/inquiries/{inquiry}/transfer", {"to": "wang"})
    assert leads.inquiries.one(inquiry).officer == "wang"


def test_a_leader_may_read_anothers_conversation_and_that_is_written_down(signed_in, inquiry, staff):
    signed_in("li").post(f"/inquiries/{inquiry}/take")
    leader = signed_in("boss", Role.LEADER)
    assert "你好" in leader.get(f"/inquiries/{inquiry}").text
    acts = [(entry.who, entry.act) for _, entry in staff.audits(subject=f"inquiry-{inquiry}")]
    assert acts == [("boss", "inquiry.viewed"), ("li", "inquiry.taken")]


def test_an_inquiry_that_is_none_is_not_found(signed_in):
    assert signed_in().get("/inquiries/99").status_code == 404
    assert signed_in().post("/inquiries/99/take").status_code == 404
