"""Messages without words: stickers as WeChat writes them ([微笑], [图片]), a web address, a bare figure, markup.

Nothing is asked or told by them, whatever they resemble.
"""

from __future__ import annotations

import re

from knowledge.readers import reader
from knowledge.text import fold, has_words

_BRACKETED = re.compile(r"\[(?P<one>[^\[\]]{1,24})\]|【(?P<two>[^【】]{1,40})】")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+")
_TAG = re.compile(r"</?[a-z!][^<>]*>|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,9});?|javascript:\S*")
_FIGURE = re.compile(r"[\d.,，。+\-*/=%()#$￥¥€:;^\s]+")


@reader
def bracketed(text: str) -> str:
    """What stands in the brackets of a message that is nothing but stickers; empty for any other message."""
    folded = fold(text)
    inside = [m["one"] or m["two"] for m in _BRACKETED.finditer(folded)]
    return " ".join(inside) if inside and not has_words(_BRACKETED.sub("", folded)) else ""


@reader
def bare(text: str) -> bool:
    """Whether nothing is left of a message without its web addresses, tags, figures and punctuation."""
    left = _TAG.sub("", _ADDRESS.sub("", fold(text)))
    return not has_words(_FIGURE.sub("", left))


@reader
def markup(text: str) -> bool:
    """Whether a message is nothing but tags and entities, in which long numbers are no telephone."""
    return bool(_TAG.search(fold(text))) and bare(text)
