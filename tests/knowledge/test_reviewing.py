"""Every kind of thing is looked at again when it may have changed: figures yearly, incentives twice a year, law on change."""

from __future__ import annotations

import pytest

from knowledge.reviewing import age_of, review_day


@pytest.mark.parametrize(
    ("type_", "keys", "day"),
    [
        ("site", {}, "2027-11-30"),
        ("cost", {}, "2027-11-30"),
        ("incentive", {}, "2027-05-30"),
        ("incentive", {"checked": "2026-08-31"}, "2027-02-28"),
        ("incentive", {"effective_until": "2026-12-31"}, "2026-12-31"),
        ("incentive", {"effective_until": "2028"}, "2027-05-30"),
        ("incentive", {"city": "全国"}, ""),
        ("incentive", {"city": "全国", "effective_until": "2027-12-31"}, "2027-12-31"),
        ("incentive", {"stopped_by": "示例文件"}, ""),
        ("incentive", {"expired": True, "effective_until": "2020"}, ""),
        ("procedure", {"city": "全国"}, ""),
        ("procedure", {}, "2027-11-30"),
        ("event", {}, ""),
        ("site", {"review_by": "2027-01-01"}, "2027-01-01"),
        ("site", {"review_by": "2030-01-01"}, "2027-11-30"),
        ("event", {"review_by": "2027-01-01"}, "2027-01-01"),
    ],
)
def test_the_next_review_follows_from_the_kind_and_the_day_it_was_checked(make, type_, keys, day):
    assert review_day(make(type_, **{"checked": "2026-11-30", **keys})) == day


def test_the_age_counts_facts_by_their_own_sources_and_numbers_by_their_own_time(make):
    sources = [{"id": i, "title": "t", "url": None, "as_of": i, "quality": "A"} for i in ("2021", "2024-05", "2025")]
    facts = [{"text": f"事实{source['id']}。", "source": source["id"]} for source in sources]
    number = {"indicator": "gdp", "value": 1, "unit": "亿元", "source": "2021"}
    statistics = [{**number, "as_of": "2024-01/2024-06"}, {**number, "as_of": "2030", "basis": "target"}]
    told = age_of([make(sources=sources, facts=facts, statistics=statistics)])
    assert told == (
        "事实的来源日期 3 个，中位 2024-05，最早 2021，最近 2025；"
        "统计数字的时间 1 个，中位 2024-06，最早 2024-06，最近 2024-06。"
    )


def test_what_is_superseded_does_not_count(make):
    facts = [{"text": "事实。", "source": "S"}]
    assert age_of([make(facts=facts, superseded_by="jn-y")]) == "没有带日期的事实。"
