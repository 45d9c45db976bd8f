"""Reads what an investor tells for an estimate: figures with what they are figures of, and what holds of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import Base, Terms, Unit
from knowledge.slots import area, money
from knowledge.slots.numerals import CHARACTERS, number
from knowledge.text import fold

_WAN = Decimal(10_000)
_DENIED = re.compile(
    r"(?:不是|并非|非|不属于|不算|算不上|没有|没|未|尚未|还没|不在|不含|不做|不搞|无)(?:被|是|认定为?|评为|评上|入选|任何|什么|到|做|在|过)*$"
)
_ASKED = re.compile(r"(?:是不是|是否|算不算|有没有)[^,。;?!]{0,2}$")
_CORRECTED = re.compile(r"(?:不是|并非|不对)$")
_BREAK = re.compile(r"[,。;?!、:]")
_RATE = re.compile(
    r"(?:汇率|1(?:美元|美金|欧元|usd)?(?:=|:|比|兑换?|等于|换|合)|按照?|折算率)(?:是|为|按|大概|约|用|人民币|\s)*(?P<rate>\d{1,2}\.\d{1,4}|\d{1,2}(?=的汇率|算|折|换|来算|$))(?!\d|%|亿|万|千|百|个)"
    r"|(?P<rate2>\d{1,2}\.\d{1,4})(?:的)?汇率"
)
_RUNS_INTO = re.compile(r"(?<=[万亿])(?=一年|头[一二三两几]年|个人|一个月)")
_NO_FIGURE = re.compile(
    r"(?:就是?|等于|相当于|=|奖励|补贴|补助|封顶|最高|上限|每个|每家|单个|领过的?|超过上限|门槛|最多拿|最多|顶多|记得是)$"
)
"""Before an amount that is not told of the investor but of what would be given."""
_THRESHOLD = re.compile(r"(?:过|超|超过|突破|破|达到?|满|不低于|不少于|到了?|每(?:增加?)?)$")
_FIRST_PERSON = re.compile(r"我|俺|咱|本公司|贵司")
_COUNTED = re.compile(r"(?:\d+|[一二两三四五六七八九十百]+)(?:个|项|种|款|张|件|台|份)")
_SHARE = re.compile(
    rf"(?P<percent>\d+(?:\.\d+)?)%|百分之(?P<words>[{CHARACTERS}]+)|(?P<tenths>[一二三四五六七八九\d])成(?P<half>半)?"
)
_NUMBER = rf"(?P<n>\d+(?:\.\d+)?|[{CHARACTERS}]+)"
_OF_UNIT = {
    "nm": re.compile(rf"{_NUMBER} ?(?:nm|纳米)"),
    "people": re.compile(rf"{_NUMBER}(?:多|来|余)?(?:个)?(?:人|名|位)"),
    "years": re.compile(rf"{_NUMBER}年(?!度|前|底|初|末)"),
    "months": re.compile(rf"{_NUMBER}个?月"),
}
_SUMMED = re.compile(r"笔|一共|总共|加上|再加|加起来|合计|外加|又(?:到|打)|一个.{0,12}一个")
_LISTED = re.compile(r"(?:[、,和跟与及加]|以及|还有)?(?:今年|本年)?")
_FAR, _LATE = 40, 12
"""How far before a figure, and behind it, the word for it may stand, in characters and the costs below."""
_CROSSING, _BEHIND, _OVER_ANOTHER, _WEAK = 10, 3, 15, 8
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


class _Span(msgspec.Struct, frozen=True):
    start: int
    end: int
    figure: Figure


def read(text: str, terms: Terms, before: Inputs | None = None) -> Told:
    """Read one message; `before` is what was told earlier, which may decide what a figure is of."""
    text = _readable_amounts(fold(text))
    rates, text_without = _rates(text)
    flags = _flags(text, terms)
    held = {**(before.flags if before else {}), **flags}
    figures: dict[str, Figure] = {}
    loose: list[Figure] = []
    for unit in ("money", "area", "share", "nm", "people", "years", "months"):
        spans = list(_spans(unit, text_without))
        named, unnamed = _assigned(text_without, spans, unit, terms, held, (before or Inputs()).figures)
        figures.update(named)
        loose += unnamed if unit == "money" else []
    figures.update(_counts(text, terms))
    figures.update(_nothing_last_year(text, terms, {**(before.figures if before else {}), **figures}))
    for base in list(figures):
        for implied in terms.bases[base].implies:
            flags.setdefault(implied, True) if implied not in held else None
    of_currency = {_currency_of({**(before.figures if before else {}), **figures}, loose): rate for rate in rates}
    wish = "deduction" if _DEDUCTION.search(text) else "tax" if _TAX.search(text) else ""
    return Told(
        Inputs(figures=figures, flags=flags, rates=of_currency, wish=wish),
        tuple(loose),
        _own(text_without, terms, figures),
    )


def _readable_amounts(text: str) -> str:
    """The text with amounts as `money` reads them: English scales, 账 for 帐, a comma before what would run into it."""
    text = text.replace("帐", "账")
    text = re.sub(r"(rmb|usd|cny|eur|[$€¥£]) +(?=\d)", r"\1", text)
    text = re.sub(r"(\d[\d,]*(?:\.\d+)?) ?(billion|bn|million|mn|m)(?![a-z\d])", _scaled, text)
    return _RUNS_INTO.sub(",", text)


def _scaled(match: re.Match[str]) -> str:
    value = Decimal(match[1].replace(",", "")) * (100_000 if match[2] in ("billion", "bn") else 100)
    return f"{value.normalize():f}万"


def _rates(text: str) -> tuple[list[Decimal], str]:
    """Rates of exchange, and the text without them."""
    rates = []
    for match in _RATE.finditer(text):
        rates.append(Decimal(match["rate"] or match["rate2"]))
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return rates[-1:], text


def _currency_of(figures: Mapping[str, Figure], loose: list[Figure]) -> str:
    """The currency a rate is for: the foreign one in play, dollars else."""
    return next((f.currency for f in (*figures.values(), *loose) if f.currency != "CNY"), "USD")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _flags(text: str, terms: Terms) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for id_, flag in terms.flags.items():
        found_here = [m for cue in flag.cues for m in _compiled(cue).finditer(text)]
        for match in found_here:
            if any(
                m is not match
                and m.start() <= match.start() < m.end()
                and m.end() - m.start() > match.end() - match.start()
                for m in found_here
            ):
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


def _spans(unit: str, text: str) -> Iterator[_Span]:
    if unit == "money":
        for m in _amounts(text):
            low, high = m.low if m.low is not None else m.high, m.high if m.high is not None else m.low
            if low is not None and high is not None:
                yield _Span(m.start, m.end, Figure(low / _WAN, high / _WAN, m.currency))
    elif unit == "area":
        for a in area.find(text):
            yield _Span(a.start, a.end, Figure(a.low, a.high))
    elif unit == "share":
        for s in _SHARE.finditer(text):
            if (value := _share(s)) is not None:
                yield _Span(s.start(), s.end(), Figure(value, value))
    else:
        for s in _OF_UNIT[unit].finditer(text):
            if (value := number(s["n"])) is not None:
                yield _Span(s.start(), s.end(), Figure(value, value))


def _amounts(text: str) -> Iterator[money.Money]:
    """The amounts of a message, without those that only ask (几百万) or tell what would be given (奖励900万)."""
    for m in money.find(text):
        before = text[max(0, m.start - 5) : m.start]
        vague = "几" in m.surface or "数" in m.surface
        if not vague and not _CORRECTED.search(before) and not _NO_FIGURE.search(before):
            yield m


def _own(text: str, terms: Terms, figures: Mapping[str, Figure]) -> bool:
    """Whether any figure is told as one's own: not 过百亿, 20亿以上 or 涨30%、20%, which ask what a document says."""
    exact = [m for m in _amounts(text) if m.low is not None and m.high is not None]
    if any(not _THRESHOLD.search(text[max(0, m.start - 4) : m.start]) for m in exact):
        return True
    units = {terms.bases[base].unit for base in figures}
    if "area" in units or ("count" in units and _COUNTED.search(text)):
        return True
    first_person = bool(_FIRST_PERSON.search(text))
    shares = [s for s in _SHARE.finditer(text) if not _THRESHOLD.search(text[max(0, s.start() - 3) : s.start()])]
    return first_person and "share" in units and len(shares) == 1


def _share(match: re.Match[str]) -> Decimal | None:
    if match["tenths"]:
        tenths = number(match["tenths"])
        return None if tenths is None else tenths / 10 + (Decimal("0.05") if match["half"] else 0)
    value = number(match["percent"] or match["words"])
    return None if value is None else value / 100


@lru_cache(maxsize=32)
def _finder(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True)))


def _assigned(
    text: str, spans: list[_Span], unit: Unit | str, terms: Terms, flags: Mapping[str, bool], told: Iterable[str]
) -> tuple[dict[str, Figure], list[Figure]]:
    """Gives each figure to what it is of: the word before it that is nearest, else one right behind it."""
    if not spans:
        return {}, []
    bases = {id_: b for id_, b in terms.bases.items() if b.unit == unit and _readable(id_, terms, flags, told)}
    if len(bases) == 1 and unit == "nm":
        return {next(iter(bases)): spans[-1].figure}, []
    by_cue: dict[str, list[str]] = {}
    for id_, base in bases.items():
        for cue in base.cues:
            by_cue.setdefault(fold(cue), []).append(id_)
    words = list(_finder(tuple(by_cue)).finditer(text)) if by_cue else []
    found: dict[str, Figure] = {}
    loose = []
    summed = bool(_SUMMED.search(text))
    last: tuple[int, list[str]] = (-1, [])
    for span in spans:
        if last[1] and _LISTED.fullmatch(text[last[0] : span.start]):
            for id_ in last[1]:
                earlier = found[id_]
                found[id_] = (
                    earlier.plus(span.figure) if summed and earlier.currency == span.figure.currency else span.figure
                )
            last = (span.end, last[1])
            continue
        costs = [
            (
                _cost(text, span, word, spans) + (_WEAK if all(bases[i].weak for i in by_cue[word.group()]) else 0),
                -len(word.group()),
                word,
            )
            for word in words
        ]
        costs = [c for c in costs if c[0] < _FAR]
        if not costs:
            loose.append(span.figure)
            continue
        word = min(costs, key=lambda c: c[:2])[2]
        if len(spans) == 1 and bases[by_cue[word.group()][0]].weak:
            word = _more_telling(words, by_cue, bases) or word
        given_to = []
        for id_ in [i for given in by_cue[word.group()] for i in bases[given].sum_of or [given]]:
            if any(id_ in bases[given].sum_of[1:] for given in by_cue[word.group()]):
                found[id_] = Figure(Decimal(0), Decimal(0))
                continue
            id_ = _of_last_year(id_, text, span, terms)  # noqa: PLW2901
            before = found.get(id_)
            adds = before is not None and before.currency == span.figure.currency and summed
            found[id_] = before.plus(span.figure) if before is not None and adds else span.figure
            given_to.append(id_)
        last = (span.end, given_to)
    return found, loose


def _more_telling(
    words: list[re.Match[str]], by_cue: Mapping[str, list[str]], bases: Mapping[str, Base]
) -> re.Match[str] | None:
    """Where the only amount stands beside a general word (投): a special one elsewhere in the message (大健康)."""
    special = [w for w in words if not any(bases[i].weak for i in by_cue[w.group()]) and len(w.group()) > 1]
    return max(special, key=lambda w: len(w.group()), default=None)


def _readable(base_id: str, terms: Terms, flags: Mapping[str, bool], told: Iterable[str]) -> bool:
    base = terms.bases[base_id]
    if base.beside and base.beside not in told:
        return False  # told in the same message, it is found by the clause that speaks of last year
    if any(flags.get(flag) for flag in base.not_with):
        return False
    return not base.only_with or any(flags.get(flag) for flag in base.only_with)


def _cost(text: str, span: _Span, word: re.Match[str], spans: list[_Span]) -> float:
    """How far a word stands from a figure."""
    if word.end() <= span.start:
        gap = text[word.end() : span.start]
        if "其中" in gap:
            return _FAR
        over = sum(word.end() <= s.start and s.end <= span.start for s in spans)
        return len(gap) + _CROSSING * len(_BREAK.findall(gap)) + _OVER_ANOTHER * over
    if word.start() >= span.end:
        gap = text[span.end : word.start()]
        if _BREAK.search(gap) or len(gap) > _LATE:
            return _FAR
        return len(gap) + _BEHIND
    return _FAR


def _of_last_year(base_id: str, text: str, span: _Span, terms: Terms) -> str:
    """The same figure of the year before, where the clause speaks of last year."""
    for id_, base in terms.bases.items():
        if base.beside == base_id:
            clause = re.split(r"[,。;?!]", text[: span.start])[-1]
            last = max((clause.rfind(w) for w in ("去年", "上年", "上一年", "前一年")), default=-1)
            if last > clause.rfind("今年"):
                return id_
    return base_id


def _counts(text: str, terms: Terms) -> dict[str, Figure]:
    """How many of what: 两个一类新药, 一类新药批文6个; one, where only the thing is named."""
    found = {}
    for id_, base in terms.bases.items():
        if base.unit != "count":
            continue
        cue = "|".join(re.escape(fold(c)) for c in sorted(base.cues, key=len, reverse=True))
        match = _compiled(
            rf"(?:(?P<n>\d+|[一二两三四五六七八九十百]+)(?:个|项|种|款|张|件|台|份)(?:的)?)?(?:{cue})(?:[^,。;?!、和及加\d]{{0,7}}?(?P<m>\d+|[一二两三四五六七八九十百]+)(?:个|项|种|款|张|件|台|份)(?!亿|月|工作日|点))?"
        ).search(text)
        if match is None or (not base.ask and not (match["n"] or match["m"])):
            continue
        value = number(match["n"] or match["m"] or "1")
        if value is not None:
            found[id_] = Figure(value, value)
    return found


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
