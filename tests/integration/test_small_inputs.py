"""The small inputs that are conversations, over REST against the running assistant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.cases.__main__ import faults
from tests.cases.test_cases import SMALL, STRANGERS


def test_every_small_conversation_ends_as_it_must(assistant):
    talks = [case for case in (*SMALL, *STRANGERS) if "rest" in case["input"]]
    with ThreadPoolExecutor(3) as visitors:
        played = visitors.map(lambda case: next(iter(faults([case], assistant))), talks)
        wrong = [(case["id"], case["input"], fault) for case, fault in played if fault]
    assert len(talks) >= 60
    assert wrong == []
