"""The inbox's filter as it stands in an address, so that a list can be linked, saved and gone back to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.datastructures import QueryParams

from console.pages import ZONE
from leads.listing import NOBODY, OPEN, Filter, Sort
from leads.model import Stage

ME = "me"
_WAN = 10_000
_LONGEST = 1000
SORTS = {
    Sort.CREATED: "最新提交", Sort.UPDATED: "最近跟进", Sort.SCORE: "评分", Sort.AMOUNT: "投资额", Sort.DUE: "期限",
}  # fmt: skip
CHANNELS = {"web": "网页", "wechat": "微信", "wecom": "企业微信", "rest": "接口"}


class BuiltIn(msgspec.Struct, frozen=True):
    """A view everybody has."""

    name: str
    query: str


BUILT_IN = (
    BuiltIn("全部", ""), BuiltIn("今日新增", "since=today"), BuiltIn("我负责的", f"officer={ME}&open=1"),
    BuiltIn("未分派", f"officer={NOBODY}&open=1"), BuiltIn("已逾期", "overdue=1&sort=due"),
    BuiltIn("高分", "score=70&open=1&sort=score"),
)  # fmt: skip


def read(query: QueryParams, login: str, now: datetime) -> Filter:
    """A filter of an address; what can't be understood is left out."""
    stages = tuple(Stage(value) for value in query.getlist("stage") if value in Stage.__members__)
    officer = query.get("officer", "")[:60]
    return Filter(
        text=query.get("q", "").strip()[:60],
        stages=stages or (OPEN if query.get("open") == "1" else ()),
        offices=tuple(value[:60] for value in query.getlist("office") if value)[:30],
        sectors=tuple(value[:60] for value in query.getlist("sector") if value)[:30],
        officer=login if officer == ME else officer,
        channel=query.get("channel", "") if query.get("channel", "") in CHANNELS else "",
        amount_from=_wan(query.get("from_wan", "")), amount_to=_wan(query.get("to_wan", "")),
        score_from=_whole(query.get("score", "")),
        created_from=_since(query.get("since", ""), now), created_to=_day(query.get("until", ""), 1),
        overdue_at=now if query.get("overdue") == "1" else None,
        sort=Sort(query["sort"]) if query.get("sort") in list(Sort) else Sort.CREATED,
    )  # fmt: skip


def kept(query: str, without: Iterable[str] = ("after", "q")) -> str:
    """A query as it may be saved: what was searched for may name somebody, and stays out."""
    leave = set(without)
    return urlencode([(key, value) for key, value in parse_qsl(query[:_LONGEST]) if key not in leave])


def _whole(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else None


def _wan(given: str) -> int | None:
    amount = _whole(given)
    return None if amount is None else amount * _WAN


def _since(given: str, now: datetime) -> datetime | None:
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    if given == "today":
        return today
    if given.endswith("d") and (days := _whole(given[:-1])) is not None:
        return today - timedelta(days=min(days, 3650))
    return _day(given, 0)


def _day(given: str, plus: int) -> datetime | None:
    try:
        day = date.fromisoformat(given) + timedelta(days=plus)
    except (ValueError, OverflowError):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
