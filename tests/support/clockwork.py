"""Runs coroutines on a clock that jumps: where all of them wait, the next timer is due at once.

What takes a second of waiting takes none, and who comes first does not depend on how busy the machine is. Only for
code that waits for timers and for itself: a thread or a socket would find the time gone.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Looking(selectors.DefaultSelector):
    """Never waits for a timer, but says for how long it would have."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(timeout if timeout is None else 0)
        if not ready and timeout:
            self.waited += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._looking = _Looking()
        super().__init__(self._looking)

    def time(self) -> float:
        return self._looking.waited


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)
