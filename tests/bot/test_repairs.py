"""The repairs change how long Rasa takes and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
import uuid

import jsonschema
import pytest
import rasa.server
import requests
import sanic
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import repairs
from knowledge.embedding import Lexical, QuestionVectors
from knowledge.text import asked
from tests.support.channels import listening
from tests.support.timing import quickest

VALID = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "conversation", "value": {"city": "济南"}}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "name": "conversation", "value": None, "timestamp": 1.5}], "responses": []},
    {"events": [], "responses": [{"text": "x", "custom": {"kind": "answer"}, "buttons": []}], "more": 1},
]
INVALID = [
    [],
    "text",
    None,
    {"events": {}},
    {"events": [{"no": "event"}]},
    {"events": [{"event": "no_such_event"}]},
    {"events": [{"event": "slot"}]},
    {"responses": {}},
    {"responses": ["text"]},
]


def stock(result):
    """What Rasa itself does: its schema, checked anew on every call."""
    jsonschema.validate(result, RemoteAction.action_response_format_spec())
    return True


@pytest.fixture
def repaired():
    repairs.apply()
    return RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1"))._validate_action_result


@pytest.mark.parametrize("result", VALID)
def test_what_rasa_takes_is_taken(repaired, result):
    assert stock(result) is True
    assert repaired(result) is True


@pytest.mark.parametrize("result", INVALID)
def test_what_rasa_refuses_is_refused_with_the_same_error(repaired, result):
    with pytest.raises(jsonschema.ValidationError):
        stock(result)
    with pytest.raises(jsonschema.ValidationError):
        repaired(result)


def test_applying_twice_is_safe(repaired):
    before = RemoteAction._validate_action_result
    repairs.apply()
    assert RemoteAction._validate_action_result is before
    assert repaired(VALID[2]) is True


def test_a_check_is_much_quicker_than_stock(repaired):
    def seconds(check):
        check(VALID[2])
        return quickest(lambda: check(VALID[2]))

    assert seconds(repaired) < seconds(stock) / 3


class Counting:
    """An action server that counts its connections."""

    def __init__(self):
        self.connections, self.calls = 0, []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/webhook"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
            self.calls.append(json.loads(await reader.readexactly(length)))
            body = b'{"events": [], "responses": []}'
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )


def tracker(text):
    """A conversation in which this was said."""
    said = DialogueStateTracker.from_events("visitor", [], slots=[])
    said.update(UserUttered(text, intent={"name": "ask_site"}))
    return said


async def run(action, text):
    await action.run(CollectingOutputChannel(), None, tracker(text), Domain.empty())


def test_calls_of_actions_share_one_connection():
    async def three_calls():
        repairs.apply()
        async with Counting() as server:
            action = RemoteAction("action_x", EndpointConfig(server.url))
            for text in ("甲", "乙", "丙"):
                await run(action, text)
            return server.connections, len(server.calls)

    assert asyncio.run(three_calls()) == (1, 3)


def test_the_vector_of_a_question_that_was_read_goes_along(monkeypatch):
    vectors = QuestionVectors(Lexical())
    monkeypatch.setattr(repairs, "question_vectors", lambda: vectors)

    async def calls():
        repairs.apply()
        async with Counting() as server:
            action = RemoteAction("action_x", EndpointConfig(server.url))
            vectors.of(asked("起步区在哪？"))
            await run(action, "起步区在哪？")
            await run(action, "没有读过的话")
            return server.calls

    known, unknown = asyncio.run(calls())
    there = QuestionVectors(Lexical())
    assert known["vector"]["embedder"] == Lexical.name
    assert there.take(asked("起步区在哪？"), known["vector"]["packed"]) is True
    assert "vector" not in unknown


def test_only_an_empty_domain_is_empty():
    repairs.apply()
    assert Domain.empty().is_empty() is True
    assert Domain.from_dict({"intents": ["greet"]}).is_empty() is False
    assert Domain.from_dict({"actions": ["action_x"]}).is_empty() is False


def test_a_call_says_until_when_its_answer_is_wanted_and_only_inside():
    async def calls():
        repairs.apply()
        async with Counting() as server:
            action = RemoteAction("action_x", EndpointConfig(server.url))
            with repairs.wanted_until(1_800_000_000.5):
                task = asyncio.create_task(run(action, "起步区在哪？"))
            await task
            await run(action, "起步区在哪？")
            return server.calls

    inside, outside = asyncio.run(calls())
    assert inside["wanted_until"] == 1_800_000_000.5
    assert "wanted_until" not in outside


@pytest.mark.parametrize("origins", [None, "", "*", ["https://www.example.gov.cn"]])
def test_no_browser_is_told_to_send_cookies_along(origins):
    repairs.apply()
    app = sanic.Sanic(f"probe-{uuid.uuid4().hex}", configure_logging=False)
    app.config.TOUCHUP = False
    rasa.server.configure_cors(app, origins)
    app.add_route(lambda _: sanic.response.text("up"), "/")
    with listening(app) as url:
        told = requests.get(url, headers={"Origin": "https://www.example.gov.cn"}, timeout=10).headers
    assert "Access-Control-Allow-Credentials" not in told
    assert ("Access-Control-Allow-Origin" in told) == bool(origins)
