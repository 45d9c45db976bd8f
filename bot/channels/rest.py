"""Rasa's REST channel, made safe: text only, bounded, and never an empty answer."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, List, Optional

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import logs, repairs
from bot.channels.ahead import Announcer
from bot.text import plain_text
from knowledge.notice import privacy_notice

_LONGEST_SENDER = 128
_FAILED = "抱歉，系统暂时没能处理您的问题，请稍后再试；急事请致电12345热线。"
structlogger = structlog.get_logger()


class RestInput(InputChannel):
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}`; answers with a list of messages."""

    def __init__(self) -> None:
        repairs.apply()
        logs.keep_texts_out()
        self._announcer = Announcer()

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        webhook = Blueprint("rest_webhook", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/privacy", methods=["GET"])
        async def privacy(request: Request) -> HTTPResponse:
            return response.text(privacy_notice().text, content_type="text/plain; charset=utf-8")

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = request.json if isinstance(request.json, dict) else {}
            sender = body.get("sender")
            if not isinstance(sender, str) or not 0 < len(sender) <= _LONGEST_SENDER:
                return response.json({"error": "sender 必须是 1–128 个字符的文字"}, status=400)
            collector = CollectingOutputChannel()
            await self._take(on_new_message, plain_text(body.get("message")), sender, collector)
            return response.json(answered(collector.messages))

        return webhook

    async def _take(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        text: str,
        sender: str,
        collector: CollectingOutputChannel,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> None:
        await self._announcer.announce(text)
        try:
            await on_new_message(UserMessage(text, collector, sender, input_channel=self.name(), metadata=metadata))
        except Exception:  # whatever failed, the investor gets an answer and the log the reason
            structlogger.exception("rest.turn.failed")


def answered(messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The messages of a turn; where the turn failed, an apology with a way on and an envelope."""
    if any(isinstance(m.get("custom"), dict) and m["custom"].get("kind") for m in messages):
        return messages
    return [*messages, {"text": _FAILED}, {"custom": {"kind": "refuse", "records": []}}]
