"""A WeCom group robot: a few lines into the bureau's group, without anything that tells who the investor is.

Text, not markdown: what an investor typed must not become a link or a heading. The robot knows no idempotency: where
its answer is lost, the group may read a message twice.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

from leads.backoff import CAP
from leads.delivery.base import Refused, TryLater
from leads.delivery.http import post
from leads.delivery.notice import lines, subject
from leads.queueing import Claimed

A_MINUTE = 20
"""Messages a minute that WeCom lets a robot send."""
_MINUTE = 60.0
_RATE_LIMITED = {45009, 45033}
_OURS = frozenset({*range(40_000, 45_000), 45_002, 45_008, *range(93_000, 94_000)})
"""Codes for an invalid message, address or robot: the next attempt would meet the same."""


class WeCom:
    """One group's robot."""

    name = "wecom"

    def __init__(self, url: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`url`: the robot's address, its key included. `clock`: seconds."""
        self._url, self._seconds, self._clock = url, seconds, clock
        self._sent: deque[float] = deque(maxlen=A_MINUTE)
        self._silent_until = 0.0
        self._lock = threading.Lock()
        self.longest, self.cap = 3 * seconds, CAP

    def pause(self) -> float:
        """Until the twentieth message before this one is a minute old, or WeCom, who also counts others', is content."""
        with self._lock:
            free = self._sent[0] + _MINUTE if len(self._sent) == A_MINUTE else 0.0
            return max(0.0, max(free, self._silent_until) - self._clock())

    def send(self, delivery: Claimed) -> None:
        """HTTP is 200 even for refusals: the errcode tells."""
        if (wait := self.pause()) > 0:
            raise TryLater("每分钟的消息数已满", wait)
        text = "\n".join([f"【{subject(delivery.payload)}】", *lines(delivery.payload)])
        body = msgspec.json.encode({"msgtype": "text", "text": {"content": text}})
        with self._lock:
            self._sent.append(self._clock())
        answer = post(self._url, body, {"Content-Type": "application/json"}, self._seconds)
        answer.check()
        code = answer.said().get("errcode")
        if code == 0:
            return
        if code in _RATE_LIMITED:
            with self._lock:
                self._silent_until = self._clock() + _MINUTE
            raise TryLater(f"企业微信限频（errcode {code}）", _MINUTE)
        if isinstance(code, int) and code in _OURS:
            raise Refused(f"企业微信拒收（errcode {code}）；请检查机器人是否还在群里")
        raise TryLater(f"企业微信没有收下（errcode {code if isinstance(code, int) else '缺失'}）")
