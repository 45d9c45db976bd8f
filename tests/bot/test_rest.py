"""The REST channel on the route Rasa gives it: text only, bounded, and never an empty answer.

It is served by Sanic on the loopback address with a hand-written agent behind it: no model, no action server.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
import requests

from bot.channels import turn
from bot.channels.admission import Admission
from bot.channels.rest import RestInput
from bot.channels.senders import belongs_to_a_channel
from bot.channels.web import session
from bot.channels.wechat import incoming
from bot.channels.wechat.channel import WeChatInput
from bot.channels.wecom.channel import WeComInput
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


@pytest.mark.parametrize("sender", [None, "", 7, ["a"], {"a": 1}, True, "a" * 129, "a\ud800", "a\nb"])
def test_a_bad_sender_is_refused_in_chinese_before_anything_runs(post, sender):
    status, told, seen = post({"sender": sender, "message": "你好"})
    assert status == 400
    assert "sender" in told["error"]
    assert any("\u4e00" <= c <= "\u9fff" for c in told["error"])
    assert seen == []


@pytest.mark.parametrize("body", [{}, {"message": "你好"}, [], "text", 7, None])
def test_a_body_without_a_sender_is_refused(post, body):
    status, _, seen = post(raw=json.dumps(body))
    assert status == 400
    assert seen == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"sender=a&message=b", b"[" * 100_000, b'{"sender": "a", "message": "\xe6"}', b"NaN"],
)
def test_a_body_that_is_no_json_is_refused_without_a_trace_of_the_program(post, raw):
    status, told, seen = post(raw=raw)
    assert status == 400
    assert seen == []
    assert any("\u4e00" <= c <= "\u9fff" for c in told["error"])
    assert "Traceback" not in str(told)
    assert "/work" not in str(told)


def test_a_huge_message_is_cut_to_its_longest(post):
    status, _, (seen,) = post({"sender": "visitor", "message": "济" * 100_000})
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


@pytest.mark.parametrize(
    "sender",
    ["web-Ab1", "wechat-0f3c", "wecom-77", "web-", "WEB-Ab1", " web-Ab1", "WeChat-1"],
)
def test_nobody_can_name_himself_into_a_conversation_of_another_channel(post, sender):
    status, told, seen = post({"sender": sender, "message": "我的登记"})
    assert status == 403
    assert "web-" in told["error"], "it says why"
    assert seen == []


def test_the_names_that_channels_make_are_those_that_nobody_can_take():
    made = [
        session.Sessions("secret").issue().sender,
        *(
            incoming.sender_of(channel, "gh", "open-id", b"secret")
            for channel in (WeChatInput.name(), WeComInput.name())
        ),
    ]
    assert all(belongs_to_a_channel(sender) for sender in made)


@pytest.mark.parametrize("sender", ["website", "web", "me-web-1", "wechat", "investor-7", "微信-1"])
def test_other_senders_are_taken(post, sender):
    assert post({"sender": sender, "message": "你好"})[0] == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"]
)
def test_json_is_taken_only_where_it_is_called_so(rest, kind):
    """What a form or a script of a foreign page can send without asking is none of ours."""
    rest.post({"sender": "me", "message": "你好"})
    headers = {"Content-Type": kind} if kind else {}
    answer = requests.post(f"{rest.url}/webhook", data=b'{"sender": "me", "message": "x"}', headers=headers, timeout=10)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]
    assert answer.headers.get("Access-Control-Allow-Credentials") is None


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_name_its_characters(rest, kind):
    rest.post({"sender": "me", "message": "你好"})
    answer = requests.post(
        f"{rest.url}/webhook", data=b'{"sender": "me", "message": "x"}', headers={"Content-Type": kind}, timeout=10
    )
    assert answer.status_code == 200


def spoken(url, *lines, body=b""):
    """Status and body of what the server answers to a request written by hand."""
    host, port = url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), 10) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        line.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    "request_",
    [
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: abc"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: -5"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 1e3"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: "),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Length: 2", "Content-Length: 3"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 99999999999"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "Expect: nothing", "Content-Length: 2"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "no colon"),
        ("POST /webhooks/rest/webhook HTTP/1.1", "Host: x", "X: " + "x" * 40_000),
        ("NONSENSE",),
        ("DELETE /webhooks/rest/webhook HTTP/1.1", "Host: x"),
        ("GET /webhooks/rest/nowhere HTTP/1.1", "Host: x"),
    ],
)  # fmt: skip
def test_a_request_that_is_malformed_is_refused_in_json_without_a_trace_of_the_program(rest, request_):
    status, told = spoken(rest.url, *request_)
    assert 400 <= status < 500
    assert set(json.loads(told)) == {"error"}
    assert b"Traceback" not in told
    assert b"sanic" not in told.lower()


def test_a_request_that_is_too_long_is_refused_before_it_is_read(rest):
    status, told, seen = rest.post({"sender": "me", "message": "x" * 2_000_000})
    assert (status, seen) == (413, [])
    assert "1048576" in told["error"]


async def hangs(message):
    await message.output_channel.send_text_message(message.sender_id, "只说了一半")
    await asyncio.sleep(60)


def test_a_turn_that_hangs_ends_in_time_with_an_apology_and_a_way_on(monkeypatch):
    assert turn.LONGEST_TURN < 10
    monkeypatch.setattr(turn, "LONGEST_TURN", 0.3)
    with served(RestInput()) as (app, url):
        channel, began = Channel(app, f"{url}/webhooks/rest"), time.monotonic()
        status, told, _ = channel.post({"sender": "me", "message": "你好"}, answer=hangs)
        assert time.monotonic() - began < 5
        assert (status, envelopes(told)) == (200, [{"kind": "refuse", "records": []}])
        texts = "".join(m.get("text", "") for m in told)
        assert "再说一次" in texts
        assert "12345" in texts
        assert "只说了一半" not in texts
        assert channel.post({"sender": "me", "message": "你好"})[0] == 200, "the next one is answered"


class Gate:
    """Holds every turn back until it is opened, however slow the machine is."""

    def __init__(self):
        self.is_open = threading.Event()

    async def answers(self, message):
        while not self.is_open.is_set():  # noqa: ASYNC110 - it is opened from another thread
            await asyncio.sleep(0.01)
        await answers(message)


def test_of_too_many_at_once_some_wait_and_the_others_are_told_when_to_come_again():
    with served(RestInput(Admission(at_once=2, waiting=3))) as (app, url), ThreadPoolExecutor(12) as together:
        gate = Gate()
        app.ctx.agent = Agent(gate.answers)

        def ask(number):
            return requests.post(
                f"{url}/webhooks/rest/webhook", json={"sender": f"s{number}", "message": "x"}, timeout=30
            )

        asked = [together.submit(ask, number) for number in range(12)]
        refused = [future.result() for future in islice(as_completed(asked), 7)]
        gate.is_open.set()
        assert sorted(future.result().status_code for future in asked) == [200] * 5 + [503] * 7
        assert {answer.status_code for answer in refused} == {503}
        assert int(refused[0].headers["Retry-After"]) > 0
        assert "再试" in refused[0].json()["error"]
        assert ask(1).status_code == 200, "when it is quiet again, everybody is taken"


async def takes_a_while(message):
    await asyncio.sleep(0.3)
    await answers(message)


def test_one_sender_can_not_take_all_places():
    with served(RestInput(Admission(at_once=2, waiting=20))) as (app, url), ThreadPoolExecutor(8) as together:
        app.ctx.agent = Agent(takes_a_while)

        def ask(sender):
            return requests.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": "x"}, timeout=30)

        many = [together.submit(ask, "greedy") for _ in range(8)]
        time.sleep(0.1)
        assert ask("other").status_code == 200
        assert not all(one.done() for one in many), "the other one did not wait for all of them"


@pytest.mark.parametrize("written", ["x", "-1", "0", "1.5", "99999999"])
def test_a_setting_that_is_no_number_is_told(written):
    with pytest.raises(ValueError, match="REST_AT_ONCE"):
        Admission.of({"REST_AT_ONCE": written})
