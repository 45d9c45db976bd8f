"""When the bureau works: Chinese working days, and the hours in which somebody is there.

Public holidays and the weekends worked instead come from chinesecalendar, which knows the years the State Council has
published when it was released; `rules/workdays.yml` adds to it and goes before it. Of a year that neither knows, only the
feasts that the law fixes to a day of the solar year are certain (`every_year` in the file); its other days are worked
from Monday to Friday. Two months before the known years end, `unpublished` says so.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import msgspec

from leads.rules import HERE, Strict, load

ZONE = ZoneInfo("Asia/Shanghai")
FILE = HERE / "workdays.yml"
_SATURDAY, _REMINDING = 5, 11
"""A weekday, and the month from which the next year's holidays are asked for: they are published in its first days."""
_ANY_LEAP_YEAR = 2000
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]+\s*(\d{1,2})[:：](\d{2})")


class Changes(Strict, frozen=True, kw_only=True):
    """What differs from the published calendar: days, or spans of days written 2027-02-05..2027-02-11."""

    holidays: tuple[Any, ...] = ()
    workdays: tuple[Any, ...] = ()
    every_year: tuple[str, ...] = ()
    """Days off by law in any year, written 10-01; taken only where a year's arrangement isn't known."""


class Workdays:
    """The days on which the bureau works."""

    def __init__(
        self,
        off: frozenset[date] = frozenset(),
        on: frozenset[date] = frozenset(),
        feasts: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """`off` and `on` go before the published calendar; `feasts` are months and days that are off in a year that is
        not published. Raises `ValueError` where a day is in both."""
        if both := off & on:
            raise ValueError(f"{FILE.name}：{min(both)} 既写成放假又写成上班")
        self._off, self._on, self._feasts = off, on, feasts

    def __contains__(self, day: date) -> bool:
        """Whether the bureau works on a day."""
        if day in self._off or day in self._on:
            return day in self._on
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            of_law = (day.month, day.day) in self._feasts and not self.is_published(day.year)
            return day.weekday() < _SATURDAY and not of_law

    def is_published(self, year: int) -> bool:
        """Whether the holidays of a year are known, from the calendar or from the file."""
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError:
            return any(day.year == year for day in self._off)
        return True

    def unpublished(self, day: date) -> tuple[int, ...]:
        """Years that a bureau must enter by now: this one, and two months before its end the next."""
        years = (day.year, day.year + 1) if day.month >= _REMINDING else (day.year,)
        return tuple(year for year in years if not self.is_published(year))

    def next(self, day: date) -> date:
        """The first working day after a day."""
        while True:
            day += timedelta(days=1)
            if day in self:
                return day


def load_workdays(file: Path = FILE) -> Workdays:
    """Raises `ValueError` with file and fault, or `OSError`."""
    try:
        changes = load(file, Changes)
    except ValueError as error:  # YAML itself raises it for a 31st of February, without the file's name
        raise ValueError(f"{file.name}：{error}") from None
    return Workdays(_days(changes.holidays, file), _days(changes.workdays, file), _feasts(changes.every_year, file))


def _days(given: tuple[Any, ...], file: Path) -> frozenset[date]:
    days: set[date] = set()
    for entry in given:
        first, _, last = str(entry).partition("..")
        try:
            begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError(f"{file.name}：{entry} 不是日期，写成 2027-01-01 或 2027-02-05..2027-02-11") from None
        days.update(begins + timedelta(days=n) for n in range((ends - begins).days + 1))
    return frozenset(days)


def _feasts(given: tuple[str, ...], file: Path) -> frozenset[tuple[int, int]]:
    try:
        days = [date.fromisoformat(f"{_ANY_LEAP_YEAR}-{entry}") for entry in given]
    except ValueError:
        raise ValueError(f"{file.name}：every_year 里有不是日期的，写成 10-01") from None
    return frozenset((day.month, day.day) for day in days)


class Hours(msgspec.Struct, frozen=True):
    """When somebody is there: on working days, in these spans of Beijing's time."""

    workdays: Workdays
    spans: tuple[tuple[time, time], ...] = ((time(9), time(17)),)

    def are_open(self, at: datetime) -> bool:
        """Whether somebody is there at a time."""
        local = at.astimezone(ZONE)
        return local.date() in self.workdays and any(a <= local.time() < b for a, b in self.spans)

    def opening(self, at: datetime) -> datetime:
        """The time itself when somebody is there, else when somebody is there next."""
        if self.are_open(at):
            return at
        local = at.astimezone(ZONE)
        today = [begins for begins, _ in self.spans if local.time() < begins] if local.date() in self.workdays else []
        day, begins = (local.date(), today[0]) if today else (self.workdays.next(local.date()), self.spans[0][0])
        return datetime.combine(day, begins, ZONE)

    def after(self, at: datetime, days: int) -> datetime:
        """So many working days later, at the same time of day. What comes outside the hours counts from the opening."""
        begins = self.opening(at).astimezone(ZONE)
        day = begins.date()
        for _ in range(days):
            day = self.workdays.next(day)
        return datetime.combine(day, begins.time(), ZONE)


def spans_of(text: str) -> tuple[tuple[time, time], ...]:
    """The spans that a text like 工作日 9:00–12:00，13:30–17:00 names; empty where it names none."""
    found = [tuple(map(int, match.groups())) for match in _SPAN.finditer(text)]
    return tuple(sorted((time(a, b), time(c, d)) for a, b, c, d in found if a < 24 and c < 24 and (a, b) < (c, d)))


def hours_of(text: str, workdays: Workdays) -> Hours:
    """The hours a bureau tells (`OFFICE_HOURS`); nine to five where it names none."""
    spans = spans_of(text)
    return Hours(workdays, spans) if spans else Hours(workdays)
