"""Years that are said from today: 去年, 今年, 前年."""

from __future__ import annotations

import datetime as dt
import re

_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_SAID = re.compile(f"(?<!以)(?:{'|'.join(sorted(_YEARS, key=len, reverse=True))})(?![度纪龄])")


def dated(text: str, today: dt.date) -> str:
    """The text with years said from today written as numbers, as the records have them; linear in its length."""
    return _SAID.sub(lambda match: f"{today.year + _YEARS[match.group()]}年", text)
