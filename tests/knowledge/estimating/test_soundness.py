"""A key, bound or unit that the interpreter does not use is an error of `make knowledge`, told with its mend."""

from __future__ import annotations

import pytest

from knowledge.checks import rules_can_be_worked_out
from knowledge.estimating.arithmetic import KINDS
from knowledge.findings import Finding
from knowledge.loading import to_record
from knowledge.rules import RULES, keys_at
from tests.support.rules_cases import SOURCE, terms

MONEY = {"kind": "percent", "bases": ["固定资产投资"], "rate": 0.01}
TIERS = {"kind": "tiers", "bases": ["固定资产投资"]}
FIXED = {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 10}
PER = {"kind": "fixed_per", "amount_wan": 10}


def found(*rules, **keys):
    """The findings of a record with these rules."""
    data = {
        "id": "x", "type": "incentive", "name": "示例办法", "city": "济南", "summary": "示例。", "sources": [SOURCE],
        "checked": "2026-11-22", "level": "市级", "later": "", "verify": None, "benefits": [], "rules": list(rules),
    }  # fmt: skip
    record = to_record(data | keys, "x")
    return [record] if isinstance(record, Finding) else list(rules_can_be_worked_out([record], terms()))


FOREIGN_KEYS = [
    {**MONEY, "tiers": []},
    {**MONEY, "first_at_yi": 1},
    {**MONEY, "amount_wan": 10},
    {**MONEY, "hold_years": 2},
    {**MONEY, "per_m2": 100},
    {**MONEY, "min_revenue_share": 0.6},
    {**FIXED, "rate": 0.1},
    {**FIXED, "unit": "个"},
    {**FIXED, "bonus": "另加"},
    {**TIERS, "tiers": [{"ge_yi": 1, "amount": 10}]},
    {**TIERS, "tiers": [{"ge_yuan": 1, "amount_wan": 10}]},
    {**TIERS, "tiers": [{"ge_yi": 1, "months": 10}]},
    {**TIERS, "tiers": [{"ge_yi": 1, "amount_wan": 10, "limits": [{"base": "首期到位比例", "ge": 0.5}]}]},
    {**MONEY, "limits": [{"base": "到账外资", "at_least_yi": 5}]},
    {**MONEY, "instalments": [{"when": "开工", "rate": 1}]},
    {"kind": "cap", "needs": ["总部企业"], "cap_wan": 10, "instalments": []},
    {"kind": "rate", "bases": ["应纳税所得额"], "rate": 0.15, "cap_wan": 10},
]


@pytest.mark.parametrize("rule", FOREIGN_KEYS, ids=str)
def test_a_key_that_the_kind_does_not_use_is_an_error_that_names_those_it_does(rule):
    (finding,) = found(rule)
    assert finding.severity == "error"
    assert finding.field.startswith("rules[0]")
    assert "没有这个键" in finding.problem
    assert "测算只用这些键" in finding.mend


NUMBERS = [
    ({**MONEY, "rate": 10}, "小数"),
    ({**MONEY, "rate": 1.5}, "小数"),
    ({**MONEY, "rate": -0.1}, "不小于0"),
    ({**MONEY, "yearly": [{"rate": 40}]}, "小数"),
    ({**TIERS, "tiers": [{"ge_yi": 1, "rate": 2}]}, "小数"),
    ({"kind": "range_rate", "bases": ["固定资产投资"], "min_rate": 2}, "小数"),
    ({"kind": "deduct_extra", "bases": ["研发费用"], "rate": 1.75}, "小数"),
    ({**FIXED, "amount_wan": -5}, "不小于0"),
    ({**FIXED, "amount_wan": 2_000_000}, "1000000"),
    ({**FIXED, "amount_wan": float("nan")}, "不小于0"),
    ({**FIXED, "amount_wan": float("inf")}, "1000000"),
    ({**MONEY, "cap_wan": 0}, "大于0"),
    ({**MONEY, "years": 0}, "不小于1"),
    ({**TIERS, "tiers": [{"ge_yi": -1, "amount_wan": 10}]}, "不小于0"),
    ({**MONEY, "rate": "10%"}, "类型不对"),
]


@pytest.mark.parametrize(("rule", "says"), NUMBERS, ids=lambda value: str(value)[:70])
def test_a_number_that_cannot_be_meant_is_an_error(rule, says):
    (finding,) = found(rule)
    assert finding.severity == "error"
    assert says in f"{finding.problem}{finding.mend}"


FAULTS = [
    # units
    ({**TIERS, "tiers": [{"ge": 5, "amount_wan": 10}]}, "没有单位"),
    ({"kind": "tiers", "bases": ["自持运营比例"], "tiers": [{"ge_wan": 5, "amount_wan": 10}]}, "是金额的界限"),
    ({"kind": "tiers", "bases": ["自持运营比例"], "tiers": [{"ge": 50, "amount_wan": 10}]}, "不是比例"),
    ({"kind": "tiers", "bases": ["自持运营比例"], "tiers": [{"ge": 0.5, "rate": 0.1}]}, "没有可乘的金额"),
    ({**MONEY, "limits": [{"base": "自持运营比例", "at_least": 60}]}, "不是比例"),
    ({**MONEY, "limits": [{"base": "自持运营比例", "at_least_wan_usd": 60}]}, "是金额的界限"),
    ({**MONEY, "limits": [{"base": "到资年度", "at_least": 24}]}, "不是年份"),
    ({**MONEY, "bases": ["自持运营比例"]}, "不能按%计算"),
    ({**MONEY, "bases": ["固定资产投资", "从业人数"]}, "单位不同"),
    ({"kind": "per_area", "bases": ["固定资产投资"], "per_m2": 100, "amount_wan": 5}, "不能按万元计算"),
    # bounds
    ({**MONEY, "limits": [{"base": "到账外资"}]}, "没有写界限"),
    ({**MONEY, "limits": [{"base": "到账外资", "decides": True}]}, "没有写界限"),
    ({**MONEY, "limits": [{"base": "到账外资", "at_least": 5, "above": 6}]}, "两个下限"),
    ({**MONEY, "limits": [{"base": "到账外资", "at_least": 9, "at_most": 6}]}, "下限不低于上限"),
    ({**MONEY, "limits": [{"base": "到账外资", "at_least": 5, "at_most_wan_usd": 6}]}, "一边是人民币"),
    ({**TIERS, "tiers": [{"amount_wan": 10}]}, "没有写界限"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "gt_wan": 6, "amount_wan": 10}]}, "两个下限"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1}, {"ge_yi": 5, "amount_wan": 2}]}, "重叠"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1}, {"gt_yi": 5, "amount_wan": 2}]}, "重叠"),
    ({**TIERS, "tiers": [{"le_yi": 5, "amount_wan": 1}, {"ge_yi": 5, "amount_wan": 2}]}, "重叠"),
    ({**TIERS, "tiers": [{"ge_yi": 1, "le_yi": 9, "amount_wan": 1}, {"ge_yi": 5, "amount_wan": 2}]}, "重叠"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1}, {"ge_wan_usd": 9000, "amount_wan": 2}]}, "一部分按美元"),
    # what is given
    ({**TIERS, "tiers": []}, "缺少 tiers"),
    ({**TIERS, "tiers": [{"ge_yi": 5}]}, "没有写给多少"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1, "rate": 0.1}]}, "同时写了"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1, "bonus_team_wan": 2}]}, "没有可加的"),
    ({**TIERS, "marginal": True, "tiers": [{"ge_yi": 5, "amount_wan": 1}]}, "分段累计"),
    ({**MONEY, "yearly": [{"rate": 0.4}]}, "同时写了"),
    ({"kind": "percent", "bases": ["固定资产投资"]}, "缺少 rate"),
    ({"kind": "range_rate", "bases": ["固定资产投资"]}, "缺少 min_rate"),
    ({"kind": "range_rate", "bases": ["固定资产投资"], "min_rate": 0.3, "max_rate": 0.2}, "高于"),
    ({**PER, "bases": ["固定资产投资"]}, "没有写每多少"),
    ({**PER, "bases": ["固定资产投资"], "per_wan": 100, "per_wan_usd": 100}, "同时写了"),
    ({**PER, "bases": ["一类新药个数"], "per_wan": 100}, "不是金额"),
    ({**PER, "bases": ["一类新药个数"], "unit": "个", "whole": True}, "whole"),
    # how it is paid
    ({**MONEY, "instalments": [{"when": "开工", "share": 0.3}, {"when": "投产", "share": 0.6}]}, "不是 1"),
    ({**MONEY, "cap_group": "各类"}, "只写了一半"),
    ({**MONEY, "cap_group_wan_total": 150}, "只写了一半"),
    ({**FIXED, "tops_up": "从业人数"}, "不是金额"),
    ({**FIXED, "tops_up": "没有的"}, "不认识的数字"),
    ({**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1, "needs": ["没有的"]}]}, "不认识的条件"),
    (
        {**TIERS, "tiers": [{"ge_yi": 5, "amount_wan": 1, "limits": [{"base": "没有的", "at_least": 1}]}]},
        "不认识的数字",
    ),
]


@pytest.mark.parametrize(("rule", "says"), FAULTS, ids=lambda value: str(value)[:70])
def test_what_would_not_be_computed_as_it_is_written_is_an_error(rule, says):
    findings = found(rule)
    assert any(says in finding.problem and finding.severity == "error" for finding in findings), findings
    assert all(finding.mend and finding.field.startswith("rules[0]") for finding in findings)


def test_a_bound_that_no_tier_takes_is_a_reminder_because_documents_leave_it_open():
    (finding,) = found({**TIERS, "tiers": [{"lt_yi": 5, "amount_wan": 1}, {"gt_yi": 5, "amount_wan": 2}]})
    assert finding.severity == "warning"
    assert "不属于任何一档" in finding.problem


def test_rules_that_share_a_cap_must_agree_on_it():
    one, other = ({**FIXED, "cap_group": "各类", "cap_group_wan_total": cap} for cap in (150, 100))
    (finding,) = found(one, other)
    assert (finding.field, "前后不一" in finding.problem) == ("rules[1].cap_group", True)


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"not_with": ["nowhere"]}, "not_with"),
        ({"not_with": ["x"]}, "not_with"),
        ({"covers_from": 2024, "covers_until": 2023}, "covers_from"),
        ({"covers_from": 24}, "covers_from"),
        ({"applies_in": ["nowhere"]}, "applies_in"),
    ],
)
def test_what_an_incentive_says_of_others_and_of_years_must_make_sense(keys, field):
    assert [finding.field for finding in found(FIXED, **keys)] == [field]


def test_every_kind_has_its_class_and_its_arithmetic():
    assert set(RULES) == set(KINDS)
    assert all("kind" in keys_at(kind) for kind in RULES)
