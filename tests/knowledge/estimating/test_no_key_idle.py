"""No key is idle: each one that a kind of rule may have changes what an investor is told, or is refused."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from actions.estimate.results import estimated
from knowledge.loading import parse_yaml
from knowledge.rules import RULES, AnyRule, Award
from tests.support.rules_cases import TODAY, incentive, inputs_of, terms, worked

PAGE = (Path(__file__).parents[3] / "docs" / "estimates.md").read_text(encoding="utf-8")
SHOWN = [parse_yaml(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
TOLD = (
    "年营业收入 95亿，固定资产投资 5亿，技改完成投资 5000万，年经济社会贡献 3000万，上年经济社会贡献 2000万，二类新药个数 2，"
    "自持运营比例 95%，购置办公用房面积 1200平方米，应纳税所得额 100万，研发费用 100万，创业投资额 100万，专用设备投资额 100万，"
    "再投资利润 100万，工业用地最低限价 100万，研发占销售收入比 6%，到账外资 2500万美元，汇率 7，线宽 28纳米，引荐项目到位资金 9000万，"
    "省级外资奖励"
)
ADDED = {
    "when": "某种情形", "base": "某种叫法", "needs": ["房地产"], "needs_any": ["房地产"], "excludes": ["省级外资奖励"],
    "limits": [{"base": "从业人数", "at_least": 5}], "premises": ["先开工"], "contribution": True, "stopped": "某文",
    "valid_until": "2020-01-01", "uncertain": "片段不全", "derived": True, "beneficiary": "经营者", "note": "以统计为准",
    "cap_wan": 0.5, "cap_wan_year": 0.5, "cap_wan_total": 0.5, "cap_wan_product": 0.5, "years": 3,
    "instalments": [{"when": "开工", "share": 1}], "tops_up": "已获同类奖励", "cap_group": "各类",
    "cap_group_wan_year": 0.5, "cap_group_wan_total": 0.5,
}  # fmt: skip
TOGETHER = {
    "cap_group": ("cap_group_wan_total",),
    "cap_group_wan_year": ("cap_group",),
    "cap_group_wan_total": ("cap_group",),
}

MET = ("needs", "limits", "min_base_wan", "min_m2", "compare_rate")
"""What the investor of these tests fulfils, so that leaving it out changes nothing; other tests let it fail."""


def told(rule):
    """What an investor reads of a rule; the faults where it is refused."""
    try:
        made = incentive([rule])
    except AssertionError as error:
        return f"检查报错：{error}"
    inputs = inputs_of(TOLD, made, terms())
    flags = {flag: holds for flag, holds in inputs.flags.items() if flag != "房地产"}
    found = worked(made, TOLD, flags=flags)
    return estimated([found], msgspec.structs.replace(inputs, flags=flags), TODAY).text


PAID = [rule for rule in SHOWN if "不符合" not in told(rule)]


def keys_of(rule):
    """The keys of a rule's class beside its own: those that every rule has, and those of every award."""
    shared = Award if issubclass(RULES[rule["kind"]], Award) else RULES[rule["kind"]].__mro__[1]
    return [key for key in shared.__struct_fields__ if key in ADDED]


def test_the_page_shows_a_rule_of_every_kind_that_these_tests_can_vary():
    assert {rule["kind"] for rule in PAID} == set(RULES)
    assert set(Award.__struct_fields__) - set(ADDED) == {"bases", "alternative"}, "a new key wants a value here"


@pytest.mark.parametrize("rule", PAID, ids=lambda rule: rule["kind"])
def test_a_key_that_every_rule_may_have_changes_what_is_told(rule):
    before, idle = told(rule), []
    for key in keys_of(rule):
        more = {name: ADDED[name] for name in (key, *TOGETHER.get(key, ()))}
        if key in ("needs", "limits", "premises"):
            more[key] = [*rule.get(key, []), *ADDED[key]]
        if key not in rule and told({**rule, **more}) == before:
            idle.append(key)
    assert idle == []


@pytest.mark.parametrize("rule", PAID, ids=lambda rule: rule["kind"])
def test_a_key_that_is_left_out_is_missed(rule):
    before, idle = told(rule), []
    for key in rule:
        left = {name: value for name, value in rule.items() if name != key}
        if key not in ("kind", *MET) and told(left) == before:
            idle.append(key)
    assert idle == []


def test_a_rule_is_read_as_its_own_kind():
    for rule in SHOWN:
        assert type(msgspec.convert(rule, AnyRule)) is RULES[rule["kind"]]
