"""Chinese and mixed numerals: 1.2, 1,200, 两千三百, 壹万贰, 3千5百, 一亿二.

cn2an reads most of these and fails on the ranges (两三千万) and the unit left out at the end (一亿二) that people
say of money; reading both here is shorter than mending what it gives.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
LETTERS = {"k": 10**3, "w": 10**4, "m": 10**6}
CHARACTERS = "0-9零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两俩三四五六七八九十百千万亿kwm]")


def plain(text: str) -> str:
    """Formal characters as the usual ones."""
    return text.translate(_FORMAL)


def number(text: str) -> Decimal | None:
    """The value of a numeral that fills the whole text, or None where it is no proper numeral."""
    text = plain(text)
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != text:
        return None
    if len(tokens) > 1 and all(t in DIGITS for t in tokens):
        return Decimal(int("".join(str(DIGITS[t]) for t in tokens)))  # 二〇二六
    total, section, current, last = Decimal(0), Decimal(0), None, 0
    for part in tokens:
        if part in SMALL or part in LETTERS:
            size = SMALL.get(part) or LETTERS[part]
            if current is None:
                if part != "十" and not section and not total:
                    return None
                current = Decimal(1) if part == "十" else None
            if current is None:  # 3千万 was read as 3千 already; 千 behind 万 means nothing
                return None
            section, current, last = section + current * size, None, size
        elif part in LARGE:
            if current is None and not section and not (total and part == "亿"):
                return None
            section += current or 0
            total = (total + section) * LARGE[part] if part == "亿" else total + section * LARGE[part]
            section, current, last = Decimal(0), None, LARGE[part]
        elif part in DIGITS:
            if current is not None:
                return None
            if part in "零〇":
                last = 0  # behind 零 the next digit is a unit: 一百零二
                continue
            current = Decimal(DIGITS[part])
        else:
            if current is not None:
                return None
            current = Decimal(part.replace(",", ""))
    if current is not None:
        section += current * last / 10 if last >= 100 and tokens[-1] in DIGITS else current
    return total + section
