"""What words before or behind a figure make of it: 不低于, ≥, at least, 以上 leave its upper end open, 以下, ≤ the lower one."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

_LEAST = "不低于 不少于 不小于 至少 最少 起码 超过 大于 高于 多于 过 ≥ ≧ >= > over above".split()
_LEAST_ENGLISH = ("at least", "more than", "no less than", "not less than")
_MOST = "不超过 不高于 不大于 不多于 最多 至多 低于 少于 小于 不到 不足 ≤ ≦ <= < under below".split()
_MOST_ENGLISH = ("up to", "at most", "less than", "no more than", "not more than")
_ABOUT = "大约 大概 差不多 接近 将近 约 近 ≈ ~ about around roughly approximately".split()
_OPEN_ABOVE, _OPEN_BELOW = frozenset((*_LEAST, *_LEAST_ENGLISH)), frozenset((*_MOST, *_MOST_ENGLISH))
_WORDS = sorted((*_OPEN_ABOVE, *_OPEN_BELOW, *_ABOUT), key=len, reverse=True)
_BEFORE = re.compile(
    rf"(?P<word>{'|'.join(map(re.escape, _WORDS))})(?:为|是|在|有|要?投资?|要?出资?|拿出?|需要?|要)? ?$"
)
_AFTER = re.compile(
    r"(?:钱|整)?(?:\(含\))?(?P<word>以上|之上|起步|起(?!来|码|家|重|诉|点)|往上|以内|之内|以下|之下|左右|上下(?!游)|出头)?"
)
_ABOVE_BEHIND, _BELOW_BEHIND = frozenset("以上 之上 起步 起 往上".split()), frozenset("以内 之内 以下 之下".split())
_LONGEST = 14


class Bounded(msgspec.Struct, frozen=True):
    """A figure with the words around it; a missing end is open."""

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    approximate: bool


def bounded(text: str, start: int, end: int, low: Decimal, high: Decimal | None, *, is_range: bool) -> Bounded:
    """The figure at `start` … `end` with the words that stand right beside it."""
    from_ = max(0, start - _LONGEST)
    match = _BEFORE.search(text[from_:start])
    before = match["word"] if match else ""
    start = from_ + match.start() if match else start
    after = _AFTER.match(text, end)
    behind = (after["word"] or "") if after else ""
    end = after.end() if after else end
    about = before in _ABOUT or behind in ("左右", "上下", "出头")
    if high is not None and (before in _OPEN_ABOVE or behind in _ABOVE_BEHIND):
        return Bounded(low, high if is_range else None, start, end, about)
    if before in _OPEN_BELOW or behind in _BELOW_BEHIND:
        return Bounded(None, high, start, end, about)
    return Bounded(low, high, start, end, about)
