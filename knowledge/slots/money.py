"""Amounts of money as investors say them: 5000w, 1.2亿, 三点五亿, 1亿2, 两三千万, 不低于3000万美元, 十来个亿, NT$5000万.

A wrong amount is worse than none, so whatever is not understood is not read: a numeral counts whole or not at all, and
an amount in a currency that nobody knows is no amount. jionlp is silently wrong (2.5个亿 → 7亿), recognizers-text reads
fewer than half of the cases in the table of `make bench-slots`.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.readers import reader
from knowledge.slots import currencies
from knowledge.slots.bounds import bounded
from knowledge.slots.numerals import number, plain
from knowledge.slots.ranges import Measured, candidates
from knowledge.slots.words import other_unit
from knowledge.text import fold

_SMALL_CHANGE = re.compile(r"(?P<jiao>[零一二两三四五六七八九\d])[角毛](?:(?P<fen>[零一二两三四五六七八九\d])分?)?")
_UNIT_BEFORE = re.compile(
    r"[(\[](?:单位)?:?(?P<scale>[十百千]?[万亿])?(?P<currency>[^()\[\]\s]{1,6})[)\]] ?(?:是|为)?:? ?$"
)
_UNIT_BEHIND = re.compile(r" ?[(\[](?P<scale>[十百千]?[万亿])?(?P<currency>[^()\[\]\s]{1,6})[)\]]")
_CONVERTED = re.compile(r"[(,]?(?:折合|约合|折算(?:成|为)?|相当于|合|折)(?:人民币)?约?$")
_LETTER_OR_DIGIT = re.compile(r"[a-z\d]")


class Money(msgspec.Struct, frozen=True):
    """An amount or a range in whole units of `currency`; a missing bound means "and more" or "and less"."""

    low: Decimal | None
    high: Decimal | None
    currency: str
    approximate: bool
    start: int
    end: int
    surface: str
    converted: bool = False
    """Whether it tells the amount before it once more, in another currency: （折合3200万美元）."""


class Unitless(msgspec.Struct, frozen=True):
    """A bare number where an amount was asked for: 5000 may mean yuan or 万元."""

    surface: str


@reader
def find(text: str) -> list[Money]:
    """All amounts in a message that carry a currency, 万 or 亿. Linear in the length of the text."""
    text = fold(text)
    return [money for measured in candidates(plain(text), _currency) if (money := _money(text, measured))]


@reader
def answer(text: str) -> Money | Unitless | None:
    """What a message says that answers "how much": the only amount in it, or a bare number without a unit."""
    amounts = find(text)
    if len(amounts) == 1:
        return amounts[0]
    bare = fold(text).strip(" 。.!,")
    return Unitless(bare) if not amounts and number(bare) is not None else None


def _currency(text: str, at: int) -> tuple[str | None, int]:
    code, end = currencies.behind(text, at)
    return code or None, end


def _money(text: str, read: Measured[str]) -> Money | None:
    start, end, unit = read.start, read.end, read.unit
    low, high = read.first.low, read.second.high
    sign, start = currencies.before(text, start)
    if start and not sign and text[start - 1].isascii() and text[start - 1].isalpha():
        return None
    if not read.scaled and not unit and not sign:
        apart = _unit_apart(text, start, end)
        if apart is None:
            return None
        unit, factor, end = apart
        low, high = low * factor, high * factor if high is not None else None
    codes = dict.fromkeys(c for c in (sign, read.first_unit, unit) if c)
    foreign = [c for c in codes if c != "CNY"]
    if len(foreign) > 1 or not _ends_well(text, end, bool(codes), read):
        return None
    if unit and (change := _SMALL_CHANGE.match(text, end)) and not read.is_range:
        low = high = low + _change(change)
        end = change.end()
    told = bounded(text, start, end, low, high, is_range=read.is_range)
    about = read.first.approximate or read.second.approximate or told.approximate
    start, end = told.start, told.end
    converted = bool(_CONVERTED.search(text[max(0, start - 8) : start]))
    return Money(told.low, told.high, (foreign or [*codes, "CNY"])[0], about, start, end, text[start:end], converted)


def _unit_apart(text: str, start: int, end: int) -> tuple[str, Decimal, int] | None:
    """计划投资（万元）：5000 and 5000（万元）: the unit stands apart from its number."""
    behind = _UNIT_BEHIND.match(text, end)
    label = behind or _UNIT_BEFORE.search(text[max(0, start - 14) : start])
    if label is None:
        return None
    code, read_to = currencies.behind(label["currency"], 0)
    if not code or read_to != len(label["currency"]):
        return None
    scale = number(f"一{label['scale']}") if label["scale"] else None
    return code, scale or Decimal(1), behind.end() if behind else end


def _ends_well(text: str, end: int, named: bool, read: Measured[str]) -> bool:
    """Whether what stands behind leaves no doubt that this is money, and which."""
    if read.first.letter or read.second.letter:
        return named
    if named:
        return True
    if currencies.unknown(text, end) or other_unit(text, end):
        return False
    return not _LETTER_OR_DIGIT.match(text, end) or (text[end].isdigit() and read.second.scale >= 10**8)


def _change(match: re.Match[str]) -> Decimal:
    """角 and 分."""
    jiao, fen = number(match["jiao"]) or Decimal(0), number(match["fen"] or "") or Decimal(0)
    return jiao / 10 + fen / 100
