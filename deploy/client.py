"""Asks the assistant over Rasa's REST channel, as a website would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests


@dataclass(frozen=True)
class Turn:
    """What the assistant said in one turn."""

    texts: list[str] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    """Each with `title` and `payload`, both plain text."""
    envelopes: list[dict[str, Any]] = field(default_factory=list)
    """The machine-readable objects; the promise is exactly one."""

    @property
    def envelope(self) -> dict[str, Any]:
        """The last envelope, or an empty one."""
        return self.envelopes[-1] if self.envelopes else {}


def ask(url: str, sender: str, message: str, timeout: float = 30) -> Turn:
    """Send one message; raises `requests.RequestException` when the assistant can't be reached or refuses."""
    answer = requests.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": message}, timeout=timeout)
    answer.raise_for_status()
    turn = Turn()
    for part in answer.json():
        if part.get("text"):
            turn.texts.append(part["text"])
        turn.buttons.extend(part.get("buttons") or [])
        custom = part.get("custom")
        if isinstance(custom, dict) and custom.get("kind"):
            turn.envelopes.append(custom)
    return turn
