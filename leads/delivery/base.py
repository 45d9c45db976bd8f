"""What a destination is, and the one place that times and logs what is sent.

A log line holds the row's number, the destination, the outcome and the time it took; never a payload, an address or
the text of a foreign exception, which may quote either.
"""

from __future__ import annotations

import logging
import time
from typing import Protocol

from leads.errors import LeadsError
from leads.queueing import Claimed

log = logging.getLogger(__name__)


class DeliveryFailed(LeadsError):
    """An attempt that failed; the message is short Chinese without personal data or addresses."""


class Refused(DeliveryFailed):
    """The receiver will not take it however often it is sent."""


class TryLater(DeliveryFailed):
    """It may work later; `retry_after`, in seconds, is the receiver's wish."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Destination(Protocol):
    """Something leads are handed to."""

    name: str
    """As in the outbox's column."""
    longest: float
    """Seconds that one attempt may take at most; the lease is longer."""
    cap: float
    """Seconds that the wait between two attempts never exceeds by our own choice."""

    def pause(self) -> float:
        """Seconds to wait before the next attempt, to keep a limit on our side; 0 for none."""

    def send(self, delivery: Claimed) -> None:
        """Hand it over. Raises `Refused` or `TryLater`."""


def deliver(destination: Destination, delivery: Claimed) -> None:
    """Send, time, log. Raises `Refused` or `TryLater` and nothing else, faults of our own included."""
    started, outcome = time.monotonic(), "送达"
    try:
        destination.send(delivery)
    except DeliveryFailed as error:
        outcome = f"{'拒收' if isinstance(error, Refused) else '稍后再试'}：{error}"
        raise
    except Exception as error:  # noqa: BLE001
        # A fault of ours must not lose the lead, nor stop the others; it is found by where it happened.
        outcome = f"程序错误：{type(error).__name__}，{_place(error)}"
        raise TryLater(outcome) from None
    finally:
        took = (time.monotonic() - started) * 1000
        log.info(
            "推送 %d（第 %d 次）到 %s：%s，%.0f 毫秒", delivery.id, delivery.attempts, destination.name, outcome, took
        )


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace is not None else "位置不明"
