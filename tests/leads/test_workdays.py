"""Deadlines run on Chinese working days, in the hours in which somebody is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from leads.calendar_watch import CalendarWatch
from leads.workdays import ZONE, Hours, Workdays, hours_of, load_workdays, spans_of

WORKDAYS = Workdays()


def beijing(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-10-01", False), ("2026-10-10", True), ("2026-11-27", True), ("2026-11-28", False), ("2027-01-04", True),
     ("2027-01-09", False), ("2003-06-02", True)],
)  # fmt: skip
def test_holidays_and_the_weekends_worked_for_them_are_known(day, works):
    assert (date.fromisoformat(day) in WORKDAYS) is works


def test_years_that_are_not_published_run_from_monday_to_friday_and_say_so():
    assert WORKDAYS.is_published(2026)
    assert not WORKDAYS.is_published(2027)
    assert Workdays(off=frozenset({date(2027, 1, 1)})).is_published(2027)


def test_the_file_goes_before_the_calendar(tmp_path):
    file = tmp_path / "workdays.yml"
    file.write_text("holidays: [2027-02-05..2027-02-11, 2026-11-27]\nworkdays: [2027-02-14]\n", encoding="utf-8")
    days = load_workdays(file)
    assert [date(2027, 2, n) in days for n in (4, 5, 11, 12, 14)] == [True, False, False, True, True]
    assert date(2026, 11, 27) not in days


@pytest.mark.parametrize(
    "text",
    [
        "holidays: [昨天]",
        "holidays: [2027-02-31]",
        "holiday: []",
        "holidays: [2027-01-01]\nworkdays: [2027-01-01]",
        "holidays: 2027",
        'every_year: ["13-01"]',
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_name(tmp_path, text):
    file = tmp_path / "workdays.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"workdays\.yml"):
        load_workdays(file)


def test_the_shipped_file_is_right_and_gives_an_unknown_year_the_feasts_that_the_law_fixes():
    days = load_workdays()
    known = [date(2027, 1, 1), date(2027, 10, 1), date(2030, 5, 1)]
    assert [day in days for day in (*known, date(2027, 10, 4), date(2027, 12, 31))] == [False, False, False, True, True]
    assert not days.is_published(2027)


def test_an_arrangement_that_is_entered_goes_before_the_feasts_of_the_law(tmp_path):
    file = tmp_path / "workdays.yml"
    file.write_text('holidays: [2027-01-01]\nevery_year: ["01-01", "10-01"]\n', encoding="utf-8")
    days = load_workdays(file)
    assert date(2027, 1, 1) not in days
    assert date(2027, 10, 1) in days  # whoever enters a year enters the whole of it


@pytest.mark.parametrize(
    ("today", "asked"),
    [("2026-10-31", ()), ("2026-11-01", (2027,)), ("2026-12-31", (2027,)), ("2027-01-01", (2027,)), ("2027-11-01", (2027, 2028))],
)  # fmt: skip
def test_two_months_before_the_known_years_end_the_next_is_asked_for(today, asked):
    assert WORKDAYS.unpublished(date.fromisoformat(today)) == asked


def test_the_worker_says_once_a_day_that_the_calendar_runs_out(caplog):
    watch = CalendarWatch(WORKDAYS)
    for hour in ("2026-11-02 09:00", "2026-11-02 09:01", "2026-11-03 09:00"):
        assert watch.run(beijing(hour)) == 1
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["2027", "2027"]
    assert CalendarWatch(WORKDAYS).run(beijing("2026-10-31 09:00")) == 0


HOURS = Hours(WORKDAYS, ((time(9), time(12)), (time(13, 30), time(17))))


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-26 10:00", "2026-11-27 10:00"),  # Thursday to Friday
        ("2026-11-27 16:00", "2026-11-30 16:00"),  # over the weekend
        ("2026-11-28 10:00", "2026-12-01 09:00"),  # Saturday counts from Monday's opening
        ("2026-11-26 22:00", "2026-11-30 09:00"),  # after hours counts from the next opening
        ("2026-11-26 12:30", "2026-11-27 13:30"),  # noon
        ("2026-09-30 16:00", "2026-10-08 16:00"),  # over the National Day's week
    ],
)
def test_a_working_day_later_is_the_same_hour_of_the_next_working_day(asked, due):
    assert HOURS.after(beijing(asked).astimezone(UTC), 1) == beijing(due)


def test_the_next_opening_is_told_for_any_time():
    assert HOURS.opening(beijing("2026-11-26 09:30")) == beijing("2026-11-26 09:30")
    assert HOURS.opening(beijing("2026-11-26 08:30")) == beijing("2026-11-26 09:00")
    assert HOURS.opening(beijing("2026-11-26 12:00")) == beijing("2026-11-26 13:30")
    assert HOURS.opening(beijing("2026-11-26 17:00")) == beijing("2026-11-27 09:00")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("工作日 9:00–17:00", [(9, 0, 17, 0)]), ("周一至周五 08:30-12:00，13:30至17:30", [(8, 30, 12, 0), (13, 30, 17, 30)]),
        ("随时", []), ("17:00-9:00", []), ("25:00-26:00", []),
    ],
)  # fmt: skip
def test_hours_are_read_off_what_the_bureau_tells(text, spans):
    assert spans_of(text) == tuple((time(a, b), time(c, d)) for a, b, c, d in spans)
    assert hours_of(text, WORKDAYS).spans == (spans_of(text) or ((time(9), time(17)),))
