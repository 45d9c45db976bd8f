"""What each amount of a message is of: 总投资, 注册资本, 首期, 年产值 … by the words beside it.

    roles.amounts("注册资本1000万，总投资2亿")     → registered_capital 1000万, total 2亿
    roles.investment("注册资本1000万，总投资2亿")  → 2亿
    roles.investment("5000万，3000万")             → Unclear: nobody said which

An amount without such a word is no investment unless it was asked for and no other could be it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
import yaml

from knowledge.paths import VOCABULARY
from knowledge.readers import reader
from knowledge.slots import money
from knowledge.slots.money import Money
from knowledge.text import fold

_BREAK = re.compile(r"[,。;?!、:\n()]")
_FAR_BEFORE, _FAR_BEHIND = 16, 8
_NEAR = 3
_SPENT_ON = frozenset("first_phase later equipment land building registered_capital past".split())
_JOINED = re.compile(r"(?:是|为|约|大概|大约|在|达|达到|有|:|左右|的|要|了|到|用于|用来|买|做|\s)*")


class Amount(msgspec.Struct, frozen=True):
    """An amount with what it is of; an empty role where no word says it."""

    money: Money
    role: str


class Unclear(msgspec.Struct, frozen=True):
    """Several amounts could be the one asked for, or none of those told is."""

    amounts: tuple[Amount, ...]


class _Cues(msgspec.Struct, frozen=True):
    roles: dict[str, str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    listed: dict[str, list[str]] = yaml.safe_load((VOCABULARY / "roles.yml").read_text(encoding="utf-8"))
    roles = {fold(cue): role for role, cues in listed.items() for cue in cues}
    return _Cues(roles, re.compile("|".join(re.escape(c) for c in sorted(roles, key=len, reverse=True))))


@reader
def amounts(text: str) -> list[Amount]:
    """All amounts of a message with their roles, in the order they stand; conversions in brackets are left out."""
    text = fold(text)
    found = [m for m in money.find(text) if not m.converted]
    given, at = [], 0
    for number, amount in enumerate(found):
        following = found[number + 1].start if number + 1 < len(found) else None
        given.append(Amount(amount, _role(text, at, amount, following)))
        at = amount.end
    return given


@reader
def investment(text: str, *, asked: bool = False) -> Money | Unclear | None:
    """What a message says that an investor means to invest; `asked` where the question was how much.

    None where it tells no amount, or only amounts of something else and nothing was asked.
    """
    told = amounts(text)
    for roles in (("total",), ("investment",), ("",) if asked else ()):
        possible = [a for a in told if a.role in roles]
        if len({(a.money.low, a.money.high, a.money.currency) for a in possible}) > 1:
            return Unclear(tuple(possible))
        if possible:
            added = [a for a in told if a.role == "later"] if roles != ("total",) else []
            return Unclear((*possible, *added)) if added else possible[0].money
    return Unclear(tuple(told)) if told and asked else None


def _role(text: str, at: int, amount: Money, following: int | None) -> str:
    """The word before an amount that is nearest to it, else one right behind it."""
    clause = at + _last_break(text[at : amount.start])
    near = max(clause, amount.start - _FAR_BEFORE)
    before = _last(text[near : amount.start])
    behind = _first(text[amount.end : amount.end + _FAR_BEHIND], None if following is None else following - amount.end)
    if not before and not behind and clause > at:
        # 总投资大概是,2个亿: the clause before told what comes
        earlier = text[max(at, clause - 1 - _FAR_BEFORE) : clause - 1]
        before = _last(earlier) if _JOINED.fullmatch(text[clause : amount.start]) else ""
    role = before or behind
    if before in ("investment", "total", "") and _past(text[clause : amount.start]):
        return "past"
    if before == "investment" and behind and behind not in ("investment", "total") and _touches(text, amount):
        return behind  # 拿出500万注册资本
    return role


def _past(clause: str) -> bool:
    return any(_cues().roles[m.group()] == "past" for m in _cues().pattern.finditer(clause))


def _touches(text: str, amount: Money) -> bool:
    """Whether the word behind an amount belongs to it: nothing but 的 between them."""
    match = _cues().pattern.match(text, amount.end + text.startswith("的", amount.end))
    return match is not None


def _last_break(text: str) -> int:
    return max((m.end() for m in _BREAK.finditer(text)), default=0)


def _last(text: str) -> str:
    """The last word; where it only says that money is spent, the one right before it that says on what: 一期投."""
    found = list(_cues().pattern.finditer(text))
    if not found:
        return ""
    role = _cues().roles[found[-1].group()]
    if role in ("total", "investment") and len(found) > 1 and found[-1].start() - found[-2].end() <= _NEAR:
        before = _cues().roles[found[-2].group()]
        return before if before in _SPENT_ON else role
    return role


def _first(text: str, following: int | None) -> str:
    """The first word behind an amount, unless the next amount stands nearer to it."""
    broken = _BREAK.search(text)
    match = _cues().pattern.search(text[: broken.start()] if broken else text)
    if match is None or (following is not None and following - match.end() < match.start()):
        return ""
    return _cues().roles[match.group()]
