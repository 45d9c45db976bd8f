"""Serves channels of the bot by Sanic on the loopback address, without Rasa's server: no model, no action server."""

from __future__ import annotations

import asyncio
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from rasa.core.channels import channel
from sanic import Sanic


@contextmanager
def served(*channels: channel.InputChannel) -> Iterator[tuple[Sanic, str]]:
    """The app (put an agent at `app.ctx.agent`) and its address; served from a thread until the block ends."""
    app = Sanic(f"probe-{uuid.uuid4().hex}", configure_logging=False)
    # Sanic rewrites its own source for speed, which works once a process.
    app.config.TOUCHUP = False
    channel.register(list(channels), app, "/webhooks/")
    with listening(app) as url:
        yield app, url


@contextmanager
def listening(app: Sanic) -> Iterator[str]:
    """The address of an app that is served from a thread until the block ends."""
    loop, sock = asyncio.new_event_loop(), socket.socket()
    sock.bind(("127.0.0.1", 0))

    async def serve():
        server = await app.create_server(sock=sock, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.before_start()
        await server.after_start()
        return server

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
