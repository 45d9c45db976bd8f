"""Sessions of visitors: issued and signed here, so that nobody can name himself into another's conversation."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from typing import Callable, NamedTuple, Optional

_DAYS = 30
"""How long a token is taken; a visitor who comes back later begins anew."""
_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{1,11})\.([0-9a-f]{64})")


class Session(NamedTuple):
    """A visitor's conversation: `token` is the browser's secret, `sender` what Rasa and the staff see."""

    token: str
    sender: str


class Sessions:
    """Issues tokens `<random>.<issued at>.<HMAC>` and reads them; nothing is stored."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        # A key of its own, so that a token is no signature for anything else.
        self._key = hmac.new(secret.encode(), b"web session", hashlib.sha256).digest()
        self._clock = clock

    def issue(self) -> Session:
        """A new conversation, 128 bits of chance."""
        id_, issued = secrets.token_urlsafe(16), str(int(self._clock()))
        return Session(f"{id_}.{issued}.{self._mac(id_, issued)}", sender_of(id_))

    def read(self, token: object) -> Optional[Session]:
        """The session of a token; None where it is none of ours or too old."""
        match = _TOKEN.fullmatch(token) if isinstance(token, str) else None
        if not match or not hmac.compare_digest(self._mac(match[1], match[2]), match[3]):
            return None
        if not 0 <= self._clock() - int(match[2]) + 60 <= _DAYS * 86400:
            return None
        return Session(match[0], sender_of(match[1]))

    def _mac(self, id_: str, issued: str) -> str:
        return hmac.new(self._key, f"{id_}.{issued}".encode(), hashlib.sha256).hexdigest()


def sender_of(id_: str) -> str:
    """Rasa's sender id; it is shown to staff, and no token can be made of it."""
    return f"web-{id_}"
