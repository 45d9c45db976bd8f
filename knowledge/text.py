"""One way to fold text, used wherever two texts are compared.

Folding keeps the meaning and drops the accidents of typing: full-width forms, traditional characters,
letter case, zero-width characters, and white space beside Chinese characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_simplify = OpenCC("t2s").convert
_simplify_taiwan = OpenCC("tw2sp").convert
_INVISIBLE = {"Cf", "Cc", "Co", "Cs"}
_CJK = r"\u3400-\u9fff"
_SPACE_BESIDE_CJK = re.compile(rf"(?<=[{_CJK},。;:?!、()%])\s+|\s+(?=[{_CJK},。;:?!、()%])")
_SPACES = re.compile(r"\s+")
_LONGEST_READ = 4000


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, simplified, lower case, no invisible characters.

    Only the first 4,000 characters are read; nobody asks a question that long.
    """
    normal = unicodedata.normalize("NFKC", text[:_LONGEST_READ])
    visible = "".join(
        c if unicodedata.category(c) not in _INVISIBLE else (" " if c in "\n\r\t" else "") for c in normal
    )
    # Once more each: marks join what an invisible character kept apart, and one character (薴) is simplified in two steps.
    joined = unicodedata.normalize("NFKC", visible)
    simple = _simplify(joined)
    if simple != joined:  # traditional characters, so perhaps Taiwan's words too: 軟體 is 软件, not 软体
        simple = _simplify(_simplify_taiwan(joined))
    simple = _simplify(simple).lower()
    return _SPACES.sub(" ", _SPACE_BESIDE_CJK.sub("", simple)).strip()


def has_words(text: str) -> bool:
    """Whether there is anything to understand: a letter, a digit or a Chinese character."""
    return any(c.isalnum() for c in text)


def bigrams(text: str) -> set[str]:
    """The set of neighbouring character pairs of a folded text, punctuation left out."""
    plain = "".join(c for c in text if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or ({plain} if plain else set())
