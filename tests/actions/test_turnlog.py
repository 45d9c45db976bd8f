"""Turns are written down beside the conversation: discreetly, in order, and never in its way."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import create_engine, text

from actions.investor.feedback import Feedback, give_feedback
from actions.turn.log import TurnLog
from actions.wiring import turn_log
from leads.errors import NotFound, StoreUnavailable
from leads.model import LoggedTurn, Talk
from leads.service import utc_now


def turn(id_):
    return LoggedTurn(id=id_, talk=Talk(id="t", channel="web"), at=utc_now(), question="?", kind="answer")


@pytest.fixture
def rows(pipeline, tmp_path):
    """The log as it stands once everything is written."""

    def look(*columns):
        assert turn_log().settle(5)
        engine = create_engine(f"sqlite:///{tmp_path / 'leads.sqlite3'}")
        with engine.connect() as db:
            found = [tuple(row) for row in db.execute(text(f"SELECT {','.join(columns)} FROM turns ORDER BY at"))]
        engine.dispose()
        return found

    return look


def test_a_turn_is_found_under_the_id_its_envelope_names(caller, rows):
    said = caller().say("济南高新区的厂房租金是多少？", "ask_site")
    ((id_, question, kind, intent, confidence),) = rows("id", "question", "kind", "intent", "confidence")
    assert (id_, question, kind, intent, confidence) == (
        said.custom["turn"], "济南高新区的厂房租金是多少？", said.kind, "ask_site", 0.95,
    )  # fmt: skip


def test_nothing_of_the_form_nor_of_a_contact_stands_in_the_log(caller, rows):
    visitor = caller()
    visitor.registered()
    visitor.say("我的电话13800138000，济南高新区在哪里", "ask_site")
    kept = rows("kind", "question")
    assert {kind for kind, question in kept if question} <= {"answer", "clarify", "refuse"}
    assert not any(word in question for _, question in kept for word in ("李明", "示例软件", "138"))
    assert any("高新区在哪里" in question for _, question in kept)


def test_what_was_asked_is_erased_with_the_conversation(caller, rows):
    visitor = caller()
    visitor.registered()
    visitor.say("济南高新区在哪里", "ask_site")
    visitor.say("删掉我的信息", "manage_privacy")
    assert "turn" not in visitor.say("确认删除").custom
    kept = rows("talk_id", "question")
    assert kept
    assert all(talk.startswith("erased-") and not question for talk, question in kept)


def test_feedback_is_kept_discreetly_and_only_from_its_conversation(caller, rows):
    visitor = caller()
    id_ = visitor.say("济南高新区在哪里", "ask_site").custom["turn"]
    give_feedback(Feedback(visitor.id, id_, False, "请打13800138000告诉我"))
    ((helpful, reason),) = rows("helpful", "reason")
    assert not helpful
    assert "138" not in reason
    with pytest.raises(NotFound):
        give_feedback(Feedback("someone-else", id_, True))


def test_a_store_that_is_away_holds_up_no_turn_and_gets_them_in_order_later(monkeypatch):
    monkeypatch.setattr("actions.turn.log._AWAY", 0.01)
    away, kept = threading.Event(), []
    away.set()

    def keep(batch):
        if away.is_set():
            raise StoreUnavailable("away")
        kept.extend(entry.id for entry in batch)

    log = TurnLog(keep, most=3)
    log.add(turn("0"))
    while log._waiting:  # taken by the thread, which now tries again and again
        time.sleep(0.01)
    for n in range(1, 6):  # whoever waited for the store would wait for ever
        log.add(turn(str(n)))
    assert not log.settle(0.05)
    away.clear()
    assert log.settle(5)
    assert kept == ["0", "3", "4", "5"], "of more than the queue holds, the oldest are lost"


def test_an_ending_process_writes_what_waits():
    kept = []
    log = TurnLog(lambda batch: kept.extend(entry.id for entry in batch))
    log.add(turn("1"))
    log.close()
    assert kept == ["1"]


def test_a_fault_in_writing_ends_nothing():
    kept = []

    def keep(batch):
        if batch[0].id == "bad":
            raise RuntimeError("fault")
        kept.extend(entry.id for entry in batch)

    log = TurnLog(keep)
    log.add(turn("bad"))
    assert log.settle(5)
    log.add(turn("good"))
    assert log.settle(5)
    assert kept == ["good"]
