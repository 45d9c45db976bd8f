"""The action server hears of a message before the NLU reads it, and nothing is lost where it cannot."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.channels.ahead import Announcer


@pytest.fixture
def listener():
    """A server that notes what it is told; gives its address and the notes."""
    heard = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhook", heard
    server.shutdown()


def announce(webhook, text):
    asyncio.run(Announcer(webhook).announce(text))


def test_a_message_is_known_to_the_action_server_when_the_announcement_returns(listener):
    webhook, heard = listener
    announce(webhook, "start here")
    assert heard == [("/ahead", '{"text": "start here"}')]


def test_a_blank_message_is_not_announced(listener):
    webhook, heard = listener
    announce(webhook, "")
    assert heard == []


def test_an_action_server_that_is_down_fails_no_turn():
    announce("http://127.0.0.1:9/webhook", "起步区在哪")


def test_an_action_server_that_hangs_holds_a_turn_up_for_less_than_half_a_second():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        announce(f"http://127.0.0.1:{silent.getsockname()[1]}/webhook", "起步区在哪")
        assert time.monotonic() - started < 0.5


def test_without_an_action_server_nothing_is_announced():
    announce("", "起步区在哪")
