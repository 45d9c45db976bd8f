"""Plays dialogues in the format of the mystery shopper and says what is wrong with each reply."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opencc import OpenCC

from deploy.client import Turn, ask

KINDS = frozenset("answer clarify refuse estimate match form lead booking handoff status privacy smalltalk".split())
NOT_BUILT = frozenset({"booking"})
"""Kinds of reply that come with later issues; a turn that accepts nothing else cannot pass yet."""
_MOST_ROUNDS = 12
_simplified = OpenCC("t2s").convert


@dataclass(frozen=True)
class Played:
    """One turn of a dialogue as it went."""

    dialogue: str
    said: str
    reply: Turn
    faults: list[str] = field(default_factory=list)
    wanted: dict[str, Any] = field(default_factory=dict)


def normal(text: str) -> str:
    """Text as replies are compared: NFKC, simplified, no white space, no thousands commas, lower case."""
    joined = "".join(_simplified(unicodedata.normalize("NFKC", text)).split()).lower()
    return re.sub(r"(\d),(?=\d{3})", r"\1", joined)


def dialogues(path: Path) -> list[dict[str, Any]]:
    """The dialogues of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def playable(dialogue: dict[str, Any]) -> bool:
    """Whether the dialogue needs only what is built: no booking."""
    return not any(t.get("kind") and set(t["kind"]) <= NOT_BUILT for t in dialogue["turns"])


def play(dialogue: dict[str, Any], url: str) -> list[Played]:
    """Hold a dialogue as a new visitor."""
    visitor = f"shopper-{uuid.uuid4().hex}"
    return [
        Played(dialogue["id"], turn["user"], reply, list(faults(turn, reply)), turn)
        for turn in dialogue["turns"]
        for reply in [through_the_form(turn, url, visitor, ask(url, visitor, turn["user"]))]
    ]


def through_the_form(turn: dict[str, Any], url: str, visitor: str, reply: Turn) -> Turn:
    """The reply to a turn; where it carries answers by slot, the reply after all that the form asked for."""
    answers = turn.get("auto", {})
    for _ in range(_MOST_ROUNDS):
        slot = reply.envelope.get("slot")
        if reply.envelope.get("kind") != "form" or slot not in answers:
            break
        reply = ask(url, visitor, answers[slot])
    return reply


def faults(turn: dict[str, Any], reply: Turn) -> Iterator[str]:
    """What a reply lacks or says wrongly."""
    envelope = reply.envelope
    kind, records = envelope.get("kind"), envelope.get("records") or []
    said = normal("\n".join([*reply.texts, *(button.get("title", "") for button in reply.buttons)]))
    ids = {record.get("id") for record in records}
    if turn.get("kind") and kind not in turn["kind"]:
        yield f"kind is {kind}, not one of {turn['kind']}"
    groups = [[wanted] for wanted in turn.get("all", ())] + list(turn.get("any", ()))
    yield from (f"none of {group} is said" for group in groups if not any(normal(w) in said for w in group))
    yield from (f"{banned} is said" for banned in turn.get("none", ()) if normal(banned) in said)
    yield from (f"/{banned}/ is matched" for banned in turn.get("none_re", ()) if re.search(banned, said))
    if turn.get("records_any") and ids.isdisjoint(turn["records_any"]):
        yield f"records {sorted(ids)} hold none of {turn['records_any']}"
    if not ids.isdisjoint(turn.get("records_none", ())):
        yield f"records {sorted(ids)} hold one of {turn['records_none']}"
    for incentive, wanted in turn.get("estimate", {}).items():
        yield from misjudged(incentive, wanted, envelope.get("estimate") or [])
    if kind == "answer":
        yield from unsourced(reply)


def misjudged(incentive: str, wanted: Any, estimates: list[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with one incentive of an estimate: wanted is an amount in 万元, a range or a status."""
    item = next((made for made in estimates if made.get("id") == incentive), None)
    if item is None:
        yield f"no estimate for {incentive}"
    elif isinstance(wanted, str):
        if item.get("status") != wanted:
            yield f"{incentive}: {item.get('status')} instead of {wanted}"
    else:
        low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
        amount = item.get("amount_wan")
        if amount is None or not low - 0.01 <= amount <= high + 0.01:
            yield f"{incentive}: {amount} 万元 instead of {wanted}"


def mistaken(turn: Played) -> bool:
    """Whether an answer is about another thing than was asked, or was given where it had to be declined."""
    ids = {record.get("id") for record in turn.reply.envelope.get("records") or []}
    about_another = bool(turn.wanted.get("records_any")) and ids.isdisjoint(turn.wanted["records_any"])
    kinds = set(turn.wanted.get("kind") or ())
    return about_another or (bool(kinds) and kinds <= {"refuse", "clarify", "handoff", "smalltalk"})


def unsourced(reply: Turn) -> Iterator[str]:
    """What an answer owes: at least one record, and for each a source with a title."""
    records = reply.envelope.get("records") or []
    if not records:
        yield "an answer without records"
    for record in records:
        if not record.get("sources") or not all(source.get("title") for source in record["sources"]):
            yield f"{record.get('id')} without a source"
