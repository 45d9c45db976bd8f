"""docs/estimates.md shows a rule of every kind, and each is one that `make knowledge` would accept."""

from __future__ import annotations

import re

import msgspec
import pytest

from deploy.settings import ROOT
from knowledge.checks import rules_can_be_worked_out
from knowledge.estimating.arithmetic import KINDS
from knowledge.loading import parse_yaml
from knowledge.model import Incentive, Source
from knowledge.rules import AnyRule
from knowledge.vocabulary import Vocabulary
from tests.support.rules_cases import run_rule

PAGE = (ROOT / "docs" / "estimates.md").read_text(encoding="utf-8")
TERMS = Vocabulary.load().inputs
SHOWN = [msgspec.convert(parse_yaml(block), AnyRule) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
WORKED = re.findall(r"```yaml\n([^`]*)```\n\n算例：`([^`]*)` → `([^`]*)`", PAGE)


def test_every_kind_of_rule_has_an_example():
    assert {rule.kind for rule in SHOWN} == set(KINDS)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.kind)
def test_an_example_can_be_worked_out(rule):
    source = Source(id="S", title="t", url=None, as_of="2021", quality="A")
    shown = Incentive(
        id="x", name="例", city="济南", sources=[source], checked="2026-11-22", level="市", later="", verify=None, rules=[rule]
    )  # fmt: skip
    assert list(rules_can_be_worked_out([shown], TERMS)) == []


@pytest.mark.parametrize(("rule", "told", "outcome"), WORKED, ids=[told[:40] for _, told, _ in WORKED])
def test_a_worked_example_comes_to_what_the_page_says(rule, told, outcome):
    assert run_rule(rule, told) == outcome


def test_every_worked_example_of_the_page_is_run():
    assert len(WORKED) == PAGE.count("算例：`") > 5
