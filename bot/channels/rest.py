"""Rasa's REST channel, made safe: text only, bounded in size, number and time, and never an empty answer."""

from __future__ import annotations

import json
import time
from typing import Any, Dict, Optional, cast

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.admission import Admission, Full
from bot.channels.refusals import RefusingBlueprint, refused
from bot.channels.senders import OF_CHANNELS, belongs_to_a_channel
from bot.channels.turn import OnNewMessage, Turns
from bot.text import plain_text, source_label
from knowledge.notice import privacy_notice

_LONGEST_SENDER = 128
_LARGEST = 1024 * 1024
"""Bytes of a request that are read; the longest message that is read takes 36,000 of them."""
_JSON = "application/json"
_AGAIN_AFTER = "3"
"""Seconds after which somebody who found the queue full may ask again."""


class Unreadable(Exception):
    """A request that can't be taken; with the status and what is told."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status, self.told = status, told


class RestInput(InputChannel):
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}` and perhaps `source`; answers with a list of messages."""

    def __init__(self, admission: Optional[Admission] = None) -> None:
        """From the environment unless given."""
        self._admission, self._turns = admission or Admission.of(), Turns(self.name())

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel."""
        webhook = RefusingBlueprint("rest_webhook", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/privacy", methods=["GET"])
        async def privacy(request: Request) -> HTTPResponse:
            return response.text(privacy_notice().text, content_type="text/plain; charset=utf-8")

        @webhook.route("/webhook", methods=["POST"], stream=True)
        async def receive(request: Request) -> HTTPResponse:
            came = time.monotonic()
            try:
                body = await _read(request)
                return response.json(await self._answer(on_new_message, body, came))
            except Unreadable as unreadable:
                return refused(unreadable.status, unreadable.told, Connection="close")
            except Full:
                return refused(503, "现在问的人太多，请几秒后再试", Retry_After=_AGAIN_AFTER)

        return webhook

    async def _answer(self, on_new_message: OnNewMessage, body: Dict[str, Any], came: float) -> Any:
        sender = _sender(body.get("sender"))
        text, source = plain_text(body.get("message")), source_label(body.get("source"))

        async def in_turn(message: UserMessage) -> None:
            async with self._admission.place(sender):
                await on_new_message(message)

        with self._admission.admitted():
            return await self._turns.answer(in_turn, text, sender, source, came)


def _sender(given: object) -> str:
    """Raises `Unreadable`."""
    if not isinstance(given, str) or not 0 < len(given) <= _LONGEST_SENDER or not given.isprintable():
        raise Unreadable(400, "sender 必须是 1–128 个字符的文字")
    if belongs_to_a_channel(given):
        taken = "、".join(OF_CHANNELS)
        raise Unreadable(403, f"sender 不能以 {taken} 开头：这些编号属于网页、微信和企业微信渠道里的访客，请换一个")
    return given


async def _read(request: Request) -> Dict[str, Any]:
    """The body of a request, read piece by piece and no further than it may be long. Raises `Unreadable`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise Unreadable(415, f"请求的类型（Content-Type）必须是 {_JSON}")
    body, stream = b"", cast(Any, request.stream)
    too_long = Unreadable(413, f"请求太长，最多 {_LARGEST} 字节")
    if int(request.headers.get("content-length") or 0) > _LARGEST:
        raise too_long
    while (piece := await stream.read()) is not None:
        body += piece
        if len(body) > _LARGEST:
            raise too_long
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(400, "请求不是正确的 JSON") from None
    if not isinstance(read, dict):
        raise Unreadable(400, "请求必须是 JSON 对象，其中要有 sender")
    return read
