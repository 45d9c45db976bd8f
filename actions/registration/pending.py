"""What an investor said of himself before his yes: in this process's memory alone, for half an hour at most.

A restart forgets it and the form asks again, which is the price of keeping nothing without consent.
"""

from __future__ import annotations

import time
from threading import Lock

from leads.model import Details

_SECONDS = 1800.0
_MOST = 10_000


class Pending:
    """Details by conversation; the oldest give way when there are too many."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, Details]] = {}
        self._lock = Lock()

    def hold(self, talk_id: str, details: Details) -> None:
        """Remember for a while."""
        with self._lock:
            self._held.pop(talk_id, None)
            self._held[talk_id] = (time.monotonic() + _SECONDS, details)
            now = time.monotonic()
            for key in [k for k, (until, _) in self._held.items() if until < now][:100]:
                del self._held[key]
            while len(self._held) > _MOST:
                del self._held[next(iter(self._held))]

    def take(self, talk_id: str) -> Details:
        """What is remembered, without forgetting it; empty where nothing is."""
        with self._lock:
            until, details = self._held.get(talk_id, (0.0, Details()))
        return details if until >= time.monotonic() else Details()

    def drop(self, talk_id: str) -> None:
        """Forget."""
        with self._lock:
            self._held.pop(talk_id, None)


pending = Pending()
"""Of this process."""
