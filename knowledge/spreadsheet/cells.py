"""What a value looks like in a cell, and what a cell says, whatever habits the person has who typed it.

A cell that still shows what was exported is never parsed (`editing`), so a value no person would type
survives as it is; parsing only has to be right for what people write.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from knowledge.spreadsheet.names import escape, limit_of, shown_limit, split, unescape
from knowledge.spreadsheet.tables import SETTINGS, Column
from knowledge.text import fold

Raw = str | int | float | bool | None
"""What a cell holds once dates have become text."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff\u200b]")
_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_CJK}])\n|\n(?=[{_CJK}])")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TOLD = re.compile(r"(?P<text>.*\S)\s*[〔\[【](?P<source>[\w.-]{1,40})[〕\]】][。.]?", re.ASCII)
_BETWEEN = ";"
_PARTS = {"%": 100, "‰": 1000}
_BY_LABEL = {fold(label): key for key, (label, _) in SETTINGS.items()} | {key: key for key in SETTINGS}
_NEXT_SETTING = re.compile("[;\uff1b]\\s*(?=[^:\uff1a;\uff1b]{1,12}[:\uff1a])")


class Fault(Exception):
    """A cell that cannot be understood: what is wrong and how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        self.problem, self.mend = problem, mend
        super().__init__(problem)


def clean(raw: Raw) -> str:
    """The text of a cell with what nobody sees taken away: spaces at the ends of lines, control characters."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return plain_number(raw)
    text = "" if raw is None else str(raw)
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    lines = (line.strip() for line in _CONTROL.sub("", text).split("\n"))
    return "\n".join(lines).strip()


def plain_number(value: float) -> str:
    """A figure without an exponent or the dust of binary fractions."""
    return f"{round(value, 10):.10f}".rstrip("0").rstrip(".")


def show(column: Column, value: Any, labels: Mapping[str, str]) -> str | int | float:
    """What the export writes for a value; `labels` names fields inside cells."""
    match column.kind:
        case "choice" | "flag":
            if value is None and column.optional:
                return next(iter(column.choices))
            return next((shown for shown, stored in column.choices.items() if stored == value), str(value or ""))
        case "number":
            return "" if value is None else value if isinstance(value, int | float) else str(value)
        case "share":
            return "" if value is None else f"{plain_number(100 * value)}%"
        case "lines":
            return "\n".join(_escape(item) for item in value or ())
        case "facts":
            return "\n".join(f"{_escape(item['text'])}〔{item['source']}〕" for item in value or ())
        case "names":
            return "\n".join(escape(item) for item in value or ())
        case "references":
            return "\n".join(f"{labels.get(field, field)}: {_escape(id_)}" for field, id_ in (value or {}).items())
        case "settings":
            return "\n".join(f"{label_of(key)}: {_setting(item)}" for key, item in (value or {}).items())
        case "tiers":
            tiers = ({label_of(k): _setting(v) for k, v in tier.items()} for tier in value or ())
            return "\n".join(f"{_BETWEEN} ".join(f"{k}: {v}" for k, v in tier.items()) for tier in tiers)
    return "" if value is None else _escape(value)


def parse(column: Column, raw: Raw, labels: Mapping[str, str], known: Sequence[str] = ()) -> Any:
    """What a cell says, as plain data; None where it is empty. `known` names are never split. Raises `Fault`."""
    text = clean(raw)
    if not text:
        return None
    match column.kind:
        case "id":
            return unicodedata.normalize("NFKC", text)
        case "number":
            return number(text)
        case "share":
            return number(text, share=True)
        case "span":
            return "/".join(date(part) for part in re.split("[/至~]", text, maxsplit=1))
        case "date":
            return date(text, is_number=isinstance(raw, int | float))
        case "choice" | "flag":
            return _choice(column, text)
        case "lines":
            return [_unescape(line) for line in text.split("\n") if line]
        case "facts":
            return [_fact(line) for line in text.split("\n") if line]
        case "names":
            lines = ([line] if line in known else [unescape(i) for i in split(line)] for line in text.split("\n"))
            return [item for line in lines for item in line]
        case "references":
            names = {fold(label): field for field, label in labels.items()} | {field: field for field in labels}
            return dict(_pair(line, names) for line in text.split("\n") if line)
        case "settings":
            return _settings(text.split("\n"))
        case "tiers":
            return [_settings(_NEXT_SETTING.split(line)) for line in text.split("\n") if line]
    return _unescape(re.sub("\n+", " ", _BREAK_IN_CHINESE.sub("", text)))


def label_of(key: str) -> str:
    """The name of a rule's setting in a cell."""
    return SETTINGS[key][0] if key in SETTINGS else key


def number(text: str, share: bool = False) -> int | float:
    """A figure, full-width digits and thousands separators allowed; a share may be written in per cent or per mille."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    parts = _PARTS.get(plain[-1:], 1) if share else 1
    digits = plain if parts == 1 else plain[:-1]
    if not _NUMBER.fullmatch(digits):
        raise Fault(f"不是数字:{text[:20]}", "只写数字,单位看列标题")
    value = Decimal(digits.replace(",", "")) / parts
    return int(value) if value == int(value) else float(value)


def date(text: str, is_number: bool = False) -> str:
    """A date as precise as it was written: 2021, 2021-04 or 2021-04-25."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    match = _COMPACT_DATE.fullmatch(plain) or _DATE.fullmatch(plain)
    if match and not (is_number and "." in plain):
        iso = "-".join(part.zfill(2) for part in match.groups() if part)
        try:
            dt.date.fromisoformat((iso + "-01-01")[:10])
            return iso
        except ValueError:
            pass
    raise Fault(f"不是日期:{text[:20]}", "写成 2021、2021-04 或 2021-04-25")


def _fact(line: str) -> dict[str, str]:
    """A sentence that ends with the id of its source in 〔〕 or []."""
    match = _TOLD.fullmatch(line)
    if not match:
        raise Fault(f"没有写来源:{line[:20]}", "在句末写来源编号,如:面积30平方公里〔HG21〕;编号见“来源”表")
    return {"text": _unescape(match["text"]), "source": match["source"]}


def _choice(column: Column, text: str) -> object:
    wanted = fold(text)
    for shown, stored in column.choices.items():
        if wanted in (fold(shown), fold(str(stored))):
            return stored
    raise Fault(f"不在可选范围内:{text[:20]}", f"写 {'、'.join(column.choices)} 之一")


def _pair(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    name, *rest = re.split("[:\uff1a]", line, maxsplit=1)
    value = rest[0] if rest else ""
    if not value.strip():
        raise Fault(f"看不懂这一行:{line[:20]}", "写成“名称: 内容”,一行一项")
    key = names.get(fold(name))
    if key is None:
        raise Fault(f"没有这个名称:{name.strip()[:20]}", f"可用的名称:{'、'.join(dict.fromkeys(names))}")
    return key, _unescape(value.strip())


def _settings(lines: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for line in filter(None, map(str.strip, lines)):
        key, value = _pair(line, _BY_LABEL)
        if key in settings:
            raise Fault(f"写了两次:{label_of(key)}", "只留一行")
        match SETTINGS[key][1]:
            case "number":
                settings[key] = number(value)
            case "share":
                settings[key] = number(value, share=True)
            case "flag":
                settings[key] = fold(value) in ("是", "true", "1", "y")
            case "text":
                settings[key] = value
            case "names":
                settings[key] = [unescape(item) for item in split(value)]
            case "limits":
                settings[key] = [_limit(item) for item in split(value)]
    return settings


def _limit(item: str) -> dict[str, Any]:
    limit = limit_of(item)
    if limit is None:
        raise Fault(f"看不懂这个界限:{item[:20]}", "写成“首期到位比例>=60%”;符号用 >=、>、<=、<")
    return limit


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(shown_limit(item) if isinstance(item, Mapping) else escape(item) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain_number(value) if isinstance(value, int | float) else _escape(value)


def _escape(text: Any) -> str:
    return str(text).replace("\\", "\\\\").replace("\n", "\\n")


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\n])", lambda m: "\n" if m.group(1) == "n" else "\\", text)
