"""The log of turns: kept once, rated by its own conversation, erased with it, forgotten when its time is up."""

from __future__ import annotations

import pytest

from leads.errors import NotFound
from leads.model import LoggedTurn, Talk
from leads.tables import TurnRow
from tests.leads.conftest import TIME


def turn(id_="t1", talk="talk-1", **given):
    given = {"question": "厂房租金多少？", "kind": "refuse", "at": TIME, "records": ("jn-gaoxin",), **given}
    return LoggedTurn(id=id_, talk=Talk(id=talk, channel="web"), **given)


def test_a_turn_that_is_written_twice_stands_once(leads, see):
    leads.log_turns([turn()])
    leads.log_turns([turn(), turn("t2", confidence=0.5, intent="ask_site")])
    assert [(row.id, row.confidence, row.records) for row in see.all(TurnRow)] == [
        ("t1", None, ["jn-gaoxin"]), ("t2", 0.5, ["jn-gaoxin"]),
    ]  # fmt: skip


def test_the_last_word_on_a_reply_counts(leads, see):
    leads.log_turns([turn()])
    leads.rate_turn("t1", "talk-1", helpful=True)
    leads.rate_turn("t1", "talk-1", helpful=False, reason="没回答我的问题")
    assert [(row.helpful, row.reason) for row in see.all(TurnRow)] == [(False, "没回答我的问题")]


@pytest.mark.parametrize(("id_", "talk"), [("t1", "talk-2"), ("t9", "talk-1")])
def test_nobody_rates_a_turn_of_another_conversation(leads, see, id_, talk):
    leads.log_turns([turn()])
    with pytest.raises(NotFound):
        leads.rate_turn(id_, talk, helpful=True)
    assert [row.helpful for row in see.all(TurnRow)] == [None]


def test_erasing_a_conversation_leaves_figures_only(leads, see):
    leads.log_turns([turn(question="秘密"), turn("t2", talk="talk-2")])
    leads.rate_turn("t1", "talk-1", helpful=False, reason="秘密")
    leads.erase_talk("talk-1")
    assert "秘密" not in see.everything()
    assert "talk-1" not in see.everything()
    assert [(row.kind, row.question) for row in see.all(TurnRow)] == [("refuse", ""), ("refuse", "厂房租金多少？")]


def test_turns_are_forgotten_after_their_time_and_not_before(leads, see, clock):
    leads.log_turns([turn()])
    clock.passes(days=179)
    leads.log_turns([turn("t2", at=clock.time)])
    leads.retain(clock.time)
    assert len(see.all(TurnRow)) == 2
    clock.passes(days=2)
    leads.retain(clock.time)
    assert [row.id for row in see.all(TurnRow)] == ["t2"]
