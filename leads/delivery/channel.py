"""The channel an investor speaks in: what an officer says is pushed to the Rasa server, which shows it to him.

Quick and short-lived: nobody waits a quarter of an hour for an answer in a conversation, and one that comes hours late
confuses. A message past its time is dead; the officer sees it and may write again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from leads.delivery.base import Refused
from leads.delivery.http import post
from leads.delivery.signing import Signer
from leads.outbox import REACHED
from leads.queueing import Claimed

EXPIRES = timedelta(hours=1)
"""After so long an undelivered message is given up."""


class InvestorChannel:
    """`POST /webhooks/<channel>/push` of the Rasa server, signed as Standard Webhooks; 2xx for known messages too."""

    name = "channel"
    cap = 10.0

    def __init__(
        self, url: str, signer: Signer, seconds: float, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`url`: the Rasa server's; `seconds`: as in `http.post`."""
        self._url, self._signer, self._seconds, self._clock = url.rstrip("/"), signer, seconds, clock
        self.longest = 3 * seconds

    def pause(self) -> float:
        """No limit on our side."""
        return 0.0

    def send(self, delivery: Claimed) -> None:
        """See `Destination`."""
        channel, message, now = delivery.payload["channel"], delivery.payload["message"], self._clock()
        if channel not in REACHED:
            raise Refused("这个渠道不能给投资者发消息")
        if now - datetime.fromisoformat(message["at"]) > EXPIRES:
            raise Refused("超过一小时没有送达，已作废；需要时请重新写一条")
        body = msgspec.json.encode(message)
        headers = {"Content-Type": "application/json; charset=utf-8", **self._signer.sign(delivery.key, now, body)}
        post(f"{self._url}/webhooks/{channel}/push", body, headers, self._seconds).check()
