"""The action server hears of a message before the NLU, which gets its vector; nothing is lost where it cannot."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from bot.channels.ahead import Announcer
from bot.nlu.told import Told
from knowledge.embedding import Lexical


class Flat:
    """An embedder of two dimensions that notes what it computes."""

    name, dimensions = Lexical.name, 2

    def __init__(self):
        self.computed = []

    def embed(self, texts):
        self.computed += texts
        return np.zeros((len(texts), 2), np.float32)


@pytest.fixture
def listener():
    """A server that notes what it is told; gives its address, the notes, and what it answers last of."""
    heard, replies = [], [b'{"embedder": "lexical-1", "vector": [0.5, 0.25]}']

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(replies[-1])

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhook", heard, replies
    server.shutdown()


def announce(webhook, text):
    asyncio.run(Announcer(webhook).announce(text))


def test_a_message_is_known_to_the_action_server_when_the_announcement_returns(listener):
    webhook, heard, _ = listener
    announce(webhook, "start here")
    assert heard == [("/ahead", '{"text": "start here"}')]


def test_the_vector_of_an_announced_message_is_computed_no_second_time(listener):
    announce(listener[0], "起步区在哪 ")
    told = Told(Flat())
    assert told.embed(["起步区在哪"]).tolist() == [[0.5, 0.25]]
    assert told._inner.computed == []


def test_a_vector_told_is_taken_once_and_for_its_text_alone(listener):
    announce(listener[0], "起步区在哪")
    told = Told(Flat())
    assert told.embed(["起步区多大"]).tolist() == [[0, 0]]
    told.embed(["起步区在哪"])
    assert told.embed(["起步区在哪"]).tolist() == [[0, 0]]
    assert told._inner.computed == ["起步区多大", "起步区在哪"]


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"no json", b"[]", b"null", b'{"embedder": "other", "vector": [0.5, 0.25]}', b'{"vector": [1, 2]}',
        b'{"embedder": "lexical-1", "vector": [1]}', b'{"embedder": "lexical-1", "vector": "x"}',
        b'{"embedder": "lexical-1", "vector": null}', b'{"embedder": [], "vector": [1, 2]}',
    ],
)  # fmt: skip
def test_an_answer_that_is_of_no_use_fails_no_turn(listener, reply):
    webhook, _, replies = listener
    replies.append(reply)
    announce(webhook, "起步区在哪")
    assert Told(Flat()).embed(["起步区在哪"]).tolist() == [[0, 0]]


def test_a_blank_message_is_not_announced(listener):
    webhook, heard, _ = listener
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
