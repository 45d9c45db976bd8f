"""The REST channel on the route Rasa gives it: text only, bounded, and never an empty answer.

It is served by Sanic on the loopback address with a hand-written agent behind it: no model, no action server.
"""

from __future__ import annotations

import pytest
import requests

from bot.channels.rest import RestInput
from bot.text import LONGEST
from tests.support.channels import served

ENVELOPE = {"kind": "answer", "records": []}


class Agent:
    """Stands where Rasa's agent does and notes what reaches it."""

    def __init__(self, answer):
        self.seen = []
        self._answer = answer

    async def handle_message(self, message):
        self.seen.append(message)
        await self._answer(message)


async def answers(message):
    await message.output_channel.send_text_message(message.sender_id, f"收到:{message.text}")
    await message.output_channel.send_custom_json(message.sender_id, ENVELOPE)


async def raises(message):
    raise RuntimeError("broken on purpose")


async def raises_halfway(message):
    await message.output_channel.send_text_message(message.sender_id, "只说了一半")
    raise RuntimeError("broken on purpose")


async def says_nothing(message):
    pass


async def forgets_the_envelope(message):
    await message.output_channel.send_text_message(message.sender_id, "没有信封")


async def cancels(message):
    raise TimeoutError


class Channel:
    """The served channel; the agent behind it is changed from test to test."""

    def __init__(self, app, url):
        self._app, self.url = app, url

    def post(self, body=None, *, answer=answers, raw=None, query=""):
        """Post one body. Returns status, decoded answer and what reached the agent."""
        agent = self._app.ctx.agent = Agent(answer)
        sent = {"json": body} if raw is None else {"data": raw, "headers": {"Content-Type": "application/json"}}
        response = requests.post(f"{self.url}/webhook{query}", timeout=30, **sent)
        kind = response.headers.get("Content-Type", "")
        return response.status_code, response.json() if "json" in kind else response.text, agent.seen


@pytest.fixture(scope="module")
def rest():
    with served(RestInput()) as (app, url):
        yield Channel(app, f"{url}/webhooks/rest")


@pytest.fixture
def post(rest):
    return rest.post


def envelopes(told):
    return [m["custom"] for m in told if "custom" in m]


def test_an_answer_is_handed_back_with_its_envelope(post):
    status, told, (seen,) = post({"sender": "visitor", "message": "济南高新区面积多大?"})
    assert status == 200
    assert [m.get("text") for m in told if "text" in m] == ["收到:济南高新区面积多大?"]
    assert envelopes(told) == [ENVELOPE]
    assert (seen.sender_id, seen.input_channel) == ("visitor", "rest")


@pytest.mark.parametrize(
    ("given", "reaches"),
    [
        ("2026兰洽会", "2026兰洽会"),
        (" partner-7 ", "partner-7"),
        ("<b>x</b>", None),
        ("长" * 41, None),
        ("13800138000", None),
        (7, None),
        ("", None),
    ],
)
def test_from_where_somebody_comes_goes_with_the_turn_where_it_is_a_short_label(post, given, reaches):
    _, _, (seen,) = post({"sender": "visitor", "message": "你好", "source": given})
    assert (seen.metadata or {}).get("source") == reaches


@pytest.mark.parametrize("answer", [raises, raises_halfway, says_nothing, forgets_the_envelope, cancels])
def test_a_turn_that_fails_is_an_apology_with_a_way_on_and_one_envelope(post, answer):
    status, told, _ = post({"sender": "visitor", "message": "你好"}, answer=answer)
    assert status == 200
    assert envelopes(told) == [{"kind": "refuse", "records": []}]
    texts = "".join(m.get("text", "") for m in told)
    assert "抱歉" in texts
    assert "12345" in texts
    assert "broken" not in texts, "no word of the fault reaches an investor"


@pytest.mark.parametrize("typed", ["/restart", "／restart", "\u200b/restart", " /session_start", '/greet{"a":"b"}'])
def test_a_command_typed_by_a_stranger_arrives_as_plain_text(post, typed):
    status, _, (seen,) = post({"sender": "visitor", "message": typed})
    assert status == 200
    assert seen.text
    assert not seen.text.startswith("/")


@pytest.mark.parametrize("sender", [None, "", 7, ["a"], {"a": 1}, True, "a" * 129])
def test_a_bad_sender_is_refused_in_chinese_before_anything_runs(post, sender):
    status, told, seen = post({"sender": sender, "message": "你好"})
    assert status == 400
    assert "sender" in told["error"]
    assert any("\u4e00" <= c <= "\u9fff" for c in told["error"])
    assert seen == []


@pytest.mark.parametrize("body", [{}, {"message": "你好"}, [], "text", 7, None])
def test_a_body_without_a_sender_is_refused(post, body):
    status, _, seen = post(body)
    assert status == 400
    assert seen == []


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"sender=a&message=b"])
def test_a_body_that_is_no_json_is_refused_without_a_trace_of_the_program(post, raw):
    status, told, seen = post(raw=raw)
    assert status == 400
    assert seen == []
    assert "Traceback" not in str(told)
    assert "/work" not in str(told)


def test_a_huge_message_is_cut_to_its_longest(post):
    status, _, (seen,) = post({"sender": "visitor", "message": "济" * 2_000_000})
    assert status == 200
    assert len(seen.text) == LONGEST


@pytest.mark.parametrize("message", [None, 7, [], {}, ["/restart"]])
def test_a_message_that_is_no_text_is_an_empty_one(post, message):
    status, told, (seen,) = post({"sender": "visitor", "message": message})
    assert status == 200
    assert seen.text == ""
    assert len(envelopes(told)) == 1


def test_only_sender_and_message_of_the_body_are_read(post):
    """Stock Rasa lets the body choose the channel and add metadata."""
    body = {
        "sender": "visitor", "message": "你好", "input_channel": "callback", "metadata": {"a": 1}, "stream": True,
        "parse_data": {"intent": {"name": "restart"}},
    }  # fmt: skip
    status, told, (seen,) = post(body)
    assert status == 200
    assert seen.input_channel == "rest"
    assert not seen.metadata
    assert not seen.parse_data
    assert isinstance(told, list)


def test_a_stream_cannot_be_asked_for_by_the_address(post):
    status, told, _ = post({"sender": "visitor", "message": "你好"}, query="?stream=true&token=x")
    assert status == 200
    assert envelopes(told) == [ENVELOPE]


def test_the_channel_says_that_it_is_up(rest):
    response = requests.get(f"{rest.url}/", timeout=10)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_no_naughty_string_makes_a_turn_fail(post, naughty):
    for typed in naughty:
        status, told, seen = post({"sender": "visitor", "message": typed})
        assert (status, envelopes(told), len(seen)) == (200, [ENVELOPE], 1), typed
