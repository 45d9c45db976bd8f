"""Signatures over what is sent, so that a receiver knows who sent it and that nothing was changed.

The convention is that of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64
behind "v1,". Libraries for it exist in most languages. A bureau whose CRM wants another (SM3, say) writes a `Signer`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
WINDOW = timedelta(minutes=5)
"""How far the sender's clock may be from ours; older messages may have been recorded and played again."""


class SignatureInvalid(Exception):
    """Missing, wrong or too old; the message says which."""


class Signer(Protocol):
    """Makes the headers that vouch for a message."""

    def sign(self, id_: str, now: datetime, body: bytes) -> dict[str, str]:
        """Headers for this message; `id_` holds no dot."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises `SignatureInvalid`. Names of `headers` in lower case."""


class StandardWebhooks:
    """The signer in use."""

    def __init__(self, secret: str) -> None:
        """`secret`: "whsec_" and base64, or any other text, which is used as it is. Raises `ValueError` when empty."""
        self._key = _key(secret)

    def sign(self, id_: str, now: datetime, body: bytes) -> dict[str, str]:
        """See `Signer`."""
        timestamp = str(int(now.timestamp()))
        return {ID: id_, TIMESTAMP: timestamp, SIGNATURE: self._signature(id_, timestamp, body)}

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See `Signer`. Of several signatures, separated by spaces, one has to be right: secrets can be changed."""
        id_, timestamp, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
        if not (id_ and timestamp and given):
            raise SignatureInvalid("缺少签名的请求头")
        # With a dot in the id, or a timestamp that is none, the same bytes could be cut elsewhere and still be signed.
        if "." in id_ or not re.fullmatch(r"[0-9]{1,12}", timestamp):
            raise SignatureInvalid("编号或时间戳的写法不对")
        wanted = self._signature(id_, timestamp, body).encode()
        # All are compared, each in constant time, and as text: base64 has several spellings of the same bytes.
        right = [hmac.compare_digest(wanted, one.encode("utf-8", "replace")) for one in given.split(" ")]
        if not any(right):
            raise SignatureInvalid("签名不对")
        if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > WINDOW:
            raise SignatureInvalid("时间戳与现在相差超过 5 分钟")

    def _signature(self, id_: str, timestamp: str, body: bytes) -> str:
        signed = f"{id_}.{timestamp}.".encode("utf-8", "replace") + body
        return "v1," + base64.b64encode(hmac.new(self._key, signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    if not secret:
        raise ValueError("没有密钥就不能签名")
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError("密钥 whsec_ 之后要是 base64")
    return key
