"""Speed that is promised for a machine at rest, measured on one that may be busy."""

from __future__ import annotations

import time
from collections.abc import Callable


def quickest(what: Callable[[], object], times: int = 5) -> float:
    """Seconds of the quickest of several runs: whatever else the machine does only adds to a run."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        took.append(time.perf_counter() - began)
    return min(took)
