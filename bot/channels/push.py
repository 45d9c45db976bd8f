"""Who may hand a channel an officer's words: a sender that signs as Standard Webhooks with CHANNEL_SECRET."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import time
from typing import Any, Dict, Mapping, Optional

KINDS = frozenset(("officer.said", "officer.joined", "officer.left"))
_WINDOW = 300.0
"""Seconds the sender's clock may be away from ours; older messages may have been recorded and played again."""
_LONGEST = 4000


class PushRefused(Exception):
    """Unsigned, wrongly signed, too old, or not what was agreed; the message says which and holds nothing of it."""


def channel_secret(environ: Mapping[str, str] = os.environ) -> str:
    """CHANNEL_SECRET, which `make run` makes and hands to every process; raises `ValueError` without it."""
    secret = environ.get("CHANNEL_SECRET", "").strip()
    if not secret:
        raise ValueError("缺少 CHANNEL_SECRET：用 make run 启动会自动生成，分开启动时请给每个进程设同一个随机值")
    return secret


def verified(
    headers: Mapping[str, str], body: bytes, secret: str, channel: str, now: Optional[float] = None
) -> Dict[str, Any]:
    """The pushed message: `id`, `talk` (sender id), `kind`, `text`, `officer`, `at`; raises `PushRefused`.

    Names of `headers` in lower case or case-insensitive; `now` in seconds since 1970.
    """
    id_, stamp, given = (headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature"))
    # With a dot in the id, or a timestamp that is none, the same bytes could be cut elsewhere and still be signed.
    if not id_ or "." in id_ or not re.fullmatch(r"[0-9]{1,12}", stamp):
        raise PushRefused("缺少签名的请求头，或写法不对")
    wanted = _signature(secret, f"{id_}.{stamp}.".encode() + body)
    # All are compared, each in constant time.
    right = [hmac.compare_digest(wanted, one.encode("utf-8", "replace")) for one in given.split(" ")]
    if not any(right):
        raise PushRefused("签名不对")
    if abs((time.time() if now is None else now) - int(stamp)) > _WINDOW:
        raise PushRefused("时间戳与现在相差超过 5 分钟")
    return _agreed(body, channel)


def _signature(secret: str, signed: bytes) -> bytes:
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    return b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())


def _agreed(body: bytes, channel: str) -> Dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        raise PushRefused("正文不是 JSON") from None
    texts = ("id", "talk", "kind", "text", "officer", "at")
    if not isinstance(told, dict) or not all(isinstance(told.get(name, ""), str) for name in texts):
        raise PushRefused("正文的写法不对")
    push = {name: str(told.get(name, ""))[:_LONGEST] for name in texts}
    if not push["id"] or push["kind"] not in KINDS or not push["talk"].startswith(f"{channel}-"):
        raise PushRefused("编号、种类或对话不对")
    return push
