"""Reads what an investor tells for an estimate: figures with what they are figures of, and what holds of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from knowledge.estimating.assigning import assigned
from knowledge.estimating.figures import amounts, compiled, counts_in, rates_in, spans
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import Terms
from knowledge.readers import reader
from knowledge.slots import share
from knowledge.text import fold

_DENIED = re.compile(
    r"(?:不是|并非|非|不属于|不算|算不上|没有|没|未|尚未|还没|不在|不含|不做|不搞|无)(?:被|是|认定为?|评为|评上|入选|任何|什么|到|做|在|过)*$"
)
_ASKED = re.compile(r"(?:是不是|是否|算不算|有没有)[^,。;?!]{0,2}$")
_BREAK = re.compile(r"[,。;?!、:]")
_THRESHOLD = re.compile(r"(?:过|超|超过|突破|破|达到?|满|不低于|不少于|到了?|每(?:增加?)?)$")
_FIRST_PERSON = re.compile(r"我|俺|咱|本公司|贵司")
_TAX = re.compile(
    r"(?:省|少交|少缴|节|减)[^,。;?!]{0,6}税|税[^,。;?!]{0,8}(?:省|少交|少缴)|(?:抵|减)(?:多少|几).{0,3}税(?!所得)|少(?:交|缴)多少|能省多少"
)
_DEDUCTION = re.compile(r"扣除(?:额|多少|几)|加计多少|多扣|抵扣多少|抵多少应纳税|抵扣额")


class Told(msgspec.Struct, frozen=True):
    """What one message tells."""

    inputs: Inputs
    loose: tuple[Figure, ...] = ()
    """Amounts of money that no word says what they are of."""
    own: bool = False
    """Whether a figure was told that is the investor's own: exact, not a threshold asked about."""

    @property
    def anything(self) -> bool:
        """Whether it tells anything at all."""
        return bool(self.inputs.figures or self.inputs.flags or self.inputs.rates or self.loose)


@reader
def read(text: str, terms: Terms, before: Inputs | None = None) -> Told:
    """Read one message; `before` is what was told earlier, which may decide what a figure is of."""
    text = fold(text).replace("帐", "账")
    rates, text_without = rates_in(text)
    flags = _flags(text, terms)
    held = {**(before.flags if before else {}), **flags}
    figures: dict[str, Figure] = {}
    loose: list[Figure] = []
    for unit in ("money", "area", "share", "nm", "people", "years", "months", "year"):
        found = list(spans(unit, text_without))
        named, unnamed = assigned(text_without, found, unit, terms, held, (before or Inputs()).figures)
        figures.update(named)
        loose += unnamed if unit == "money" else []
    counts, counted = counts_in(text, terms)
    figures.update(counts)
    figures.update(_nothing_last_year(text, terms, {**(before.figures if before else {}), **figures}))
    for base in list(figures):
        for implied in terms.bases[base].implies:
            flags.setdefault(implied, True) if implied not in held else None
    of_currency = {_currency_of({**(before.figures if before else {}), **figures}, loose): rate for rate in rates}
    wish = "deduction" if _DEDUCTION.search(text) else "tax" if _TAX.search(text) else ""
    return Told(
        Inputs(figures=figures, flags=flags, rates=of_currency, wish=wish),
        tuple(loose),
        _own(text_without, terms, figures, counted),
    )


def _currency_of(figures: Mapping[str, Figure], loose: list[Figure]) -> str:
    """The currency a rate is for: the foreign one in play, dollars else."""
    return next((f.currency for f in (*figures.values(), *loose) if f.currency != "CNY"), "USD")


def _flags(text: str, terms: Terms) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for id_, flag in terms.flags.items():
        found_here = [m for cue in flag.cues for m in compiled(cue).finditer(text)]
        longest = _longest(found_here)
        for match in found_here:
            if longest[match.start()] > match.end() - match.start():
                continue  # part of a longer cue, whose surroundings say whether it holds
            clause = _BREAK.split(text[max(0, match.start() - 10) : match.start()])[-1]
            if _ASKED.search(clause):
                continue
            found[id_] = found.get(id_, False) or not _DENIED.search(clause)
        if any(word in text for word in flag.denied):
            found[id_] = False
    for id_ in [i for i, holds in found.items() if holds]:
        found.update(dict.fromkeys(terms.flags[id_].implies, True))
    return found


def _longest(found: list[re.Match[str]]) -> dict[int, int]:
    """Place in the text → length of the longest cue that covers it."""
    covered: dict[int, int] = {}
    for match in found:
        for place in range(match.start(), match.end()):
            covered[place] = max(covered.get(place, 0), match.end() - match.start())
    return covered


def _own(text: str, terms: Terms, figures: Mapping[str, Figure], counted: bool) -> bool:
    """Whether any figure is told as one's own: not 过百亿, 20亿以上 or 涨30%、20%, which ask what a document says."""
    exact = [m for m in amounts(text) if m.low is not None and m.high is not None]
    if any(not _THRESHOLD.search(text[max(0, m.start - 4) : m.start]) for m in exact):
        return True
    units = {terms.bases[base].unit for base in figures}
    if "area" in units or counted:
        return True
    first_person = bool(_FIRST_PERSON.search(text))
    shares = [s for s in share.find(text) if not _THRESHOLD.search(text[max(0, s.start - 3) : s.start])]
    return first_person and "share" in units and len(shares) == 1


def _nothing_last_year(text: str, terms: Terms, told: Mapping[str, Figure]) -> dict[str, Figure]:
    if not re.search(
        r"(?:去年|上年|上一年|前一年)[^,。;?!]{0,8}?(?:是|为|没有|没|:)?(?:零|没有|(?<![\d.])0(?![\d.])|没做|无)", text
    ):
        return {}
    return {
        id_: Figure(Decimal(0), Decimal(0))
        for id_, b in terms.bases.items()
        if b.beside and b.beside in told and id_ not in told
    }
