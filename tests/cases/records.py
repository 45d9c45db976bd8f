"""Cases of knowledge as an editor writes it: a rule, a record, a cell, a file. Each comes out as a sentence, judged here."""

from __future__ import annotations

import re
from typing import Any

from tests.support import rules_cases

_COUNTS = {"两": 2, "三": 3, "四": 4, "五": 5}


def judge_record(case: dict[str, Any]) -> str:
    """What is wrong with what came out; empty where nothing is."""
    asked, expected = case["input"], case["expected"]
    if "told" in asked:
        return _rule(rules_cases.run_rule(asked["record"], asked["told"]), expected)
    if "record" in asked:
        return _noted(rules_cases.run_record(asked["record"]), expected)
    if "spreadsheet" in asked:
        return _cell(rules_cases.run_spreadsheet(asked["spreadsheet"]), expected)
    if "file" in asked:
        return _noted(rules_cases.run_file(asked["file"]), expected)
    if "policy" in asked:
        encoded = rules_cases.POLICY_TESTS.get(case["id"])
        if encoded is None:
            return rules_cases.run_policy(asked["policy"], expected)
        encoded()
        return ""
    return f"nothing here can judge {sorted(asked)}"


def _rule(found: str, expected: str) -> str:
    """Figures in the order of what was told, or a refusal where one may come instead."""
    if found.startswith("检查报错"):
        return "" if "报错" in expected else found
    wanted = [_outcome(part) for part in re.split("[；;]", re.sub("（.*?）|或.*", "", expected))]
    came = [_outcome(part) for part in re.split("[；;]", found)]
    return "" if wanted == came else f"{found!r} instead of {expected!r}"


def _outcome(said: str) -> str:
    said = re.split("[：:]", said)[-1]
    number = re.search(r"\d+(?:\.\d+)?", said)
    return f"{float(number[0]):g}" if number else "不符合" if "不符合" in said else said.strip()


def _noted(found: str, expected: str) -> str:
    wanted = re.search("报错|提醒|没有读", expected)
    good = wanted is not None and (wanted[0] in found or (wanted[0] == "提醒" and "报错" in found))
    return "" if good else f"{found!r} instead of {expected!r}"


def _cell(found: str, expected: str) -> str:
    if "报错" in found or "提示" in found:
        return "" if re.search("报错|提示|提醒", expected) else f"{found!r} instead of {expected!r}"
    if split := re.search("拆成(.)个", expected):
        return "" if found.count("｜") + 1 == _COUNTS.get(split[1], 0) else f"{found!r} instead of {expected!r}"
    return "" if "补0" in expected and re.search(r"：0\d{9,11}$", found) else f"{found!r} instead of {expected!r}"
