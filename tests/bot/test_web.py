"""The widget's channel over a real socket: sessions, one answer to a message, nothing lost, nothing for strangers.

It is served by Sanic on the loopback address with a hand-written agent behind it: no model, no action server.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import threading
import time
import uuid

import pytest
import requests
import socketio
from engineio.async_socket import AsyncSocket

from bot.channels import turn
from bot.channels.ledger import Ledger
from bot.channels.push import _signature
from bot.channels.web.channel import WebInput
from bot.channels.web.limits import Limit
from bot.channels.web.sockets import Sockets
from bot.text import LONGEST
from tests.support.channels import served
from tests.support.disks import disk

SECRET = "a secret of this test alone"
ENVELOPE = {"kind": "answer", "records": []}


class Agent:
    """Stands where Rasa's agent does and notes what reaches it."""

    def __init__(self):
        self.seen = []
        self.answer = says_it_back

    async def handle_message(self, message):
        self.seen.append(message)
        await self.answer(message)


async def says_it_back(message):
    await message.output_channel.send_text_message(message.sender_id, f"收到:{message.text}")
    await message.output_channel.send_custom_json(message.sender_id, ENVELOPE)


class Server:
    """The served channel."""

    def __init__(self, app, url, agent, ledger):
        self.app, self.url, self.agent, self.ledger = app, url, agent, ledger

    def push(self, told, secret=SECRET, stamp=None, body=None):
        body = json.dumps(told).encode() if body is None else body
        stamp = str(int(time.time() if stamp is None else stamp))
        signature = _signature(secret, f"msg1.{stamp}.".encode() + body).decode()
        headers = {"webhook-id": "msg1", "webhook-timestamp": stamp, "webhook-signature": signature}
        return requests.post(f"{self.url}/webhooks/web/push", data=body, headers=headers, timeout=10)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    file = tmp_path_factory.mktemp("web") / "channels.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHANNEL_SECRET", SECRET)
        patch.setenv("CHANNELS_DATABASE", str(file))
        patch.setenv("WEB_PROXIES", "1")
        patch.setenv("WEB_ORIGINS", "https://www.example.gov.cn")
        patch.delenv("ACTION_ENDPOINT", raising=False)
        with served(WebInput()) as (app, url):
            yield Server(app, url, Agent(), Ledger(file))


@pytest.fixture
def web(server):
    server.agent = server.app.ctx.agent = Agent()
    return server


_LOOP = asyncio.new_event_loop()
threading.Thread(target=_LOOP.run_forever, daemon=True).start()


def now(coroutine):
    """Run what a browser does; only the asynchronous client speaks WebSocket here."""
    return asyncio.run_coroutine_threadsafe(coroutine, _LOOP).result(60)


class Browser:
    """A widget's side of the socket."""

    def __init__(self, url, token="", transport="websocket", hello=True, address=None):
        self._url, self._transport, self._hello = url, transport, hello
        self._address = address or uuid.uuid4().hex
        self.token, self.frames, self._socket = token, [], socketio.AsyncClient(reconnection=False)
        self._socket.on("frames", self._note)

    async def _note(self, frames):
        self.frames.extend(frames)

    def __enter__(self):
        # What a visitor claims stands on the left, what the proxy saw on the right.
        forwarded = {"X-Forwarded-For": f"10.0.0.1, {self._address}"}
        path, transports = "/webhooks/web/socket.io", [self._transport]
        now(self._socket.connect(self._url, headers=forwarded, socketio_path=path, transports=transports))
        if not self._hello:
            return self
        told = self.call("hello", {"token": self.token})
        assert "token" in told, told
        self.token = told["token"]
        self.frames.extend(told["frames"])
        return self

    def __exit__(self, *_):
        leaving = asyncio.run_coroutine_threadsafe(self._socket.disconnect(), _LOOP)
        if self._transport == "websocket":  # a poll that is under way ends in its own time
            leaving.result(20)

    def call(self, event, data):
        return now(self._socket.call(event, data, timeout=60))

    def send(self, event, data):
        now(self._socket.emit(event, data))

    @property
    def connected(self):
        return self._socket.connected

    def say(self, text, id_=None):
        id_ = id_ or str(uuid.uuid4())
        return id_, self.call("say", {"id": id_, "text": text})

    def texts(self):
        """Of every frame once, in the order they came."""
        return [text for frame in {f["id"]: f for f in self.frames}.values() for text in frame.get("texts", ())]

    def until(self, many):
        wait_until(lambda: len({f["id"] for f in self.frames}) >= many)

    def acknowledge(self):
        self.send("ack", {"n": self.frames[-1]["n"]})


def wait_until(true, seconds=60.0):
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_question_is_answered_with_its_envelope(web):
    with Browser(web.url) as browser:
        id_, told = browser.say("济南高新区面积多大?")
        browser.until(1)
    (frame,) = browser.frames
    assert told == {"state": "new"}
    assert (frame["id"], frame["texts"], frame["envelope"]) == (id_, ["收到:济南高新区面积多大?"], ENVELOPE)
    assert web.agent.seen[0].input_channel == "web"
    assert web.agent.seen[0].sender_id.startswith("web-")
    assert browser.token.split(".")[1] not in web.agent.seen[0].sender_id


def test_from_where_a_visitor_comes_goes_with_the_turn(web):
    with Browser(web.url) as browser:
        browser.call("say", {"id": "from-where", "text": "你好", "source": "2026兰洽会"})
        browser.until(1)
    assert web.agent.seen[-1].metadata["source"] == "2026兰洽会"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_both_transports_carry_it(web, transport):
    with Browser(web.url, transport=transport) as browser:
        browser.say("你好")
        browser.until(1)
    assert browser.texts() == ["收到:你好"]


def test_a_message_said_again_is_answered_once(web):
    with Browser(web.url) as browser:
        id_, _ = browser.say("一次")
        browser.until(1)
        _, again = browser.say("一次", id_)
    with Browser(web.url, browser.token) as later:
        later.say("一次", id_)
    assert again == {"state": "done"}
    assert [m.text for m in web.agent.seen] == ["一次"]


def test_an_answer_that_nobody_acknowledged_waits_for_the_browser_and_then_is_gone(web):
    with Browser(web.url) as browser:
        browser.say("慢")
        browser.until(1)
    with Browser(web.url, browser.token) as later:
        assert later.texts() == ["收到:慢"]
        later.acknowledge()
        later.call("say", {"id": "x" * 8, "text": ""})
    with Browser(web.url, browser.token) as at_last:
        assert "收到:慢" not in at_last.texts()


def test_answers_come_in_the_order_of_the_questions(web):
    async def the_first_is_slow(message):
        await asyncio.sleep(0.2 if message.text == "0" else 0)
        await says_it_back(message)

    web.agent.answer = the_first_is_slow
    with Browser(web.url) as browser:
        for i in range(5):
            browser.say(str(i))
        browser.until(5)
    assert browser.texts() == [f"收到:{i}" for i in range(5)]


def test_every_window_of_a_visitor_sees_the_answer_and_no_other_visitor_does(web):
    with Browser(web.url) as one, Browser(web.url, one.token) as other, Browser(web.url) as stranger:
        one.say("只给我")
        one.until(1)
        other.until(1)
        stranger.say("我的")
        stranger.until(1)
    assert other.texts() == ["收到:只给我"]
    assert stranger.texts() == ["收到:我的"]


def test_an_id_of_another_visitor_gives_nothing_of_his(web):
    with Browser(web.url) as one:
        id_, _ = one.say("秘密")
        one.until(1)
    with Browser(web.url) as stranger:
        stranger.say("别的", id_)
        stranger.until(1)
    assert stranger.texts() == ["收到:别的"]


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: ("B" if t[0] == "A" else "A") + t[1:], lambda t: ""],
)
def test_a_token_that_is_not_ours_begins_a_conversation_of_its_own(web, change):
    with Browser(web.url) as one:
        one.say("秘密")
        one.until(1)
    with Browser(web.url, change(one.token)) as stranger:
        assert stranger.frames == []
    assert stranger.token != one.token


def test_nothing_is_said_before_hello(web):
    with Browser(web.url, hello=False) as browser:
        assert browser.say("你好")[1] == {"refused": "hello"}
    assert web.agent.seen == []


@pytest.mark.parametrize(
    "data", [None, 7, [], {}, {"id": "short", "text": "x"}, {"id": "x" * 65, "text": "x"}, {"id": "../../../etc", "text": "x"},
             {"id": "x" * 8, "text": 7}, {"id": "x" * 8, "text": None}, {"id": "x" * 8, "text": "x" * (2 * LONGEST + 1)}],
)  # fmt: skip
def test_a_malformed_message_is_refused_and_nothing_runs(web, data):
    with Browser(web.url) as browser:
        assert browser.call("say", data) == {"refused": "message"}
    assert web.agent.seen == []


@pytest.mark.parametrize("typed", ["/restart", "／restart", "\u200b/restart", '/greet{"a":"b"}'])
def test_a_command_typed_by_a_stranger_arrives_as_plain_text(web, typed):
    with Browser(web.url) as browser:
        browser.say(typed)
        browser.until(1)
    assert not web.agent.seen[0].text.startswith("/")


def test_a_turn_that_fails_is_an_apology_with_a_way_on(web):
    async def raises(message):
        raise RuntimeError("broken on purpose")

    web.agent.answer = raises
    with Browser(web.url) as browser:
        browser.say("你好")
        browser.until(1)
    assert "12345" in "".join(browser.texts())
    assert "broken" not in str(browser.frames)
    assert browser.frames[0]["envelope"]["kind"] == "refuse"


def test_who_speaks_too_fast_is_told_how_long_to_wait_and_loses_nothing(web):
    with Browser(web.url) as browser:
        told = [browser.say(str(i))[1] for i in range(30)]
        assert any(t.get("wait", 0) > 0 for t in told)
        browser.until(sum("state" in t for t in told))
    assert len(web.agent.seen) == sum("state" in t for t in told)


def test_while_an_officer_speaks_the_turn_is_a_frame_without_text(web):
    async def silence(message):
        await message.output_channel.send_custom_json(message.sender_id, {"kind": "handoff", "records": []})

    web.agent.answer = silence
    with Browser(web.url) as browser:
        browser.say("在吗")
        browser.until(1)
    assert browser.frames[0]["texts"] == []


def test_what_was_answered_before_the_data_was_erased_is_forgotten(web):
    async def erases(message):
        if message.text == "删掉我的信息":
            await message.output_channel.send_custom_json(message.sender_id, {**ENVELOPE, "erased": True})
        else:
            await says_it_back(message)

    web.agent.answer = erases
    with Browser(web.url) as browser:
        browser.say("我叫演示联系人01")
        browser.until(1)
        browser.say("删掉我的信息")
        browser.until(2)
    with Browser(web.url, browser.token) as later:
        assert [f["envelope"].get("erased") for f in later.frames] == [True]


def test_a_conversation_that_the_visitor_erased_leaves_nothing(web):
    with Browser(web.url) as browser:
        browser.say("忘掉这句")
        browser.until(1)
        browser.call("forget", {})
    with Browser(web.url, browser.token) as later:
        assert later.frames == []


@pytest.fixture
def officer(web):
    with Browser(web.url) as browser:
        browser.say("转人工")
        browser.until(1)
        sender = web.agent.seen[0].sender_id
    return {
        "id": uuid.uuid4().hex,
        "talk": sender,
        "kind": "officer.said",
        "text": "您好",
        "officer": "演示员01",
        "at": "",
    }, browser


def test_an_officers_words_reach_the_visitor_once(web, officer):
    told, before = officer
    assert web.push(told).status_code == 204
    assert web.push(told).status_code == 204, "seen before"
    with Browser(web.url, before.token) as browser:
        assert [(f["from"], f.get("text")) for f in browser.frames] == [("bot", None), ("officer", "您好")]
        assert web.push({**told, "id": uuid.uuid4().hex, "text": "还在吗"}).status_code == 204
        browser.until(3)
    assert browser.frames[-1]["text"] == "还在吗"


def test_a_push_without_a_right_signature_is_refused(web, officer):
    told, before = officer
    refused = [
        web.push(told, "another"), web.push(told, stamp=time.time() - 400), web.push(told, stamp=time.time() + 400),
        web.push(told, body=b"{"), web.push({**told, "talk": "rest-1"}), web.push({**told, "kind": "lead"}),
        requests.post(f"{web.url}/webhooks/web/push", json=told, timeout=10),
    ]  # fmt: skip
    assert {r.status_code for r in refused} == {401}
    assert not any("Traceback" in r.text or "/work" in r.text for r in refused)
    with Browser(web.url, before.token) as browser:
        assert all(f["from"] == "bot" for f in browser.frames)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://www.example.gov.cn", True), (None, True), ("https://evil.example", False), ("http://www.example.gov.cn", False),
     ("https://www.example.gov.cn.evil.example", False), ("null", False)],
)  # fmt: skip
def test_only_pages_of_listed_origins_may_talk_to_it(web, origin, allowed):
    headers = {"Origin": origin} if origin else {}
    address = f"{web.url}/webhooks/web/socket.io/?EIO=4&transport=polling"
    answer = requests.get(address, headers=headers, timeout=10)
    assert (answer.status_code == 200) is allowed
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_our_own_pages_may_talk_to_it(web):
    address = f"{web.url}/webhooks/web/socket.io/?EIO=4&transport=polling"
    assert requests.get(address, headers={"Origin": web.url}, timeout=10).status_code == 200


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_packet_that_is_too_large_ends_the_line_and_reaches_nobody(web, transport):
    with Browser(web.url, transport=transport) as browser:
        browser.send("say", {"id": "x" * 8, "text": "x" * 100_000})
        wait_until(lambda: not browser.connected)
    assert web.agent.seen == []


def test_one_address_cannot_open_conversations_without_end(web):
    with Browser(web.url, hello=False, address="203.0.113.7") as browser:
        told = [browser.call("hello", {}) for _ in range(60)]
        assert any(t.get("wait", 0) > 0 for t in told)
    with Browser(web.url, address="203.0.113.8") as neighbour:
        assert neighbour.token


def test_the_script_is_sent_once_and_then_only_confirmed(web):
    first = requests.get(f"{web.url}/webhooks/web/widget.js", timeout=10)
    again = requests.get(
        f"{web.url}/webhooks/web/widget.js", headers={"If-None-Match": first.headers["ETag"]}, timeout=10
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *;q=1", False),
        ("identity", False),
        ("br", False),
        ("", False),
        ("gzip;q=x", False),
    ],
)
def test_the_script_is_sent_compressed_to_whoever_takes_it(web, accepted, packed):
    address = f"{web.url}/webhooks/web/widget.js"
    told = requests.get(address, headers={"Accept-Encoding": accepted}, timeout=10)
    assert (told.headers.get("Content-Encoding") == "gzip") == packed
    assert told.headers["Vary"] == "Accept-Encoding"
    assert (int(told.headers["Content-Length"]) < 30_000) == packed
    assert told.text.startswith("(function")
    again = {"Accept-Encoding": accepted, "If-None-Match": told.headers["ETag"]}
    assert requests.get(address, headers=again, timeout=10).status_code == 304
    plain = requests.get(address, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert (plain.headers["ETag"] == told.headers["ETag"]) != packed, "a cache must not mix them up"
    assert plain.content == told.content


def test_the_demo_page_is_under_the_strictest_policy(web):
    page = requests.get(f"{web.url}/webhooks/web/demo", timeout=10)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "演示" in page.text
    assert "http" not in page.text, "no foreign host"
    assert requests.get(f"{web.url}/webhooks/web/privacy", timeout=10).text.startswith("# 隐私说明")


def test_no_naughty_string_makes_a_turn_fail(web, naughty):
    """By tens of visitors, since one alone is slowed down."""
    for start in range(0, len(naughty), 60):
        with Browser(web.url) as browser:
            for typed in naughty[start : start + 6]:
                browser.say(typed)
            browser.until(len(naughty[start : start + 6]))
        assert {f["envelope"]["kind"] for f in browser.frames} == {"answer"}


def test_a_message_whose_answer_could_not_be_kept_is_answered_when_it_is_said_again(web, monkeypatch):
    failed = threading.Event()

    def full(*_):
        failed.set()
        raise OSError("disk full")

    with Browser(web.url) as browser, monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", full)
        id_, _ = browser.say("记下来")
        assert failed.wait(60)
        patch.undo()
        wait_until(lambda: browser.say("记下来", id_)[1] == {"state": "new"})
        browser.until(1)
    assert browser.texts() == ["收到:记下来"]


@pytest.fixture
def on_a_small_disk(tmp_path, monkeypatch):
    """The channel with its ledger on a disk that can be filled."""
    with disk(tmp_path / "small") as small:
        monkeypatch.setenv("CHANNEL_SECRET", SECRET)
        monkeypatch.setenv("CHANNELS_DATABASE", str(small.folder / "channels.sqlite3"))
        with served(WebInput()) as (app, url):
            server = Server(app, url, Agent(), None)
            app.ctx.agent = server.agent
            yield server, small


def test_a_full_disk_leaves_nobody_waiting(on_a_small_disk):
    server, small = on_a_small_disk
    with Browser(server.url) as browser:
        browser.say("之前")
        browser.until(1)
        small.fill()
        for number in range(3):
            browser.say(f"当时{number}" + "长" * 3000)
        browser.until(4)
        browser.acknowledge()
        small.free()
        browser.say("之后")
        browser.until(5)
    assert [text[:6] for text in browser.texts()] == [
        "收到:之前",
        "收到:当时0",
        "收到:当时1",
        "收到:当时2",
        "收到:之后",
    ]
    numbers = list({frame["id"]: frame["n"] for frame in browser.frames}.values())
    assert numbers == sorted(numbers), "browsers order what they have by its number"


async def hangs(message):
    await asyncio.sleep(60)


def test_a_turn_that_hangs_ends_in_time_and_what_was_said_behind_it_does_not_wait_longer(monkeypatch, tmp_path):
    monkeypatch.setenv("CHANNEL_SECRET", SECRET)
    monkeypatch.setenv("CHANNELS_DATABASE", str(tmp_path / "channels.sqlite3"))
    monkeypatch.setattr(turn, "LONGEST_TURN", 1.0)
    with served(WebInput()) as (app, url):
        app.ctx.agent = agent = Agent()
        agent.answer = hangs
        with Browser(url) as browser:
            began = time.monotonic()
            for text in ("一", "二", "三"):
                browser.say(text)
            browser.until(3)
            assert time.monotonic() - began < 3, "each counts from when it was said"
            agent.answer = says_it_back
            browser.say("四")
            browser.until(4)
    kinds = {f["id"]: f["envelope"]["kind"] for f in browser.frames}
    assert list(kinds.values()) == ["refuse"] * 3 + ["answer"]
    assert all("再说一次" in text and "12345" in text for text in browser.texts()[:3])


def test_a_browser_that_went_without_a_word_does_not_hold_up_the_end_of_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("CHANNEL_SECRET", SECRET)
    monkeypatch.setenv("CHANNELS_DATABASE", str(tmp_path / "channels.sqlite3"))

    async def ended():
        sockets = Sockets(None, SECRET)
        gone = AsyncSocket(sockets.sio.eio, "gone")
        sockets.sio.eio.sockets["gone"] = gone
        await asyncio.wait_for(sockets.close(), 5)

    asyncio.run(ended())


def test_a_limit_gives_a_burst_then_a_rate_and_says_how_long_to_wait():
    time_ = [0.0]
    limit = Limit(2, 60, lambda: time_[0])
    assert [limit.wait("a") for _ in range(2)] == [0.0, 0.0]
    assert limit.wait("a") == pytest.approx(1.0)
    assert limit.wait("b") == 0.0, "each for himself"
    time_[0] = 1.0
    assert limit.wait("a") == 0.0
    time_[0] = 100.0
    assert [limit.wait("a") == 0.0 for _ in range(3)] == [True, True, False], "never more than the burst"


@pytest.mark.parametrize("event", ["hello", "say", "ack", "feedback", "forget"])
def test_a_browser_that_floods_is_slowed_whatever_it_sends(web, monkeypatch, event):
    with Browser(web.url) as browser, monkeypatch.context() as patch:
        patch.setattr(Limit, "wait", lambda *_: 3.0)
        assert browser.call(event, {"n": 1}) == {"wait": 3.0}


@pytest.fixture
def redis(tmp_path):
    """A Redis of our own on a socket file, where the machine has one."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("no redis-server on this machine; only several workers need it")
    file = tmp_path / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(file), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until(file.exists)
    yield f"unix://{file}"
    process.terminate()
    process.wait(10)


def test_two_workers_serve_the_tabs_of_one_visitor(redis, tmp_path, monkeypatch):
    monkeypatch.setenv("CHANNEL_SECRET", SECRET)
    monkeypatch.setenv("CHANNELS_DATABASE", str(tmp_path / "channels.sqlite3"))
    monkeypatch.setenv("REDIS_URL", redis)
    with served(WebInput()) as (one, first), served(WebInput()) as (other, second):
        agent = one.ctx.agent = other.ctx.agent = Agent()
        refused = requests.get(f"{first}/webhooks/web/socket.io/?EIO=4&transport=polling", timeout=10)
        assert refused.status_code == 400, "polls would reach one worker after the other"
        with Browser(first) as here, Browser(second, here.token) as there, Browser(second) as stranger:
            id_, _ = here.say("给两边")
            here.until(1)
            there.until(1)
            assert there.say("给两边", id_)[1] == {"state": "done"}
            there.say("回来")
            here.until(2)
    assert here.texts() == ["收到:给两边", "收到:回来"]
    assert stranger.frames == []
    assert [m.text for m in agent.seen] == ["给两边", "回来"]
