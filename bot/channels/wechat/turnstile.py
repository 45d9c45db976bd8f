"""Lets a few turns run at once, and of those that wait the youngest first.

After a restart many pushes are answered late. Were all of them run together, each would share the processor with the
rest, those that could still be answered in time would be late as well, be tried three times, and the rush would never
end. The youngest first: who has just written gets his answer in time, and the late ones use what is left over.
"""

from __future__ import annotations

import asyncio
import heapq
from contextlib import asynccontextmanager
from itertools import count
from typing import AsyncIterator, List, Tuple


class Turnstile:
    """One for each platform and worker."""

    def __init__(self, width: int) -> None:
        """`width`: how many may be inside."""
        self._free, self._numbers = width, count()
        self._waiting: List[Tuple[float, int, "asyncio.Future[None]"]] = []

    @asynccontextmanager
    async def passing(self, at: float) -> AsyncIterator[None]:
        """Wait for a place; `at` is when the push was made, in seconds since 1970."""
        if self._free:
            self._free -= 1
        else:
            place: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (-at, next(self._numbers), place))
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._leave()  # it was given a place in the same moment
                raise
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        while self._waiting:
            place = heapq.heappop(self._waiting)[2]
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
