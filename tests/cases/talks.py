"""Cases that are a conversation over REST. What is expected is one of the sentences in `_JUDGES`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from deploy.client import Turn, ask
from knowledge.catalogue import Catalogue
from tests.shopper import misjudged, normal

_REST_OF_THE_FORM = {
    "contact_name": "王女士", "company": "跳过", "contact": "13800000000", "industry": "跳过", "investment": "跳过", "area": "跳过", "notes": "没有了",
}  # fmt: skip


class Talk:
    """One conversation, and what it said last."""

    def __init__(self, url: str, messages: list[str]) -> None:
        self.url, self.sender, self.messages = url, f"case-{uuid.uuid4().hex}", messages
        self.replies = [self.say(message) for message in messages]

    def say(self, message: str) -> Turn:
        """The reply to one more message."""
        return ask(self.url, self.sender, message)

    @property
    def last(self) -> Turn:
        """The reply to the last message of the case."""
        return self.replies[-1]

    @property
    def kind(self) -> str:
        """Of the last reply."""
        return str(self.last.envelope.get("kind"))

    @property
    def text(self) -> str:
        """Of the last reply."""
        return "\n".join(self.last.texts)

    def read_back(self) -> str:
        """The form as it is read back, after what is still open was skipped."""
        reply = self.last
        for _ in range(10):
            slot = str(reply.envelope.get("slot"))
            if reply.envelope.get("kind") != "form" or slot not in _REST_OF_THE_FORM:
                break
            reply = self.say(_REST_OF_THE_FORM[slot])
        return "\n".join(reply.texts)


def _investment(talk: Talk, wanted: str) -> str:
    line = re.search(r"投资额[:：](.*)", back := talk.read_back())
    amount = re.sub(r"^(?:总投资|投资)", "", normal(wanted))
    return "" if line and amount in normal(line[1]) else f"read back: {line[0] if line else back[-120:]!r}"


def _kept(talk: Talk, _: str) -> str:
    return (
        "" if talk.kind == "form" and ("投资" in talk.text or "万" in talk.text) else f"{talk.kind}: {talk.text[:80]!r}"
    )


def _estimate(talk: Talk, incentive: str, amount: str) -> str:
    return "; ".join(misjudged(incentive, float(amount), talk.last.envelope.get("estimate") or []))


def _says(talk: Talk, words: str) -> str:
    return "" if normal(words) in normal(talk.text) else f"{words} is not said: {talk.text[:120]!r}"


def _asks_back(talk: Talk, words: str) -> str:
    words = "汇率" if "汇率" in words else ""
    return "" if talk.kind == "clarify" and words in talk.text else f"{talk.kind}: {talk.text[:80]!r}"


def _chats(talk: Talk, _: str) -> str:
    return "" if talk.kind == "smalltalk" and "文字" in talk.text else f"{talk.kind}: {talk.text[:80]!r}"


def _asks_name(talk: Talk) -> str:
    slot = talk.last.envelope.get("slot")
    return "" if (talk.kind, slot) == ("form", "contact_name") else f"{talk.kind}, {slot}"


def _picks(talk: Talk, which: str) -> str:
    last = "最后" in which
    digits = re.search(r"\d+", normal(talk.messages[-1]))
    listed = _whole_list(talk) if last else _ids(talk.replies[0])
    wanted = listed[-1 if last or not digits else int(digits[0]) - 1]
    told = _ids(talk.last)
    return "" if talk.kind == "answer" and told[:1] == [wanted] else f"{talk.kind} {told[:3]} instead of {wanted}"


def _ids(reply: Turn) -> list[str]:
    return [str(record["id"]) for record in reply.envelope.get("records") or []]


def _whole_list(talk: Talk) -> list[str]:
    """All entries of the list that the first message gave, page by page."""
    again = Talk(talk.url, talk.messages[:1])
    listed = _ids(again.last)
    while more := [i for i in _ids(again.say("更多")) if i not in listed]:
        listed += more
    return listed


def _of_a_level(talk: Talk, _: str) -> str:
    if "没有按级别" in talk.text:
        return ""
    catalogue = Catalogue.load()
    ids = [str(r["id"]) for r in talk.last.envelope.get("records") or []]
    others = [i for i in ids if "国家级" not in str(getattr(catalogue.get(i), "level", ""))]
    return f"not of that level: {others}" if others or not ids else ""


def _same(talk: Talk, other: str) -> str:
    one, two = talk.last, Talk(talk.url, [other]).last
    ids = [[r["id"] for r in t.envelope.get("records") or []] for t in (one, two)]
    return "" if ids[0] == ids[1] and ids[0] else f"{ids[0]} and {ids[1]}"


_JUDGES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"(?:核对时)?投资额[:：](.+)", _investment),
    (r"(记下投资额)", _kept),
    (r"([a-z0-9-]+) amount_wan ([\d.]+)", _estimate),
    (r"按([\d.]+平方米)测算", _says),
    (r"([\d.]+万元)(?:（.*）)?$", _says),
    (r"clarify[:：](.*)", _asks_back),
    (r"smalltalk[:：](.*)", _chats),
    (r"再问称呼", _asks_name),
    (r"介绍清单(里的那一项|最后一项)", _picks),
    (r"只列 ?(level) ?相符", _of_a_level),
    (r"同“(.+)”", _same),
)  # fmt: skip


def judge(url: str, messages: list[str], expected: str) -> str:
    """What is wrong with the conversation; empty where nothing is."""
    for pattern, judged in _JUDGES:
        if match := re.match(pattern, expected):
            return judged(Talk(url, messages), *match.groups())
    return f"nothing here can judge {expected!r}"
