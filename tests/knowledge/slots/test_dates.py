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


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("半个月后", "2026-12-09 00:00", "2026-12-10 00:00"), ("半个月内", "2026-11-24 10:00", "2026-12-10 00:00"), ("一个半月后", "2027-01-08 00:00", "2027-01-09 00:00"),
        ("半年后", "2027-05-24 00:00", "2027-05-25 00:00"), ("两周后", "2026-12-08 00:00", "2026-12-09 00:00"), ("半小时后", "2026-11-24 10:30", "2026-11-24 10:31"),
        ("晚上12点", "2026-11-25 00:00", "2026-11-25 01:00"), ("明天半夜12点", "2026-11-26 00:00", "2026-11-26 01:00"), ("中午12点", "2026-11-24 12:00", "2026-11-24 13:00"),
        ("下午12点半", "2026-11-24 12:30", "2026-11-24 12:31"), ("中午1点", "2026-11-24 13:00", "2026-11-24 14:00"), ("下午8点", "2026-11-24 20:00", "2026-11-24 21:00"),
        ("下周三没空，周四可以", "2026-11-26 00:00", "2026-11-27 00:00"), ("不要明天，后天吧", "2026-11-26 00:00", "2026-11-27 00:00"), ("除了周五，下周一", "2026-11-30 00:00", "2026-12-01 00:00"),
        ("9点到5点", "2026-11-24 09:00", "2026-11-24 17:00"), ("上午10点到下午3点", "2026-11-24 10:00", "2026-11-24 15:00"), ("下午2点到4点半", "2026-11-24 14:00", "2026-11-24 16:30"),
        ("周三周四都行", "2026-11-25 00:00", "2026-11-27 00:00"), ("周三到周五", "2026-11-25 00:00", "2026-11-28 00:00"), ("周三或周五", "2026-11-25 00:00", "2026-11-26 00:00"),
        ("2026-12-03 09:00", "2026-12-03 09:00", "2026-12-03 09:01"), ("明天03:00", "2026-11-25 03:00", "2026-11-25 03:01"), ("2028年2月29日", "2028-02-29 00:00", "2028-03-01 00:00"),
        ("十二月三十一号下午", "2026-12-31 12:00", "2026-12-31 18:00"), ("周日晚上8点", "2026-11-29 20:00", "2026-11-29 21:00"), ("60日内", "2026-11-24 10:00", "2027-01-24 00:00"),
    ],
)  # fmt: skip
def test_halves_midnights_ranges_and_what_is_left_of_a_refusal_are_read_right(said, start, end):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Period), found
    assert (f"{found.start:%Y-%m-%d %H:%M}", found.end and f"{found.end:%Y-%m-%d %H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2026年2月29日", "2026年2月没有29日"), ("2026年2月29日下午3点", "没有29日"), ("2027年4月31日", "4月没有31日"), ("六月三十一号", "6月没有31日"), ("2027/02/30", "2月没有30日"),
        ("13月", "没有13月"), ("13月5日", "没有13月"), ("32号", "没有32号"), ("下周八", "没有“下周八”"), ("星期九", "没有“星期九”"), ("25点", "没有25点"), ("明天25点", "没有25点"),
        ("9点70分", "没有9点70分"), ("上午15点", "上午没有15点"), ("昨天", "已经过去"), ("上周三", "已经过去"), ("今天上午九点", "已经过去"), ("2025年5月1日", "已经过去"),
    ],
)  # fmt: skip
def test_what_no_calendar_has_and_what_is_past_is_asked_back(said, why):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Impossible), found
    assert why in found.why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("明天下午七八点", "七八点"), ("下午三四点", "三四点"), ("后天十一二点", "十一二点"), ("明天3点", "上午"), ("三点一刻", "上午"), ("一点", "下午"), ("晚上1点", "第二天凌晨"),
        ("夜里2点", "第二天凌晨"),
    ],
)  # fmt: skip
def test_an_hour_that_may_be_two_is_asked_back(said, why):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Ambiguous), found
    assert why in found.why


@pytest.mark.parametrize(
    "said",
    [
        "周末不行",
        "明天没空",
        "周一到周三都不行",
        "下周三我出差",
        "除了周五",
        "别安排周五",
        "明天下午不方便",
        "后天老板有事",
    ],
)
def test_a_time_that_is_refused_is_no_answer(said):
    assert dates.answer(said, NOW) is None


@pytest.mark.parametrize(
    "said",
    [
        "大年初一",
        "大年初一上午9点",
        "正月十五",
        "农历八月十五",
        "腊月二十三",
        "除夕",
        "清明节",
        "中秋节后",
        "初三",
        "端午",
        "过年前",
        "元宵节下午3点",
    ],
)
def test_a_lunar_day_is_passed_over_whole(said):
    assert dates.find(said, NOW) == []
    assert dates.answer(said, NOW) is None


def test_workdays_are_told_apart():
    assert dates.answer("工作日下午", NOW).workdays_only


@pytest.mark.parametrize("said", ["2月30日", "4月31号"])
def test_a_day_that_no_calendar_has_is_named(said):
    found = dates.answer(said, NOW)
    assert isinstance(found, dates.Impossible)
    assert "没有" in found.why


@pytest.mark.parametrize(
    "said",
    [
        "投资5000万",
        "200亩",
        "0531-66600000",
        "13800000000",
        "拿地即开工",
        "1.2亿",
        "春节后",
        "",
        "45号文",
        "经十路99号",
        "3号楼",
        "半天后",
    ],
)
def test_what_is_no_time_or_not_certain_is_not_read(said):
    assert dates.answer(said, NOW) is None


@given(st.text(alphabet="今明后天下周月年号日点半上午一二三十0123456789到前内:-", max_size=14))
def test_nothing_typed_makes_it_fail_and_what_is_found_stands_in_the_text(text):
    folded = fold(text)
    assert all(folded[p.at : p.to] == p.surface for p in dates.find(text, NOW))
