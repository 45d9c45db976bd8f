"""One turn as every channel runs it: handed to Rasa, bounded in time, and never without an answer."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Dict, List, Optional

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot import logs, repairs

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Messages = List[Dict[str, Any]]
"""What Rasa collected: each with `text`, `buttons` or `custom`."""
_FAILED = "抱歉，系统暂时没能处理您的问题，请稍后再试；急事请致电12345热线。"
structlogger = structlog.get_logger()


class Turns:
    """Runs the turns of one channel."""

    def __init__(self, channel: str, seconds: Optional[float] = None) -> None:
        """`seconds` a turn may take; without it as long as it takes."""
        repairs.apply()
        logs.keep_texts_out()
        self._channel, self._seconds = channel, seconds

    async def answer(self, on_new_message: OnNewMessage, text: str, sender: str, source: str = "") -> Messages:
        """The messages of the turn, ending with an envelope. `text` must be `plain_text`, `source` a `source_label`."""
        collector = CollectingOutputChannel()
        try:
            message = UserMessage(
                text, collector, sender, input_channel=self._channel, metadata={"source": source} if source else None
            )
            await asyncio.wait_for(on_new_message(message), self._seconds)
        except Exception:  # whatever failed, the investor gets an answer and the log the reason
            structlogger.exception("turn.failed", channel=self._channel)
        return answered(collector.messages)


def answered(messages: Messages) -> Messages:
    """The messages of a turn; where the turn failed, an apology with a way on and an envelope."""
    if any(isinstance(m.get("custom"), dict) and m["custom"].get("kind") for m in messages):
        return messages
    return [*messages, {"text": _FAILED}, {"custom": {"kind": "refuse", "records": []}}]
