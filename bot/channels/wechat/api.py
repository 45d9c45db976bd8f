"""Asks WeChat's or WeCom's server: every call with a time-out, every failure one of `errors`, the token shared.

The access token stands in every address, so no address and no text of a foreign exception goes into an error or a log.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Awaitable, Callable, Dict, Optional

import aiohttp

from bot.channels.ledger import Ledger
from bot.channels.wechat.errors import TokenExpired, Unreachable, error_of

SECONDS = 10.0
"""Time-out of one call. Nobody waits for it, and a message whose receipt got lost is sent again."""
_AHEAD = 300.0
"""A token is renewed so many seconds before it ends; WeChat then gives a new one while the old one still works."""
_NAME = "access_token"
_MOST = 64 * 1024


class Http:
    """POST and GET of JSON under one base address."""

    def __init__(self, base: str, seconds: float = SECONDS) -> None:
        self._base, self._seconds = base.rstrip("/"), seconds
        self._session: Optional[aiohttp.ClientSession] = None

    async def ask(self, path: str, query: Dict[str, str], body: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """The answer where its errcode is 0 or missing. Raises `WeChatError`, nothing else."""
        if self._session is None:
            # Not the environment's proxies: an address with a token in it goes where it is meant to go.
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._seconds))
        # WeChat shows "\\u4f60" as it stands, so the characters themselves are sent.
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with self._session.request(
                "GET" if body is None else "POST", self._base + path, params=query, data=data,
                headers={"Content-Type": "application/json; charset=utf-8"}, allow_redirects=False,
            ) as response:  # fmt: skip
                if response.status != 200:
                    raise Unreachable
                told = json.loads(await _read(response))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
            raise Unreachable from None
        if not isinstance(told, dict):
            raise Unreachable
        code = told.get("errcode", 0)
        if code != 0:
            raise error_of(code) if isinstance(code, int) else Unreachable()
        return told

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises `ValueError` where it is longer than any answer of theirs."""
    body = b""
    async for part in response.content.iter_any():
        body += part
        if len(body) > _MOST:
            raise ValueError
    return body


Fetch = Callable[[bool], Awaitable[Dict[str, Any]]]
"""Asks for a token, a new one if True; gives `access_token` and `expires_in`."""


class Token:
    """The access token, shared by all workers through the ledger and renewed ahead of its end."""

    def __init__(self, channel: str, ledger: Ledger, fetch: Fetch, clock: Callable[[], float] = time.time) -> None:
        self._channel, self._ledger, self._fetch, self._clock = channel, ledger, fetch, clock
        self._lock = asyncio.Lock()

    async def current(self, but_not: str = "") -> str:
        """The token; another one than `but_not`, which the platform has refused. Raises `WeChatError`."""
        async with self._lock:  # one renewal a worker; two workers get the same token from the platform
            held = self._ledger.noted(self._channel, "", _NAME)
            if held and held["token"] != but_not and held["renew_at"] > self._clock():
                return str(held["token"])
            told = await self._fetch(False)
            if but_not and told.get("access_token") == but_not:
                told = await self._fetch(True)
            token, seconds = told.get("access_token"), told.get("expires_in")
            if not isinstance(token, str) or not token or not isinstance(seconds, int) or seconds <= 0:
                raise Unreachable
            renew_at = self._clock() + max(seconds - _AHEAD, seconds / 2)
            self._ledger.note(self._channel, "", _NAME, {"token": token, "renew_at": renew_at}, seconds)
            return token


async def with_token(token: Token, call: Callable[[str], Awaitable[Dict[str, Any]]]) -> Dict[str, Any]:
    """Make a call; where the token was refused, once more with a new one."""
    used = await token.current()
    try:
        return await call(used)
    except TokenExpired:
        return await call(await token.current(but_not=used))


class WeChatApi:
    """What we ask api.weixin.qq.com for."""

    def __init__(self, base: str, app_id: str, app_secret: str, ledger: Ledger) -> None:
        self._http = Http(base)
        self._app_id, self._secret = app_id, app_secret
        self._token = Token("wechat", ledger, self._fetch)

    async def send(self, open_id: str, frame: Dict[str, Any]) -> None:
        """A customer-service message: `{"text"}` or `{"card": {"title", "description", "url"}}`. Raises `WeChatError`."""
        body: Dict[str, Any] = {"touser": open_id}
        if "card" in frame:
            body |= {"msgtype": "news", "news": {"articles": [frame["card"]]}}
        else:
            body |= {"msgtype": "text", "text": {"content": frame["text"]}}
        await with_token(
            self._token, lambda token: self._http.ask("/cgi-bin/message/custom/send", {"access_token": token}, body)
        )

    async def publish_menu(self, menu: Dict[str, Any]) -> None:
        """Put a menu in place. Raises `WeChatError`."""
        await with_token(
            self._token, lambda token: self._http.ask("/cgi-bin/menu/create", {"access_token": token}, menu)
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._http.close()

    async def _fetch(self, new: bool) -> Dict[str, Any]:
        body = {
            "grant_type": "client_credential", "appid": self._app_id, "secret": self._secret, "force_refresh": new,
        }  # fmt: skip
        return await self._http.ask("/cgi-bin/stable_token", {}, body)
