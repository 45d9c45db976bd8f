"""An investor who registers, says what failed again, and believes only a number."""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass

import requests

from deploy.client import ask

_ANSWERS = {
    "company": "示例{n}号有限公司",
    "industry": "软件",
    "investment": "2000万",
    "area": "历下区",
    "notes": "没有了",
}
_PATIENCE = 600.0


@dataclass
class Told:
    """What became of one registration: the number that was confirmed, or none, and how many turns it took."""

    sender: str
    contact: str
    number: str = ""
    turns: int = 0
    failures: int = 0


def register(url: str, n: int, seed: int) -> Told:
    """Register until a number is told or patience is over."""
    chance = random.Random(seed * 100_003 + n)  # noqa: S311 - a test's own dice
    told = Told(f"faults-{uuid.uuid4().hex}", f"1380{seed % 10}{n:06d}")
    answers = {
        **_ANSWERS,
        "company": _ANSWERS["company"].format(n=n),
        "contact_name": f"李{n}",
        "contact": told.contact,
    }
    answers["contact_name"] = "李先生"
    said, limit = "我要登记投资意向", time.monotonic() + _PATIENCE
    while time.monotonic() < limit:
        told.turns += 1
        try:
            envelope = ask(url, told.sender, said, timeout=40).envelope
        except requests.RequestException:
            envelope = {}
        kind, slot = envelope.get("kind"), envelope.get("slot")
        if kind == "lead":
            told.number = envelope["lead_no"]
            return told
        if kind == "form" and slot:
            said = answers.get(slot, "同意")
            continue
        # An apology, an empty answer, no answer: say it again after a moment, as people do.
        told.failures += 1
        time.sleep(0.5 + chance.random() * 2)
        if told.failures % 6 == 0:
            said = "我要登记投资意向"
    return told
