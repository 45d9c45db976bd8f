"""One way to fold text, used wherever two texts are compared.

Folding keeps the meaning and drops the accidents of typing: full-width forms, traditional characters,
letter case, zero-width characters, and white space beside Chinese characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from knowledge.readers import reader

_simplify = OpenCC("t2s").convert
_simplify_taiwan = OpenCC("tw2sp").convert
_INVISIBLE = {"Cf", "Cc", "Co", "Cs"}
_CJK = r"\u3400-\u9fff"
_SPACE_BESIDE_CJK = re.compile(rf"(?<=[{_CJK},。;:?!、()%])\s+|\s+(?=[{_CJK},。;:?!、()%])")
_SPACES = re.compile(r"\s+")
LONGEST_READ = 4000
"""Characters of a message that are read; what comes behind is as if it were not there."""
_GIST, _LONGEST_GIST = 70, 120
"""Characters of a message that are read whole, and the most that is kept of a longer one."""
_CLAUSES = re.compile(r"(?<=[,。!?;])")
_ASKING = re.compile(
    r"[?吗呢]|多少|几|哪|啥|什么|怎|咋|如何|能不能|有没有|是不是|可以|能否|行不行|要不要|算不算|想问|请问|求"
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, simplified, lower case, no invisible characters.

    Only the first 4,000 characters are read; nobody asks a question that long.
    """
    normal = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    visible = "".join(
        c if unicodedata.category(c) not in _INVISIBLE else (" " if c in "\n\r\t" else "") for c in normal
    )
    # Once more each: marks join what an invisible character kept apart, and one character (薴) is simplified in two steps.
    joined = unicodedata.normalize("NFKC", visible)
    simple = _simplify(joined)
    if simple != joined:  # traditional characters, so perhaps Taiwan's words too: 軟體 is 软件, not 软体
        simple = _simplify(_simplify_taiwan(joined))
    simple = _simplify(simple).lower()
    # One space first: the pattern beside it would read a long run of them once for each.
    return _SPACE_BESIDE_CJK.sub("", _SPACES.sub(" ", simple)).strip()


def has_words(text: str) -> bool:
    """Whether there is anything to understand: a letter, a digit or a Chinese character."""
    return any(c.isalnum() for c in text)


def bigrams(text: str) -> set[str]:
    """The set of neighbouring character pairs of a folded text, punctuation left out."""
    plain = "".join(c for c in text if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or ({plain} if plain else set())


def asked(text: str) -> str:
    """What is embedded of a message: both servers must mean the same text by it, to share its vector."""
    return gist(fold(text))


@reader
def gist(text: str) -> str:
    """The part of a long folded message that asks: what is told before it only makes the meaning blurred.

    Short messages come back whole. Of a long one, the clauses up to the last that asks something, as many as fit.
    """
    if len(text) <= _GIST:
        return text
    clauses = [c for c in _CLAUSES.split(text) if c]
    asking = [i for i, clause in enumerate(clauses) if _ASKING.search(clause)]
    kept = ""
    for clause in reversed(clauses[: asking[-1] + 1] if asking else clauses):
        if kept and len(clause) + len(kept) > _GIST:
            break
        kept = clause + kept
    return kept[-_LONGEST_GIST:]
