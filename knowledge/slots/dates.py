"""When somebody can come or be called: 下周三下午三点, 12月3日14:30, 月底前, 国庆节后, 工作日下午, 两周内.

Every expression becomes a span of time in the bureau's time zone. None of the kept libraries is right for
appointments (they look back as readily as ahead, and know neither 国庆节后 nor 工作日下午); this is a small grammar
of days, parts of days and bounds, each with its own tests. Lunar days are not read: they are passed over whole, so
that no part of them is taken for a day. Better not read than misread: what no calendar has, what may mean two times,
and what is past already is asked back.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from knowledge.readers import reader
from knowledge.slots.clocks import CLOCK, PARTS, TIME, Odd, clock
from knowledge.slots.spans import BOUND, DAYS, Grain, Span, day_of, missing
from knowledge.text import fold

_LUNAR = re.compile(
    r"(?:(?:农历|阴历|旧历|老历)(?:[正一二三四五六七八九十冬腊]{1,2}月)?(?:初[一二三四五六七八九十]|[廿二三十][一二三四五六七八九十]{0,2})?[日号]?"
    r"|[正腊冬]月(?:初?[一二三四五六七八九十廿]{1,3})?|大年(?:初?[一二三四五六七八]|三十)?|年初[一二三四五六七八](?![月季])|(?<![最当起年月])初[一二三四五六七八九十]{1,2}(?![年级中期步])"
    r"|除夕|春节|元宵节?|清明节?|端午节?|七夕|中秋节?|重阳节?|腊八|小年|过年|年三十)(?:前后|之?以?[前后]|期间|假期|那天|当天)?"
)
_OPEN = re.compile(r"随时|都可以|任何时间|什么时候都行|时间都行|尽快|越快越好")
_BARE_CLOCK = re.compile(CLOCK)
_REFUSED = re.compile(
    r"(?:这|那)?(?:几?天|个?时间)?(?:的话)?[,，]?(?:我们?|他|老板)?(?:都|也|就|恐怕|可能|实在|应该|肯定|估计|真的?)*(?:不太?|没有?|来不|去不|抽不|走不)"
    r"|(?:我们?|他|老板)?(?:都|也|就|恐怕|可能|要|得)*(?:有事|有会|开会|出差|休息|放假|除外|以外|之外|冲突|满了)"
)
_EXCEPTED = re.compile(r"(?:除了?|不要|别|不能|不是|避开|错开|不想)(?:安排|约|定|选|放)?(?:在|到|是)?$")
_TO = re.compile(r"\s?(?:到|至|-|~|—)\s?")
_AND = re.compile(r"\s?(?:到|至|-|~|—|和|跟|与|或者?|还是|、|,)?\s?")
_STARTS = frozenset(
    "0123456789零〇一二两三四五六七八九十今明后昨前大本这当次下上未接周星礼月年第工平元国劳早清晨中午间傍晚夜凌半深随都任什时尽越q去来初农阴旧老正腊冬除春端七重小过翌"
)
"""What a time may begin with: elsewhere no pattern is tried."""
_MOST = 40
"""Times that are read in one message; none holds more."""
_NUMERALS = frozenset("0123456789零〇一二三四五六七八九十")
"""Nothing is read from the middle of a number."""


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
    """A time that no calendar has or that is past, and what is wrong with it, in Chinese."""

    surface: str
    why: str
    at: int = 0
    to: int = 0


class Ambiguous(msgspec.Struct, frozen=True):
    """A time that may mean two, and the question that tells them apart, in Chinese."""

    surface: str
    why: str
    at: int = 0
    to: int = 0


class _Passed(msgspec.Struct, frozen=True):
    """What is neither read nor looked into."""

    at: int
    to: int


_Found = Period | Impossible | Ambiguous | _Passed


@reader
def find(text: str, now: datetime) -> list[Period]:
    """All times in a message, read as of `now`; days without a year or month are the next ones to come."""
    return [found for found in _scan(fold(text), now) if isinstance(found, Period)]


@reader
def answer(text: str, now: datetime) -> Period | Impossible | Ambiguous | None:
    """What a message says that answers "when"; a time that it refuses (周三不行) is no answer.

    What can't be or is not plain comes back with what to ask: an `Impossible`, an `Ambiguous`.
    """
    folded = fold(text)
    found = _wanted(folded, [one for one in _scan(folded, now) if not isinstance(one, _Passed)])
    if not found:
        return None
    first = found[0]
    if not isinstance(first, Period):
        return first
    if len(found) > 1 and isinstance(last := found[1], Period) and _is_one(folded, first, last):
        first = _joined(first, last)
    if first.end is not None and first.end <= now:
        return Impossible(first.surface, f"{first.surface}已经过去了，请给一个以后的时间", first.at, first.to)
    return first


def _scan(text: str, now: datetime) -> list[_Found]:
    found, at, behind = list[_Found](), 0, 0
    while at < len(text) and len(found) < _MOST:
        inside = at > behind and text[at] in _NUMERALS and text[at - 1] in _NUMERALS
        one = _read(text, at, now) if text[at] in _STARTS and not inside else None
        if one:
            found.append(one)
            behind = one.to
        at = one.to if one else at + 1
    return found


def _wanted(text: str, found: list[Period | Impossible | Ambiguous]) -> list[Period | Impossible | Ambiguous]:
    """Without what is refused, together with what is named in one breath with it: 周一到周三都不行."""
    wanted, refused, behind = list[Period | Impossible | Ambiguous](), False, len(text)
    for one in reversed(found):
        before = text[max(0, one.at - 8) : one.at]
        in_one_breath = refused and _AND.fullmatch(text, one.to, behind)
        refused = bool(
            _REFUSED.match(text, one.to)
            or _EXCEPTED.search(before)
            or (in_one_breath and "," not in text[one.to : behind])
        )
        behind = one.at
        if not refused:
            wanted.append(one)
    return wanted[::-1]


def _is_one(text: str, first: Period, last: Period) -> bool:
    """A到B, and two that follow each other: 周三周四."""
    following = first.end == last.start and _AND.fullmatch(text, first.to, last.at)
    return bool(_TO.fullmatch(text, first.to, last.at) or following)


def _joined(first: Period, last: Period) -> Period:
    """A到B as one span."""
    if first.start is None or first.end is None or last.end is None:
        return first
    return msgspec.structs.replace(first, end=max(first.end, last.end))


def _read(text: str, at: int, now: datetime) -> _Found | None:
    if lunar := _LUNAR.match(text, at):
        return _Passed(at, _behind_time(text, lunar.end()))
    if why := missing(text, at, now):
        surface, reason = why
        return Impossible(surface, reason, at, _behind_time(text, at + len(surface)))
    for pattern, day_told in DAYS:
        if (match := pattern.match(text, at)) is None:
            continue
        if span := day_told(match, now):
            return _with_time(text, at, match.end(), span, now, workdays="工作日" in match.group(0))
    return _of_today(text, at, now) or _open(text, at, now)


def _behind_time(text: str, at: int) -> int:
    """Behind the hour that follows a day which is not read: it belongs to that day, to no other."""
    match = TIME.match(text, at)
    return match.end() if match and match.group(0).strip("的 ") else at


def _of_today(text: str, at: int, now: datetime) -> _Found | None:
    """An hour or a part of the day without a day: today's, or tomorrow's where that is past."""
    match, before = _BARE_CLOCK.match(text, at), text[at - 1 : at]
    part = next((p for p in PARTS if text.startswith(p, at)), "")
    if (match is None and len(part) < 2) or (match and (before.isdigit() or before in (":", "-", "."))):
        return None
    found = _with_time(text, at, at, day_of(now.date()), now)
    gone = isinstance(found, Period) and found.end is not None and found.end <= now
    return _with_time(text, at, at, day_of(now.date() + timedelta(days=1)), now) if gone else found


def _open(text: str, at: int, now: datetime) -> Period | None:
    match = _OPEN.match(text, at)
    return Period(now, None, "open", at, match.end(), match.group(0)) if match else None


def _with_time(
    text: str, start: int, end: int, span: Span, now: datetime, *, workdays: bool = False
) -> Period | Impossible | Ambiguous | None:
    """A day with the part of it or the hour that follows, and with 前/后/内 behind all."""
    first, last, grain = span
    told = TIME.match(text, end) if grain == "day" else None
    if told and told.group(0).strip("的 "):
        try:
            narrowed = clock(told, first)
        except Odd as odd:
            surface = text[start : told.end()]
            return (Ambiguous if odd.twice else Impossible)(surface, odd.why, start, told.end())
        if narrowed is None:
            return None
        first, last, grain = narrowed
        end = told.end()
    elif start == end:
        return None
    begin, finish, end = _bounded(text, end, (first, last, grain), now)
    return Period(begin, finish, grain, start, end, text[start:end], workdays)


def _bounded(text: str, end: int, span: Span, now: datetime) -> tuple[datetime | None, datetime | None, int]:
    """The span with 前 or 后 behind it."""
    first, last, grain = span
    if not (bound := BOUND.match(text[end : end + 12])):
        return first, last, end
    word, behind = bound["bound"].lstrip("之以"), end + bound.end()
    if word == "前":
        whole = grain in ("month", "quarter", "year", "week", "day")
        return min(now, last), last if whole else first, behind
    if word == "后":
        return last if grain in ("day", "week", "month", "quarter", "year") else first, None, behind
    return first, last, behind
