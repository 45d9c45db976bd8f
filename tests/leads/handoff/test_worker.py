"""The worker: each row arrives, whatever breaks; and nothing it logs tells who an investor is."""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from deploy.crm_demo import Faults, Receiver
from leads import queueing, worker
from leads.delivery.base import Refused, TryLater
from leads.delivery.crm import Crm
from leads.delivery.mail import Mailbox
from leads.delivery.signing import StandardWebhooks
from leads.delivery.wecom import WeCom
from leads.errors import StoreUnavailable
from leads.outbox import Outbox
from leads.service import Leads
from leads.settings import Mail, Settings
from leads.tables import Delivery, Lead
from leads.wiring import destinations_of, outbox_of
from leads.worker import Worker
from tests.leads.handoff.conftest import PERSON
from tests.leads.handoff.receivers import answering, hang, raw, reset, smtp
from tests.support.ports import free_port

SETTINGS = Settings(database="sqlite://", retry_base=0.05)
PATIENT = Settings(database="sqlite://", retry_base=900)


class Remembering:
    """A destination that remembers what it was sent and answers by script."""

    longest, cap = 0.2, 1.0

    def __init__(self, name="crm", script=()):
        self.name, self.script, self.keys, self.paused = name, list(script), [], 0.0

    def pause(self):
        return self.paused

    def send(self, delivery):
        self.keys.append(delivery.key)
        if self.script and (error := self.script.pop(0)):
            raise error


@contextmanager
def receiving(**more):
    """The demo CRM, silent."""
    receiver = Receiver("a-key", say=lambda _text: None, **more)
    threading.Thread(target=receiver.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver, f"http://127.0.0.1:{receiver.port}/leads"
    finally:
        receiver.closing.set()
        receiver.shutdown()
        receiver.server_close()


@contextmanager
def running(*workers):
    """Workers in threads, stopped and joined at the end; yields what stops them."""
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in workers]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)


def states(store):
    with store.reading() as db:
        return dict(db.execute(select(Delivery.destination, Delivery.state)).all())


def eventually(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.05)


def all_delivered(store):
    with store.reading() as db:
        return set(db.scalars(select(Delivery.state))) == {"DELIVERED"}


def now():
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(worker, "POLL", 0.05)
    monkeypatch.setattr(worker, "AWAY", 0.1)


def test_what_waits_is_sent_and_marked(store, add_lead):
    add_lead(Outbox(["crm"]), now())
    crm = Remembering()
    assert Worker(store, [crm], SETTINGS).run_once() == 1
    assert Worker(store, [crm], SETTINGS).run_once() == 0
    assert states(store) == {"crm": "DELIVERED"}
    assert len(crm.keys) == 1


def test_a_refusal_is_dead_at_once_and_a_passing_fault_is_tried_again(store, add_lead):
    for _ in range(2):
        add_lead(Outbox(["crm"]), now())
    crm = Remembering(script=[Refused("HTTP 400"), TryLater("HTTP 503"), TryLater("HTTP 503")])
    one = Worker(store, [crm], SETTINGS)
    eventually(lambda: (one.run_once(), len(crm.keys) >= 4)[1])
    assert len(set(crm.keys)) == 2
    with store.reading() as db:
        assert sorted(db.scalars(select(Delivery.state))) == ["DEAD", "DELIVERED"]
        assert [row.error for row in queueing.dead(db)] == ["HTTP 400"]


def test_two_workers_deliver_each_row_once(store, add_lead):
    for _ in range(15):
        add_lead(Outbox(["crm"]), now())
    crm = Remembering()
    with running(*(Worker(store, [crm], SETTINGS) for _ in range(2))):
        eventually(lambda: all_delivered(store))
    assert len(crm.keys) == len(set(crm.keys)) == 15


def test_a_worker_that_dies_while_sending_loses_nothing_and_the_receiver_sees_the_same_key(
    store, add_lead, monkeypatch
):
    monkeypatch.setattr(worker, "_MARGIN", 0.1)
    add_lead(Outbox(["crm"]), now())

    class Dies(Remembering):
        def send(self, delivery):
            super().send(delivery)
            raise SystemExit  # stands for kill -9 after the receiver took it: nothing is marked

    dying, healthy = Dies(), Remembering()
    with pytest.raises(SystemExit):
        Worker(store, [dying], SETTINGS).run_once()
    assert states(store) == {"crm": "WAITING"}
    one = Worker(store, [healthy], SETTINGS)
    eventually(lambda: one.run_once() == 1)
    assert healthy.keys == dying.keys
    assert states(store) == {"crm": "DELIVERED"}


def test_a_destination_that_hangs_does_not_hold_up_the_others(store, add_lead):
    released = threading.Event()

    class Hangs(Remembering):
        def send(self, _delivery):
            released.wait(60)

    for _ in range(3):
        add_lead(Outbox(["crm", "wecom"]), now())
    group = Remembering("wecom")
    with running(Worker(store, [Hangs(), group], SETTINGS)):
        eventually(lambda: len(group.keys) == 3)
        released.set()


def test_a_destination_that_pauses_is_not_claimed_for(store, add_lead):
    add_lead(Outbox(["wecom"]), now())
    group = Remembering("wecom")
    group.paused = 10.0
    one = Worker(store, [group], SETTINGS)
    assert one.run_once() == 0
    with store.reading() as db:
        assert db.scalars(select(Delivery.attempts)).one() == 0


class Failing:
    """A store that is away as long as `away` says so."""

    def __init__(self, store):
        self._store, self.away, self.asked = store, False, 0

    def _there(self):
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away")

    @contextmanager
    def reading(self):
        self._there()
        with self._store.reading() as db:
            yield db

    @contextmanager
    def writing(self):
        self._there()
        with self._store.writing() as db:
            yield db


def test_a_database_that_is_away_is_waited_for(store, add_lead):
    add_lead(Outbox(["crm"]), now())
    shaky, crm = Failing(store), Remembering()
    shaky.away = True
    with running(Worker(shaky, [crm], SETTINGS)):
        eventually(lambda: shaky.asked >= 3)
        assert crm.keys == []
        shaky.away = False
        eventually(lambda: all_delivered(store))


def test_a_result_is_kept_through_a_short_outage_and_the_message_not_repeated(store, add_lead):
    """A group would read it twice."""
    add_lead(Outbox(["crm"]), now())
    shaky = Failing(store)

    class Outage(Remembering):
        def send(self, delivery):
            super().send(delivery)
            shaky.away, shaky.asked = True, 0

    crm = Outage()
    with running(Worker(shaky, [crm], SETTINGS)):
        eventually(lambda: crm.keys and shaky.asked >= 3)
        shaky.away = False
        eventually(lambda: all_delivered(store))
    assert len(crm.keys) == 1


def test_stopping_finishes_what_is_being_sent_and_begins_nothing_new(store, add_lead):
    for _ in range(3):
        add_lead(Outbox(["crm"]), now())
    begun, stopping = threading.Event(), threading.Event()

    class Slow(Remembering):
        def send(self, delivery):
            begun.set()
            assert stopping.wait(30)
            super().send(delivery)

    crm = Slow()
    with running(Worker(store, [crm], SETTINGS)) as stop:
        assert begun.wait(30)
        stop.set()
        stopping.set()
    assert len(crm.keys) == 1
    with store.reading() as db:
        assert sorted(db.scalars(select(Delivery.state))) == ["DELIVERED", "WAITING", "WAITING"]


def test_a_worker_without_destinations_stays_and_stops(store):
    with running(Worker(store, [], SETTINGS)) as stop:
        assert not stop.wait(0.1)


def test_every_lead_arrives_once_at_a_crm_that_fails_hangs_and_drops_the_line(store, add_lead, tmp_path):
    faults = Faults(fail_rate=0.2, hang_rate=0.1, drop_after_commit_rate=0.2, hang_seconds=1, seed=9)
    for _ in range(12):
        add_lead(Outbox(["crm"]), now())
    with store.writing() as db:
        numbers = set(db.scalars(select(Lead.number)))
    with receiving(faults=faults, journal=tmp_path / "journal") as (receiver, url):
        destinations = [Crm(url, StandardWebhooks("a-key"), 0.2)]

        def hurry():
            # The demo wishes a second; the test has no time for that.
            with store.writing() as db:
                db.execute(update(Delivery).values(due_at=now()))
            return all_delivered(store)

        with running(*(Worker(store, destinations, SETTINGS) for _ in range(2))):
            eventually(hurry, 30)
        got = [entry["payload"]["lead"]["number"] for entry in receiver.memory.all()]
    assert len(got) == len(set(got)) == 12
    assert set(got) == numbers
    assert len((tmp_path / "journal").read_text().splitlines()) == 12


# Logs


def _outcomes(channel):
    """Receivers for a destination, from a smooth one to the broken ones."""
    if channel == "mail":
        for codes in ({}, {"rcpt": 550}, {"rcpt": 451}, {"data": 554}):
            with smtp(**codes) as (port, _):
                yield port
        yield free_port()
        return
    quoting = json.dumps(PERSON, ensure_ascii=False).encode()
    for status in (200, 301, 400, 409, 429, 503):
        with answering(status, {"Location": "http://127.0.0.1:1/?key=ROBOTKEY123"}, quoting) as (url, _):
            yield url
    for code in (0, 45009, 93000):
        with answering(200, body=json.dumps({"errcode": code, "errmsg": "ROBOTKEY123"}).encode()) as (url, _):
            yield url
    for fault in (reset, hang, lambda connection: connection.sendall(b"junk\r\n\r\n")):
        with raw(fault) as url:
            yield url
    yield f"http://127.0.0.1:{free_port()}/?key=ROBOTKEY123"
    yield "http://" + "ROBOTKEY123" * 7 + ".example/?key=ROBOTKEY123"


def _destination(channel, place):
    if channel == "mail":
        return Mailbox(Mail(to=f"{PERSON['contact']}@x.cn", sender="bot@x.cn", host="127.0.0.1", port=place), 0.2)
    return Crm(place, StandardWebhooks("SIGNKEY"), 0.2) if channel == "crm" else WeCom(place, 0.2)


@pytest.mark.parametrize("channel", ["crm", "wecom", "mail"])
def test_no_log_line_at_any_level_tells_who_it_is_or_the_robots_key(store, add_lead, caplog, channel):
    """Through every outcome, with urllib3, smtplib and our own logs at DEBUG; nor does the row's error."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "urllib3"):
        for place in _outcomes(channel):
            add_lead(Outbox([channel]), now())
            Worker(store, [_destination(channel, place)], PATIENT).run_once()
    said = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records
    )
    with store.reading() as db:
        errors = "\n".join(db.scalars(select(Delivery.error)))
        states_seen = set(db.scalars(select(Delivery.state)))
    assert {"WAITING", "DEAD", "DELIVERED"} <= states_seen
    assert "推送" in said
    for secret in (*PERSON.values(), "13912345678", "ROBOTKEY123", "SIGNKEY", "三五千万"):
        assert secret not in said
        assert secret not in errors


# The whole way


def test_a_lead_submitted_through_the_service_arrives_and_its_erasure_after_it(store, draft):
    with receiving() as (receiver, address):
        environ = {"LEADS_CRM_URL": address, "LEADS_CRM_SECRET": "a-key", "LEADS_RETRY_BASE": "0.05"}
        settings = Settings.of(environ)
        leads = Leads(store, outbox_of(settings), settings)
        sender = Worker(store, destinations_of(settings), settings)
        number = leads.submit(draft(), []).number
        assert leads.submit(draft(key="again", talk="other"), []).number != number
        sender.run_once()
        leads.erase(number, "talk-1")
        sender.run_once()
        got = [(entry["payload"]["event"], entry["payload"]["lead"]["number"]) for entry in receiver.memory.all()]
    assert [event for event, of in got if of == number] == ["lead.submitted", "lead.erased"]
    assert len(got) == 3
    with store.reading() as db:
        kept = db.scalars(select(Delivery).where(Delivery.event == "lead.submitted")).all()
    assert [bool(row.payload) for row in sorted(kept, key=lambda row: row.id)] == [False, True]
