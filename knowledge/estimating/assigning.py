"""Gives each figure of a message to what it is of: the word for it that stands nearest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from knowledge.estimating.figures import Span
from knowledge.estimating.inputs import Figure
from knowledge.estimating.terms import Base, Terms, Unit
from knowledge.text import fold

_BREAK = re.compile(r"[,。;?!、:]")
_SUMMED = re.compile(r"笔|一共|总共|加上|再加|加起来|合计|外加|又(?:到|打)|一个.{0,12}一个")
_LISTED = re.compile(r"(?:[、,和跟与及加]|以及|还有)?(?:今年|本年)?")
_PART = re.compile("其中|里面|含有?|包括|包含")
_REACH, _FEW = 60, 8
"""Characters around a figure, and figures before it, that are looked at."""
_FAR, _LATE = 40, 12
"""How far before a figure, and behind it, the word for it may stand, in characters and the costs below."""
_CROSSING, _BEHIND, _OVER_ANOTHER, _WEAK = 10, 3, 15, 8


@lru_cache(maxsize=32)
def _finder(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True)))


def assigned(
    text: str, spans: list[Span], unit: Unit | str, terms: Terms, flags: Mapping[str, bool], told: Iterable[str]
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
    starts = [word.start() for word in words]
    for place, span in enumerate(spans):
        if last[1] and _LISTED.fullmatch(text[last[0] : span.start]):
            for id_ in last[1]:
                earlier = found[id_]
                found[id_] = (
                    earlier.plus(span.figure) if summed and earlier.currency == span.figure.currency else span.figure
                )
            last = (span.end, last[1])
            continue
        near = words[bisect_left(starts, span.start - _REACH) : bisect_left(starts, span.end + _REACH)]
        before = spans[max(0, place - _FEW) : place]
        costs = [
            (
                _cost(text, span, word, before) + (_WEAK if all(bases[i].weak for i in by_cue[word.group()]) else 0),
                -len(word.group()),
                word,
            )
            for word in near
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
            earlier_figure = found.get(id_)
            if earlier_figure is not None and _is_part(text, span):
                continue  # 到账2亿,其中增资5000万: within what was told
            adds = earlier_figure is not None and earlier_figure.currency == span.figure.currency and summed
            found[id_] = earlier_figure.plus(span.figure) if earlier_figure is not None and adds else span.figure
            given_to.append(id_)
        last = (span.end, given_to)
    return found, loose


def _is_part(text: str, span: Span) -> bool:
    """Whether a figure is told as a part of another."""
    return _PART.search(_BREAK.split(text[max(0, span.start - _REACH) : span.start])[-1]) is not None


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


def _cost(text: str, span: Span, word: re.Match[str], spans: list[Span]) -> float:
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


def _of_last_year(base_id: str, text: str, span: Span, terms: Terms) -> str:
    """The same figure of the year before, where the clause speaks of last year."""
    for id_, base in terms.bases.items():
        if base.beside == base_id:
            clause = re.split(r"[,。;?!]", text[max(0, span.start - _REACH) : span.start])[-1]
            last = max((clause.rfind(w) for w in ("去年", "上年", "上一年", "前一年")), default=-1)
            if last > clause.rfind("今年"):
                return id_
    return base_id
