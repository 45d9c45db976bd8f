"""How many turns a channel runs at once, and how many may wait: more would only make all of them late.

Turns of one sender wait for each other before they take a place, so that nobody can take all of them.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, contextmanager
from typing import AsyncIterator, Iterator, Mapping
from weakref import WeakValueDictionary


class Full(Exception):
    """As many turns are waiting as may."""


class Admission:
    """One channel's."""

    def __init__(self, at_once: int = 8, waiting: int = 64) -> None:
        self._most, self._inside = at_once + waiting, 0
        self._places = asyncio.Semaphore(at_once)
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Admission:
        """`REST_AT_ONCE` and `REST_WAITING`, where they are set. Raises `ValueError`."""
        return cls(_number(environ, "REST_AT_ONCE", 8, least=1), _number(environ, "REST_WAITING", 64, least=0))

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Be one of those inside, from the moment of asking: whoever comes next is counted with it. Raises `Full`."""
        if self._inside >= self._most:
            raise Full
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def place(self, sender: str) -> AsyncIterator[None]:
        """Wait for a place."""
        order = self._order.setdefault(sender, asyncio.Lock())
        async with order, self._places:
            yield


def _number(environ: Mapping[str, str], name: str, default: int, least: int) -> int:
    written = environ.get(name, "").strip() or str(default)
    if not (written.isascii() and written.isdecimal() and least <= int(written) <= 10_000):
        raise ValueError(f"{name} 要写 {least} 到 10000 之间的整数")
    return int(written)
