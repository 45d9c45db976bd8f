"""Finds figures in a message: money, shares, areas, counts, rates of exchange. What they are of is told by `assigning`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import msgspec

from knowledge.estimating.inputs import Figure
from knowledge.estimating.terms import Terms
from knowledge.slots import area, money, share
from knowledge.slots.numerals import CHARACTERS, number
from knowledge.text import fold

_WAN = Decimal(10_000)
_SMALLEST = Decimal(1000)
"""Yuan; what is less is no figure of a company but a manner of speaking (叠一块儿) or a price a square metre."""
_CORRECTED = re.compile(r"(?:不是|并非|不对)$")
_RATE = re.compile(
    r"(?:汇率|1(?:美元|美金|欧元|usd)?(?:=|:|比|兑换?|等于|换|合)|按照?|折算率)(?:是|为|按|大概|约|用|人民币|\s)*(?P<rate>\d{1,2}\.\d{1,4}|\d{1,2}(?=的汇率|算|折|换|来算|$))(?!\d|%|亿|万|千|百|个)"
    r"|(?P<rate2>\d{1,2}\.\d{1,4})(?:的)?汇率"
)
_NO_FIGURE = re.compile(
    r"(?:就是?|等于|相当于|=|奖励|补贴|补助|封顶|最高|上限|每个|每家|单个|领过的?|超过上限|门槛|最多拿|最多|顶多|记得是)$"
)
"""Before an amount that is not told of the investor but of what would be given."""
_HOW_MANY, _PIECES = (
    r"(?<!\d)\d{1,6}|(?<![一二两三四五六七八九十百])[一二两三四五六七八九十百]{1,7}",
    "个|项|种|款|张|件|台|份|名|位",
)
_NUMBER = rf"(?<![{CHARACTERS}.])(?P<n>\d{{1,12}}(?:\.\d{{1,6}})?|[{CHARACTERS}]{{1,16}})"
_OF_UNIT = {
    "nm": re.compile(rf"{_NUMBER} ?(?:nm|纳米)"),
    "people": re.compile(rf"{_NUMBER}(?:多|来|余)?(?:个)?(?:人|名|位)"),
    "years": re.compile(rf"{_NUMBER}年(?!度|前|底|初|末)"),
    "months": re.compile(rf"{_NUMBER}个?月"),
    "year": re.compile(r"(?<!\d)(?P<n>(?:19|20)\d\d)(?=年)"),
}


class Span(msgspec.Struct, frozen=True):
    start: int
    end: int
    figure: Figure


def rates_in(text: str) -> tuple[list[Decimal], str]:
    """Rates of exchange, and the text without them."""
    rates = []
    for match in _RATE.finditer(text):
        rates.append(Decimal(match["rate"] or match["rate2"]))
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return rates[-1:], text


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def spans(unit: str, text: str) -> Iterator[Span]:
    if unit == "money":
        for m in amounts(text):
            low, high = m.low if m.low is not None else m.high, m.high if m.high is not None else m.low
            if low is not None and high is not None:
                yield Span(m.start, m.end, Figure(low / _WAN, high / _WAN, m.currency))
    elif unit == "area":
        for a in area.find(text):
            yield Span(a.start, a.end, Figure(a.low if a.low is not None else a.most, a.most))
    elif unit == "share":
        for told in share.find(text):
            yield Span(told.start, told.end, Figure(told.low, told.high))
    else:
        for s in _OF_UNIT[unit].finditer(text):
            if (value := number(s["n"])) is not None:
                yield Span(s.start(), s.end(), Figure(value, value))


def amounts(text: str) -> Iterator[money.Money]:
    """The amounts of a message, without those that only ask (几百万) or tell what would be given (奖励900万).

    What is told once more in another currency counts once: in yuan, where one of the two is.
    """
    for m in _told_once(money.find(text)):
        before = text[max(0, m.start - 5) : m.start]
        vague = "几" in m.surface or "数" in m.surface or (m.high is not None and m.high < _SMALLEST)
        if not vague and not _CORRECTED.search(before) and not _NO_FIGURE.search(before):
            yield m


def _told_once(found: list[money.Money]) -> list[money.Money]:
    kept: list[money.Money] = []
    for m in found:
        if not (m.converted and kept):
            kept.append(m)
        elif m.currency == "CNY":
            kept[-1] = msgspec.structs.replace(m, start=kept[-1].start)
    return kept


def counts_in(text: str, terms: Terms) -> tuple[dict[str, Figure], bool]:
    """How many of what: 两个一类新药, 一类新药批文6个; one, where only the thing is named. And whether any number was told."""
    found: dict[str, Figure] = {}
    told = False
    counted = {
        id_: "|".join(re.escape(fold(c)) for c in sorted(b.cues, key=len, reverse=True))
        for id_, b in terms.bases.items()
        if b.unit == "count"
    }
    for id_, cue in counted.items():
        others = "|".join(other for name, other in counted.items() if name != id_)
        match = compiled(
            rf"(?:(?P<n>{_HOW_MANY})(?:{_PIECES})(?:的)?)?(?:{cue})(?!{others})"
            rf"(?:[^,。;?!、和及加\d]{{0,7}}?(?P<m>{_HOW_MANY})(?:{_PIECES})(?!亿|月|工作日|点))?"
        ).search(text)
        if match is None:
            continue
        numeral = match["n"] or match["m"]
        value = number(numeral or "1")
        if value is not None and (numeral or terms.bases[id_].ask):
            found[id_] = Figure(value, value)
            told = told or bool(numeral)
    return found, told
