"""The figures are what the tables say, for those who may see them, and are not counted anew for every look."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from leads.model import LoggedTurn, Stage, Talk
from leads.staff.model import Scope
from leads.statistics import Statistics
from tests.leads.conftest import TIME

ALL = Scope(everything=True)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def figures(store, clock):
    return lambda scope=ALL, since=SINCE, until=UNTIL: Statistics(store, clock).overview(scope, since, until)


def to(leads, number, stage):
    way = list(Stage)
    for step in way[1 : way.index(stage) + 1]:
        leads.move(number, step, "li")


def told(counted):
    return [(one.what, one.count, one.amount) for one in counted]


def test_the_funnel_counts_who_is_in_a_stage_in_those_before_it_too(leads, submit, figures):
    for n, stage in enumerate((Stage.NEW, Stage.NEGOTIATING, Stage.SIGNED, Stage.FUNDED)):
        to(leads, submit(talk=f"t{n}"), stage)
    leads.move(submit(talk="x"), Stage.CLOSED, "li", "重复")
    found = figures()
    assert told(found.funnel) == [
        ("线索", 5, 500_000_000), ("洽谈", 3, 300_000_000), ("签约", 2, 200_000_000), ("开工", 1, 100_000_000),
        ("到资", 1, 100_000_000),
    ]  # fmt: skip
    assert found.closed == 1


def test_other_currencies_and_leads_without_an_amount_are_counted_apart(submit, figures):
    submit(talk="a", currency="USD", investment_low=5_000_000)
    submit(talk="b", currency="", investment_low=None, investment_high=None)
    submit(talk="c", investment_low=None, investment_high=70)
    found = figures()
    assert told(found.currencies) == [("USD", 1, 5_000_000)]
    assert found.without_amount == 1
    assert found.funnel[0].amount == 70


def test_response_is_the_median_and_the_share_that_was_on_time(leads, submit, figures, clock):
    numbers = [submit(talk=f"t{n}") for n in range(5)]
    for hours, number in zip((2, 4, 100), numbers, strict=False):
        clock.time = TIME + timedelta(hours=hours)
        leads.note(number, "li", "called", "谈过")
    leads.move(numbers[4], Stage.CLOSED, "li", "重复")
    response = figures().response
    assert (response.contacted, response.waiting) == (3, 1)
    assert response.hours == pytest.approx(4, abs=0.01)
    assert (response.on_time, response.judged) == (2, 5)


def test_merged_leads_and_those_out_of_the_period_do_not_count(leads, submit, figures, clock):
    first, second = submit(talk="a"), submit(talk="b")
    leads.merge(first, second, "li")
    clock.passes(days=400)
    submit(talk="c")
    assert figures().funnel[0].count == 1
    assert figures(until=datetime(2028, 1, 1, tzinfo=UTC)).funnel[0].count == 2


def test_nobody_sees_figures_of_leads_he_may_not_see(leads, submit, figures):
    leads.take(submit(talk="a"), "li")
    leads.take(submit(talk="b"), "wang")
    assert figures(Scope(officer="li")).funnel[0].count == 1
    assert figures(Scope()).funnel[0].count == 0


def test_months_are_beijings(submit, figures, clock):
    clock.time = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
    submit(talk="a")
    clock.time = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)
    submit(talk="b")
    assert [(one.what, one.count) for one in figures().months] == [("2026-03", 1), ("2026-04", 1)]


def test_answers_are_counted_by_kind_record_and_word_of_the_investor(leads, figures):
    def turn(id_, kind, *records):
        return LoggedTurn(id=id_, talk=Talk(id="t", channel="web"), at=TIME, question="?", kind=kind, records=records)

    leads.log_turns(
        [turn("1", "answer", "jn-gaoxin"), turn("2", "answer", "jn-gaoxin", "jn-qbq"), turn("3", "answer", "jn-qbq"),
         turn("4", "refuse", "jn-12345"), turn("5", "smalltalk")]
    )  # fmt: skip
    leads.rate_turn("1", "t", helpful=True)
    leads.rate_turn("4", "t", helpful=False)
    leads.ask_for_person(Talk(id="t", channel="web"), "转人工", [])
    found = figures()
    assert found.answers.kinds == {"answer": 3, "refuse": 1, "smalltalk": 1}
    assert (found.answers.helpful, found.answers.unhelpful, found.answers.inquiries) == (1, 1, 1)
    assert [(one.what, one.count) for one in found.records] == [("jn-gaoxin", 2), ("jn-qbq", 1)]


def test_where_leads_come_from_is_told_where_it_is_known(leads, draft, figures):
    leads.submit(draft(talk="a"), [], {"source": "推介会"})
    leads.submit(draft(talk="b"), [])
    found = figures()
    assert [(one.what, one.count) for one in found.sources] == [("推介会", 1)]
    assert [(one.what, one.count) for one in found.channels] == [("rest", 2)]
    assert [one.count for one in found.offices] == [2]


def test_figures_are_kept_and_refreshed_behind_whoever_looks(store, clock, submit, monkeypatch):
    made = Statistics(store, clock)
    assert made.overview(ALL, SINCE, UNTIL).funnel[0].count == 0
    submit()
    assert made.overview(ALL, SINCE, UNTIL).funnel[0].count == 0, "kept"
    monkeypatch.setattr("leads.statistics.FRESH", 0.0)
    assert made.overview(ALL, SINCE, UNTIL).funnel[0].count == 0, "whoever looks does not wait"
    for thread in [one for one in threading.enumerate() if one.name == "statistics"]:
        thread.join(10)
    monkeypatch.setattr("leads.statistics.FRESH", 300.0)
    assert made.overview(ALL, SINCE, UNTIL).funnel[0].count == 1
