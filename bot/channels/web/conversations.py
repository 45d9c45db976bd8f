"""What a visitor says is answered once, and every answer is kept until the visitor's browser has it.

A message carries an id that the browser made; whoever says it again, after a lost line or a restart, gets the one
answer. An answer is a frame: numbered by the ledger, shown in the order of the numbers, sent again until it is
acknowledged, then blanked. Nothing else of a conversation is kept here.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Awaitable, Callable, Dict, List, Set
from weakref import WeakValueDictionary

import structlog

from bot.channels.ledger import Ledger, State
from bot.channels.turn import Messages, OnNewMessage, Turns
from bot.text import plain_text

CHANNEL = "web"
_KEPT_SECONDS = 7 * 86400.0
"""Frames that no browser fetched, and ids of answered messages, are forgotten after a week."""
_SWEEP_EVERY = 3600.0
_UNDELIVERED = 100
"""Frames sent at once to a browser that comes back; the others follow when these are acknowledged."""
structlogger = structlog.get_logger()
Frame = Dict[str, Any]
Deliver = Callable[[str, List[Frame]], Awaitable[None]]
"""Sends frames to every browser window of a sender."""


class Conversations:
    """The conversations of this process; what must outlive it is in the ledger."""

    def __init__(self, ledger: Ledger, turns: Turns, on_new_message: OnNewMessage, deliver: Deliver) -> None:
        self._ledger, self._turns, self._on_new_message, self._deliver = ledger, turns, on_new_message, deliver
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: Set[asyncio.Task[None]] = set()
        self._swept = 0.0

    def say(self, sender: str, id_: str, text: str, source: str = "") -> State:
        """Take a message and from where its visitor came; unless somebody has it already, a task answers it, one behind the other for each sender."""
        self._sweep()
        claim = self._ledger.claim(CHANNEL, f"{sender}/{id_}", sender)
        if claim.state is State.NEW:
            # The lock is taken up in the order of these tasks, which is the order of the messages.
            lock = self._order.setdefault(sender, asyncio.Lock())
            answer = self._answer(lock, sender, id_, plain_text(text), source, time.monotonic())
            task = asyncio.get_running_loop().create_task(answer)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return claim.state

    async def push(self, push: Dict[str, str]) -> None:
        """Hand on what an officer said or did; the same id again changes nothing."""
        frame = {"from": "officer", **{name: push[name] for name in ("kind", "text", "officer", "at")}}
        self._ledger.append(CHANNEL, push["talk"], f"push:{push['id']}", frame)
        await self.deliver(push["talk"])

    def undelivered(self, sender: str) -> List[Frame]:
        """What the visitor's browser has not acknowledged, in order."""
        frames = self._ledger.since(CHANNEL, sender)[:_UNDELIVERED]
        return [{**frame.body, "id": frame.key, "n": frame.number} for frame in frames]

    def acknowledge(self, sender: str, number: int) -> bool:
        """The browser has everything up to `number`; whether more waits for it."""
        self._ledger.acknowledge(CHANNEL, sender, number)
        return bool(self._ledger.since(CHANNEL, sender)[:1])

    def forget(self, sender: str) -> None:
        """The visitor has erased the conversation."""
        self._ledger.forget_sender(CHANNEL, sender)

    async def deliver(self, sender: str) -> None:
        """Send everything that is not acknowledged; browsers know by its id what they have."""
        if frames := self.undelivered(sender):
            await self._deliver(sender, frames)

    async def _answer(self, lock: asyncio.Lock, sender: str, id_: str, text: str, source: str, came: float) -> None:
        async with lock:
            try:
                # After a kill between the two lines below the answer is there already.
                if not any(frame["id"] == id_ for frame in self.undelivered(sender)):
                    messages = await self._turns.answer(self._on_new_message, text, sender, source, came)
                    frame = frame_of(messages)
                    if frame["envelope"].get("erased"):
                        self._ledger.forget_sender(CHANNEL, sender)
                    self._ledger.append(CHANNEL, sender, id_, frame)
                self._ledger.finish(CHANNEL, f"{sender}/{id_}", [])
                await self.deliver(sender)
            except Exception:  # the ledger failed: the browser asks again, and then nobody may be at it
                structlogger.exception("web.answer.failed")
                with suppress(Exception):
                    self._ledger.release(CHANNEL, f"{sender}/{id_}")

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > _SWEEP_EVERY:
            self._swept = time.monotonic()
            self._ledger.forget_before(time.time() - _KEPT_SECONDS)


def frame_of(messages: Messages) -> Frame:
    """A turn in one piece: `texts`, `buttons`, `envelope`, and when it was said."""
    return {
        "from": "bot",
        "texts": [m["text"] for m in messages if m.get("text")],
        "buttons": [b for m in messages for b in m.get("buttons") or []],
        "envelope": [m["custom"] for m in messages if isinstance(m.get("custom"), dict)][-1],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
