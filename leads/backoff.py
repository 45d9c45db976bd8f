"""How long to wait before the next attempt: exponential with full jitter, never sooner than the receiver asked for."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BASE = 2.0
"""Seconds; the first wait is anything up to this."""
CAP = 15 * 60.0
"""Seconds; a receiver that comes back is found within a quarter of an hour."""
LONGEST_WISH = 6 * 3600.0
"""Seconds; a Retry-After beyond this is a mistake or a receiver that wants to be rid of us."""
ATTEMPTS = 1000
"""Then a row is dead. The waits are 7.5 minutes on average, so this outlasts five days: a long holiday's outage."""


def ceiling(attempts: int, base: float = BASE, cap: float = CAP) -> float:
    """The longest wait, in seconds, after so many attempts (one or more)."""
    # The exponent is bounded as well: 2.0 ** 2000 is an error, not a large number.
    return min(cap, base * 2.0 ** min(attempts - 1, 60))


def delay(
    attempts: int, retry_after: float | None = None, base: float = BASE, rng: random.Random | None = None,
    cap: float = CAP,
) -> float:  # fmt: skip
    """Seconds to wait after the given attempt failed.

    Full jitter spreads those that failed together; a wish of the receiver is honoured as a minimum, up to six hours.
    """
    jittered = (rng or random.SystemRandom()).uniform(0.0, ceiling(attempts, base, cap))
    return max(jittered, min(retry_after or 0.0, LONGEST_WISH))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from a Retry-After header, which may be a number of seconds or a date; None where it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        wished = parsedate_to_datetime(text)
    except ValueError:
        return None
    wished = wished if wished.tzinfo else wished.replace(tzinfo=UTC)
    return max(0.0, (wished - now).total_seconds())
