"""An officer's words reach the investor: signed, once, in their order, soon, or the officer is told that they did not."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from leads.delivery.base import TryLater
from leads.delivery.channel import InvestorChannel
from leads.delivery.signing import SignatureInvalid, StandardWebhooks
from leads.errors import IllegalMove
from leads.handling import RETURNED
from leads.inquiries import Inquiries
from leads.model import Talk
from leads.outbox import Outbox
from leads.service import Leads
from leads.settings import Settings
from leads.tables import Delivery
from leads.worker import Worker
from tests.leads.handoff.receivers import answering
from tests.leads.handoff.test_worker import SETTINGS, Remembering, eventually, running

SIGNER = StandardWebhooks("ein-geheimnis")


@pytest.fixture
def desk(store, rules):
    """The pipeline with the investor's channel as its only destination."""
    return Leads(store, Outbox(["channel"]), Settings(database="unused"), **rules)


@pytest.fixture
def inquiry(desk):
    return desk.ask_for_person(Talk(id="web-1", channel="web"), "转人工", [])


def conversation(store, inquiry):
    return [(line.text, line.delivery, line.error) for line in Inquiries(store).conversation(inquiry)]


def test_joining_saying_and_leaving_arrive_in_order_and_signed(desk, inquiry, store):
    desk.take_over(inquiry, "li", "李老师")
    desk.take_over(inquiry, "li", "李老师")
    desk.say(inquiry, "li", "您好，<b>我是</b>招商专员", "李老师")
    desk.hand_back(inquiry, "li", "李老师")
    with answering(204, body=b"") as (url, heard):
        worker = Worker(store, [InvestorChannel(url.partition("/take")[0], SIGNER, 5.0)], SETTINGS)
        assert worker.run_once() == 3
    told = [json.loads(one.body) for one in heard]
    assert [(one["kind"], one["talk"], one["officer"]) for one in told] == [
        (f"officer.{what}", "web-1", "李老师") for what in ("joined", "said", "left")
    ]
    assert told[1]["text"] == "您好，<b>我是</b>招商专员"
    assert {one.path for one in heard} == {"/webhooks/web/push"}
    for one, message in zip(heard, told, strict=True):
        SIGNER.verify(one.headers, one.body, datetime.now(UTC))
        assert one.headers["webhook-id"] == message["id"]
        with pytest.raises(SignatureInvalid):
            SIGNER.verify(one.headers, one.body + b" ", datetime.now(UTC))
    assert conversation(store, inquiry) == [("您好，<b>我是</b>招商专员", "DELIVERED", "")]


def test_a_later_message_never_overtakes_one_that_is_tried_again(desk, inquiry, store):
    desk.take_over(inquiry, "li")
    other = desk.ask_for_person(Talk(id="web-2", channel="web"), "转人工", [])
    desk.take_over(other, "wang")
    desk.say(inquiry, "li", "一")
    desk.say(inquiry, "li", "二")
    channel = Remembering("channel", [None, None, TryLater("weg"), TryLater("weg")])
    with running(Worker(store, [channel], SETTINGS)):
        eventually(lambda: {state for _, state, _ in conversation(store, inquiry)} == {"DELIVERED"})
    with store.reading() as db:
        order = {row.key: row.payload["message"]["text"] for row in db.query(Delivery).order_by(Delivery.id)}
    said = [order[key] for key in channel.keys if order[key] in ("一", "二")]
    assert said == ["一", "一", "一", "二"], "the same key again, and only then the next"
    assert len(set(channel.keys)) == 4


def test_it_arrives_within_about_a_second_of_being_said(desk, inquiry, store, monkeypatch):
    monkeypatch.setattr("leads.worker.POLL", 0.5)  # as in operation
    channel = Remembering("channel")
    with running(Worker(store, [channel], SETTINGS)):
        desk.take_over(inquiry, "li")
        eventually(lambda: len(channel.keys) == 1)
        took = []
        for n in range(4):
            started = time.monotonic()
            desk.say(inquiry, "li", str(n))
            eventually(lambda: len(channel.keys) == n + 2)  # noqa: B023 - called at once
            took.append(time.monotonic() - started)
    assert sorted(took)[1] < 1.2, took


def test_what_can_no_longer_be_delivered_is_told_to_the_officer(desk, inquiry, store):
    desk.take_over(inquiry, "li")
    desk.say(inquiry, "li", "您好")
    later = InvestorChannel("http://127.0.0.1:9", SIGNER, 1.0, lambda: datetime.now(UTC) + timedelta(hours=2))
    assert Worker(store, [later], SETTINGS).run_once() == 2
    ((_, state, error),) = conversation(store, inquiry)
    assert state == "DEAD"
    assert "重新写一条" in error


@pytest.mark.parametrize(("status", "state"), [(204, "DELIVERED"), (403, "DEAD"), (404, "DEAD"), (503, "WAITING")])
def test_the_answer_of_the_channel_decides(desk, inquiry, store, status, state):
    desk.take_over(inquiry, "li")
    with answering(status, body=b"") as (url, _):
        Worker(store, [InvestorChannel(url.partition("/take")[0], SIGNER, 5.0)], SETTINGS).run_once()
    with store.reading() as db:
        assert [row.state for row in db.query(Delivery)] == [state]


def test_nothing_is_written_for_a_channel_nobody_can_write_in(desk, store):
    inquiry = desk.ask_for_person(Talk(id="t", channel="rest"), "转人工", [])
    with pytest.raises(IllegalMove, match="不能给投资者发消息"):
        desk.take_over(inquiry, "li")
    with store.reading() as db:
        assert db.query(Delivery).count() == 0
    assert not desk.inquiries.one(inquiry).reached


def test_where_it_is_not_said_where_to_push_nobody_is_taken_over(store, rules):
    alone = Leads(store, Outbox(), Settings(database="unused"), **rules)
    inquiry = alone.ask_for_person(Talk(id="web-1", channel="web"), "转人工", [])
    assert not alone.inquiries.one(inquiry).reached
    with pytest.raises(IllegalMove, match="没有人答话"):
        alone.take_over(inquiry, "li")


def test_whoever_is_left_without_a_word_of_farewell_reads_how_it_stands(desk, inquiry, store):
    desk.take_over(inquiry, "li", "李老师")
    desk.absences.run(datetime.now(UTC) + timedelta(minutes=31))
    with store.reading() as db:
        last = db.query(Delivery).order_by(Delivery.id.desc()).first()
    message = last.payload["message"]
    assert (message["kind"], message["text"], message["officer"]) == ("officer.left", RETURNED, "")


def test_an_erased_conversation_takes_the_officers_words_with_it(desk, inquiry, store, see):
    desk.take_over(inquiry, "li")
    desk.say(inquiry, "li", "秘密")
    desk.erase_talk("web-1")
    assert "秘密" not in see.everything()
    assert "web-1" not in see.everything()
    channel = Remembering("channel")
    assert Worker(store, [channel], SETTINGS).run_once() == 0


def test_an_address_without_a_secret_is_refused():
    with pytest.raises(ValueError, match="CHANNEL_SECRET"):
        Settings.of({"BOT_URL": "http://127.0.0.1:5005"})
