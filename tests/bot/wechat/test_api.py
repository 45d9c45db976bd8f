"""WeChat's interface: tokens shared and renewed, every error named, nothing upstream escapes, no secret in a message."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
from contextlib import asynccontextmanager

import pytest

from bot.channels.wechat import api as api_module
from bot.channels.wechat import errors
from bot.channels.wechat.api import Http, Token, WeChatApi
from bot.channels.wechat.errors import (
    AllowanceSpent,
    Busy,
    NotPermitted,
    RecipientUnknown,
    Rejected,
    SettingsWrong,
    TokenExpired,
    Unreachable,
    WeChatError,
    WindowClosed,
    error_of,
)
from bot.channels.wecom.api import WeComApi
from tests.wechat_platform import Platform


@asynccontextmanager
async def connected(platform, ledger, secret=None):
    api = WeChatApi(platform.base, platform.app_id, secret or platform.app_secret, ledger)
    try:
        yield api
    finally:
        await api.close()


def run(platform, ledger, use, **how):
    async def main():
        async with connected(platform, ledger, **how) as api:
            return await use(api)

    return asyncio.run(main())


def wrote(platform, open_id="o1"):
    """As if this investor had just written."""
    platform._allowed[open_id] = [5, 1e12]


def test_a_message_is_sent_with_its_own_characters(platform, ledger):
    wrote(platform)
    run(platform, ledger, lambda api: api.send("o1", {"text": "济南]]>\n🏭"}))
    assert platform.texts("o1") == ["济南]]>\n🏭"]


def test_a_card_is_sent_as_one_article(platform, ledger):
    wrote(platform)
    card = {"title": "t", "description": "d", "url": "https://example.gov.cn"}
    run(platform, ledger, lambda api: api.send("o1", {"card": card}))
    assert platform.sends[0]["news"] == {"articles": [card]}


def test_one_token_serves_all_workers_until_shortly_before_its_end(platform, ledger):
    async def twice(api):
        await asyncio.gather(*(api.send("o1", {"text": str(n)}) for n in range(3)))

    wrote(platform)
    run(platform, ledger, twice)
    wrote(platform)
    run(platform, ledger, twice)
    assert platform.tokens_given == 1
    now = [1000.0]
    asked = []

    async def fetch(new):
        asked.append(new)
        return {"access_token": f"t{len(asked)}", "expires_in": 7200}

    async def over_time():
        token = Token("other", ledger, fetch, clock=lambda: now[0])
        found = [await token.current()]
        for passed in (6000, 899, 2):
            now[0] += passed
            found.append(await token.current())
        return found

    assert asyncio.run(over_time()) == ["t1", "t1", "t1", "t2"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once(platform, ledger, code):
    wrote(platform)
    platform.faults.append(code)
    run(platform, ledger, lambda api: api.send("o1", {"text": "好"}))
    assert platform.texts("o1") == ["好"]
    assert platform.tokens_given == 2, "the platform gave the same one, so a new one was demanded"
    platform.faults.extend([code, code])
    with pytest.raises(TokenExpired):
        run(platform, ledger, lambda api: api.send("o1", {"text": "再来"}))


def test_a_token_that_ended_early_is_renewed(platform, ledger):
    wrote(platform)
    run(platform, ledger, lambda api: api.send("o1", {"text": "一"}))
    platform.expire_token()
    run(platform, ledger, lambda api: api.send("o1", {"text": "二"}))
    assert platform.texts("o1") == ["一", "二"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (-1, Busy), (45009, Busy), (48001, NotPermitted), (45015, WindowClosed), (45047, AllowanceSpent),
        (40003, RecipientUnknown), (43004, RecipientUnknown), (40164, SettingsWrong), (45002, Rejected), (99999, Rejected),
    ],
)  # fmt: skip
def test_every_code_is_a_named_error(platform, ledger, code, error):
    platform.faults.append(code)
    with pytest.raises(error) as raised:
        run(platform, ledger, lambda api: api.send("o1", {"text": "好"}))
    assert raised.value.code == code
    assert type(error_of(code)) is error


def test_a_wrong_secret_is_said_so(platform, ledger):
    with pytest.raises(SettingsWrong):
        run(platform, ledger, lambda api: api.send("o1", {"text": "好"}), secret="wrong")  # noqa: S106


def test_the_tree_in_the_docstring_is_the_tree():
    tree = {cls.__name__ for cls in vars(errors).values() if inspect.isclass(cls) and issubclass(cls, WeChatError)}
    drawn = {word for word in errors.__doc__.replace("─", " ").split() if word in tree}
    assert drawn == tree


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\xff{}", b"nonsense\r\n\r\n", b"", None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"errcode\": \"0\" }",
        b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"[" * 200_000,
    ],
)  # fmt: skip
def test_whatever_the_other_side_does_is_an_error_of_ours_without_the_address(answer):
    async def main():
        async def speak(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await asyncio.sleep(1)
            writer.write(answer or b"")
            writer.close()

        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        http = Http(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seconds=0.3)
        try:
            await http.ask("/cgi-bin/x", {"access_token": "SECRET"}, {"a": 1})
        finally:
            await http.close()
            server.close()

    with pytest.raises(Unreachable) as raised:
        asyncio.run(main())
    assert "SECRET" not in repr(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_server_that_is_not_there_is_unreachable():
    async def main(port):
        http = Http(f"http://127.0.0.1:{port}")
        try:
            await http.ask("/x", {})
        finally:
            await http.close()

    with socket.socket() as held:  # bound, so that nobody else listens there meanwhile
        held.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            asyncio.run(main(held.getsockname()[1]))


def test_a_menu_is_published(platform, ledger):
    run(platform, ledger, lambda api: api.publish_menu({"button": []}))
    assert platform.menus == [{"button": []}]


def test_the_token_in_the_ledger_is_no_more_than_needed(platform, ledger):
    wrote(platform)
    run(platform, ledger, lambda api: api.send("o1", {"text": "好"}))
    assert set(ledger.noted("wechat", "", api_module._NAME)) == {"token", "renew_at"}
    assert platform.app_secret not in json.dumps(ledger.noted("wechat", "", api_module._NAME))


def test_nobody_is_written_to_more_often_than_wecom_delivers(ledger):
    now = [1000.0]
    with Platform(kind="wecom").serving() as platform:

        async def main():
            api = WeComApi(platform.base, "ww1", platform.app_secret, 7, ledger, clock=lambda: now[0])
            for number in range(30):
                await api.send("zhangsan", {"text": str(number)})
            with pytest.raises(Busy):
                await api.send("zhangsan", {"text": "30"})
            await api.send("lisi", {"text": "0"})
            now[0] += 61
            await api.send("zhangsan", {"text": "30"})
            for nobody in ("@all", "a|b", ""):
                with pytest.raises(RecipientUnknown):
                    await api.send(nobody, {"text": "x"})
            await api.close()

        asyncio.run(main())
        assert len(platform.texts("zhangsan")) == 31
