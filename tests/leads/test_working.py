"""Officers share leads without getting in each other's way, and stages follow the legal way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.errors import AlreadyTaken, IllegalMove, NotFound
from leads.model import LEGAL_MOVES, Stage
from leads.tables import Assignment, Card
from tests.leads.conftest import TIME


def test_of_two_officers_one_takes_a_lead(leads, submit, see):
    number, start = submit(), Barrier(2)

    def take(officer):
        start.wait()
        try:
            leads.take(number, officer)
        except AlreadyTaken as error:
            return str(error)
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, ("li", "wang")))
    (assignment,) = see.all(Assignment)
    assert said.count("mine") == 1
    assert assignment.officer in next(word for word in said if word != "mine")
    leads.take(number, assignment.officer)
    assert len(see.all(Assignment)) == 1


def test_a_lead_is_passed_on_and_its_way_stays_visible(leads, submit, see, clock):
    number = submit()
    leads.assign(number, "li", "chief")
    clock.passes(days=1)
    leads.assign(number, "wang", "chief")
    leads.assign(number, "wang", "chief")
    held = [(row.officer, row.by, row.since, row.until) for row in see.all(Assignment)]
    assert held == [("li", "chief", TIME, clock.time), ("wang", "chief", clock.time, None)]
    data = [row.data for row in see.activities(number) if row.kind == "assigned"]
    assert data == [{"officer": "li", "before": ""}, {"officer": "wang", "before": "li"}]


def test_passing_on_at_once_leaves_one_officer(leads, submit, see):
    number = submit()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: leads.assign(number, f"officer-{n}", "chief"), range(4)))
    assert len(see.all(Assignment, Assignment.until.is_(None))) == 1
    assert len(see.all(Assignment)) == 4


def test_an_illegal_move_names_the_legal_ones(leads, submit, see):
    number = submit()
    with pytest.raises(IllegalMove, match="不能从“新线索”改为“签约”，可以改为：已联系、关闭"):
        leads.move(number, Stage.SIGNED, "li")
    assert see.lead(number).stage == "NEW"


@pytest.mark.parametrize("because", ["", "  "])
def test_closing_needs_a_reason(leads, submit, because):
    number = submit()
    with pytest.raises(IllegalMove, match="理由"):
        leads.move(number, Stage.CLOSED, "li", because)


def test_what_was_closed_may_be_taken_up_again(leads, submit, see):
    number = submit()
    leads.move(number, Stage.CLOSED, "li", "联系不上")
    assert see.lead(number).closed_because == "联系不上"
    leads.move(number, Stage.CONTACTED, "li", "回电了")
    assert (see.lead(number).stage, see.lead(number).closed_because) == ("CONTACTED", "")
    assert [(row.text, row.data) for row in see.activities(number)[1:]] == [
        ("联系不上", {"from": "NEW", "to": "CLOSED"}),
        ("回电了", {"from": "CLOSED", "to": "CONTACTED"}),
    ]


def test_moves_at_once_follow_one_another(leads, submit, see):
    number = submit()

    def move(stage):
        try:
            leads.move(number, stage, "li", "x")
        except IllegalMove:
            return None
        return stage

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(move, [Stage.CONTACTED, Stage.CLOSED, Stage.QUALIFIED, Stage.CONTACTED, Stage.NEW]))
    assert_legal_history(see, number)


def assert_legal_history(see, number):
    """Each move starts where the one before ended, is legal, and the last one is where the lead is."""
    stage = Stage.NEW
    for row in see.activities(number):
        if row.kind == "moved":
            assert Stage(row.data["from"]) is stage
            assert Stage(row.data["to"]) in LEGAL_MOVES[stage]
            stage = Stage(row.data["to"])
    assert see.lead(number).stage == stage


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.sampled_from(Stage), max_size=10))
def test_any_walk_takes_legal_moves_only(leads, submit, see, walk):
    number = submit()
    for stage in walk:
        present = Stage(see.lead(number).stage)
        try:
            leads.move(number, stage, "li", "理由")
        except IllegalMove:
            assert stage not in LEGAL_MOVES[present]
            assert see.lead(number).stage == present
        else:
            assert stage in LEGAL_MOVES[present]
    assert_legal_history(see, number)


def test_what_was_done_is_noted(leads, submit, see, clock):
    number = submit()
    clock.passes(hours=3)
    leads.note(number, "li", "visited", "看了地块")
    last = see.activities(number)[-1]
    assert (last.kind, last.actor, last.text, last.at) == ("visited", "li", "看了地块", clock.time)
    assert see.lead(number).updated_at == clock.time


def test_a_kind_of_note_that_is_none_is_refused(leads, submit, see):
    number = submit()
    with pytest.raises(ValueError, match="erased"):
        leads.note(number, "li", "erased", "x")
    assert len(see.activities(number)) == 1


CARD = {
    "project": "量子产业园",
    "responsibility": "落地",
    "measures": "周调度",
    "deadline": TIME,
    "leader": "王",
    "team": "专班",
}


def test_the_card_is_filled_in_and_says_what_changed(leads, submit, see):
    number = submit()
    leads.fill_card(number, "li", **CARD)
    leads.fill_card(number, "li", **{**CARD, "measures": "日调度", "deadline": None})
    (card,) = see.all(Card)
    assert {key: getattr(card, key) for key in CARD} == {**CARD, "measures": "日调度", "deadline": None}
    changed = [row.data["changed"] for row in see.activities(number) if row.kind == "card"]
    assert changed == [list(CARD), ["measures", "deadline"]]


def test_a_lead_that_is_none_is_told(leads):
    for what in (
        lambda: leads.take("ZS1", "li"),
        lambda: leads.assign("ZS1", "li", "x"),
        lambda: leads.move("ZS1", Stage.CONTACTED, "li"),
        lambda: leads.note("ZS1", "li", "noted", "x"),
        lambda: leads.fill_card("ZS1", "li", **CARD),
    ):
        with pytest.raises(NotFound):
            what()
