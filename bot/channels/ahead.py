"""Tells the action server what was said before the NLU reads it, so that both cores work on one turn.

The action server needs the embedding of the message, which takes longer than all else; it starts on it at once
instead of after the NLU. Nothing depends on it: a message that was not announced is embedded when it is needed.
"""

from __future__ import annotations

import os
from typing import Optional

import aiohttp
import structlog

_SECONDS = 0.2
"""The action server answers within 2 ms, since it only takes note; one that hangs must not hold up the turn."""
structlogger = structlog.get_logger()


class Announcer:
    """Announces messages to the action server that `webhook` belongs to; without one it does nothing."""

    def __init__(self, webhook: Optional[str] = None) -> None:
        webhook = os.environ.get("ACTION_ENDPOINT", "") if webhook is None else webhook
        self._url = webhook.rsplit("/", 1)[0] + "/ahead" if webhook else ""
        self._session: Optional[aiohttp.ClientSession] = None

    async def announce(self, text: str) -> None:
        """Hand a message over. It is waited for, since the NLU would keep a task in the background from starting."""
        if not self._url or not text:
            return
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        try:
            async with self._session.post(self._url, json={"text": text}):
                pass
        except (TimeoutError, aiohttp.ClientError) as error:
            structlogger.debug("ahead.not_announced", error=type(error).__name__)
