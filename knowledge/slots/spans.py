"""The days, weeks, months and feasts that words name: 下周三, 月底, 国庆节, 三个工作日内.

Each pattern of `DAYS` has a reader that turns a match into a span of time as of `now`, or into nothing where no
calendar has such a day. Days without a year or a month are the next ones to come.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Literal

from knowledge.slots.numerals import number

Grain = Literal["minute", "part", "day", "week", "month", "quarter", "year", "open"]
Span = tuple[datetime, datetime, Grain]
_Reader = Callable[[re.Match[str], datetime], "Span | None"]


NUMERAL = r"[0-9零〇一二两三四五六七八九十]"
_WEEKDAYS = (
    {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5} | {str(i): i - 1 for i in range(1, 8)}
)
_FEASTS = {
    "元旦": (1, 1, 1),
    "劳动节": (5, 1, 5),
    "五一": (5, 1, 5),
    "国庆节": (10, 1, 7),
    "国庆": (10, 1, 7),
    "十一黄金周": (10, 1, 7),
}
"""Feasts on fixed days: month, day, days off."""
_LEAP = 9
"""Years ahead among which there is a 29th of February."""
_HALF, _HALF_A_MONTH = 0.5, 15
BOUND = re.compile(r"^(?:的时候)?(?P<bound>之?以?前|之?以?后|期间|以?内|之内|左右|前后)")


def whole(text: str) -> int | None:
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def day_of(day: date) -> Span:
    start = datetime.combine(day, time())
    return start, start + timedelta(days=1), "day"


def _month(year: int, month: int) -> Span:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    start = datetime(year, month, 1)
    return start, start + timedelta(days=monthrange(year, month)[1]), "month"


def _year_of(text: str | None, now: datetime) -> int | None:
    if not text:
        return None
    words = {
        "今年": 0,
        "本年": 0,
        "当年": 0,
        "明年": 1,
        "来年": 1,
        "次年": 1,
        "后年": 2,
        "去年": -1,
        "上一年": -1,
        "前年": -2,
    }
    if text in words:
        return now.year + words[text]
    digits = re.sub(r"[年/.-]$", "", text)
    value = whole(digits)
    return (
        None
        if value is None
        else value + 2000
        if value < 50 and len(digits) <= 2
        else value + 1900
        if value < 100
        else value
    )


def _full(match: re.Match[str], now: datetime) -> Span | None:
    year, month, day = _year_of(match["year"], now), whole(match["month"]), whole(match["day"])
    if month is None or day is None or not 1 <= month <= 12:
        return None
    for candidate in [year] if year else range(now.year, now.year + _LEAP):
        if not 1 <= candidate <= 9998 or not 1 <= day <= monthrange(candidate, month)[1]:
            continue
        if year or date(candidate, month, day) >= now.date():
            return day_of(date(candidate, month, day))
    return None


def _of_month(match: re.Match[str], now: datetime) -> Span | None:
    word, day = match["which"], whole(match["day"])
    if day is None:
        return None
    ahead = {"": 0, "本月": 0, "这个月": 0, "当月": 0, "下个月": 1, "下月": 1, "上个月": -1, "上月": -1}[word or ""]
    if not 1 <= day <= 31:
        return None
    start, end, _ = _month(now.year, now.month + ahead)
    if not word:  # the next month that has such a day
        months = (_month(now.year, now.month + i) for i in range(day < now.day, 12))
        start, end, _ = next(m for m in months if day <= (m[1] - m[0]).days)
    return day_of((start + timedelta(days=day - 1)).date()) if 1 <= day <= (end - start).days else None


def missing(text: str, at: int, now: datetime) -> tuple[str, str] | None:
    """A day, a month or a weekday that no calendar has, written out at a place: what it is, and what to say of it."""
    if week := _NO_WEEKDAY.match(text, at):
        return week.group(0), f"没有“{week.group(0)}”这一天，请告诉我是周几"
    if (match := _WRITTEN.match(text, at) or _WRITTEN_IN_FIGURES.match(text, at)) and text[at - 1 : at] not in _HOUSES:
        return _missing_day(match, now)
    if (match := _NO_MONTH.match(text, at)) and not 1 <= (whole(match["month"]) or 0) <= _MONTHS:
        return match.group(0), f"没有{match['month']}月，请重新告诉我日期"
    if (match := _NO_DAY.match(text, at)) and text[at - 1 : at] not in _HOUSES:
        day = whole(match["day"]) or 0
        return None if 1 <= day <= _LONGEST_MONTH else (match.group(0), f"没有{match['day']}号，请重新告诉我日期")
    return None


def _missing_day(match: re.Match[str], now: datetime) -> tuple[str, str] | None:
    year, month, day = _year_of(match["year"], now), whole(match["month"]), whole(match["day"])
    if month is None or day is None or (year is not None and not 1 <= year <= _LAST_YEAR):
        return None
    if not 1 <= month <= _MONTHS:
        return match.group(0), f"没有{month}月，请重新告诉我日期"
    if 1 <= day <= monthrange(year or _LEAP_YEAR, month)[1]:
        return None
    told = f"{year}年" if year else ""
    return match.group(0), f"{told}{month}月没有{day}日，请重新告诉我日期"


def _whole_month(match: re.Match[str], now: datetime) -> Span | None:
    words = {
        "本月": 0,
        "这个月": 0,
        "当月": 0,
        "月": 0,
        "下个月": 1,
        "下月": 1,
        "次月": 1,
        "下下个月": 2,
        "上个月": -1,
        "上月": -1,
    }
    if match["which"]:
        start, end, _ = _month(now.year, now.month + words[match["which"]])
    else:
        month, year = whole(match["month"] or ""), _year_of(match["year"], now)
        if month is None or not 1 <= month <= 12:
            return None
        start, end, _ = _month(year or (now.year if month >= now.month else now.year + 1), month)
    return _third(match["third"], start, end)


def _third(word: str | None, start: datetime, end: datetime) -> Span:
    if not word:
        return start, end, "month"
    ten, twenty = start + timedelta(days=10), start + timedelta(days=20)
    if word in ("初", "月初"):
        return start, start + timedelta(days=5), "week"
    if word in ("底", "末", "月底", "月末"):
        return end - timedelta(days=5), end, "week"
    return {"上旬": (start, ten, "week"), "中旬": (ten, twenty, "week"), "下旬": (twenty, end, "week")}[word]  # type: ignore[return-value]


def _relative(match: re.Match[str], now: datetime) -> Span | None:
    days = {
        "今天": 0,
        "今日": 0,
        "当天": 0,
        "本日": 0,
        "当日": 0,
        "明天": 1,
        "明日": 1,
        "明儿": 1,
        "后天": 2,
        "大后天": 3,
        "大大后天": 4,
        "昨天": -1,
        "昨日": -1,
        "前天": -2,
        "大前天": -3,
        "今": 0,
        "明": 1,
        "昨": -1,
        "后日": 2,
    }
    return day_of(now.date() + timedelta(days=days[match.group(0)]))


def _weekday(match: re.Match[str], now: datetime) -> Span | None:
    monday = now.date() - timedelta(days=now.weekday())
    ahead = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
    word = (match["which"] or "").replace("个", "")
    day = match["day"]
    if not day:
        start = datetime.combine(monday + timedelta(weeks=ahead[word]), time())
        return start, start + timedelta(days=7), "week"
    chosen = monday + timedelta(days=_WEEKDAYS[day], weeks=ahead.get(word, 0))
    if not word and chosen < now.date():
        chosen += timedelta(weeks=1)
    start = datetime.combine(chosen, time())
    return (start, start + timedelta(days=2), "week") if day == "末" else day_of(chosen)


def _count(match: re.Match[str], now: datetime) -> Span | None:
    many = _HALF if match["many"] == "半" else whole(match["many"])
    if many is None:
        return None
    unit, side = match["unit"], match["side"] or "内"
    half = 0.5 if match["half"] or "半" in unit else 0.0
    unit = unit.replace("半", "")
    sign = -1 if side.endswith("前") else 1
    today = datetime.combine(now.date(), time())
    if unit in ("小时", "个小时", "钟头", "个钟头", "分钟"):
        step = timedelta(minutes=1 if unit == "分钟" else 60) * (many + half)
        return (
            (now, now + step, "minute")
            if side.endswith("内")
            else (now + sign * step, now + sign * step + timedelta(minutes=1), "minute")
        )
    if unit in ("天", "日", "个工作日", "周", "个星期", "个礼拜", "星期"):
        if many == _HALF:  # 半天后 is a part of today, and which is not said
            return None
        days = int(many * (7 if unit in ("周", "个星期", "个礼拜", "星期") else 1))
        if unit == "个工作日":
            days = _working(now.date(), days)
        if side.endswith("内"):
            return now, today + timedelta(days=days + 1), "day"
        return day_of(now.date() + timedelta(days=sign * days))
    months = (many + half) * (12 if unit == "年" else 1)
    moved = _month(now.year, now.month + sign * int(months))
    day = min(now.day, (moved[1] - moved[0]).days)
    target = moved[0].date().replace(day=day) + timedelta(days=sign * _HALF_A_MONTH if months % 1 else 0)
    if side.endswith("内"):
        return now, datetime.combine(target, time()) + timedelta(days=1), "month"
    if unit == "年" and not half and many != _HALF:
        return datetime(target.year, 1, 1), datetime(target.year + 1, 1, 1), "year"
    return moved if half and not months % 1 else day_of(target)


def _working(day: date, count: int) -> int:
    """Calendar days that hold so many working days; public holidays are the bureau's own calendar's matter."""
    passed = 0
    while count:
        passed += 1
        count -= (day + timedelta(days=passed)).weekday() < 5
    return passed


def _part_of_year(match: re.Match[str], now: datetime) -> Span | None:
    year = _year_of(match["year"], now) or now.year
    word = match["word"] or ""
    if not 1 <= year <= 9998:
        return None
    if quarter := re.search(rf"({NUMERAL})季|q([1-4])", word):
        which = whole(quarter.group(1) or quarter.group(2)) or 0
        if not 1 <= which <= 4:
            return None
        return datetime(year, 3 * which - 2, 1), _month(year, 3 * which + 1)[0], "quarter"
    if word in ("上半年", "前半年"):
        return datetime(year, 1, 1), datetime(year, 7, 1), "quarter"
    if word in ("下半年", "后半年"):
        return datetime(year, 7, 1), datetime(year + 1, 1, 1), "quarter"
    if word in ("年底", "底", "年末", "末"):
        return datetime(year, 11, 1), datetime(year + 1, 1, 1), "quarter"
    if word in ("年初", "初"):
        return datetime(year, 1, 1), datetime(year, 3, 1), "quarter"
    return datetime(year, 1, 1), datetime(year + 1, 1, 1), "year"


def _this_quarter(match: re.Match[str], now: datetime) -> Span | None:
    first = 3 * ((now.month - 1) // 3) + 1 + {"本": 0, "这": 0, "下": 3, "上": -3}[match["which"][0]]
    start = _month(now.year, first)[0]
    return start, _month(start.year, start.month + 3)[0], "quarter"


def _feast(match: re.Match[str], now: datetime) -> Span | None:
    month, day, off = _FEASTS[match["feast"]]
    year = _year_of(match["year"], now)
    chosen = date(year or now.year, month, day)
    if not year and chosen + timedelta(days=off) < now.date():
        chosen = chosen.replace(year=chosen.year + 1)
    if match["off"] or BOUND.match(match.string[match.end() :]):  # before or after the days off, not the first of them
        start = datetime.combine(chosen, time())
        return start, start + timedelta(days=off), "week"
    return day_of(chosen)


def _workday(match: re.Match[str], now: datetime) -> Span | None:
    chosen = now.date()
    while chosen.weekday() > 4:
        chosen += timedelta(days=1)
    return day_of(chosen)


_Y = rf"(?:(?P<year>{NUMERAL}{{2,4}}年|今年|本年|明年|来年|次年|后年|去年|前年)的?)"
_YD = r"(?P<year>\d{4}|\d{2})[-/.年]"
DAYS: list[tuple[re.Pattern[str], _Reader]] = [
    (re.compile(r"(?<![\d.])(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?![\d.])"), _full),
    (re.compile(r"(?<![\d.-])(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})(?:日|号)?(?![\d.])"), _full),
    (
        re.compile(
            rf"{_Y}?(?<!\d)(?P<month>{NUMERAL}{{1,3}})月份?的?(?P<day>{NUMERAL}{{1,3}})(?:日|号)?(?!月|年|天|周|季|个)"
        ),
        _full,
    ),
    (
        re.compile(
            r"(?<![\d./-])(?P<year>)(?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:日|号)?(?![\d./%-]|[万亿千百个亩元])"
        ),
        _full,
    ),
    (
        re.compile(
            rf"(?<![月\d])(?P<which>本月|这个月|当月|下个月|下月|上个月|上月)?的?(?<!\d)(?P<day>{NUMERAL}{{1,3}})[日号](?!楼|线|文|院|元|地|元)"
        ),
        _of_month,
    ),
    (
        re.compile(
            rf"{_Y}?(?:(?P<which>下下个月|下个月|下月|次月|本月|这个月|当月|上个月|上月)|(?P<month>(?<!\d){NUMERAL}{{1,3}})月份?)(?!{NUMERAL}{{1,3}}[日号])(?:的?月)?(?P<third>上旬|中旬|下旬|初|底|末)?"
        ),
        _whole_month,
    ),
    (re.compile(r"(?P<year>)(?P<month>)(?P<which>月)(?P<third>底|末|初|中旬|下旬|上旬)"), _whole_month),
    (
        re.compile(
            r"大大后天|大后天|大前天|今天|今日|当天|本日|当日|明天|明日|明儿|后天|后日|昨天|昨日|前天|今(?=早|晚)|明(?=早|晚)|昨(?=晚)"
        ),
        _relative,
    ),
    (
        re.compile(
            r"(?P<which>上上|上|下下|下|这|本)?一?(?:个)?(?:周|星期|礼拜)(?:周|星期|的)?(?P<day>[一二三四五六日天末1-7])(?!季|年|个)"
        ),
        _weekday,
    ),
    (re.compile(r"(?P<which>上上|上|下下|下|这|本)一?个?(?:周|星期|礼拜)(?P<day>)(?![八九089])"), _weekday),
    (
        re.compile(
            rf"(?<!\d)(?P<many>{NUMERAL}{{1,3}}|半)(?P<unit>个工作日|个星期|个礼拜|星期|周|天|日|个半月|个月|年|个半小时|个小时|小时|个钟头|钟头|分钟)(?P<half>半)?(?P<side>之?以?[后内前])"
        ),
        _count,
    ),
    (
        re.compile(
            rf"(?:未来|今后|接下来)的?(?P<many>{NUMERAL}{{1,3}}|半)(?P<unit>个工作日|个星期|个礼拜|星期|周|天|个半月|个月|年|个小时|小时)(?P<half>半)?(?P<side>之?以?内)?"
        ),
        _count,
    ),
    (re.compile(r"(?P<which>本|这|下|上)一?个?季度"), _this_quarter),
    (
        re.compile(
            rf"{_Y}?(?P<feast>{'|'.join(sorted(_FEASTS, key=len, reverse=True))})(?!路|期货)(?P<off>假期|长假|期间|放假|黄金周)?"
        ),
        _feast,
    ),
    (
        re.compile(rf"{_Y}?(?P<word>第?{NUMERAL}季度|q[1-4](?:季度)?|上半年|下半年|前半年|后半年|年底|年末|年初)"),
        _part_of_year,
    ),
    (
        re.compile(
            rf"(?P<year>{NUMERAL}{{4}}年|今年|本年|明年|来年|次年|后年|去年|上一年|前年)(?P<word>底|末|初)?(?!级|代|度报)"
        ),
        _part_of_year,
    ),
    (re.compile(r"工作日|周一到周五|周一至周五|平时"), _workday),
]

_MONTHS, _LONGEST_MONTH, _LAST_YEAR, _LEAP_YEAR = 12, 31, 9998, 2028
_HOUSES = tuple("路街道巷弄第楼栋幢座区村院")
"""Behind these a number with 号 is a house."""
_NO_WEEKDAY = re.compile(
    r"(?:上上|上|下下|下|这|本)?个?(?:周|星期|礼拜)(?:[八九089]|十(?![一二三四五六七八九十]))(?![季年个岁家天月日号期名点0-9])"
)
_WRITTEN = re.compile(
    rf"{_Y}?(?<![0-9])(?P<month>{NUMERAL}{{1,3}})月份?的?(?P<day>{NUMERAL}{{1,3}})[日号](?![楼线文院地元令])"
)
_WRITTEN_IN_FIGURES = re.compile(
    r"(?<![0-9./-])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![0-9./-])"
)
_NO_MONTH = re.compile(r"(?<![0-9.])(?P<month>0|1[3-9]|[2-9][0-9]|十[三四五六七八九])月(?![球饼薪供租嫂])")
_NO_DAY = re.compile(
    r"(?<![0-9月.第])(?P<day>3[2-9]|[4-9][0-9]|三十[二三四五六七八九])[日号](?![楼线文院地元令桥厂机内前后之以])"
)
