"""Writes the log of turns beside the conversation: no turn waits for it, and none fails because the store is away."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from actions.turn.message import Message
from actions.turn.reply import Reply
from actions.turn.visit import OF_THE_FORM
from knowledge.discretion import discreet
from leads.errors import LeadsError
from leads.model import LoggedTurn

_MOST = 5_000
"""Turns that wait while the store is away; of more the oldest are lost."""
_BATCH = 200
_GATHER = 0.1
"""Seconds for which turns are gathered: one commit for all of them."""
_AWAY = 2.0
"""Seconds until a store that is away is tried again."""
_LAST = 3.0
"""Seconds that an ending process gives what still waits."""
logger = logging.getLogger(__name__)


def logged(message: Message, reply: Reply) -> LoggedTurn:
    """A turn as it is kept: the question discreetly, and nothing of what is about the investor's own data."""
    return LoggedTurn(
        id=secrets.token_hex(12),
        talk=message.visit.talk,
        at=datetime.now(UTC),
        question="" if reply.kind in OF_THE_FORM else discreet(message.text),
        kind=reply.kind,
        intent=message.intent,
        confidence=message.intents.get(message.intent),
        records=tuple(dict.fromkeys(record.id for record in reply.records)),
    )


class TurnLog:
    """A bounded queue and the one thread that empties it."""

    def __init__(self, keep: Callable[[Sequence[LoggedTurn]], None], most: int = _MOST) -> None:
        """`keep` writes a batch and may raise `LeadsError`; the same turn twice must do no harm."""
        self._keep, self._waiting = keep, deque[LoggedTurn](maxlen=most)
        self._changed = threading.Condition()
        self._writing, self._stopping, self._lost = 0, False, 0
        self._thread: threading.Thread | None = None

    def add(self, turn: LoggedTurn) -> None:
        """Take a turn and return at once."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="turnlog", daemon=True)
                self._thread.start()
            self._lost += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(turn)
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until all that was taken is kept, but no longer than that; says whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def close(self) -> None:
        """Give what still waits a last chance."""
        self.settle(_LAST)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _run(self) -> None:
        while batch := self._next():
            self._write(batch)

    def _next(self) -> list[LoggedTurn]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
        time.sleep(_GATHER)
        with self._changed:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            self._writing = len(batch)
            return batch

    def _write(self, batch: list[LoggedTurn]) -> None:
        away = False
        while True:
            try:
                self._keep(batch)
                break
            except LeadsError as error:
                if not away:
                    logger.warning("turns can't be logged now: %s", type(error).__name__)
                away = True
            except Exception as error:  # noqa: BLE001 - a thread that ended would log nothing any more; the text may quote
                logger.error("turns are not logged: %s", type(error).__name__)
                break
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, _AWAY):
                    break
        with self._changed:
            if self._lost:
                logger.warning("%d turns were lost while they could not be logged", self._lost)
            self._writing, self._lost = 0, 0
            self._changed.notify_all()
