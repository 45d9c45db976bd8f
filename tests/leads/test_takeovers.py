"""An investor is never silenced: what nobody tends goes back to the assistant, and staff still see it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from leads.errors import AlreadyTaken, IllegalMove, Unacceptable
from leads.handling import RETURNED
from leads.model import Handling, Line, Talk
from leads.settings import Settings
from leads.staff import passwords
from leads.staff.model import Role
from leads.staff.service import Staff
from leads.staff.signing_in import ABSOLUTE, IDLE
from leads.tables import Activity, Assignment, Inquiry, Utterance
from tests.leads.conftest import TIME

TALK = Talk(id="talk-1", channel="web")
PASSWORD = "长城 雨伞 73 望远镜"


@pytest.fixture
def staff(store, clock, monkeypatch):
    """An administrator and two officers."""
    quick = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody's"))
    made = Staff(store, now=clock)
    for login, role in (("root", Role.ADMIN), ("li", Role.OFFICER), ("wang", Role.OFFICER), ("zhao", Role.EDITOR)):
        made.add(login, f"示例{login}", role, PASSWORD)
    return made


@pytest.fixture
def sign_in(staff):
    return lambda login: staff.sign_in(login, PASSWORD, "", "127.0.0.1")


@pytest.fixture
def taken(leads, sign_in):
    """An inquiry that li, who is signed in, has taken over; he has said hello."""
    sign_in("li")
    inquiry = leads.ask_for_person(TALK, "转人工", [])
    leads.take_over(inquiry, "li", "李工")
    leads.say(inquiry, "li", "您好")
    return inquiry


def words(text, at=TIME):
    return Line(speaker="investor", text=text, at=at)


def speaks(leads):
    return leads.state_of(TALK.id).handling


def returned(leads, see, outbox, clock):
    """Does the minutely chore; says whether the assistant speaks again, and what the investor was told."""
    leads.absences.run(clock())
    return speaks(leads), [told[2] for told in outbox.told if told[0] == "officer.left"]


# --- who is silent ------------------------------------------------------------------------------------------------


def test_words_unanswered_for_half_an_hour_go_back_to_the_assistant_and_wait_for_another(
    leads, taken, clock, see, outbox
):
    clock.passes(minutes=20)
    assert leads.hear(TALK, words("在吗"))
    clock.passes(minutes=29)
    assert leads.hear(TALK, words("人呢", TIME + timedelta(1)))
    assert returned(leads, see, outbox, clock) == (Handling.PERSON, [])
    clock.passes(minutes=1)  # whoever asks again does not wait longer for it
    assert returned(leads, see, outbox, clock) == (Handling.WAITING, [RETURNED])
    assert leads.inquiries.waiting() == [taken]
    assert [(row.officer, row.taken_at, row.unanswered) for row in see.all(Inquiry)] == [("", None, 0)]
    assert [row.text for row in see.all(Utterance)] == ["您好", "在吗", "人呢"]
    with pytest.raises(IllegalMove, match="请先接手"):
        leads.say(taken, "li", "我来了")
    leads.take_over(taken, "li")
    leads.say(taken, "li", "我来了")


def test_an_officer_who_takes_over_and_never_speaks_owes_an_answer_from_then_on(leads, sign_in, clock, see, outbox):
    sign_in("li")
    inquiry = leads.ask_for_person(TALK, "转人工", [])
    leads.take_over(inquiry, "li")
    clock.passes(minutes=30)
    assert returned(leads, see, outbox, clock) == (Handling.WAITING, [RETURNED])


def test_an_answer_in_time_starts_the_time_anew_and_an_answered_conversation_stays(leads, taken, clock, see, outbox):
    leads.hear(TALK, words("在吗"))
    clock.passes(minutes=29)
    leads.say(taken, "li", "在的")
    clock.passes(minutes=29)
    leads.hear(TALK, words("好的", TIME + timedelta(1)))
    assert returned(leads, see, outbox, clock) == (Handling.PERSON, [])
    assert leads.inquiries.unanswered("li") == {taken: 1}


def test_the_time_is_a_setting(monkeypatch):
    assert Settings.of({"LEADS_TAKEOVER_MINUTES": "5"}).takeover_minutes == 5
    assert Settings.of({}).takeover_minutes == 30
    for wrong in ("0", "-3", "nan", "inf"):
        with pytest.raises(ValueError, match="TAKEOVER_MINUTES"):
            Settings.of({"LEADS_TAKEOVER_MINUTES": wrong})


# --- who is gone --------------------------------------------------------------------------------------------------


def test_a_disabled_officers_conversation_goes_back_at_the_investors_next_word(leads, staff, taken, outbox):
    staff.change("li", disabled=True)
    assert not leads.hear(TALK, words("在吗")), "the assistant has to answer this very word"
    assert speaks(leads) is Handling.WAITING
    assert outbox.told[-1] == ("officer.left", taken, RETURNED, "")


@pytest.mark.parametrize("how", ["disabled", "editor", "signed out", "idle", "twelve hours", "password"])
def test_whoever_is_gone_holds_no_conversation(leads, staff, taken, clock, see, outbox, sign_in, how):
    leads.hear(TALK, words("在吗"))
    match how:
        case "disabled":
            staff.change("li", disabled=True)
        case "editor":
            staff.change("li", role=Role.EDITOR)
        case "signed out":
            staff.sign_out(sign_in("li"))
            assert speaks(leads) is Handling.PERSON, "he is signed in elsewhere"
            staff.set_password("li", PASSWORD + "新")  # ends the other one
        case "idle":
            leads.say(taken, "li", "稍等")
            clock.passes(seconds=IDLE.total_seconds())
            leads.hear(TALK, words("好", TIME + timedelta(1)))
        case "twelve hours":
            leads.say(taken, "li", "稍等")
            clock.passes(seconds=ABSOLUTE.total_seconds())
        case "password":
            staff.set_password("li", PASSWORD + "新")
    assert returned(leads, see, outbox, clock)[0] is not Handling.PERSON


def test_signing_out_in_one_browser_of_two_is_no_signing_off(leads, staff, taken, clock, see, outbox, sign_in):
    staff.sign_out(sign_in("li"))
    assert returned(leads, see, outbox, clock) == (Handling.PERSON, [])


def test_words_heard_while_the_chore_runs_are_answered_by_exactly_one(leads, staff, taken, clock, see, outbox):
    staff.change("li", disabled=True)
    start = Barrier(4)

    def act(n):
        start.wait()
        return leads.absences.run(clock()) if n == 0 else leads.hear(TALK, words(f"第{n}句", TIME + timedelta(1, n)))

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(act, range(4)))[1:]
    assert heard == [False] * 3, "nobody at the desk hears: the assistant answers each"
    assert speaks(leads) is not Handling.PERSON
    assert [row.state for row in see.all(Inquiry)] in (["OPEN"], ["CLOSED"])


def test_where_nothing_is_unanswered_the_inquiry_is_over_and_rings_nobody(leads, staff, taken, clock, see, outbox):
    staff.change("li", disabled=True)
    assert returned(leads, see, outbox, clock) == (
        Handling.ASSISTANT,
        ["人工服务已结束，接下来由智能助手继续回答您。"],
    )
    assert leads.inquiries.waiting() == []


def test_the_chore_done_twice_tells_the_investor_once(leads, staff, taken, clock, see, outbox):
    leads.hear(TALK, words("在吗"))
    staff.change("li", disabled=True)
    returned(leads, see, outbox, clock)
    assert returned(leads, see, outbox, clock) == (Handling.WAITING, [RETURNED])


def test_what_is_said_while_nobody_has_taken_over_is_for_the_assistant(leads):
    assert not leads.hear(TALK, words("在吗"))
    leads.ask_for_person(TALK, "转人工", [])
    assert not leads.hear(TALK, words("在吗"))


# --- where an officer can't write ---------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["rest", "", "telegram"])
def test_a_conversation_that_no_word_would_reach_is_not_taken_over_but_closed_once_spoken_with(leads, channel):
    inquiry = leads.ask_for_person(Talk(id="t", channel=channel), "转人工", [])
    with pytest.raises(IllegalMove, match="接手会让他没有人答话"):
        leads.take_over(inquiry, "li")
    assert leads.state_of("t").handling is Handling.WAITING
    assert not leads.inquiries.one(inquiry).reached
    leads.close_inquiry(inquiry)
    leads.close_inquiry(inquiry)
    assert leads.state_of("t").handling is Handling.ASSISTANT


def test_who_can_be_answered_is_answered_and_not_closed(leads):
    inquiry = leads.ask_for_person(TALK, "转人工", [])
    with pytest.raises(IllegalMove, match="请接手"):
        leads.close_inquiry(inquiry)


def test_one_that_was_taken_over_before_goes_back(leads, store, see, outbox, clock):
    inquiry = leads.ask_for_person(Talk(id=TALK.id, channel="rest"), "转人工", [])
    with store.writing() as db:
        row = db.get(Inquiry, inquiry)
        row.state, row.officer, row.taken_at, row.unanswered_since = "TAKEN", "li", clock(), clock()
    assert returned(leads, see, outbox, clock)[0] is Handling.WAITING


# --- who directs --------------------------------------------------------------------------------------------------


def test_who_directs_hands_back_for_another_and_others_may_not(leads, taken, outbox):
    with pytest.raises(AlreadyTaken, match="li"):
        leads.hand_back(taken, "root", "管理员甲")
    leads.hand_back(taken, "root", "管理员甲", directing=True)
    assert speaks(leads) is Handling.ASSISTANT


def test_a_conversation_is_passed_on_to_somebody_who_is_there_and_the_investor_hears_his_name(
    leads, taken, sign_in, clock, outbox
):
    leads.hear(TALK, words("在吗"))
    with pytest.raises(IllegalMove, match="没有登录"):
        leads.transfer(taken, "li", "wang", "王工")
    sign_in("wang")
    clock.passes(minutes=29)
    leads.transfer(taken, "li", "wang", "王工")
    assert outbox.told[-1] == ("officer.joined", taken, "王工已接入，接下来由工作人员答复您。", "王工")
    assert leads.inquiries.unanswered("wang") == {taken: 1}
    with pytest.raises(AlreadyTaken, match="wang"):
        leads.say(taken, "li", "x")
    clock.passes(minutes=2)
    assert leads.hear(TALK, words("好", TIME + timedelta(1))), "whoever took it on has his own half hour"
    with pytest.raises(AlreadyTaken):
        leads.transfer(taken, "li", "li", "李工")
    leads.transfer(taken, "root", "li", "李工", directing=True)
    leads.say(taken, "li", "我回来了")


@pytest.mark.parametrize("to", ["zhao"])
def test_nobody_gets_a_conversation_who_may_not_answer(leads, taken, sign_in, to):
    sign_in(to)
    with pytest.raises(IllegalMove):
        leads.transfer(taken, "li", to, "赵")


# --- his leads ----------------------------------------------------------------------------------------------------


def test_a_disabled_officers_leads_are_nobodys_and_that_stands_in_the_lead(leads, staff, submit, see):
    mine, others = submit(talk="a"), submit(talk="b")
    leads.take(mine, "li")
    leads.take(others, "wang")
    staff.change("li", disabled=True)
    assert (see.lead(mine).officer, see.lead(others).officer) == ("", "wang")
    last = see.activities(mine)[-1]
    assert (last.kind, last.actor, last.data) == ("released", "system", {"officer": "", "before": "li"})
    assert [row.until is None for row in see.all(Assignment)] == [False, True]
    assert next(entry for _, entry in staff.audits(act="account.changed")).data["leads"] == 1


def test_disabling_may_say_who_takes_the_leads_on(leads, staff, submit, see):
    number = submit()
    leads.take(number, "li")
    for nobody in ("li", "zhao", "none"):
        with pytest.raises(Unacceptable, match="能负责线索"):
            staff.change("li", disabled=True, heir=nobody)
    staff.change("li", disabled=True, heir="wang")
    assert see.lead(number).officer == "wang"
    assert see.activities(number)[-1].kind == "assigned"


def test_a_lead_that_was_joined_to_another_does_not_come_back_to_who_is_gone(leads, staff, submit, see):
    one, other = submit(talk="a"), submit(talk="b")
    leads.take(other, "li")
    leads.merge(one, other, "root")
    staff.change("li", disabled=True)
    leads.unmerge(other, "root")
    assert see.lead(other).officer == ""


def test_leads_left_behind_before_are_found_by_the_chore(leads, staff, submit, see, clock):
    number = submit()
    staff.change("li", disabled=True)
    leads.assign(number, "li", "root")
    leads.absences.run(clock())
    assert see.lead(number).officer == ""
    assert [one.actor for one in see.all(Activity, Activity.kind == "released")] == ["system"]
    leads.absences.run(clock())
    assert len(see.all(Activity, Activity.kind == "released")) == 1
