"""What we ask WeCom's server for: messages of an application to a member or a customer."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Callable, Deque, Dict

from bot.channels.ledger import Ledger
from bot.channels.wechat.api import Http, Token, with_token
from bot.channels.wechat.errors import Busy, RecipientUnknown

A_MINUTE = 30
"""Messages a minute to one person; WeCom takes what is beyond and drops it, so we do not send it."""


class WeComApi:
    """One application."""

    def __init__(
        self, base: str, corp_id: str, secret: str, agent_id: int, ledger: Ledger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._http, self._corp_id, self._secret, self._agent_id = Http(base), corp_id, secret, agent_id
        self._token, self._clock = Token("wecom", ledger, self._fetch), clock
        self._sent: Dict[str, Deque[float]] = {}

    async def send(self, user_id: str, frame: Dict[str, Any]) -> None:
        """`{"text"}`. Raises `WeChatError`."""
        if not user_id or "|" in user_id or user_id.startswith("@"):
            raise RecipientUnknown  # "@all" and lists are addresses too, and nobody's id
        self._paced(user_id)
        body = {"touser": user_id, "agentid": self._agent_id, "msgtype": "text", "text": {"content": frame["text"]}}
        await with_token(
            self._token, lambda token: self._http.ask("/cgi-bin/message/send", {"access_token": token}, body)
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._http.close()

    def _paced(self, user_id: str) -> None:
        """Raises `Busy` where the minute is full."""
        now = self._clock()
        for known in [known for known, sent in self._sent.items() if sent[-1] < now - 60]:
            del self._sent[known]
        sent = self._sent.setdefault(user_id, deque(maxlen=A_MINUTE))
        if len(sent) == A_MINUTE and sent[0] > now - 60:
            raise Busy
        sent.append(now)

    async def _fetch(self, new: bool) -> Dict[str, Any]:
        # WeCom gives a new token only when the old one has ended; there is no demanding one.
        return await self._http.ask("/cgi-bin/gettoken", {"corpid": self._corp_id, "corpsecret": self._secret})
