"""The door: lets in what the platform sent, sent to us, and sent just now; all else is `Refused`, with no reason told.

WeChat signs the token, a timestamp and a nonce, but in plain mode not the message. So a nonce stands for the message
it first came with: with another one it is a forgery made from a signature that was overheard.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, Callable, Dict, Mapping, Optional

from bot.channels.ledger import Ledger
from bot.channels.wechat import xml
from bot.channels.wechat.crypto import Cipher, Refused, signature, vouched

LARGEST = 64 * 1024
"""Bytes of a push that are read; the longest message WeChat knows has some 8 kB."""


class Door:
    """One platform's door."""

    def __init__(
        self,
        channel: str,
        token: str,
        cipher: Optional[Cipher],
        ledger: Ledger,
        window: float = 300.0,
        *,
        seals_echo: bool = False,
        agent_id: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`cipher`: with one, nothing plain is taken. `window`: seconds. `seals_echo`: WeCom encrypts its greeting.
        `agent_id`: WeCom's number of the application; what names another one was not sent to us."""
        self._channel, self._token, self._cipher, self._ledger = channel, token, cipher, ledger
        self._window, self._seals_echo, self._agent_id, self._clock = window, seals_echo, agent_id, clock

    def greet(self, query: Mapping[str, str]) -> str:
        """What to echo when the address is set up in the platform's console. Raises `Refused`."""
        echo = query.get("echostr", "")
        if self._seals_echo and self._cipher is not None:
            self._check(query, "msg_signature", echo)
            return self._cipher.decrypt(echo).decode("utf-8", "replace")
        self._check(query, "signature")
        return echo

    def open(self, query: Mapping[str, str], body: bytes) -> Dict[str, str]:
        """The fields of a push. Raises `Refused`."""
        if len(body) > LARGEST:
            raise Refused
        if self._cipher is None:
            self._check(query, "signature")  # before parsing: a stranger's XML is not even read
            fields = xml.parse(body)
        else:
            self._fresh(query)
            sealed = xml.parse(body).get("Encrypt", "")
            self._check(query, "msg_signature", sealed)
            fields = xml.parse(self._cipher.decrypt(sealed))
        if not (fields.get("FromUserName") and fields.get("MsgType")):
            raise Refused
        if self._agent_id and fields.get("AgentID", self._agent_id) != self._agent_id:
            raise Refused
        self._once(query, fields)
        return fields

    def seal(self, fields: Mapping[str, Any], nonce: str) -> str:
        """The body of a passive reply."""
        plain = xml.written(fields)
        if self._cipher is None:
            return plain
        sealed, now = self._cipher.encrypt(plain.encode()), str(int(self._clock()))
        return xml.written(
            {
                "Encrypt": sealed, "MsgSignature": signature(self._token, now, nonce, sealed), "TimeStamp": int(now),
                "Nonce": nonce,
            }
        )  # fmt: skip

    def _check(self, query: Mapping[str, str], name: str, *sealed: str) -> None:
        self._fresh(query)
        if not vouched(query.get(name, ""), self._token, query["timestamp"], query.get("nonce", ""), *sealed):
            raise Refused

    def _fresh(self, query: Mapping[str, str]) -> None:
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise Refused
        if abs(self._clock() - int(stamp)) > self._window:
            raise Refused

    def _once(self, query: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """A retry brings the same message and is let in, to be answered once."""
        came = _digest("".join(f"{name}\0{value}\0" for name, value in sorted(fields.items())))
        name = "nonce " + _digest(f"{query['timestamp']} {query.get('nonce', '')}")
        if self._ledger.note_once(self._channel, "", name, came, 2 * self._window) != came:
            raise Refused


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
