"""Shares: 35%, 百分之三点五, 三成, 七成五, 千分之二, 10%到15%."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.readers import reader
from knowledge.slots.numerals import CHARACTERS, DIGITS, number, plain
from knowledge.text import fold

_POINTS = rf"[{CHARACTERS}]{{1,12}}(?:点[零一二三四五六七八九]{{1,4}})?"
_SHARE = re.compile(
    rf"(?<![\d.])(?P<percent>\d{{1,12}}(?:\.\d{{1,8}})?) ?(?:%(?P<mille_of>o)?|(?P<mille>‰))"
    rf"|(?P<base>百|千|万)分之(?P<words>\d{{1,9}}(?:\.\d{{1,6}})?|{_POINTS})(?![{CHARACTERS}.])"
    rf"|(?<![{CHARACTERS}.第])(?P<tenths>[一二三四五六七八九1-9])成(?P<half>[半一二三四五六七八九])?(?![{CHARACTERS}本立功就果员交])"
)
_JOINT = re.compile(r"(?:到|至|-|~|—){1,2}")
_BASES = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000)}


class Share(msgspec.Struct, frozen=True):
    """A share or a range of shares as fractions: 0.35."""

    low: Decimal
    high: Decimal
    start: int
    end: int


@reader
def find(text: str) -> list[Share]:
    """All shares in a message. Linear in the length of the text."""
    text = plain(fold(text))
    found: list[Share] = []
    for match in _SHARE.finditer(text):
        value = _value(match)
        if value is None:
            continue
        if found and _JOINT.fullmatch(text[found[-1].end : match.start()]) and found[-1].low <= value:
            found[-1] = msgspec.structs.replace(found[-1], high=value, end=match.end())
        else:
            found.append(Share(value, value, match.start(), match.end()))
    return found


def _value(match: re.Match[str]) -> Decimal | None:
    if match["tenths"]:
        return _digit(match["tenths"]) / 10 + _behind(match["half"]) / 100
    if match["percent"]:
        return Decimal(match["percent"]) / (1000 if match["mille"] or match["mille_of"] else 100)
    value = Decimal(100) if match["words"] == "百" else number(match["words"])  # 百分之百
    return None if value is None else value / _BASES[match["base"]]


def _behind(said: str | None) -> Decimal:
    """What stands behind 成: 七成二, 八成半."""
    return Decimal(5) if said == "半" else _digit(said) if said else Decimal(0)


def _digit(sign: str) -> Decimal:
    return Decimal(DIGITS.get(sign, 0) if not sign.isdigit() or sign not in "0123456789" else int(sign))
