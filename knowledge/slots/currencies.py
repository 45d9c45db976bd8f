"""Names, codes and signs of currencies in a folded text; what several currencies share, or nobody uses, is told apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec
import yaml

from knowledge.paths import VOCABULARY
from knowledge.slots.words import closes, longer_word

_UNKNOWN = re.compile(
    r"[\u4e00-\u9fff]{0,4}?(?:币|幣|镑|磅|盾|卢比|法郎|比索|披索|克朗|里拉|第纳尔|里亚尔|先令|马克|(?<=[\u4e00-\u9fff])[元圆])(?!件|素|旦|宵|月|老|首|凶|帅|气|满|桌|形|区)"
)
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿多几]")
_LONGEST_NAME = 16


class Known(msgspec.Struct, frozen=True):
    """The words of all currencies, ready to be looked for."""

    codes: dict[str, str]
    pattern: re.Pattern[str]
    before: re.Pattern[str]
    first: frozenset[str]
    last: frozenset[str]
    """Characters that a name begins or ends with: most places need no closer look."""


@lru_cache(maxsize=1)
def known() -> Known:
    """Read once from `vocabulary/currencies.yml`."""
    names: dict[str, list[str]] = yaml.safe_load((VOCABULARY / "currencies.yml").read_text(encoding="utf-8"))
    codes = {word: code for code, words in names.items() for word in words}
    words = sorted(codes, key=len, reverse=True)
    # A name of letters is a word of its own: rm is none in "rmax".
    spelt = "|".join(re.escape(w) + (r"(?![a-z])" if w[-1].isascii() and w[-1].isalpha() else "") for w in words)
    return Known(
        codes, re.compile(rf"(?P<name>{spelt})"), re.compile(rf"(?<![a-z])(?P<name>{spelt}) ?$"),
        frozenset(w[0] for w in words), frozenset(w[-1] for w in words),
    )  # fmt: skip


def behind(text: str, at: int) -> tuple[str, int]:
    """The currency named right here, and where its name ends; empty where none is. ISO 4217 codes in capitals."""
    begin = at + (text[at : at + 1] == " ")
    match = known().pattern.match(text, begin) if text[begin : begin + 1] in known().first else None
    if match is None:
        return "", at
    name, start = match["name"], match.start("name")
    word = longer_word(text, start)
    if len(name) == 1 and len(word) > 1 and word not in known().codes:
        return "", at  # 元件, 块地, 欧式
    if name == "块" and not closes(text, match.end()) and not text[match.end() : match.end() + 1].isdigit():
        return "", at  # 3块工业用地
    return known().codes[name], match.end()


def before(text: str, at: int) -> tuple[str, int]:
    """The currency named right before this place, and where its name begins; empty where none is."""
    from_ = max(0, at - _LONGEST_NAME)
    near = text[from_:at]
    match = known().before.search(near) if near.rstrip(" ")[-1:] in known().last else None
    if match is None:
        return "", at
    start = from_ + match.start("name")
    if _NUMERAL.match(text, start - 1) if start else None:
        return "", at  # 3元5角: what is named belongs to the number before it
    return known().codes[match["name"]], start


def unknown(text: str, at: int) -> bool:
    """Whether something that must be a currency stands here, though nobody can say which: 卢比, 游戏币, a sign."""
    return bool(_UNKNOWN.match(text, at)) or _is_sign(text[at : at + 1])


def _is_sign(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign) == "Sc"
