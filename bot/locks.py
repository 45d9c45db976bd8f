"""Keeps the turns of one conversation in order without Rasa's one-second polling, also across workers."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
from contextlib import asynccontextmanager, suppress
from typing import Any, AsyncGenerator

import structlog
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError
from rasa.utils.endpoints import EndpointConfig

from bot.conversations import file_of_conversations

_LOOK_EVERY = 0.02
"""Seconds between two looks at whether it is this turn's turn."""
structlogger = structlog.get_logger()


class PromptLockStore(InMemoryLockStore):
    """Rasa's in-memory lock store; a second message waits for the first and no longer.

    Tickets keep the order within a worker. Between workers of one machine the conversation is one byte of a file that
    only one process may hold; the system lets it go when that process dies, however it died. Where the file can't be
    made (a full disk, one that is read-only), order is kept within each worker alone.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()
        self._file = file_of_conversations().with_suffix(".lock")
        self._descriptor = -1
        self._opened_by = 0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _LOOK_EVERY
    ) -> AsyncGenerator[TicketLock, Any]:
        """Wait in short steps. Raises `LockError` where another worker holds the conversation for its lifetime."""
        step = min(wait_time_in_seconds, _LOOK_EVERY)
        async with super().lock(conversation_id, lock_lifetime, step) as ticket:
            place = _place_of(conversation_id)
            until = asyncio.get_running_loop().time() + lock_lifetime
            while not self._hold(place):
                if asyncio.get_running_loop().time() >= until:
                    raise LockError(f"Could not acquire lock for conversation_id '{conversation_id}'.")
                await asyncio.sleep(step)
            try:
                yield ticket
            finally:
                with suppress(OSError, ValueError):  # ValueError: there was no file to hold
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, place)

    def _hold(self, place: int) -> bool:
        try:
            if self._opened_by != os.getpid():
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._descriptor = os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600)
                self._opened_by = os.getpid()
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        except OSError as error:
            structlogger.error("lock.without_file", file=str(self._file), error=type(error).__name__)
        return True


def _place_of(conversation_id: str) -> int:
    """The byte that stands for a conversation: beyond any length of the file, since none is written."""
    return int.from_bytes(hashlib.sha256(conversation_id.encode()).digest()[:7], "big")
