"""Small inputs that were once read wrongly, each with its right value, and the runner that plays them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases.__main__ import cases, faults, main

SMALL = cases(Path(__file__).with_name("small.jsonl"))
STRANGERS = cases(Path(__file__).with_name("strangers.jsonl"))
"""By people who had not seen the program; what they said at first stands in benchmarks/2026-12-01-small-inputs.md."""
_OTHERWISE = {"unseen-015", "un-032"}
"""Where we differ from them on purpose; the reasons stand there too."""
_READINGS = [case for case in (*SMALL, *STRANGERS) if "rest" not in case["input"] and case["id"] not in _OTHERWISE]


def named(case):
    return case["id"]


@pytest.mark.parametrize("case", _READINGS, ids=named)
def test_a_small_input_has_its_right_value(case):
    ((_, fault),) = faults([case])
    assert fault == ""


def test_the_runner_prints_what_fails_and_counts(tmp_path, capsys):
    path = tmp_path / "cases.jsonl"
    made = [
        {"id": "good", "input": {"call": "money.find", "text": "两亿半"}, "expected": [[250000000, 250000000, "CNY"]]},
        {"id": "bad", "input": {"call": "money.find", "text": "两亿半"}, "expected": []},
        {"id": "unknown", "input": {"call": "nothing"}, "expected": []},
    ]
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in made), encoding="utf-8")
    assert main([str(path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[:-1]] == ["bad", "unknown"]
    assert printed[-1] == "1 passed, 2 failed"
