"""Says once a day that the bureau's calendar runs out: deadlines would run over holidays that nobody entered."""

from __future__ import annotations

import logging
from datetime import date, datetime

from leads.workdays import ZONE, Workdays

log = logging.getLogger(__name__)


class CalendarWatch:
    """A chore of the worker."""

    def __init__(self, workdays: Workdays) -> None:
        self._workdays, self._told = workdays, date.min

    def run(self, now: datetime) -> int:
        """Warn of years that are not published; says how many there are."""
        today = now.astimezone(ZONE).date()
        years = self._workdays.unpublished(today)
        if years and today != self._told:
            self._told = today
            log.warning(
                "%s 年的放假安排还没有录入，期限先按周一至周五和法定固定节日计算。请在 leads/rules/workdays.yml 里补充后重启",
                "、".join(map(str, years)),
            )
        return len(years)
