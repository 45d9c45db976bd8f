"""When somebody can come or be called: 下周三下午三点, 12月3日14:30, 月底前, 国庆节后, 工作日下午, 两周内.

Every expression becomes a span of time in the bureau's time zone. None of the kept libraries is right for
appointments (they look back as readily as ahead, and know neither 国庆节后 nor 工作日下午); this is a small grammar
of days, parts of days and bounds, each with its own tests. Lunar dates are not read.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from knowledge.slots.spans import BOUND, DAYS, NUMERAL, Grain, Span, day_of, whole
from knowledge.text import fold

_CLOCK = rf"(?:(?P<h1>\d{{1,2}})[:：](?P<m1>\d{{2}})(?::\d{{2}})?|(?P<hour>{NUMERAL}{{1,3}})(?:点钟?|时|:)(?!间|候|刻|长|期|尚)(?P<minute>半|[一三1-3]刻|{NUMERAL}{{1,3}}分?)?)"
_PARTS = {
    "凌晨": (0, 6), "清晨": (5, 8), "早上": (6, 10), "早晨": (6, 10), "一早": (6, 10), "早": (6, 10), "上午": (8, 12), "中午": (11, 14), "午间": (11, 14),
    "下午": (12, 18), "午后": (12, 18), "傍晚": (17, 19), "晚上": (18, 24), "晚间": (18, 24), "夜里": (20, 24), "晚": (18, 24), "夜间": (18, 24),
}  # fmt: skip
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_TIME = re.compile(
    rf"^(?:的)?(?:(?P<part>{_PART}))?(?:的)?(?:{_CLOCK})?(?:(?:到|至|-|~|—)(?P<part2>{_PART})?(?P<h2>{NUMERAL}{{1,3}})(?:点钟?|时|[:：](?P<m2>\d{{2}})))?"
)


class Period(msgspec.Struct, frozen=True):
    """A span of time, its end not included; an open end is None. Naive datetimes in the bureau's zone."""

    start: datetime | None
    end: datetime | None
    grain: Grain
    at: int
    to: int
    surface: str
    workdays_only: bool = False


class Impossible(msgspec.Struct, frozen=True):
    """A day that no calendar has, and what is wrong with it, in Chinese."""

    surface: str
    why: str


def find(text: str, now: datetime) -> list[Period]:
    """All times in a message, read as of `now`; days without a year or month are the next ones to come."""
    text, found, at = fold(text), [], 0
    while at < len(text):
        period = _read(text, at, now)
        if period:
            found.append(period)
        at = period.to if period else at + 1
    return found


def answer(text: str, now: datetime) -> Period | Impossible | None:
    """What a message says that answers "when"."""
    if found := find(text, now):
        return _joined(found) if len(found) > 1 else found[0]
    if match := re.search(rf"(?:(\d{{4}})年)?({NUMERAL}{{1,3}})月({NUMERAL}{{1,3}})[日号]?", fold(text)):
        return Impossible(match.group(0), f"{match.group(2)}月没有{match.group(3)}日，请重新告诉我日期")
    return None


def _joined(found: list[Period]) -> Period:
    """A到B as one span; otherwise the first."""
    first, last = found[0], found[1]
    return (
        first
        if first.start is None or last.end is None
        else msgspec.structs.replace(first, end=max(first.end or last.end, last.end))
    )


def _read(text: str, at: int, now: datetime) -> Period | None:
    for pattern, reader in DAYS:
        if (match := pattern.match(text, at)) is None:
            continue
        if span := reader(match, now):
            return _with_time(text, at, match.end(), span, now, workdays="工作日" in match.group(0))
    before = text[at - 1 : at]
    if (match := re.compile(_CLOCK).match(text, at)) or text.startswith(tuple(_PARTS), at):
        if match and (before.isdigit() or before in (":", "-", ".")):
            return None
        if not match and len(next(p for p in _PARTS if text.startswith(p, at))) < 2:
            return None
        period = _with_time(text, at, at, day_of(now.date()), now)
        gone = period is not None and period.end is not None and period.end <= now
        return _with_time(text, at, at, day_of(now.date() + timedelta(days=1)), now) if gone else period
    if match := re.compile(r"随时|都可以|任何时间|什么时候都行|时间都行|尽快|越快越好").match(text, at):
        return Period(now, None, "open", at, match.end(), match.group(0))
    return None


def _with_time(text: str, start: int, end: int, span: Span, now: datetime, *, workdays: bool = False) -> Period | None:
    """A day with the part of it or the hour that follows, and with 前/后/内 behind all."""
    first, last, grain = span
    clock = _TIME.match(text[end:]) if grain == "day" else None
    if clock and clock.group(0).strip("的"):
        if (narrowed := _clock(clock, first)) is None:
            return None
        first, last, grain = narrowed
        end += clock.end()
    elif start == end:
        return None
    begin: datetime | None = first
    finish: datetime | None = last
    if bound := BOUND.match(text[end:]):
        word = bound["bound"].lstrip("之以")
        if word == "前" and bound["bound"] != "前后":
            begin, finish, end = (
                min(now, last),
                (last if grain in ("month", "quarter", "year", "week") else first),
                end + bound.end(),
            )
            if grain == "day":
                finish = last
        elif word == "后":
            begin, finish, end = (
                (last if grain in ("day", "week", "month", "quarter", "year") else first),
                None,
                end + bound.end(),
            )
        else:
            end += bound.end()
    return Period(begin, finish, grain, start, end, text[start:end], workdays)


def _clock(match: re.Match[str], day: datetime) -> Span | None:
    part = match["part"]
    hour_text = match["h1"] or match["hour"]
    if hour_text is None:
        if not part:
            return None
        begin, end = _PARTS[part]
        return day + timedelta(hours=begin), day + timedelta(hours=end), "part"
    hour, minute = whole(hour_text), _minutes(match["m1"] or match["minute"])
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    hour = _afternoon(hour, part)
    begin_at = day + timedelta(hours=hour, minutes=minute)
    if match["h2"]:
        until = whole(match["h2"])
        if until is None or until > 24:
            return None
        until = _afternoon(until, match["part2"] or part)
        return begin_at, day + timedelta(hours=until, minutes=_minutes(match["m2"]) or 0), "minute"
    exact = bool(match["m1"] or match["minute"])
    return begin_at, begin_at + (timedelta(minutes=1) if exact else timedelta(hours=1)), "minute"


def _afternoon(hour: int, part: str | None) -> int:
    later = part in ("下午", "午后", "傍晚", "晚上", "晚间", "晚", "夜里", "夜间") or (
        part in ("中午", "午间") and hour < 10
    )
    return hour + 12 if later and hour < 12 else hour


def _minutes(text: str | None) -> int | None:
    if not text:
        return 0
    if text == "半":
        return 30
    if text.endswith("刻"):
        return 15 * (whole(text[:-1]) or 0)
    return whole(text.rstrip("分"))
