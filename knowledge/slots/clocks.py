"""The part of a day and the hour that words name: 下午三点半, 上午10点到下午3点, 晚上12点, 14:30.

What no day has (25点, 上午15点) and what may mean two hours (七八点, 3点 without 上午 or 下午) is told with a question.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from knowledge.slots.spans import NUMERAL, Span, whole

CLOCK = rf"(?:(?P<h1>\d{{1,2}})[:：](?P<m1>\d{{2}})(?::\d{{2}})?|(?P<hour>{NUMERAL}{{1,3}})(?:点钟?|时|:)(?!间|候|刻|长|期|尚)(?P<minute>半|[一三1-3]刻|{NUMERAL}{{1,3}}分?)?)"
PARTS = {
    "凌晨": (0, 6), "清晨": (5, 8), "早上": (6, 10), "早晨": (6, 10), "一早": (6, 10), "早": (6, 10), "上午": (8, 12), "中午": (11, 14), "午间": (11, 14),
    "下午": (12, 18), "午后": (12, 18), "傍晚": (17, 19), "晚上": (18, 24), "晚间": (18, 24), "夜里": (20, 24), "晚": (18, 24), "夜间": (18, 24),
    "半夜": (22, 24), "深夜": (22, 24), "午夜": (22, 24),
}  # fmt: skip
"""Part of a day → its first hour, and the one behind its last."""
_PART = "|".join(sorted(PARTS, key=len, reverse=True))
TIME = re.compile(
    rf"\s?(?:的)?(?:(?P<part>{_PART}))?(?:的)?(?:{CLOCK})?(?:(?:到|至|-|~|—)(?P<part2>{_PART})?(?P<h2>{NUMERAL}{{1,3}})(?:(?:点钟?|时|[:：](?P<m2>\d{{2}}))(?P<half2>半)?))?"
)
_TWO_HOURS = re.compile(r"一两|两三|[一二三四五六七八九]{2}|九十|十一二")
_MORNING = frozenset({"清晨", "早上", "早晨", "一早", "早", "上午"})
_EVENING = frozenset({"晚上", "晚间", "夜里", "晚", "夜间", "半夜", "深夜", "午夜"})
_UNSAID = range(1, 7)
"""Hours that are told without 上午 or 下午 and may be either."""


class Odd(Exception):
    """No such hour, or one that may be two; the message says so in Chinese. `twice` where it may be two."""

    def __init__(self, why: str, *, twice: bool = False) -> None:
        super().__init__(why)
        self.why, self.twice = why, twice


def clock(match: re.Match[str], day: datetime) -> Span | None:
    """The span of a match of `TIME` on a day; None where it names no time. Raises `Odd`."""
    part, told = match["part"], match["h1"] or match["hour"]
    if told is None:
        if not part:
            return None
        first, last = PARTS[part]
        return day + timedelta(hours=first), day + timedelta(hours=last), "part"
    begin = _at(told, match["m1"] or match["minute"], part, exact=bool(match["h1"]) and len(told) == 2)
    if match["h2"]:
        end = _until(match, begin)
        return day + begin, day + end, "minute"
    exact = bool(match["m1"] or match["minute"])
    return day + begin, day + begin + (timedelta(minutes=1) if exact else timedelta(hours=1)), "minute"


def _at(told: str, minutes: str | None, part: str | None, *, exact: bool) -> timedelta:
    if _TWO_HOURS.fullmatch(told):
        raise Odd(f"“{told}点”说不准，请给一个钟点", twice=True)
    hour, minute = whole(told), _minutes(minutes)
    if hour is None or not 0 <= hour <= 24:
        raise Odd(f"一天里没有{told}点，请重新告诉我时间")
    if minute is None or minute > 59:
        raise Odd(f"没有{told}点{minutes}这个时间，请重新告诉我")
    return timedelta(hours=_hour(hour, part, exact=exact), minutes=minute)


def _until(match: re.Match[str], begin: timedelta) -> timedelta:
    """The end of a range of hours; without a part of the day of its own it lies behind the begin."""
    part = match["part2"] or match["part"]
    minutes = "半" if match["half2"] else match["m2"]
    if match["part2"]:
        end = _at(match["h2"], minutes, part, exact=False)
    else:
        hour = whole(match["h2"]) or 0
        end = timedelta(hours=hour, minutes=_minutes(minutes) or 0)
        while end <= begin and hour <= 12 and end < timedelta(hours=13):
            end += timedelta(hours=12)
    if not begin < end <= timedelta(hours=24):
        raise Odd(f"“{match.group(0).strip('的 ')}”前后对不上，请重新告诉我时间", twice=True)
    return end


def _hour(hour: int, part: str | None, *, exact: bool) -> int:
    if part is None:
        if hour in _UNSAID and not exact:
            raise Odd(f"{hour}点是凌晨还是下午？请带上“上午”或“下午”", twice=True)
        return hour
    if part in _EVENING:
        return _of_evening(hour, part)
    ranges = {
        "凌晨": (range(7), 0, {12: 0}),
        "中午": (range(1, 4), 12, {}),
        "午间": (range(1, 4), 12, {}),
        "傍晚": (range(4, 9), 12, {}),
    }
    ranges |= dict.fromkeys(("下午", "午后"), (range(1, 9), 12, {12: 12}))
    ranges |= dict.fromkeys(_MORNING, (range(1, 12), 0, {12: 12} if part == "上午" else {}))
    usual, later, special = ranges[part]
    if hour in special:
        return special[hour]
    if hour in usual:
        return hour + later
    first, last = {
        "凌晨": (0, 6),
        "中午": (10, 14),
        "午间": (10, 14),
        "傍晚": (16, 20),
        "下午": (12, 19),
        "午后": (12, 19),
    }.get(part, (1, 11))
    if first <= hour <= last:
        return hour
    raise Odd(f"{part}没有{hour}点，请重新告诉我时间")


def _of_evening(hour: int, part: str) -> int:
    if hour < 5:
        raise Odd(f"{part}{hour}点是当天夜里还是第二天凌晨？请说明日期和钟点", twice=True)
    if hour <= 12:
        return hour + 12
    if hour >= 17:
        return hour
    raise Odd(f"{part}没有{hour}点，请重新告诉我时间")


def _minutes(text: str | None) -> int | None:
    if not text:
        return 0
    if text == "半":
        return 30
    if text.endswith("刻"):
        return 15 * (whole(text[:-1]) or 0)
    return whole(text.rstrip("分"))
