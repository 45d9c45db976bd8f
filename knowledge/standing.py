"""Whether an incentive may be told as current on a day, and the caveat that belongs to it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from knowledge.model import Incentive

Standing = Literal["current", "expired", "stopped", "superseded", "not_yet"]


def standing_of(incentive: Incentive, today: dt.date) -> Standing:
    """`current` means only that no end was seen; what must be verified is said besides."""
    if incentive.superseded_by:
        return "superseded"
    if incentive.stopped_by:
        return "stopped"
    if incentive.expired or (incentive.effective_until and last_day(incentive.effective_until) < today):
        return "expired"
    if incentive.effective_from and _first_day(incentive.effective_from) > today:
        return "not_yet"
    return "current"


def caveat_of(incentive: Incentive, today: dt.date) -> str:
    """The reservation an investor must read beside the benefits; empty only where nothing needs verifying."""
    lead = {
        "expired": "该政策已过期或期限已届满，不能作为现行政策使用。",
        "stopped": f"该政策已由{incentive.stopped_by}停止执行，以上为原来的标准，不能再申领。",
        "superseded": "该政策已被新政策取代。",
        "not_yet": f"该政策自{incentive.effective_from}起才施行。",
        "current": "",
    }[standing_of(incentive, today)]
    if incentive.verify is None:
        return lead
    return f"{lead}须向主管部门核实：{incentive.verify.what.rstrip('。')}。原因：{incentive.verify.why.rstrip('。')}。请以书面答复为准。"


def _first_day(date: str) -> dt.date:
    return dt.date.fromisoformat((date + "-01-01")[:10])


def last_day(date: str) -> dt.date:
    """The last day that a date as precise as its source may mean: 2025 is the end of that year."""
    if len(date) == 10:
        return dt.date.fromisoformat(date)
    if len(date) == 7:
        year, month = int(date[:4]), int(date[5:])
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(int(date), 12, 31)
