"""When a record is to be held against its sources again, by what kind of thing it tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from knowledge.model import OF_FACTS, Common, Incentive, Procedure, PromotionEvent
from knowledge.standing import last_day

_MONTHS = {"incentive": 6}
"""Incentives change with every budget; figures come once a year."""
_OTHERWISE = 12


def review_day(record: Common) -> str:
    """The day of the next review; empty where nothing but a change of the law, or nothing at all, would call for one.

    An incentive with an end is looked at when it ends, should that come first. An earlier day of the record's own
    counts before that of its kind.
    """
    day = "" if _on_change(record) else _later(record.checked, _MONTHS.get(record.type, _OTHERWISE))
    ends = record.effective_until if isinstance(record, Incentive) and not record.expired else None
    if ends and record.checked <= (end := last_day(ends).isoformat()):
        day = min(day or end, end)
    return min(day or record.review_by, record.review_by) if record.review_by else day


def _on_change(record: Common) -> bool:
    """Law of the whole country stands until it is changed; what has ended, or has taken place, stays as it was."""
    if isinstance(record, Incentive):
        return record.city == "全国" or bool(record.superseded_by or record.stopped_by or record.expired)
    if isinstance(record, PromotionEvent):
        return True
    return isinstance(record, Procedure) and record.city == "全国"


def _later(day: str, months: int) -> str:
    """The same day so many months later; the last of a shorter month."""
    at = dt.date.fromisoformat(day)
    years, month = divmod(at.month - 1 + months, 12)
    end = last_day(f"{at.year + years}-{month + 1:02}")
    return end.replace(day=min(at.day, end.day)).isoformat()


def age_of(records: Iterable[Common]) -> str:
    """How old what is told is, by the days of the sources of all facts and by the time of all typed numbers."""
    held = [record for record in records if not getattr(record, "superseded_by", "")]
    days = [day for record in held for day in _days(record)]
    times = [one.as_of.rpartition("/")[2] for record in held for one in record.statistics if one.basis == "actual"]
    told = [f"{name} {_spread(of)}" for name, of in (("事实的来源日期", days), ("统计数字的时间", times)) if of]
    return "；".join(told) + "。" if told else "没有带日期的事实。"


def _days(record: Common) -> list[str]:
    day_of = {source.id: source.as_of for source in record.sources}
    facts = (fact for field in OF_FACTS for fact in getattr(record, field, ()))
    return [day for fact in facts if (day := day_of.get(fact.source))]


def _spread(days: list[str]) -> str:
    """Median, oldest and latest of dates of any precision; a year counts as its last day."""
    ordered = sorted(days, key=last_day)
    return f"{len(ordered)} 个，中位 {ordered[len(ordered) // 2]}，最早 {ordered[0]}，最近 {ordered[-1]}"
