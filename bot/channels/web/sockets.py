"""The socket between widget and server: four things a browser may say, one it is told.

hello {token}                        → {token, frames} or {wait}          first of all
say {id, text, source}               → {state: new|running|done} or {wait} or {refused}
ack {n}                              → nothing; what still waits is sent
feedback {turn, helpful, reason}     → {kept}
forget                               → {}
frames [frame, …]                    ← everything that is not acknowledged, in order
"""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any, Awaitable, Callable, Dict, List, Mapping

import structlog
from sanic import Blueprint
from socketio import AsyncRedisManager, AsyncServer

from bot.channels.feedback import Feedback
from bot.channels.ledger import Ledger
from bot.channels.turn import OnNewMessage, Turns
from bot.channels.web.conversations import CHANNEL, Conversations, Frame
from bot.channels.web.limits import Limit
from bot.channels.web.session import Sessions
from bot.channels.web.visitors import Gate
from bot.text import LONGEST, source_label

PATH = "/webhooks/web/socket.io"
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_LARGEST = 32_000
"""Bytes of one packet; the longest message takes 9,000."""
Handler = Callable[[str, Any], Awaitable[Dict[str, Any]]]
structlogger = structlog.get_logger()
_ANY_NUMBER = 2**53
_GOODBYE = 1.0
"""Seconds for which an ending server waits until the browsers have been told."""
_LATER = 30.0
"""Seconds after which a browser tries again what could not be kept."""


class SocketBlueprint(Blueprint):
    """Attaches the socket server when the routes are registered."""

    def __init__(self, sio: AsyncServer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ctx.sio = sio

    def register(self, app: Any, options: Dict[str, Any]) -> None:
        """See Sanic."""
        self.ctx.sio.attach(app, PATH)
        super().register(app, options)  # type: ignore[no-untyped-call]


class Sockets:
    """The socket server of the channel."""

    def __init__(self, on_new_message: OnNewMessage, secret: str, environ: Mapping[str, str] = os.environ) -> None:
        self._gate, self._sessions, self._feedback = Gate(environ), Sessions(secret), Feedback()
        redis = environ.get("REDIS_URL", "").strip()
        self.sio = AsyncServer(
            async_mode="sanic",
            client_manager=AsyncRedisManager(redis, channel="web-widget") if redis else None,
            cors_allowed_origins=self._gate.allows,
            cors_credentials=False,
            max_http_buffer_size=_LARGEST,
            # A browser may fall back to polling, but not where its requests would reach one worker after the other.
            transports=["websocket"] if redis else ["websocket", "polling"],
            ping_interval=15,
            ping_timeout=10,
        )
        self.conversations = Conversations(Ledger.of(environ), Turns(CHANNEL), on_new_message, self._deliver)
        self._senders: Dict[str, str] = {}
        self._of_session, self._of_address, self._hellos = Limit(8, 40), Limit(60, 240), Limit(30, 60)
        self._anything = Limit(200, 2400)
        self.sio.on("connect", self._connect)
        self.sio.on("disconnect", self._disconnect)
        handlers = {
            "hello": self._hello, "say": self._say, "ack": self._ack, "feedback": self._thumb, "forget": self._forget,
        }  # fmt: skip
        for event, handler in handlers.items():
            self.sio.on(event, self._safe(event, handler))

    async def close(self) -> None:
        """Send the browsers away, to whichever server comes next; an open socket would hold up the end."""
        if self.sio.eio.sockets:
            # A browser that is gone fetches no goodbye; nobody waits for it.
            await asyncio.wait({asyncio.ensure_future(self.sio.eio.disconnect())}, timeout=_GOODBYE)
        await self.sio.shutdown()

    async def _deliver(self, sender: str, frames: List[Frame]) -> None:
        await self.sio.emit("frames", frames, room=sender)

    async def _connect(self, sid: str, environ: Dict[str, Any], auth: Any = None) -> None:
        await self.sio.save_session(sid, {"address": self._gate.address(environ["sanic.request"])})

    async def _disconnect(self, sid: str, *_: Any) -> None:
        self._senders.pop(sid, None)

    async def _hello(self, sid: str, data: Any) -> Dict[str, Any]:
        session = self._sessions.read(_of(data, "token"))
        if session is None:
            if wait := self._hellos.wait(await self._address(sid)):
                return {"wait": wait}
            session = self._sessions.issue()
        await self._leave(sid)
        self._senders[sid] = session.sender
        await self.sio.enter_room(sid, session.sender)
        return {"token": session.token, "frames": self.conversations.undelivered(session.sender)}

    async def _say(self, sid: str, data: Any) -> Dict[str, Any]:
        sender, id_, text = self._senders.get(sid), _of(data, "id"), _of(data, "text")
        if sender is None:
            return {"refused": "hello"}
        if not isinstance(id_, str) or not _ID.fullmatch(id_) or not isinstance(text, str) or len(text) > 2 * LONGEST:
            return {"refused": "message"}
        if wait := self._of_session.wait(sender) or self._of_address.wait(await self._address(sid)):
            return {"wait": wait}
        return {"state": self.conversations.say(sender, id_, text, source_label(_of(data, "source"))).value}

    async def _ack(self, sid: str, data: Any) -> Dict[str, Any]:
        sender, number = self._senders.get(sid), _of(data, "n")
        if (
            sender
            and isinstance(number, int)
            and 0 < number < _ANY_NUMBER
            and self.conversations.acknowledge(sender, number)
        ):
            await self.conversations.deliver(sender)
        return {}

    async def _thumb(self, sid: str, data: Any) -> Dict[str, Any]:
        if (sender := self._senders.get(sid)) is None:
            return {"refused": "hello"}
        if wait := self._of_session.wait(sender):
            return {"wait": wait}
        kept = await self._feedback.give(sender, _of(data, "turn"), _of(data, "helpful"), _of(data, "reason"))
        return {"kept": kept} if kept is not None else {"wait": _LATER}

    async def _forget(self, sid: str, data: Any) -> Dict[str, Any]:
        if sender := self._senders.get(sid):
            self.conversations.forget(sender)
            await self._leave(sid)
        return {}

    def _safe(self, event: str, handler: Handler) -> Callable[..., Awaitable[Dict[str, Any]]]:
        """A browser may send anything under any name; where we fail, it is told to try again and the log why."""

        async def handle(sid: str, data: Any = None, *_: Any) -> Dict[str, Any]:
            try:
                if wait := self._anything.wait(await self._address(sid)):
                    return {"wait": wait}
                return await handler(sid, data)
            except Exception:
                structlogger.exception("web.event.failed", event_name=event)
                return {"wait": _LATER}

        return handle

    async def _leave(self, sid: str) -> None:
        if sender := self._senders.pop(sid, None):
            await self.sio.leave_room(sid, sender)

    async def _address(self, sid: str) -> str:
        return str((await self.sio.get_session(sid)).get("address", ""))


def _of(data: Any, name: str) -> Any:
    return data.get(name) if isinstance(data, dict) else None
