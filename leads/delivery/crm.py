"""The bureau's CRM: the full payload, signed, under a key that makes repetitions harmless. See docs/handoff.md."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from leads.backoff import CAP
from leads.delivery.http import post
from leads.delivery.signing import Signer
from leads.queueing import Claimed


class Crm:
    """Any receiver that keeps docs/handoff.md."""

    name = "crm"

    def __init__(self, url: str, signer: Signer, seconds: float) -> None:
        """`seconds`: as in `http.post`."""
        self._url, self._signer, self._seconds = url, signer, seconds
        self.longest, self.cap = 3 * seconds, CAP

    def pause(self) -> float:
        """No limit on our side."""
        return 0.0

    def send(self, delivery: Claimed) -> None:
        """Any 2xx is a receipt, and so is a 409 that says it has this key."""
        body = msgspec.json.encode(delivery.payload)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "investor-assistant/1",
            "Idempotency-Key": delivery.key,
            # The time is signed anew with each attempt: a retry of days later is no recording.
            **self._signer.sign(delivery.key, datetime.now(UTC), body),
        }
        answer = post(self._url, body, headers, self._seconds)
        if answer.status == 409:
            said = answer.said()
            if said.get("status") == "known" and said.get("id", delivery.key) == delivery.key:
                return
        answer.check()
