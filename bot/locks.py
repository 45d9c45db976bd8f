"""Keeps the turns of one conversation in order without Rasa's one-second polling."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig

_LOOK_EVERY = 0.02
"""Seconds between two looks at whether it is this turn's turn."""


class PromptLockStore(InMemoryLockStore):
    """Rasa's in-memory lock store; a second message waits for the first and no longer."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _LOOK_EVERY
    ) -> AsyncGenerator[TicketLock, Any]:
        """Wait in short steps."""
        async with super().lock(conversation_id, lock_lifetime, min(wait_time_in_seconds, _LOOK_EVERY)) as ticket:
            yield ticket
