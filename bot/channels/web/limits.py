"""How fast visitors may speak: token buckets, by session and by address."""

from __future__ import annotations

import time
from typing import Callable, Dict, Tuple

_MOST_KEYS = 20_000
"""Buckets kept; the oldest half is dropped beyond, which only ever forgives."""


class Limit:
    """`burst` at once, then `a_minute`."""

    def __init__(self, burst: int, a_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = float(burst), a_minute / 60, clock
        self._buckets: Dict[str, Tuple[float, float]] = {}

    def wait(self, key: str) -> float:
        """0.0 and one taken where `key` may; else the seconds until it may, and nothing taken."""
        now = self._clock()
        left, at = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_KEYS:
            for old in list(self._buckets)[: _MOST_KEYS // 2]:
                del self._buckets[old]
        return 0.0 if allowed else (1 - left) / self._rate
