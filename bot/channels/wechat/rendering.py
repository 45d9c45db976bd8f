"""A turn as WeChat can show it: one text, numbered choices for its buttons, cut into parts where it is too long."""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from bot.channels.wechat import wording

LONGEST = 2048
"""Bytes of UTF-8 that a text message may have, on every one of WeChat's ways."""
_LONGEST_LIST = LONGEST - 128
"""Bytes of the choices with their head: with a hint to more they still are one message."""
_MOST_CHOICES = 9
_COUNTS = re.compile(r"(?m)^\s*[1-9][.、．]|第一个")
"""A text that counts by itself: "1" then means what it counts, not our choices."""
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
_TAG = re.compile(r"<(?=[A-Za-z/!])")
"""WeChat makes links of `<a>` in a text."""


class Rendered(NamedTuple):
    """`listed`: the choices with what is said above them, never parted; `choices`: label as it is typed → what it stands for."""

    said: str
    listed: str
    choices: Dict[str, str]
    cards: List[Dict[str, str]]
    erased: bool

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.said}\n\n{self.listed}".strip() if self.listed else self.said


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
    listed = _listed(heads[0] if buttons or not suggestions else heads[1], choices) if choices else ""
    return Rendered(safe(text), safe(listed), choices, cards_of(envelope), bool(envelope.get("erased")))


def _listed(head: str, choices: Dict[str, str]) -> str:
    """The choices under their head; where they would fill a message by themselves, each is shown shortened."""
    room = (_LONGEST_LIST - len(head.encode())) // len(choices) - len("\nA. ……".encode())
    return "\n".join([head, *(f"{label}. {_shortened(option, room)}" for label, option in choices.items())])


def _shortened(option: str, room: int) -> str:
    option = " ".join(option.split())
    return option if len(option.encode()) <= room else _pieces(option, room)[0] + "……"


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


def parts_of(text: str, longest: int = LONGEST, hint: str = wording.MORE_HINT, listed: str = "") -> List[str]:
    """The text in parts of at most `longest` bytes, cut at the ends of sentences where there are any.

    Every part but the last ends with the hint. Nothing of the text is lost. `listed` stands behind the text, whole, in
    the last part: what a number means is read where the number is asked for.
    """
    whole = f"{text}\n\n{listed}".strip() if listed else text
    if len(whole.encode()) <= longest:
        return [whole] if whole else []
    parts = _cut(text, longest - len(f"\n{hint}".encode()))
    if listed and len(f"{parts[-1]}\n\n{listed}".encode()) <= longest:
        parts[-1] += f"\n\n{listed}"
    elif listed:
        parts.append(listed)
    return [*(f"{part}\n{hint}" for part in parts[:-1]), parts[-1]]


def _cut(text: str, room: int) -> List[str]:
    parts, part = [], ""
    for sentence in _SENTENCE.findall(text):
        for piece in _pieces(sentence, room):
            if part and len((part + piece).encode()) > room:
                parts.append(part.rstrip("\n"))
                part = ""
            part += piece
    return [*parts, part.rstrip("\n")]


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
