"""Tells the action server what was said before the NLU reads it, and the NLU which vector the action server made of it.

Both need the same embedding of the message, which takes longer than all else: it is made once, in the action server.
Nothing depends on it: a message that was not announced, or not in time, is embedded where it is needed.
"""

from __future__ import annotations

import os
from typing import Optional

import aiohttp
import structlog

from bot.nlu.told import tell

_SECONDS = 0.2
"""An embedding takes 20 ms, on a busy machine a few times that; an action server that hangs must not hold up the turn."""
structlogger = structlog.get_logger()


class Announcer:
    """Announces messages to the action server that `webhook` belongs to; without one it does nothing."""

    def __init__(self, webhook: Optional[str] = None) -> None:
        webhook = os.environ.get("ACTION_ENDPOINT", "") if webhook is None else webhook
        self._url = webhook.rsplit("/", 1)[0] + "/ahead" if webhook else ""
        self._session: Optional[aiohttp.ClientSession] = None

    async def announce(self, text: str) -> None:
        """Hand a message over and wait for its vector, which the NLU will need at once."""
        if not self._url or not text:
            return
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        try:
            async with self._session.post(self._url, json={"text": text}) as answer:
                told = await answer.json()
            tell(told["embedder"], text, told["vector"])
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError) as error:
            structlogger.debug("ahead.not_announced", error=type(error).__name__)
