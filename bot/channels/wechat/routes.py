"""The routes of one platform, WeChat or WeCom: the greeting, the push, an officer's words; and what runs beside them."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Dict, List, Mapping, NamedTuple, cast

import structlog
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import turn
from bot.channels.ledger import Ledger
from bot.channels.push import PushRefused, verified
from bot.channels.wechat import wording
from bot.channels.wechat.crypto import Refused
from bot.channels.wechat.door import LARGEST, Door
from bot.channels.wechat.incoming import Incoming
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.turns import Turns
from bot.text import plain_text

_LOOK_AFTER = 60.0
"""Seconds between two looks at what was left behind."""
_KEPT_REPLIES = 3600.0
_KEPT = 30 * 24 * 3600.0
structlogger = structlog.get_logger()


class Platform(NamedTuple):
    """What one platform is made of."""

    name: str
    door: Door
    ledger: Ledger
    outbox: Outbox
    read: Callable[[Mapping[str, str]], Incoming]
    close: Callable[[], Awaitable[None]]
    cards: bool = False


def routes(platform: Platform, on_new_message: turn.OnNewMessage, secret: str) -> Blueprint:
    """`GET` and `POST` /webhook for the platform; `POST` /push for officers' words, signed with `secret`."""
    blueprint = Blueprint(f"{platform.name}_webhook", __name__)
    assistant = turn.Turns(platform.name)

    async def take(sender: str, text: str, source: str) -> turn.Messages:
        return await assistant.answer(on_new_message, text, sender, source)

    turns = Turns(platform.name, platform.ledger, platform.outbox, take, cards=platform.cards)

    @blueprint.route("/webhook", methods=["GET"])
    async def greet(request: Request) -> HTTPResponse:
        try:
            return response.text(platform.door.greet(query_of(request)))
        except Refused:
            return refusal()

    @blueprint.route("/webhook", methods=["POST"], stream=True)
    async def receive(request: Request) -> HTTPResponse:
        query = query_of(request)
        try:
            fields = platform.door.open(query, await body_of(request))
        except Refused:
            return refusal()
        push = platform.read(fields)
        text = await turns.answer(push)
        if not text:
            return response.text("success")
        passive = {
            "ToUserName": push.open_id, "FromUserName": push.account, "CreateTime": int(platform.ledger.now()),
            "MsgType": "text", "Content": text,
        }  # fmt: skip
        sealed = platform.door.seal(passive, query.get("nonce", ""))
        return response.text(sealed, content_type="application/xml; charset=utf-8")

    @blueprint.route("/push", methods=["POST"], stream=True)
    async def push(request: Request) -> HTTPResponse:
        try:
            told = verified(request.headers, await body_of(request), secret, platform.name)
        except Refused:
            return refusal()
        except PushRefused as refused:
            return response.json({"error": str(refused)}, status=401)
        turns.tell(told["talk"], told["id"], words_of(told))
        return response.empty(204)

    running: List["asyncio.Task[None]"] = []

    @blueprint.listener("after_server_start")
    async def begin(*_: Any) -> None:
        running.append(asyncio.create_task(_look_after(platform, turns)))

    @blueprint.listener("after_server_stop")
    async def end(*_: Any) -> None:
        for task in running:
            task.cancel()
        await platform.close()

    return blueprint


async def _look_after(platform: Platform, turns: Turns) -> None:
    """What a dead worker has left, what could not be sent, what has to be forgotten."""
    while True:
        try:
            await turns.resume()
            platform.outbox.kick_all()
            platform.ledger.forget_replies(platform.name, platform.ledger.now() - _KEPT_REPLIES)
            platform.ledger.forget_before(platform.ledger.now() - _KEPT)
        except Exception:  # the next look may succeed; without it nothing would ever be looked after again
            structlogger.exception("look_after.failed", channel=platform.name)
        await asyncio.sleep(_LOOK_AFTER)


def words_of(told: Mapping[str, str]) -> str:
    """An officer's words as the investor reads them."""
    name = plain_text(told["officer"])
    if told["kind"] == "officer.joined":
        return wording.JOINED.format(name=name)
    if told["kind"] == "officer.left":
        # Nobody left of his own accord: the pipeline says how it stands.
        return wording.LEFT.format(name=name) if name else told["text"]
    return wording.OFFICER.format(name=name) + told["text"]


def query_of(request: Request) -> Dict[str, str]:
    """The first value of every parameter."""
    return {name: values[0] for name, values in request.args.items() if values}


def refusal() -> HTTPResponse:
    """The one answer to whatever is not let in: nothing that helps to find out why. The line is closed."""
    return response.text("", status=403, headers={"Connection": "close"})


async def body_of(request: Request) -> bytes:
    """The body, read piece by piece and no further than it may be long. Raises `Refused`."""
    if request.headers.get("content-length", "").isdecimal() and int(request.headers["content-length"]) > LARGEST:
        raise Refused
    body, stream = b"", cast(Any, request.stream)
    while (piece := await stream.read()) is not None:
        body += piece
        if len(body) > LARGEST:
            raise Refused
    return body
