"""One form for a name however it is typed: width, case, accents, traditional characters, invisible characters.

Character by character, so that the form of a part is a part of the form: what is searched for may begin or end anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_simplified = OpenCC("t2s").convert
_traditional_of_japanese = OpenCC("jp2t").convert


def settled(text: str) -> str:
    """A text in one form; what folding itself brings about (a ligature, a two-step character) is folded as well.

    >>> settled("鴻海 ＡＢＣ") == settled("鸿海 abc")
    True
    """
    while (folded := "".join(map(_simple, _plain(text).casefold()))) != text:
        text = folded
    return text


def _plain(text: str) -> str:
    """Without width and accents; a Japanese letter's marks are no accents."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def of_japanese(text: str) -> str:
    """The characters of Japan in their old form, which `settled` then simplifies: 産 and 產 are both 产."""
    return "".join(map(_old, text))


@lru_cache(maxsize=8192)
def _simple(character: str) -> str:
    if character.isascii():
        return character
    return "" if unicodedata.category(character) in ("Cf", "Cs") else str(_simplified(character))


@lru_cache(maxsize=2048)
def _old(character: str) -> str:
    return str(_traditional_of_japanese(character))
