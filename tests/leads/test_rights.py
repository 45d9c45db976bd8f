"""Investors learn where their lead stands; strangers learn nothing, and can't guess."""

from __future__ import annotations

import pytest

from leads import numbering
from leads.errors import NotFound, TooManyAttempts
from leads.model import Details, Stage
from leads.rights import FAILURES_OF_A_TALK, FAILURES_ON_A_NUMBER, MOST_ON_A_NUMBER
from leads.tables import Attempt
from tests.leads.conftest import DETAILS, TIME


def refused(leads, number, talk="stranger", contact=""):
    with pytest.raises(NotFound) as raised:
        leads.standing(number, talk, contact)
    return str(raised.value)


def test_the_conversation_it_was_submitted_in_sees_all(leads, submit, clock):
    number = submit()
    clock.passes(days=2)
    leads.move(number, Stage.CONTACTED, "li")
    standing = leads.standing(number, "talk-1")
    assert (standing.stage, standing.office, standing.details) == (Stage.CONTACTED, "济南高新区管委会", DETAILS)
    assert (standing.submitted_at, standing.last_activity_at) == (TIME, clock.time)


@pytest.mark.parametrize("contact", ["+8613800000001", "+8613800000001;ext=8", " +86 13800000001"])
def test_whoever_names_the_contact_sees_the_stage_and_no_details(leads, submit, contact):
    number = submit()
    standing = leads.standing(number, "another", contact)
    assert (standing.stage, standing.details) == (Stage.NEW, Details())


def test_a_stranger_hears_the_same_whether_the_number_exists_or_not(leads, submit):
    number = submit()
    said = {
        refused(leads, number, "a", "+8613900000000"),
        refused(leads, number, "b"),
        refused(leads, number, ""),
        refused(leads, numbering.new(), "c", "+8613800000001"),
        refused(leads, "nonsense", "d"),
    }
    assert len(said) == 1


def test_an_empty_contact_never_matches_a_lead_without_one(leads, submit):
    number = submit(contact="", contact_kind="")
    refused(leads, number, "stranger", "")
    refused(leads, number, "stranger", " ")


def test_a_refusal_costs_the_same_statements_whether_the_number_exists_or_not(leads, submit, store):
    from sqlalchemy import event

    number, counted = submit(), []
    event.listen(store.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    refused(leads, number, "a", "+8613900000000")
    existing = list(counted)
    counted.clear()
    refused(leads, numbering.new(), "b", "+8613900000000")
    assert counted == existing


def test_a_conversation_can_not_go_on_guessing(leads, submit, clock):
    number = submit()
    for _ in range(FAILURES_OF_A_TALK):
        refused(leads, numbering.new())
    for tried in (numbering.new(), number):
        with pytest.raises(TooManyAttempts):
            leads.standing(tried, "stranger", "+8613800000001")
    clock.passes(minutes=61)
    assert leads.standing(number, "stranger", "+8613800000001").stage is Stage.NEW


def test_a_number_can_not_be_guessed_at_from_many_conversations(leads, submit):
    number = submit()
    for n in range(MOST_ON_A_NUMBER):
        refused(leads, number, f"stranger-{n}", f"+86139000000{n:02}")
    with pytest.raises(TooManyAttempts):
        leads.standing(number, "one more", "+8613800000001")
    assert leads.standing(number, "talk-1").details == DETAILS, "its own conversation is not locked out"
    with pytest.raises(TooManyAttempts):
        leads.erase(number, "one more", "+8613800000001")


def test_strangers_who_guess_do_not_lock_the_owner_out(leads, submit):
    number = submit()
    for n in range(FAILURES_ON_A_NUMBER):
        refused(leads, number, f"stranger-{n}", f"+86139000000{n:02}")
    assert leads.standing(number, "his new phone", "+8613800000001").number == number
    with pytest.raises(TooManyAttempts):
        leads.standing(number, "stranger-1", "+8613800000001")


def test_success_does_not_count_as_an_attempt(leads, submit, see):
    number = submit()
    for n in range(20):
        leads.standing(number, f"t{n}", "+8613800000001")
    assert see.all(Attempt) == []


def test_attempts_name_neither_conversation_nor_number(leads, see):
    refused(leads, "ZS2222222222", "talk-of-somebody")
    assert "talk-of-somebody" not in see.everything()
    assert "ZS2222222222" not in see.everything()


def test_a_merged_lead_tells_how_far_the_other_is(leads, submit):
    first, second, third = submit(talk="a"), submit(talk="b"), submit(talk="c")
    leads.merge(second, first, "li")
    leads.merge(third, second, "li")
    leads.move(third, Stage.CONTACTED, "li")
    standing = leads.standing(first, "a")
    assert (standing.number, standing.stage) == (first, Stage.CONTACTED)


def test_a_conversation_sees_all_its_leads_newest_first(leads, submit):
    first, second, _ = submit(), submit(industry="医药"), submit(talk="b")
    seen = leads.standings_of("talk-1")
    assert [(one.number, one.details.industry) for one in seen] == [(second, "医药"), (first, "量子科技")]
    leads.erase(second, "talk-1")
    assert [one.number for one in leads.standings_of("talk-1")] == [first]
    assert leads.standings_of("nobody") == []
