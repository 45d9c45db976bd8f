"""Rasa's REST channel, made safe: text only, bounded, and never an empty answer."""

from __future__ import annotations

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.turn import OnNewMessage, Turns
from bot.text import plain_text, source_label
from knowledge.notice import privacy_notice

_LONGEST_SENDER = 128


class RestInput(InputChannel):
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}` and perhaps `source`; answers with a list of messages."""

    def __init__(self) -> None:
        self._turns = Turns(self.name())

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
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
            text, source = plain_text(body.get("message")), source_label(body.get("source"))
            return response.json(await self._turns.answer(on_new_message, text, sender, source))

        return webhook
