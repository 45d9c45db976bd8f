"""The outbox and its queue, on both databases: nothing lost, nothing twice, nothing out of order."""

from __future__ import annotations

import threading
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from leads import backoff, queueing
from leads.errors import NotFound
from leads.outbox import DeliveryState, Outbox
from leads.payloads import InquiryOpened, LeadErased, LeadSubmitted
from leads.tables import Delivery, Inquiry, Lead
from tests.leads.handoff.conftest import NOW, PERSON

ALL = ("crm", "wecom", "mail")
LATER = NOW + timedelta(hours=1)


def rows(store, **wanted):
    with store.reading() as db:
        return db.scalars(select(Delivery).filter_by(**wanted).order_by(Delivery.id)).all()


def claim(store, now=NOW, destination="crm", lease_for=30, limit=1):
    with store.writing() as db:
        return queueing.claim(db, now, destination, lease_for, limit)


def mark(store, how, claimed, now=NOW, **more):
    with store.writing() as db:
        return how(db, claimed.id, claimed.lease, now, **more)


def erase(store, lead_id, outbox, now=NOW):
    with store.writing() as db:
        lead = db.get(Lead, lead_id)
        outbox.blank(db, lead_id)
        outbox.erased(db, lead, now)


def ask(store, outbox, lead_id=None):
    with store.writing() as db:
        inquiry = Inquiry(
            talk_id="t", channel="web", lead_id=lead_id, question="标记问题", state="OPEN", officer="", created_at=NOW,
        )  # fmt: skip
        db.add(inquiry)
        db.flush()
        outbox.inquiry_opened(db, inquiry, NOW)
        return inquiry.id


# What is written


def test_every_destination_gets_its_own_row_with_its_own_key(store, add_lead):
    add_lead(Outbox(ALL))
    found = rows(store)
    assert sorted(row.destination for row in found) == sorted(ALL)
    assert len({row.key for row in found}) == 3
    assert {(row.state, row.attempts, row.due_at, row.event) for row in found} == {
        ("WAITING", 0, NOW, "lead.submitted")
    }
    assert all(row.payload["id"] == row.key for row in found)


def test_without_destinations_nothing_is_written(store, add_lead):
    lead_id = add_lead(Outbox())
    erase(store, lead_id, Outbox())
    assert rows(store) == []


def test_a_destination_that_does_not_exist_is_named_at_once():
    with pytest.raises(ValueError, match="fax"):
        Outbox(["fax"])


def test_the_crm_is_told_everything_an_officer_needs(store, add_lead):
    lead_id = add_lead(Outbox(["crm"]))
    (row,) = rows(store)
    told = msgspec.convert(row.payload, LeadSubmitted, strict=False).lead
    with store.reading() as db:
        lead = db.get(Lead, lead_id)
        for field in ("number", "score", "office", "industry", "area", "channel", "stage", *PERSON):
            assert getattr(told, field) == getattr(lead, field), field
    assert (told.investment.low, told.investment.high, told.investment.said) == (30_000_000, 50_000_000, "三五千万")
    assert told.records == ("jn-gaoxin", "jn-qbq")
    assert told.consent.notice_version == "2026-01"
    assert told.submitted_at == NOW
    assert "原话不外传" not in str(row.payload)


def test_the_group_and_the_mailbox_hold_nothing_that_tells_who_it_is(store, add_lead):
    add_lead(Outbox(ALL))
    for row in rows(store):
        if row.destination != "crm":
            assert not [value for value in PERSON.values() if value in str(row.payload)]


def test_of_an_erased_lead_the_crm_hears_the_number_and_people_hear_nothing(store, add_lead):
    lead_id = add_lead()
    erase(store, lead_id, Outbox(ALL))
    (row,) = rows(store)
    assert row.destination == "crm"
    with store.reading() as db:
        assert msgspec.convert(row.payload, LeadErased, strict=False).lead.number == db.get(Lead, lead_id).number


@pytest.mark.parametrize("with_lead", [True, False])
def test_an_inquiry_goes_everywhere_without_a_word_of_the_investors(store, add_lead, with_lead):
    id_ = ask(store, Outbox(ALL), add_lead() if with_lead else None)
    found = rows(store)
    assert len(found) == 3
    for row in found:
        told = msgspec.convert(row.payload, InquiryOpened, strict=False).inquiry
        assert told.id == id_
        assert (told.lead is not None) == with_lead
        assert "标记问题" not in str(row.payload)


def test_rows_are_rolled_back_with_the_lead(store, add_lead):
    def interrupted():
        with store.writing() as db:
            Outbox(ALL).submitted(db, db.get(Lead, lead_id), NOW)
            raise RuntimeError

    lead_id = add_lead()
    with pytest.raises(RuntimeError):
        interrupted()
    assert rows(store) == []


# Erasing


def test_erasing_empties_payloads_and_calls_off_what_was_not_delivered(store, add_lead):
    """Waiting, dead or delivered: no row of it holds what was said, and no dead letter can be sent again."""
    outbox = Outbox(ALL)
    lead_id = add_lead(outbox)
    mark(store, queueing.delivered, claim(store, destination="wecom")[0])
    mark(store, queueing.failed, claim(store, destination="mail")[0], error="SMTP 550", final=True)
    erase(store, lead_id, outbox)
    submitted = {row.destination: row for row in rows(store, event="lead.submitted")}
    assert {name: row.state for name, row in submitted.items()} == {
        "crm": "CANCELLED", "wecom": "DELIVERED", "mail": "CANCELLED",
    }  # fmt: skip
    assert [row.payload for row in submitted.values()] == [{}, {}, {}]
    with store.writing() as db, pytest.raises(NotFound):
        queueing.resend(db, submitted["mail"].id, NOW)
    assert [claimed.event for claimed in claim(store, limit=9)] == ["lead.erased"]


def test_another_leads_rows_are_left_alone(store, add_lead):
    outbox = Outbox(["crm"])
    other, mine = add_lead(outbox), add_lead(outbox)
    erase(store, mine, outbox)
    (row,) = rows(store, lead_id=other)
    assert row.state == "WAITING"
    assert row.payload


def test_the_word_of_erasure_waits_for_an_attempt_that_is_under_way(store, add_lead):
    """Else the lead could reach the CRM after the word that it was erased, and stay there."""
    outbox = Outbox(["crm"])
    lead_id = add_lead(outbox)
    (under_way,) = claim(store)
    erase(store, lead_id, outbox)
    assert claim(store, NOW + timedelta(seconds=29)) == []
    assert [one.event for one in claim(store, NOW + timedelta(seconds=31))] == ["lead.erased"]
    assert not mark(store, queueing.delivered, under_way)


def test_the_word_of_erasure_goes_as_soon_as_that_attempt_is_over(store, add_lead):
    outbox = Outbox(["crm"])
    lead_id = add_lead(outbox)
    (under_way,) = claim(store)
    erase(store, lead_id, outbox)
    assert not mark(store, queueing.failed, under_way, error="HTTP 503")
    assert [one.event for one in claim(store)] == ["lead.erased"]
    assert rows(store, event="lead.submitted")[0].state == "CANCELLED"


# The queue


def test_what_is_leased_is_nobody_elses(store, add_lead):
    add_lead(Outbox(["crm"]))
    assert len(claim(store)) == 1
    assert claim(store) == []
    with store.reading() as db:
        assert not queueing.due(db, NOW, "crm")


def test_a_lease_that_ran_out_is_taken_over_and_the_late_mark_changes_nothing(store, add_lead):
    add_lead(Outbox(["crm"]))
    (late,) = claim(store)
    now = NOW + timedelta(seconds=31)
    (second,) = claim(store, now)
    assert (late.id, late.key, late.payload) == (second.id, second.key, second.payload)
    assert second.attempts == 2
    for how, more in ((queueing.delivered, {}), (queueing.failed, {"error": "x", "final": True})):
        assert not mark(store, how, late, now, **more)
    (row,) = rows(store)
    assert (row.state, row.lease, row.error) == ("WAITING", second.lease, "")
    assert mark(store, queueing.delivered, second, now)
    assert rows(store)[0].delivered_at == now


def test_two_events_of_one_lead_reach_a_destination_in_their_order(store, add_lead):
    outbox = Outbox(["crm"])
    lead_id = add_lead(outbox)
    ask(store, outbox, lead_id)
    (first,) = claim(store, limit=9)
    assert first.event == "lead.submitted"
    mark(store, queueing.failed, first, error="HTTP 503", retry_after=600)
    assert claim(store, NOW + timedelta(seconds=599), limit=9) == []
    (first,) = claim(store, LATER, limit=9)
    mark(store, queueing.delivered, first, LATER)
    assert [one.event for one in claim(store, LATER, limit=9)] == ["inquiry.opened"]


def test_a_dead_letter_does_not_hold_up_what_follows(store, add_lead):
    outbox = Outbox(["crm"])
    ask(store, outbox, add_lead(outbox))
    mark(store, queueing.failed, claim(store)[0], error="HTTP 400", final=True)
    assert [one.event for one in claim(store)] == ["inquiry.opened"]


def test_leads_and_destinations_do_not_wait_for_each_other(store, add_lead):
    for _ in range(3):
        add_lead(Outbox(ALL))
    mark(store, queueing.failed, claim(store)[0], error="HTTP 503", retry_after=600)
    assert len(claim(store, limit=9)) == 2
    assert len(claim(store, destination="wecom", limit=9)) == 3


def test_a_failure_waits_as_long_as_the_receiver_wished(store, add_lead):
    add_lead(Outbox(["crm"]))
    mark(store, queueing.failed, claim(store)[0], error="HTTP 503", retry_after=100)
    (row,) = rows(store)
    assert row.due_at >= NOW + timedelta(seconds=100)
    assert (row.state, row.error, row.lease, row.leased_until) == ("WAITING", "HTTP 503", "", None)


def test_after_the_last_attempt_a_row_is_dead_and_can_be_sent_again_under_the_same_key(store, add_lead):
    add_lead(Outbox(["crm"]))
    with store.writing() as db:
        db.scalars(select(Delivery)).one().attempts = backoff.ATTEMPTS - 1
    (last,) = claim(store)
    mark(store, queueing.failed, last, error="HTTP 503")
    with store.reading() as db:
        assert [row.id for row in queueing.dead(db)] == [last.id]
        assert queueing.counts(db) == {"DEAD": 1}
    assert claim(store, LATER) == []
    with store.writing() as db:
        queueing.resend(db, last.id, LATER)
    (again,) = claim(store, LATER)
    assert (again.key, again.attempts) == (last.key, 1)


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.CANCELLED, None])
def test_only_dead_letters_can_be_sent_again(store, add_lead, state):
    add_lead(Outbox(["crm"]))
    with store.writing() as db:
        row = db.scalars(select(Delivery)).one()
        row.state = state or row.state
        id_ = row.id if state else 999
    with store.writing() as db, pytest.raises(NotFound, match=str(id_)):
        queueing.resend(db, id_, NOW)


def test_workers_that_claim_at_once_never_get_the_same_row(store, add_lead):
    for _ in range(40):
        add_lead(Outbox(["crm"]))
    taken, start = [], threading.Barrier(4)

    def work():
        start.wait()
        while found := claim(store, limit=2):
            taken.extend(one.id for one in found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
