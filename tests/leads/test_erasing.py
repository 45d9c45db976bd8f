"""What is erased is gone from everywhere; a trace without personal data remains."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.errors import IllegalMove, NotFound
from leads.model import Stage, Talk
from leads.tables import Consent, DraftRow, Inquiry, Likeness, Utterance
from tests.leads.conftest import TIME, lines

TALK = Talk(id="talk-1", channel="web")


def fill(leads, draft):
    """A lead with everything that can hang on it, each text with a word of its own that must vanish."""
    words = iter(f"秘密{n}号" for n in range(100))
    fields = ("contact_name", "company", "contact", "industry", "investment", "area", "notes")
    number = leads.submit(
        draft(**{field: next(words) for field in fields}),
        lines(next(words), next(words)),
        {"estimate": next(words)},
    ).number
    leads.note(number, "li", "called", next(words))
    leads.move(number, Stage.CONTACTED, "li", next(words))
    leads.fill_card(
        number, "li", project=next(words), responsibility=next(words), measures=next(words), deadline=TIME,
        leader=next(words), team=next(words),
    )  # fmt: skip
    inquiry = leads.ask_for_person(TALK, next(words), lines(next(words), start=TIME + timedelta(minutes=1)))
    leads.take_over(inquiry, "li")
    leads.say(inquiry, "li", next(words))
    leads.take(number, "li")
    leads.keep_draft(draft(contact_name=next(words)))
    return number


def test_what_was_said_occurs_nowhere_any_more(leads, draft, see):
    number = fill(leads, draft)
    assert "秘密" in see.everything()
    assert "talk-1" in see.everything()
    leads.erase(number, "talk-1")
    assert "秘密" not in see.everything()
    assert "talk-1" not in see.everything()


def test_the_files_of_the_embedded_database_hold_no_trace_of_it_either(leads, draft, store):
    if store.engine.dialect.name != "sqlite":
        return  # PostgreSQL's files are its own affair
    folder = Path(store.engine.url.database).parent
    number = fill(leads, draft)
    assert any("秘密".encode() in file.read_bytes() for file in folder.iterdir())
    leads.erase(number, "talk-1")
    assert not any("秘密".encode() in file.read_bytes() for file in folder.iterdir())


def test_a_trace_without_personal_data_remains(leads, draft, see, outbox, clock):
    number = fill(leads, draft)
    clock.passes(days=1)
    leads.erase(number, "talk-1")
    lead = see.lead(number)
    assert (lead.stage, lead.closed_because, lead.erased_at) == (Stage.CLOSED, "投资者要求删除", clock.time)
    assert (lead.investment_low, lead.currency, lead.created_at) == (100_000_000, "CNY", TIME)
    kinds = [(row.kind, row.text, row.data) for row in see.activities(number)]
    assert kinds[-1] == ("erased", "投资者要求删除", {})
    assert [kind for kind, _, _ in kinds] == ["submitted", "called", "moved", "card", "assigned", "erased"]
    assert all(text == "" and data == {} for _, text, data in kinds[:-1])
    assert see.all(Consent)[0].withdrawn_at == clock.time
    assert [(row.state, row.question, row.lead_id) for row in see.all(Inquiry)] == [("CLOSED", "", None)]
    assert see.all(Utterance) == see.all(DraftRow) == []
    assert outbox.told[-2:] == [("blank", lead.id), ("erased", number)]


def test_erasing_twice_changes_nothing_more(leads, draft, see, outbox):
    number = fill(leads, draft)
    leads.erase(number, actor="li")
    before, told = see.everything(), list(outbox.told)
    leads.erase(number, actor="li")
    assert (see.everything(), outbox.told) == (before, told)
    leads.erase("ZS0000000000", actor="li")
    assert leads.erase_talk("talk-1") == 0


def test_an_erased_lead_is_nobodys(leads, submit):
    number = submit()
    leads.erase(number, "talk-1")
    assert leads.state_of("talk-1").numbers == ()
    for contact in ("+8613800000001", ""):
        with pytest.raises(NotFound):
            leads.standing(number, "talk-1", contact)
    with pytest.raises(NotFound):
        leads.erase(number, "talk-1")


def test_a_stranger_erases_nothing(leads, submit, see):
    number = submit()
    with pytest.raises(NotFound):
        leads.erase(number, "stranger", "+8613900000000")
    with pytest.raises(NotFound):
        leads.erase(number)
    assert see.lead(number).contact_name == "韩梅梅"


def test_the_contact_is_enough_to_erase(leads, submit, see):
    number = submit()
    leads.erase(number, "another", "+8613800000001")
    assert see.lead(number).contact_name == ""


def test_a_form_that_was_erased_does_not_come_back_by_a_late_retry(leads, draft, see):
    form = draft()
    number = leads.submit(form, lines("我是韩梅梅")).number
    leads.erase(number, "talk-1")
    leads.keep_draft(form)
    again = leads.submit(form, lines("我是韩梅梅"))
    assert (again.number, again.repeated) == (number, True)
    assert "韩梅梅" not in see.everything()


def test_a_conversation_is_erased_as_a_whole_and_no_other(leads, draft, submit, see):
    fill(leads, draft)
    submit(contact_name="秘密", notes="秘密")
    other = submit(talk="talk-2", contact_name="李雷")
    assert leads.erase_talk("talk-1") == 2
    assert "秘密" not in see.everything()
    assert see.lead(other).contact_name == "李雷"
    assert [row.text for row in see.all(Utterance)] == ["你好"]


def test_a_conversation_without_a_lead_is_erased_too(leads, draft, see):
    leads.keep_draft(draft(contact_name="秘密"))
    leads.ask_for_person(TALK, "秘密", lines("秘密"))
    assert leads.erase_talk("talk-1") == 0
    assert "秘密" not in see.everything()
    assert "talk-1" not in see.everything()


def test_what_was_joined_to_an_erased_lead_comes_back_into_sight(leads, submit, see):
    first, second, third = submit(talk="a"), submit(talk="b"), submit(talk="c")
    leads.merge(second, first, "li")
    leads.merge(third, second, "li")
    leads.erase(second, "b")
    assert [see.lead(number).merged_into_id for number in (first, second, third)] == [None, None, None]
    leads.move(first, Stage.CONTACTED, "li")
    assert see.all(Likeness, Likeness.lead_id == see.lead(second).id) == []
    assert len(see.all(Likeness)) == 2, "that the first and the third are alike is still known"


def test_nothing_can_be_done_about_an_erased_lead(leads, submit):
    number, other = submit(), submit(talk="b")
    leads.erase(number, actor="li")
    for what in (
        lambda: leads.move(number, Stage.NEW, "li"),
        lambda: leads.note(number, "li", "noted", "x"),
        lambda: leads.take(number, "li"),
        lambda: leads.merge(number, other, "li"),
        lambda: leads.merge(other, number, "li"),
    ):
        with pytest.raises(IllegalMove, match="删除"):
            what()


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=12).map(
    lambda word: f"⟦{word}⟧"
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(WORDS, min_size=8, max_size=8), twice=st.booleans())
def test_no_text_of_an_investor_survives_erasing(leads, draft, see, said, twice):
    talk = f"talk-{said!r}"[:100]
    fields = ("contact_name", "company", "contact", "industry", "investment", "area", "notes")
    numbers = [
        leads.submit(draft(talk=talk, **dict(zip(fields, said, strict=False))), lines(*said), {"x": list(said)}).number
        for _ in range(1 + twice)
    ]
    inquiry = leads.ask_for_person(Talk(id=talk, channel="web"), said[7], lines(*said))
    leads.hear(Talk(id=talk, channel="web"), lines(said[0], start=TIME + timedelta(hours=1))[0])
    leads.take_over(inquiry, "li")
    leads.note(numbers[0], "li", "met", said[0])
    assert leads.erase_talk(talk) == len(numbers)
    left = see.everything()
    assert "⟦" not in left
    assert "⟧" not in left
    assert talk not in left


class TestRetention:
    """Leads to which nothing happens any more are erased when their time is up."""

    def test_old_leads_are_erased_and_those_touched_since_are_not(self, leads, submit, see, clock):
        old, touched = submit(talk="a"), submit(talk="b")
        clock.passes(days=400)
        leads.note(touched, "li", "called", "还在谈")
        clock.passes(days=331)
        assert leads.retain(clock.time) == (1, 0)
        assert see.lead(old).contact_name == ""
        assert (see.lead(old).closed_because, see.activities(old)[-1].actor) == ("保存期限届满", "system")
        assert see.lead(touched).contact_name == "韩梅梅"
        assert leads.retain(clock.time) == (0, 0)

    def test_more_than_one_batch_is_erased(self, leads, submit, clock, monkeypatch):
        monkeypatch.setattr("leads.service._BATCH", 2)
        for n in range(5):
            submit(talk=f"t{n}")
        clock.passes(days=731)
        assert leads.retain(clock.time) == (5, 0)

    def test_forms_that_were_left_are_forgotten(self, leads, draft, see, clock):
        leads.keep_draft(draft(talk="a"))
        clock.passes(hours=20)
        leads.keep_draft(draft(talk="b"))
        clock.passes(hours=5)
        assert leads.retain(clock.time) == (0, 1)
        assert [row.talk_id for row in see.all(DraftRow)] == ["b"]

    def test_conversations_that_only_asked_for_a_person_are_forgotten(self, leads, see, clock):
        leads.ask_for_person(TALK, "秘密", lines("秘密"))
        clock.passes(days=729)
        leads.retain(clock.time)
        assert "秘密" in see.everything()
        clock.passes(days=2)
        leads.retain(clock.time)
        leads.retain(clock.time)
        assert "秘密" not in see.everything()
        assert "talk-1" not in see.everything()

    def test_old_attempts_are_forgotten(self, leads, see, clock):
        with pytest.raises(NotFound):
            leads.standing("x", "y")
        clock.passes(hours=2)
        leads.retain(clock.time)
        assert see.everything() == ""
