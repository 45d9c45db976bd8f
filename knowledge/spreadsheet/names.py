"""Short items in one cell: names, ids, conditions on figures. Written one a line; ；;、， separate them as well.

A name that itself holds one of these signs keeps it: inside brackets or quotation marks they separate nothing, and
anywhere else a backslash before the sign (装配式\\、绿色建造) says that it belongs to the name. The export writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_SEPARATORS = "；;、，"
_BRACKETS = dict(zip("（(【[《“‘「", "）)】]》”’」", strict=True))
_LIMIT = re.compile(
    r"(?P<base>[^<>=]{1,40})(?P<bounds>(?:[<>]=?[\d.]{1,20}%?(?:万美元)?){1,2})(?P<decides>\(必须知道\))?"
)
_BOUND = re.compile(r"(?P<sign>[<>]=?)(?P<value>[\d.]+)(?P<percent>%?)(?P<usd>万美元)?")
_SIGNS = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below"}


def split(text: str) -> list[str]:
    """The items of a cell, still escaped; empty ones are left out."""
    parts, closed = _split(text, brackets=True)
    return parts if closed else _split(text, brackets=False)[0]


def _split(text: str, brackets: bool) -> tuple[list[str], bool]:
    """Split outside of brackets; and whether every bracket was closed."""
    parts: list[str] = []
    waiting: list[str] = []
    start, escaped = 0, False
    for at, sign in enumerate(text):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif brackets and waiting and sign == waiting[-1]:
            waiting.pop()
        elif brackets and sign in _BRACKETS:
            waiting.append(_BRACKETS[sign])
        elif sign == "\n" or (not waiting and (sign in _SEPARATORS or _is_comma(text, at))):
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()], not waiting


def _is_comma(text: str, at: int) -> bool:
    """Whether a half-width comma stands between Chinese signs: in Co., Ltd. it belongs to the name."""
    return (
        text[at] == "," and "\u4e00" <= text[at - 1 : at] <= "\u9fff" and "\u4e00" <= text[at + 1 : at + 2] <= "\u9fff"
    )


def escape(item: Any) -> str:
    """An item as it stands in a cell: what would be split is marked as belonging to it."""
    text = str(item).replace("\\", "\\\\").replace("\n", "\\n")
    return text if split(text) == [text] else re.sub("([；;、，,])", r"\\\1", text)


def unescape(text: str) -> str:
    """What an item of a cell says."""
    return re.sub(r"\\([\\n；;、，,])", lambda match: "\n" if match[1] == "n" else match[1], text)


def shown_limit(limit: Mapping[str, Any]) -> str:
    """A condition on a figure in a cell: 首期到位比例>=0.6."""
    bounds = []
    for key, value in limit.items():
        sign = next((s for s, name in _SIGNS.items() if name == key.removesuffix("_wan_usd")), "")
        if sign:
            bounds.append(f"{sign}{value}{'万美元' if key.endswith('_wan_usd') else ''}")
    return f"{escape(limit.get('base', ''))}{''.join(bounds)}{'(必须知道)' if limit.get('decides') else ''}"


def limit_of(text: str) -> dict[str, Any] | None:
    """What a cell says of a figure; None where that cannot be told for certain."""
    plain = unicodedata.normalize("NFKC", text).replace("≥", ">=").replace("≤", "<=").replace(" ", "")
    match = _LIMIT.fullmatch(plain)
    if match is None:
        return None
    limit: dict[str, Any] = {"base": unescape(match["base"])}
    for bound in _BOUND.finditer(match["bounds"]):
        try:
            value = float(bound["value"])
        except ValueError:
            return None
        value = round(value / 100, 10) if bound["percent"] else value
        limit[_SIGNS[bound["sign"]] + ("_wan_usd" if bound["usd"] else "")] = (
            int(value) if value == int(value) else value
        )
    return limit | ({"decides": True} if match["decides"] else {})
