"""Hands what a visitor thinks of an answer to the action server, which keeps it with the turn."""

from __future__ import annotations

import os
from typing import Any, Dict, Optional

import aiohttp
import structlog

_SECONDS = 5.0
_LONGEST_REASON = 200
structlogger = structlog.get_logger()


class Feedback:
    """Feedback for the action server that `webhook` belongs to."""

    def __init__(self, webhook: Optional[str] = None) -> None:
        webhook = os.environ.get("ACTION_ENDPOINT", "") if webhook is None else webhook
        self._url = webhook.rsplit("/", 1)[0] + "/feedback" if webhook else ""
        self._session: Optional[aiohttp.ClientSession] = None

    async def give(self, sender: str, turn: object, helpful: object, reason: object) -> Optional[bool]:
        """Whether it was kept: False where it will never be (no such turn), None where it may be tried again."""
        if not isinstance(turn, str) or not 0 < len(turn) <= 64 or not isinstance(helpful, bool) or not self._url:
            return False
        body: Dict[str, Any] = {"sender": sender, "turn": turn, "helpful": helpful}
        if isinstance(reason, str):
            body["reason"] = reason.strip()[:_LONGEST_REASON]
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        try:
            async with self._session.post(self._url, json=body) as answer:
                return True if answer.status == 204 else None if answer.status >= 500 else False
        except (TimeoutError, aiohttp.ClientError) as error:
            structlogger.warning("feedback.not_given", error=type(error).__name__)
            return None
