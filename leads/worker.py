"""Sends what waits in the outbox. One process; a thread for each destination, so that none waits for another.

Sending is outside any transaction: claim and commit, send, mark and commit. A crash between any two of these leaves a
lease that runs out, and the next attempt carries the same key: nothing is lost, and a receiver that knows keys takes
nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from leads import queueing
from leads.delivery.base import Destination, Refused, TryLater, deliver
from leads.errors import LeadsError
from leads.queueing import Claimed
from leads.settings import Settings

log = logging.getLogger(__name__)
POLL = 0.5
"""Seconds between two looks at an empty outbox."""
CHORES = 60.0
"""Seconds between two rounds of chores."""
AWAY = 2.0
"""Seconds to wait for a database that is away."""
_MARGIN = 5.0
"""Seconds that a lease lasts beyond the longest attempt."""


class Transactions(Protocol):
    """What of the store is needed here."""

    def reading(self) -> AbstractContextManager[Session]:
        """Raises `StoreUnavailable`."""

    def writing(self) -> AbstractContextManager[Session]:
        """Committed at the end. Raises `StoreUnavailable` or `Conflict`."""


def _now() -> datetime:
    return datetime.now(UTC)


class Worker:
    """One worker. Several may run on one database: leases keep them apart."""

    def __init__(
        self,
        store: Transactions,
        destinations: Sequence[Destination],
        settings: Settings,
        clock: Callable[[], datetime] = _now,
        chores: Sequence[Callable[[datetime], object]] = (),
    ) -> None:
        """Nothing is connected yet. `clock`: aware times. `chores` are done once a minute, and may raise `LeadsError`."""
        self._chores = chores
        self._store, self._destinations, self._base, self._clock = store, destinations, settings.retry_base, clock

    @property
    def names(self) -> list[str]:
        """The destinations in use."""
        return [destination.name for destination in self._destinations]

    def run_once(self) -> int:
        """Send all that is due now, each once; returns how many attempts were made. Raises `StoreUnavailable`."""
        never = threading.Event()
        return sum(self._drain(destination, never) for destination in self._destinations)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; attempts that are under way are finished first."""
        threads = [
            threading.Thread(target=self._keep_sending, args=(destination, stop), name=f"to-{destination.name}")
            for destination in self._destinations
        ]
        threads.append(threading.Thread(target=self._keep_house, args=(stop,), name="chores"))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stop.wait()  # without destinations there is nothing to do but to stay

    def _keep_sending(self, destination: Destination, stop: threading.Event) -> None:
        away = False
        while not stop.is_set():
            try:
                self._drain(destination, stop)
            except LeadsError as error:
                if not away:
                    log.warning("数据库不可用（%s），%s 的推送等它恢复", type(error).__name__, destination.name)
                away = True
                stop.wait(AWAY)
                continue
            except Exception as error:  # noqa: BLE001
                # A thread that ended would be a destination that is silently forgotten. The text may quote a row.
                log.error("推送 %s 时程序错误：%s", destination.name, type(error).__name__)
                stop.wait(AWAY)
                continue
            if away:
                log.info("数据库已恢复，继续推送 %s", destination.name)
            away = False
            stop.wait(POLL)

    def _keep_house(self, stop: threading.Event) -> None:
        while not stop.is_set():
            for chore in self._chores:
                try:
                    chore(self._clock())
                except LeadsError as error:
                    log.warning("例行检查没有做完（%s），下一分钟再做", type(error).__name__)
                except Exception as error:  # noqa: BLE001 - as above: the text may quote a row
                    log.error("例行检查时程序错误：%s", type(error).__name__)
            stop.wait(CHORES)

    def _drain(self, destination: Destination, stop: threading.Event) -> int:
        """Send what is due, one after the other, until nothing is due, a pause is wanted or `stop` is set."""
        made = 0
        while not stop.is_set() and destination.pause() <= 0 and (claimed := self._claim(destination)) is not None:
            made += 1
            self._send(destination, claimed, stop)
        return made

    def _claim(self, destination: Destination) -> Claimed | None:
        # One at a time: a lease then covers one attempt, and a worker that is stopped holds nothing it did not send.
        now = self._clock()
        with self._store.reading() as db:
            if not queueing.due(db, now, destination.name):
                return None
        with self._store.writing() as db:
            found = queueing.claim(db, now, destination.name, destination.longest + _MARGIN)
        return found[0] if found else None

    def _send(self, destination: Destination, claimed: Claimed, stop: threading.Event) -> None:
        id_, lease = claimed.id, claimed.lease
        try:
            deliver(destination, claimed)
        except Refused as refused:
            error = str(refused)
            self._mark(claimed, stop, lambda db, now: queueing.failed(db, id_, lease, now, error, final=True))
        except TryLater as later:
            error, wish = str(later), later.retry_after
            self._mark(
                claimed, stop, lambda db, now: queueing.failed(db, id_, lease, now, error, wish, base=self._base, cap=destination.cap)
            )  # fmt: skip
        else:
            self._mark(claimed, stop, lambda db, now: queueing.delivered(db, id_, lease, now))

    def _mark(self, claimed: Claimed, stop: threading.Event, mark: Callable[[Session, datetime], bool]) -> None:
        """Write down what came of it, for as long as the lease lasts: a message is not repeated for a short outage."""
        while True:
            try:
                with self._store.writing() as db:
                    if not mark(db, self._clock()):
                        log.info("推送 %d 的租约已不在手里，结果不记", claimed.id)
                return
            except LeadsError:
                if stop.is_set() or self._clock() >= claimed.leased_until:
                    log.warning("推送 %d 的结果没能记下，将以同一个键再发一次", claimed.id)
                    return
                stop.wait(POLL)
