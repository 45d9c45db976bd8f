"""The widget's channel in Rasa: the socket, the widget's file, a page to see it on, and the officers' way in."""

from __future__ import annotations

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.push import PushRefused, channel_secret, verified
from bot.channels.turn import OnNewMessage
from bot.channels.web.conversations import CHANNEL
from bot.channels.web.pages import Pages
from bot.channels.web.sockets import SocketBlueprint, Sockets
from knowledge.notice import privacy_notice


class WebInput(InputChannel):
    """`/webhooks/web/…`: socket.io, widget.js, demo, privacy, push."""

    def __init__(self) -> None:
        self._secret = channel_secret()

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel."""
        sockets, pages = Sockets(on_new_message, self._secret), Pages()
        web = SocketBlueprint(sockets.sio, "web_webhook", __name__)

        @web.listener("before_server_stop")
        async def close(*_: object) -> None:
            await sockets.close()

        @web.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @web.route("/widget.js", methods=["GET", "HEAD"])
        async def widget(request: Request) -> HTTPResponse:
            return pages.widget(request)

        @web.route("/demo", methods=["GET"])
        async def demo(request: Request) -> HTTPResponse:
            return pages.demo(request)

        @web.route("/demo/<name:str>", methods=["GET"])
        async def beside_demo(request: Request, name: str) -> HTTPResponse:
            return pages.beside(request, name)

        @web.route("/privacy", methods=["GET"])
        async def privacy(request: Request) -> HTTPResponse:
            return response.text(privacy_notice().text, content_type="text/plain; charset=utf-8")

        @web.route("/push", methods=["POST"])
        async def push(request: Request) -> HTTPResponse:
            try:
                await sockets.conversations.push(verified(request.headers, request.body, self._secret, CHANNEL))
            except PushRefused as refused:
                return response.json({"error": str(refused)}, status=401)
            return response.empty(204)

        return web
