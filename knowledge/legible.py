"""Finds text that was broken on its way into a record: read in a wrong encoding, or full of signs nobody typed."""

from __future__ import annotations

import re

_LOST = re.compile(r"\ufffd|锟斤拷?|烫烫烫|屯屯屯|[\ue000-\uf8ff]|\?{3,}|[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""The sign for what could not be read, a private sign of some PDF's font, question marks where characters were."""
_MARKUP = re.compile(r"&(?:nbsp|amp|lt|gt|quot|#\d{2,6});|<br ?/?>", re.IGNORECASE)
_WESTERN = re.compile("[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]{3,}")  # fmt: skip
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\uff00-\uffef\u3000-\u303f\ue000-\uf8ff€]{3,}")


def garbled(text: str) -> str:
    """The first passage that was broken, or an empty string."""
    if match := _LOST.search(text) or _MARKUP.search(text):
        return text[max(0, match.start() - 6) : match.end() + 6]
    for run in _WESTERN.findall(text):
        if _was_chinese(_bytes_of(run)):
            return str(run)
    for run in _HAN.findall(text):
        for at in range(len(run) - 2):
            if _was_utf8(run[at : at + 3]):
                return str(run[at : at + 6])
    return ""


def _bytes_of(run: str) -> bytes:
    """The bytes that a Western reader took for these characters."""
    made = bytearray()
    for character in run:
        try:
            made += character.encode("cp1252")
        except UnicodeEncodeError:
            made += character.encode("latin-1", "ignore")
    return bytes(made)


def _was_chinese(raw: bytes) -> bool:
    """Whether bytes that were read as Western letters are Chinese in UTF-8 or GBK."""
    if any("\u4e00" <= character <= "\u9fff" for character in raw.decode("utf-8", "ignore")):
        return True
    pairs = [raw[at : at + 2] for at in range(0, len(raw) - 1, 2)]
    return len(raw) >= 4 and all(0xB0 <= pair[0] <= 0xF7 and pair[1] >= 0xA1 for pair in pairs)


def _was_utf8(three: str) -> bool:
    """Whether three signs read as GBK are, byte for byte, two usual characters in UTF-8 (娴庡崡 is 济南)."""
    try:
        two = three.encode("gbk").decode()
        levels = two.encode("gb2312")
    except UnicodeError:
        return False
    return len(two) == 2 and len(levels) == 4 and all(0xB0 <= levels[at] <= 0xD7 for at in (0, 2))
