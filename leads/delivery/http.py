"""The only module of this room that talks HTTP: one POST, always with time-outs, never a redirect, nothing unmapped.

Neither errors nor log lines carry the address: a group robot's address is its key.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import requests
import urllib3

from leads.backoff import retry_after
from leads.delivery.base import Refused, TryLater

MOST = 64 * 1024
"""Bytes of an answer that are read; a receiver has a word or two to say."""
_TRANSIENT = {408, 409, 425, 429}
"""Of the 4xx, those that speak of the moment and not of what was sent."""


class Answer(msgspec.Struct, frozen=True):
    """What the receiver said. `body` is cut at `MOST` bytes, and empty where the line dropped after the status."""

    status: int
    retry_after: float | None
    body: bytes

    def said(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def check(self) -> None:
        """Pass for 2xx. Raises `TryLater` for what may pass, `Refused` for redirects and all other 4xx."""
        if 200 <= self.status < 300:
            return
        if 300 <= self.status < 400:
            raise Refused(f"HTTP {self.status}：对方要求转到别处，不跟随；请把地址改成最终地址")
        if 400 <= self.status < 500 and self.status not in _TRANSIENT:
            raise Refused(f"HTTP {self.status}")
        raise TryLater(f"HTTP {self.status}", self.retry_after)


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    """POST, with `seconds` each for connecting, for the answer to begin and for its body. Raises `TryLater` only.

    A connection is not kept: a lead comes now and then, and a kept one would mostly be found dead.
    """
    _hush()
    # Not gzip: what is read is counted as it comes, so that nothing small unpacks to something huge.
    headers = {"Accept-Encoding": "identity", **headers}
    try:
        with requests.post(
            url, data=body, headers=headers, timeout=(seconds, seconds), allow_redirects=False, stream=True
        ) as response:  # fmt: skip
            wish = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            return Answer(response.status_code, wish, _read(response, seconds))
    except requests.Timeout:
        raise TryLater(f"{seconds:g} 秒内没有回应") from None
    except requests.exceptions.SSLError:
        raise TryLater("证书有误或加密连接失败") from None
    except requests.ConnectionError:
        raise TryLater("连接不上或连接中断") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # requests lets some faults of an address through as urllib3's or as ValueError. It is kept for later, not
        # refused: once the address is mended, everything goes out by itself.
        raise TryLater(f"地址或请求有误（{type(error).__name__}）") from None


def _read(response: requests.Response, seconds: float) -> bytes:
    """What the receiver says beside its status. A line that drops here changes nothing: the status has arrived."""
    parts: list[bytes] = []
    length, end = 0, time.monotonic() + seconds
    try:
        while length < MOST and time.monotonic() < end:
            # read1 comes back with whatever has arrived: a body that drips can't hold us beyond `end`.
            part = response.raw.read1(MOST - length, decode_content=False)
            if not part:
                break
            parts.append(part)
            length += len(part)
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        return b""
    return b"".join(parts)


def _no_address(record: logging.LogRecord) -> bool:
    return record.levelno > logging.INFO


def _hush() -> None:
    # At DEBUG urllib3 writes the path it posts to, and the robot's key stands in it.
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_no_address)  # the same filter again is not added twice
