"""Whether an incentive may be told as current, and what must be said beside it."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.model import Incentive
from knowledge.standing import caveat_of, standing_of

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("keys", "standing"),
    [
        ({}, "current"),
        ({"effective_from": "2020", "effective_until": "2030-12-31"}, "current"),
        ({"effective_until": "2026-11-21"}, "expired"),
        ({"effective_until": "2026-11-22"}, "current"),
        ({"effective_until": "2026-11"}, "current"),
        ({"effective_until": "2026-10"}, "expired"),
        ({"effective_until": "2026"}, "current"),
        ({"effective_until": "2025"}, "expired"),
        ({"expired": True}, "expired"),
        ({"expired": True, "effective_until": "2030"}, "expired"),
        ({"superseded_by": "other"}, "superseded"),
        ({"superseded_by": "other", "expired": True}, "superseded"),
        ({"effective_from": "2026-11-23"}, "not_yet"),
        ({"effective_from": "2026-11-22"}, "current"),
        ({"effective_from": "2026-12"}, "not_yet"),
        ({"effective_from": "2026-11"}, "current"),
        ({"effective_from": "2027"}, "not_yet"),
        ({"effective_from": "2026"}, "current"),
    ],
)
def test_the_standing_follows_from_the_dates_as_precise_as_they_are(make, keys, standing):
    assert standing_of(make("incentive", **keys), TODAY) == standing


@pytest.mark.parametrize(
    ("until", "last"),
    [("2024-02", (2024, 2, 29)), ("2025-02", (2025, 2, 28)), ("2025-12", (2025, 12, 31)), ("2025", (2025, 12, 31))],
)
def test_a_month_or_year_lasts_to_its_last_day(make, until, last):
    incentive = make("incentive", effective_until=until)
    assert standing_of(incentive, dt.date(*last)) == "current"
    assert standing_of(incentive, dt.date(*last) + dt.timedelta(days=1)) == "expired"


def test_an_expired_incentive_says_so_before_anything_else(make):
    assert caveat_of(make("incentive", expired=True), TODAY).startswith("该政策已过期")


def test_a_superseded_incentive_says_so(make):
    assert "取代" in caveat_of(make("incentive", superseded_by="other"), TODAY)


def test_an_incentive_to_come_names_its_day(make):
    assert "2027-01-01" in caveat_of(make("incentive", effective_from="2027-01-01"), TODAY)


def test_what_to_verify_and_why_are_told_and_only_one_full_stop_ends_each(make):
    verify = {"what": "奖励是否仍在执行。", "why": "后续修订情况未见。"}
    caveat = caveat_of(make("incentive", verify=verify), TODAY)
    assert "奖励是否仍在执行" in caveat
    assert "后续修订情况未见" in caveat
    assert "。。" not in caveat


def test_where_nothing_needs_verifying_a_current_incentive_has_no_caveat(make):
    assert caveat_of(make("incentive", verify=None), TODAY) == ""


def test_every_shipped_incentive_has_something_to_read_beside_its_benefits(shipped):
    assert [r.id for r in shipped if isinstance(r, Incentive) and not caveat_of(r, TODAY)] == []


def test_what_to_verify_reads_on_after_the_words_that_introduce_it(shipped):
    """`须向主管部门核实:` comes before it, so it must not ask once more."""
    texts = {r.id: r.verify.what for r in shipped if isinstance(r, Incentive) and r.verify}
    assert [id_ for id_, what in texts.items() if what.startswith(("请", "须", "核实", "应"))] == []
