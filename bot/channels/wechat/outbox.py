"""Sends what could not be a passive reply: late answers and officers' words, in order, each once.

A frame stays in the ledger until the platform has taken it. What can't be sent (no right, 48 hours over, five sent) waits
for the investor's next message. Between the platform's receipt and our note of it lies a moment in which kill -9 makes
us send twice: WeChat's interface knows no idempotency.
"""

from __future__ import annotations

import asyncio
from typing import Any, Dict, Optional, Protocol

import structlog

from bot.channels.ledger import Frame, Ledger, State
from bot.channels.wechat.errors import NotPermitted, TryLater, WeChatError
from bot.channels.wechat.incoming import Allowance

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the tries of one message; then it waits for the next look."""
_NO_RIGHT_SECONDS = 3600.0
"""How long it is believed that the account may not send; then it is tried again, since rights can be bought."""
structlogger = structlog.get_logger()


class Sends(Protocol):
    """The platform's interface for messages."""

    async def send(self, open_id: str, frame: Dict[str, Any]) -> None:
        """Raises `WeChatError`."""


class Outbox:
    """One platform's messages on their way."""

    def __init__(self, channel: str, ledger: Ledger, api: Sends, waits: tuple[float, ...] = _WAITS) -> None:
        self._channel, self._ledger, self._api, self._waits = channel, ledger, api, waits
        self._sending: Dict[str, "asyncio.Task[None]"] = {}

    def heard_of(self, sender: str, open_id: str, account: str, allowance: Optional[Allowance]) -> None:
        """An investor has written: from now on he may be written to again."""
        if allowance is None:
            return
        held = self._ledger.noted(self._channel, sender, "contact") or {}
        (left, seconds), now = allowance, self._ledger.now()
        # A click on the menu does not shorten what a message has opened.
        until = max(held.get("until", 0.0), now + seconds)
        left = max(held.get("left", 0), left) if until > now + seconds else left
        contact = {"open_id": open_id, "account": account, "left": left, "until": until}
        self._ledger.note(self._channel, sender, "contact", contact, until - now)

    def permitted(self) -> bool:
        """Whether the account may send, as far as we know."""
        return self._ledger.noted(self._channel, "", "no_right") is None

    def kick(self, sender: str) -> None:
        """Send what waits for somebody, in the background."""
        if sender not in self._sending or self._sending[sender].done():
            task = asyncio.create_task(self._send_all(sender))
            self._sending[sender] = task
            task.add_done_callback(lambda done: self._forget_task(sender, done))

    def kick_all(self) -> None:
        """Send what waits for anybody."""
        if self.permitted():
            for sender in self._ledger.waiting(self._channel):
                self.kick(sender)

    async def fetch(self, sender: str) -> Optional[Frame]:
        """Take what waits longest out of the outbox, to be told as a passive reply; None where nothing waits."""
        if sender in self._sending:
            await asyncio.wait({self._sending[sender]}, timeout=1.0)
        if sender in self._sending:
            return None  # it is being sent this moment
        for frame in self._ledger.since(self._channel, sender):
            if self._claim(sender, frame):
                self._done(sender, frame)
                return frame
        return None

    async def settled(self) -> None:
        """Wait until nothing is being sent; for tests and the end of the server."""
        while self._sending:
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def _send_all(self, sender: str) -> None:
        while frames := self._ledger.since(self._channel, sender):
            if not self._claim(sender, frames[0]):
                return
            try:
                if not await self._sent(sender, frames[0]):
                    return
                self._done(sender, frames[0])
            finally:
                self._ledger.release(self._claims, str(frames[0].number))

    def _forget_task(self, sender: str, done: "asyncio.Task[None]") -> None:
        if self._sending.get(sender) is done:
            del self._sending[sender]

    @property
    def _claims(self) -> str:
        return f"{self._channel}:sending"

    def _claim(self, sender: str, frame: Frame) -> bool:
        """Whether this worker may deliver a frame."""
        return self._ledger.claim(self._claims, str(frame.number), sender).state is State.NEW

    def _done(self, sender: str, frame: Frame) -> None:
        self._ledger.acknowledge(self._channel, sender, frame.number)
        self._ledger.finish(self._claims, str(frame.number), [])

    async def _sent(self, sender: str, frame: Frame) -> bool:
        for wait in (*self._waits, None):
            contact = self._ledger.noted(self._channel, sender, "contact")
            if not contact or contact["left"] <= 0 or contact["until"] <= self._ledger.now():
                return False
            try:
                await self._api.send(contact["open_id"], frame.body)
            except TryLater as error:
                structlogger.info("message.not_sent_yet", channel=self._channel, sender_id=sender, error=str(error))
                if wait is not None:
                    await asyncio.sleep(wait)
                continue
            except NotPermitted as error:
                self._ledger.note(self._channel, "", "no_right", error.code, _NO_RIGHT_SECONDS)
                structlogger.warning("message.not_permitted", channel=self._channel, error=str(error))
                return False
            except WeChatError as error:
                structlogger.warning("message.kept", channel=self._channel, sender_id=sender, error=str(error))
                return False
            contact["left"] -= 1
            self._ledger.note(self._channel, sender, "contact", contact, contact["until"] - self._ledger.now())
            return True
        return False
