"""A turn as WeChat can show it: one text, numbered choices for its buttons, cut into parts where it is too long."""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from bot.channels.wechat import wording

LONGEST = 2048
"""Bytes of UTF-8 that a text message may have, on every one of WeChat's ways."""
_MOST_CHOICES = 9
_COUNTS = re.compile(r"(?m)^\s*[1-9][.、．]|第一个")
"""A text that counts by itself: "1" then means what it counts, not our choices."""
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
_TAG = re.compile(r"<(?=[A-Za-z/!])")
"""WeChat makes links of `<a>` in a text."""


class Rendered(NamedTuple):
    """`choices`: label as it is typed → what it stands for."""

    text: str
    choices: Dict[str, str]
    cards: List[Dict[str, str]]
    erased: bool


def rendered(messages: Sequence[Dict[str, Any]], extra: Sequence[str] = ()) -> Rendered:
    """What a turn says. `extra`: choices of our own behind those of the turn."""
    text = "\n".join(m["text"].strip() for m in messages if m.get("text"))
    envelope: Dict[str, Any] = next((m["custom"] for m in messages if isinstance(m.get("custom"), dict)), {})
    buttons = [str(b.get("payload") or b.get("title") or "") for m in messages for b in m.get("buttons") or ()]
    suggestions = [str(s) for s in envelope.get("suggestions") or ()]
    wanted = list(dict.fromkeys(o for o in [*(buttons or suggestions), *extra] if o))[:_MOST_CHOICES]
    lettered = bool(_COUNTS.search(text))
    choices = {(chr(ord("A") + i) if lettered else str(i + 1)): option for i, option in enumerate(wanted)}
    heads = (wording.LETTERED, wording.ALSO_LETTERED) if lettered else (wording.NUMBERED, wording.ALSO)
    if choices:
        listed = "\n".join(f"{label}. {option}" for label, option in choices.items())
        text = f"{text}\n\n{heads[0] if buttons or not suggestions else heads[1]}\n{listed}".strip()
    return Rendered(safe(text), choices, cards_of(envelope), bool(envelope.get("erased")))


def safe(text: str) -> str:
    """A text in which nothing is markup."""
    return _TAG.sub("＜", text)


def cards_of(envelope: Dict[str, Any]) -> List[Dict[str, str]]:
    """A card for the first record of an answer that has an official page."""
    if envelope.get("kind") != "answer":
        return []
    for record in envelope.get("records") or ():
        for source in record.get("sources") or ():
            if source.get("url"):
                dated = source.get("as_of") or "未标日期"
                return [
                    {
                        "title": record["name"],
                        "description": f"来源：{source['title']}（{dated}）",
                        "url": source["url"],
                    }
                ]
    return []


def parts_of(text: str, longest: int = LONGEST, hint: str = wording.MORE_HINT) -> List[str]:
    """The text in parts of at most `longest` bytes, cut at the ends of sentences where there are any.

    Every part but the last ends with the hint. Nothing of the text is lost.
    """
    if len(text.encode()) <= longest:
        return [text] if text else []
    room = longest - len(f"\n{hint}".encode())
    parts, part = [], ""
    for sentence in _SENTENCE.findall(text):
        for piece in _pieces(sentence, room):
            if part and len((part + piece).encode()) > room:
                parts.append(part.rstrip("\n"))
                part = ""
            part += piece
    parts.append(part.rstrip("\n"))
    return [*(f"{p}\n{hint}" for p in parts[:-1]), parts[-1]]


def chosen(typed: str, choices: Optional[Dict[str, str]]) -> Optional[str]:
    """What a typed number or letter stands for among the choices last shown; None where it is no choice."""
    if not choices:
        return None
    label = typed.translate(_FULL_WIDTH).strip().upper()
    match = _CHOICE.fullmatch(label)
    if not match:
        return None
    told = match.group(1)
    return choices.get(_NUMERALS.get(told, told))


_FULL_WIDTH = {ord("０") + i: str(i) for i in range(10)} | {
    ord("Ａ") + i: chr(ord("A") + i) for i in range(26)
} | {ord("ａ") + i: chr(ord("a") + i) for i in range(26)} | {ord("．"): ".", ord("（"): "(", ord("）"): ")"}  # fmt: skip
_NUMERALS = {numeral: str(i + 1) for i, numeral in enumerate("一二三四五六七八九")} | {
    sign: str(i + 1) for i, sign in enumerate("①②③④⑤⑥⑦⑧⑨")
}
_CHOICE = re.compile(r"[(第选]?\s*([1-9一二三四五六七八九①-⑨A-I])\s*(?:[.、)。，,]|个|项|条|号)?")


def _pieces(sentence: str, room: int) -> List[str]:
    """A sentence that is too long for a part by itself, cut between characters."""
    pieces, piece, size = [], "", 0
    for character in sentence:
        width = len(character.encode("utf-8", "replace"))
        if size + width > room:
            pieces.append(piece)
            piece, size = "", 0
        piece += character
        size += width
    return [*pieces, piece]
