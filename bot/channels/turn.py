"""One turn as every channel runs it: handed to Rasa, over in ten seconds, and never without an answer.

A turn that takes longer is given up and apologised for. Nothing comes of it later: Rasa keeps a conversation only when
its turn has ended, and each call of the action server says until when it is wanted (`bot.repairs`), so that a server
that was held up passes over what nobody waits for any more.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Awaitable, Callable, Dict, List, Optional

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot import logs, repairs

LONGEST_TURN = 9.0
"""Seconds from when a channel has a message until it has something to say to it. People hear from us within ten."""
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Messages = List[Dict[str, Any]]
"""What Rasa collected: each with `text`, `buttons` or `custom`."""
_FAILED = "抱歉，系统暂时没能处理您的问题，请稍后再试；急事请致电12345热线。"
_LATE = "抱歉，系统正忙，这句话没有处理完。请过一会儿再说一次；急事请致电12345热线。"
structlogger = structlog.get_logger()


class Turns:
    """Runs the turns of one channel."""

    def __init__(self, channel: str) -> None:
        repairs.apply()
        logs.keep_texts_out()
        self._channel, self._seconds = channel, LONGEST_TURN

    async def answer(
        self, on_new_message: OnNewMessage, text: str, sender: str, source: str = "", came: Optional[float] = None
    ) -> Messages:
        """The messages of the turn, ending with an envelope. `text` must be `plain_text`, `source` a `source_label`.

        `came`: when the message came (`time.monotonic`), where it had to wait; otherwise it came now.
        """
        collector = CollectingOutputChannel()
        waited = 0.0 if came is None else time.monotonic() - came
        message = UserMessage(
            text, collector, sender, input_channel=self._channel, metadata={"source": source} if source else None
        )
        try:
            if not await _within(self._seconds - waited, lambda: on_new_message(message)):
                structlogger.error("turn.too_late", channel=self._channel, seconds=self._seconds)
                return answered([], _LATE)
        except Exception:  # whatever failed, the investor gets an answer and the log the reason
            structlogger.exception("turn.failed", channel=self._channel)
        return answered(collector.messages)


def answered(messages: Messages, apology: str = _FAILED) -> Messages:
    """The messages of a turn; where the turn failed, an apology with a way on and an envelope."""
    if any(isinstance(m.get("custom"), dict) and m["custom"].get("kind") for m in messages):
        return messages
    return [*messages, {"text": apology}, {"custom": {"kind": "refuse", "records": []}}]


async def _within(seconds: float, turn: Callable[[], Awaitable[Any]]) -> bool:
    """Whether a turn ended in time; raises what it raised. One that does not is told to end and not waited for."""
    if seconds <= 0:
        return False
    with repairs.wanted_until(time.time() + seconds):
        task = asyncio.ensure_future(turn())
    task.add_done_callback(_taken_note_of)
    try:
        await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not task.done():
        task.cancel()
        return False
    task.result()
    return True


def _taken_note_of(task: "asyncio.Future[Any]") -> None:
    """Of a turn that was given up nobody asks any more what became of it."""
    with suppress(asyncio.CancelledError):
        task.exception()
