"""Times for an appointment are read ahead, in the bureau's calendar, and impossible days are named."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.slots import dates
from knowledge.text import fold

NOW = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - the bureau's own time; a Tuesday


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("今天下午", "2026-11-24 12:00", "2026-11-24 18:00"), ("明早九点", "2026-11-25 09:00", "2026-11-25 10:00"), ("大后天", "2026-11-27 00:00", "2026-11-28 00:00"),
        ("下周三下午三点", "2026-12-02 15:00", "2026-12-02 16:00"), ("本周五上午", "2026-11-27 08:00", "2026-11-27 12:00"), ("周一", "2026-11-30 00:00", "2026-12-01 00:00"),
        ("这周末", "2026-11-28 00:00", "2026-11-30 00:00"), ("下周", "2026-11-30 00:00", "2026-12-07 00:00"), ("下个月5号", "2026-12-05 00:00", "2026-12-06 00:00"),
        ("12号", "2026-12-12 00:00", "2026-12-13 00:00"), ("12月3日14:30", "2026-12-03 14:30", "2026-12-03 14:31"), ("1月8号", "2027-01-08 00:00", "2027-01-09 00:00"),
        ("月底前", "2026-11-24 10:00", "2026-12-01 00:00"), ("国庆节后", "2027-10-08 00:00", None), ("五一假期", "2027-05-01 00:00", "2027-05-06 00:00"),
        ("明年一季度", "2027-01-01 00:00", "2027-04-01 00:00"), ("三天后", "2026-11-27 00:00", "2026-11-28 00:00"), ("3个工作日内", "2026-11-24 10:00", "2026-11-28 00:00"),
        ("下午3点到5点", "2026-11-24 15:00", "2026-11-24 17:00"), ("上午九点", "2026-11-25 09:00", "2026-11-25 10:00"), ("2027-02-28", "2027-02-28 00:00", "2027-03-01 00:00"),
        ("2月29日", "2028-02-29 00:00", "2028-03-01 00:00"), ("随时", "2026-11-24 10:00", None),
    ],
)  # fmt: skip
def test_a_time_is_the_next_one_meant(said, start, end):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Period)
    assert (f"{found.start:%Y-%m-%d %H:%M}", found.end and f"{found.end:%Y-%m-%d %H:%M}") == (start, end)


def test_workdays_are_told_apart():
    assert dates.answer("工作日下午", NOW).workdays_only


@pytest.mark.parametrize("said", ["2月30日", "4月31号"])
def test_a_day_that_no_calendar_has_is_named(said):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Impossible)
    assert "没有" in found.why


@pytest.mark.parametrize(
    "said", ["投资5000万", "200亩", "0531-66600000", "13800000000", "拿地即开工", "1.2亿", "春节后", ""]
)
def test_what_is_no_time_or_not_certain_is_not_read(said):
    assert dates.answer(said, NOW) is None


@given(st.text(alphabet="今明后天下周月年号日点半上午一二三十0123456789到前内:-", max_size=14))
def test_nothing_typed_makes_it_fail_and_what_is_found_stands_in_the_text(text):
    folded = fold(text)
    assert all(folded[p.at : p.to] == p.surface for p in dates.find(text, NOW))
