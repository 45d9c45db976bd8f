"""A confirmed form becomes one lead, with all that belongs to it, or nothing at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest

from leads import numbering
from leads.errors import ConsentMissing, NotFound, StoreUnavailable
from leads.model import Details, Draft, Stage, Talk
from leads.service import Leads
from leads.settings import Settings
from leads.store import Store
from leads.tables import Activity, Consent, DraftRow, Lead, Likeness, Utterance
from tests.leads.conftest import DETAILS, TIME, Written, lines


def test_a_submitted_lead_stands_with_all_that_belongs_to_it(leads, draft, see, outbox):
    receipt = leads.submit(draft(), lines("你好", "我想投资量子科技"), {"estimate": {"low_wan": 5}})
    lead = see.lead(receipt.number)
    assert {field: getattr(lead, field) for field in DETAILS.__struct_fields__} == msgspec.structs.asdict(DETAILS)
    assert (lead.stage, lead.office, lead.extra) == (Stage.NEW, "济南高新区管委会", {"estimate": {"low_wan": 5}})
    assert lead.score == sum(reason["points"] for reason in lead.reasons) > 0
    assert lead.qualified
    assert [(row.notice_version, row.given_at, row.channel) for row in see.all(Consent)] == [("2026-01", TIME, "rest")]
    assert [row.text for row in see.all(Utterance)] == ["你好", "我想投资量子科技"]
    assert [row.kind for row in see.activities(receipt.number)] == ["submitted"]
    assert outbox.told == [("submitted", receipt.number)]
    assert numbering.read(receipt.number) == receipt.number


def test_the_same_draft_gives_the_same_number(leads, draft, see):
    form = draft()
    first, again = leads.submit(form, []), leads.submit(form, [])
    assert (first.repeated, again.repeated) == (False, True)
    assert (first.number, first.office) == (again.number, again.office)
    assert len(see.all(Lead)) == 1


def test_two_submissions_of_one_draft_at_once_make_one_lead(leads, draft, see):
    form, start = draft(), Barrier(4)

    def one(_):
        start.wait()
        return leads.submit(form, lines("你好"))

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(one, range(4)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert [len(see.all(table)) for table in (Lead, Consent, Activity, Utterance)] == [1, 1, 1, 1]


def test_without_a_yes_nothing_is_submitted(leads, draft, see):
    with pytest.raises(ConsentMissing):
        leads.submit(draft(consented_at=None), lines("我叫韩梅梅"))
    assert "韩梅梅" not in see.everything()


def test_without_a_yes_no_personal_field_is_kept_in_a_draft(leads, draft, see):
    with pytest.raises(ConsentMissing):
        leads.keep_draft(draft(consented_at=None))
    assert see.all(DraftRow) == []


@pytest.mark.parametrize("field", ["contact_name", "company", "contact", "contact_kind", "notes"])
def test_each_personal_field_needs_a_yes(leads, field):
    with pytest.raises(ConsentMissing):
        leads.keep_draft(Draft(key="k", talk=Talk(id="t", channel="web"), details=Details(**{field: "x"})))


def test_what_is_not_personal_may_be_kept_before_the_yes(leads):
    form = Draft(key="k", talk=Talk(id="t", channel="web"), details=Details(industry="量子"), asked="investment")
    leads.keep_draft(form)
    assert leads.state_of("t").draft == form


def test_a_draft_is_kept_as_it_is_and_replaced(leads, draft):
    first = draft(key="same")
    leads.keep_draft(first)
    assert leads.state_of("talk-1").draft == first
    second = msgspec.structs.replace(first, asked="area", skipped=("notes", "company"))
    leads.keep_draft(second)
    assert leads.state_of("talk-1").draft == second


def test_a_dropped_draft_is_gone(leads, draft, see):
    leads.keep_draft(draft())
    leads.drop_draft("talk-1")
    leads.drop_draft("talk-1")
    assert leads.state_of("talk-1").draft is None
    assert "韩梅梅" not in see.everything()


def test_submitting_ends_the_draft_and_a_late_retry_does_not_bring_it_back(leads, draft):
    form = draft()
    leads.keep_draft(form)
    leads.submit(form, [])
    leads.keep_draft(form)  # from a turn that did not hear of the submission
    assert leads.state_of("talk-1").draft is None


def test_the_state_names_the_numbers_of_the_talk_newest_first(leads, submit):
    first, second, _ = submit(), submit(), submit(talk="other")
    assert leads.state_of("talk-1").numbers == (second, first)
    assert leads.state_of("nobody").numbers == ()


class Broken(Written):
    """An outbox whose table is gone."""

    def submitted(self, db, lead, now):
        raise OSError("disk full")


def test_when_the_outbox_fails_there_is_no_lead_either(store, draft, see):
    leads = Leads(store, Broken(), Settings(database=""))
    leads.keep_draft(draft(key="k"))
    with pytest.raises(OSError, match="disk full"):
        leads.submit(draft(key="k"), lines("你好"))
    assert see.all(Lead) == see.all(Utterance) == []
    assert leads.state_of("talk-1").draft is not None


def test_a_number_that_is_taken_is_drawn_again(leads, draft, see, monkeypatch):
    taken, free = numbering.new(), numbering.new()
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(numbering, "new", lambda: next(drawn))
    assert [leads.submit(draft(), []).number for _ in range(2)] == [taken, free]


def test_what_databases_refuse_to_keep_does_not_cost_a_lead(leads, draft, see):
    number = leads.submit(
        draft(notes="空\0字符\ud800", contact_name="长" * 5000, contact="x" * 500), lines("半\udfff个"), {"a": "\ud800"}
    ).number
    lead = see.lead(number)
    assert (lead.notes, lead.contact_name, len(lead.contact)) == ("空字符", "长" * 5000, 200)


def test_a_transcript_grows_and_loses_nothing(leads, draft, see):
    leads.submit(draft(), lines("一", "二"))
    leads.submit(draft(), lines("二", "三", start=lines("一", "二")[1].at))
    assert [row.text for row in see.all(Utterance)] == ["一", "二", "三"]
    assert [row.place for row in see.all(Utterance)] == [1, 2, 3]


def test_likenesses_to_earlier_leads_are_noted(leads, submit, see):
    first = submit(talk="a")
    second = submit(talk="b", contact="+8613800000001;ext=1", company="别家有限公司")
    third = submit(talk="c", contact="x@y.cn", contact_kind="email", company="远望量子科技（济南）股份有限公司")
    submit(talk="d", contact="z@y.cn", company="无关公司")
    submit(talk="e", contact="", company="")
    ids = {see.lead(number).id: number for number in (first, second, third)}
    found = {(ids[row.lead_id], ids[row.other_id], row.why) for row in see.all(Likeness)}
    assert found == {(second, first, "contact"), (third, first, "company")}


def test_a_database_that_is_gone_is_told_as_such(draft, outbox):
    leads = Leads(Store("postgresql+psycopg://postgres@127.0.0.1:1/none"), outbox, Settings(database=""))
    with pytest.raises(StoreUnavailable, match="稍后再试"):
        leads.submit(draft(), [])


def test_a_corrected_form_amends_the_lead_under_the_same_number_and_is_sent_on(leads, draft, see, outbox):
    number = leads.submit(draft(), []).number
    form = leads.reopened(number, draft().talk)
    leads.keep_draft(form)
    assert leads.state_of("talk-1").draft == form
    corrected = msgspec.structs.replace(form.details, contact="+8613912345678", company="另一示例有限公司")
    receipt = leads.submit(msgspec.structs.replace(form, details=corrected), [])
    assert (receipt.number, receipt.repeated, receipt.amended) == (number, True, True)
    lead = see.lead(number)
    assert (lead.contact, lead.company) == ("+8613912345678", "另一示例有限公司")
    assert lead.contact_key in lead.contact
    assert [row.kind for row in see.activities(number)] == ["submitted", "amended"]
    assert outbox.told == [("submitted", number), ("amended", number)]
    assert "13912345678" not in str([row.data for row in see.activities(number)]), "the trace names fields, not values"


def test_a_lead_is_reopened_in_its_own_conversation_only(leads, draft):
    number = leads.submit(draft(), []).number
    with pytest.raises(NotFound):
        leads.reopened(number, Talk(id="another", channel="rest"))


def test_an_erased_lead_is_not_amended(leads, draft, see):
    number = leads.submit(draft(), []).number
    form = leads.reopened(number, draft().talk)
    leads.erase(number, form.talk.id)
    leads.keep_draft(form)
    assert leads.state_of(form.talk.id).draft is None
    corrected = msgspec.structs.replace(form, details=msgspec.structs.replace(form.details, company="新示例有限公司"))
    leads.submit(corrected, [])
    assert see.lead(number).company == ""


def test_an_amended_lead_is_linked_to_those_it_is_like_now(leads, draft, see):
    other = leads.submit(draft(), []).number
    number = leads.submit(draft(), []).number
    form = leads.reopened(number, Talk(id=see.lead(number).talk_id, channel="rest"))
    corrected = msgspec.structs.replace(form.details, contact="+8613912345678")
    leads.submit(msgspec.structs.replace(form, details=corrected), [])
    links = [(row.lead_id, row.other_id, row.why) for row in see.all(Likeness)]
    assert links == [(see.lead(number).id, see.lead(other).id, "company")]
