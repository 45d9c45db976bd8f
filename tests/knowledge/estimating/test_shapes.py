"""Shapes of real incentives, written as test records and worked out at their bounds; none of them is shipped."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from actions.estimate.results import estimated
from knowledge.estimating.outcome import cap_of
from knowledge.estimating.reach import both_ways
from tests.support.rules_cases import TODAY, incentive, inputs_of, said, terms, worked


def words(made):
    return "；".join(line.worked.words for line in made.lines if line.worked)


# 设备补助：按产业分比例，各有上限，投产后分两期拨付

EQUIPMENT = [
    {
        "kind": "percent", "bases": ["设备采购额"], "needs": [industry], "base": "设备采购额", "when": f"{industry}设备补助",
        "rate": rate, "cap_wan": cap, "alternative": "设备补助", "limits": [{"base": "设备采购额", "at_least": 500}],
        "instalments": [{"when": "投产", "share": 0.6}, {"when": "投产满一年", "share": 0.4}],
    }
    for industry, rate, cap in (("集成电路生产", 0.2, 2000), ("制造业", 0.1, 1000))
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ("设备采购额 500万，制造业，不是集成电路生产", 50),
        ("设备采购额 10000万，制造业，不是集成电路生产", 1000),
        ("设备采购额 3亿，制造业，不是集成电路生产", 1000),
        ("设备采购额 10000万，集成电路生产，不是制造业", 2000),
        ("设备采购额 10000万，集成电路生产，制造业", 2000),
        ("设备采购额 499万，制造业，不是集成电路生产", None),
    ],
)
def test_equipment_is_paid_by_industry_up_to_its_cap_and_in_instalments(told, amount):
    made = worked(incentive(EQUIPMENT), told)
    assert made.amount == amount
    assert made.status == ("eligible" if amount else "ineligible")
    if amount:
        assert f"投产60%即{amount * 6 // 10}万元、投产满一年40%即{amount * 4 // 10}万元" in words(made)
    else:
        assert "制造业设备补助：设备采购额须不低于500万元" in made.failed


# 开工奖励：5亿元（含）以下、5亿元以上不含，另有随档变化的首期到位要求

START = [
    {
        "kind": "tiers", "bases": ["固定资产投资"], "base": "固定资产投资", "when": "开工奖励",
        "premises": ["土地成交后2个月内开工"],
        "tiers": [
            {"gt_yi": 1, "le_yi": 5, "amount_wan": 50},
            {"gt_yi": 5, "lt_yi": 50, "amount_wan": 200, "limits": [{"base": "首期到位比例", "at_least": 0.6}]},
            {"ge_yi": 50, "amount_wan": 500, "limits": [{"base": "首期到位比例", "at_least": 0.5}]},
        ],
        "instalments": [{"when": "开工", "share": 0.3}, {"when": "投产", "share": 0.7}],
    }
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("固定资产投资 1亿", "不符合"),
        ("固定资产投资 10001万", "50万元"),
        ("固定资产投资 5亿", "50万元"),
        ("固定资产投资 50001万，首期到位比例 60%", "200万元"),
        ("固定资产投资 50001万，首期到位比例 59%", "不符合"),
        ("固定资产投资 499999万，首期到位比例 59%", "不符合"),
        ("固定资产投资 50亿，首期到位比例 50%", "500万元"),
        ("固定资产投资 50亿，首期到位比例 49%", "不符合"),
    ],
)
def test_a_start_is_paid_by_tiers_with_bounds_that_count_and_others_that_do_not(told, outcome):
    assert said(worked(incentive(START), told)) == outcome


def test_a_condition_of_the_tier_that_is_not_known_is_told_as_a_premise():
    made = worked(incentive(START), "固定资产投资 60亿")
    assert (made.status, made.amount) == ("eligible", 500)
    assert "以此为前提：达到50亿元一档，首期到位比例须不低于50%" in made.caveats
    assert "以此为前提：土地成交后2个月内开工" in made.caveats
    assert "开工30%即150万元、投产70%即350万元" in words(made)


def test_a_range_of_figures_across_tiers_keeps_both_ends():
    made = worked(incentive([START[0] | {"tiers": [{"gt_yi": 1, "le_yi": 5, "amount_wan": 50}, {"gt_yi": 5, "amount_wan": 200}]}]), "固定资产投资 4到6亿")  # fmt: skip
    assert made.range == (50, 200)


# 引荐奖励：按千分比分档，上界含本数，分段累计另算

REFERRAL = {
    "kind": "tiers", "bases": ["引荐项目到位资金"], "needs": ["项目引荐人"], "beneficiary": "引荐人", "cap_wan": 300,
    "tiers": [
        {"le_wan": 5000, "rate": 0.001}, {"gt_wan": 5000, "le_yi": 3, "rate": 0.0015}, {"gt_yi": 3, "rate": 0.002},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "amount"),
    [(5000, 5), (5001, "7.5015"), (30000, 45), (30001, "60.002"), (150000, 300), (150001, 300)],
)
def test_a_referral_is_paid_per_mille_with_the_upper_bound_included(told, amount):
    made = worked(incentive([REFERRAL]), f"引荐项目到位资金 {told}万，引荐人本人")
    assert (made.status, made.amount) == ("eligible", Decimal(str(amount)))
    assert "‰" in words(made)


@pytest.mark.parametrize(
    ("told", "amount"), [(5000, 5), (10000, "12.5"), (30000, "42.5"), (40000, "62.5"), (500000, 300)]
)
def test_slices_are_paid_each_at_its_own_rate(told, amount):
    made = worked(incentive([{**REFERRAL, "marginal": True}]), f"引荐项目到位资金 {told}万，引荐人本人")
    assert made.amount == Decimal(str(amount))
    assert "分段计算" in words(made)


# Bounds

MONEY = {"kind": "tiers", "bases": ["固定资产投资"]}


@pytest.mark.parametrize(
    ("tiers", "gives"),
    [
        ([{"ge_yi": 10, "amount_wan": 1}], {"99999万": None, "10亿": 1}),
        ([{"gt_yi": 10, "amount_wan": 1}], {"10亿": None, "100001万": 1}),
        ([{"le_yi": 10, "amount_wan": 1}], {"1万": 1, "10亿": 1, "100001万": None}),
        ([{"lt_yi": 10, "amount_wan": 1}], {"99999万": 1, "10亿": None}),
        ([{"gt_yi": 1, "lt_yi": 5, "amount_wan": 1}], {"1亿": None, "3亿": 1, "5亿": None}),
        ([{"ge_wan": 500, "amount_wan": 1}, {"gt_wan": 1000, "amount_wan": 2}], {"500万": 1, "1000万": 1, "1001万": 2}),
        ([{"lt_yi": 5, "amount_wan": 1}, {"amount_wan": 2, "ge_yi": 5}], {"4亿": 1, "5亿": 2}),
        ([{"le_yi": 2, "amount_wan": 1}, {"le_yi": 10, "amount_wan": 2}, {"gt_yi": 10, "amount_wan": 3}], {"2亿": 1, "20001万": 2, "10亿": 2, "11亿": 3}),
        ([{"ge_yi": 50, "amount_wan": 3}, {"ge_yi": 10, "amount_wan": 1}, {"gt_yi": 20, "amount_wan": 2}], {"20亿": 1, "21亿": 2, "50亿": 3}),
    ],
)  # fmt: skip
def test_every_bound_holds_with_or_without_itself(tiers, gives):
    made = incentive([{**MONEY, "tiers": tiers}])
    for told, amount in gives.items():
        found = worked(made, f"固定资产投资 {told}")
        assert (found.amount, found.status) == (amount, "eligible" if amount else "ineligible"), told


def test_a_figure_between_two_tiers_is_to_be_verified_and_not_given_to_a_neighbour():
    made = incentive([{**MONEY, "tiers": [{"lt_yi": 5, "amount_wan": 1}, {"ge_yi": 10, "amount_wan": 2}]}])
    found = worked(made, "固定资产投资 7亿")
    assert (found.status, found.amount, found.range) == ("to_verify", None, None)


@pytest.mark.parametrize(
    ("limit", "holds"),
    [
        ({"at_least": 5000}, {"4999万": False, "5000万": True}),
        ({"above": 5000}, {"5000万": False, "5001万": True}),
        ({"at_most": 5000}, {"5000万": True, "5001万": False}),
        ({"below": 5000}, {"4999万": True, "5000万": False}),
        ({"above": 1000, "at_most": 5000}, {"1000万": False, "5000万": True, "5001万": False}),
        ({"above_wan_usd": 1000}, {"1000万美元": False, "1001万美元": True}),
        ({"at_least_wan_usd": 1000, "below_wan_usd": 2000}, {"1000万美元": True, "2000万美元": False}),
    ],
)
def test_a_limit_holds_on_both_sides_with_or_without_its_bound(limit, holds):
    rule = {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 10, "limits": [{"base": "到账外资", **limit}]}
    for told, held in holds.items():
        made = worked(incentive([rule]), f"到账外资 {told}")
        assert made.status == ("eligible" if held else "ineligible"), told
        assert held or "到账外资须" in made.failed[0]


def test_tiers_may_be_of_dollars_and_need_no_rate_for_an_amount_in_yuan():
    made = incentive([{"kind": "tiers", "bases": ["到账外资"], "tiers": [{"ge_wan_usd": 1000, "amount_wan": 50}, {"gt_wan_usd": 5000, "amount_wan": 300}]}])  # fmt: skip
    assert worked(made, "到账外资 5000万美元").amount == 50
    assert worked(made, "到账外资 5001万美元").amount == 300
    assert worked(made, "到账外资 7亿，汇率 7").amount == 300
    assert worked(made, "到账外资 999万美元").status == "ineligible"
    assert worked(made, "到账外资 1亿").status == "to_verify"


@pytest.mark.parametrize(
    ("rule", "told", "amount"),
    [
        ({"per_wan_usd": 1000, "amount_wan": 20}, "2500万美元", 50),
        ({"per_wan_usd": 1000, "amount_wan": 20, "whole": True}, "2500万美元", 40),
        ({"per_wan_usd": 100, "amount_wan": 1, "cap_wan": 30}, "1亿美元", 30),
        ({"per_wan": 1000, "amount_wan": 5}, "5000万", 25),
        ({"per_wan": 1000, "amount_wan": 5, "whole": True}, "5999万", 25),
    ],
)
def test_so_much_is_paid_for_each_so_many_yuan_or_dollars(rule, told, amount):
    made = worked(incentive([{"kind": "fixed_per", "bases": ["到账外资"], **rule}]), f"到账外资 {told}")
    assert (made.status, made.amount) == ("eligible", amount)


# What is paid of it


@pytest.mark.parametrize(
    ("parts", "said_"),
    [
        ([("开工", 0.3), ("投产", 0.7)], "开工30%即30万元、投产70%即70万元"),
        (
            [("第一年", 0.4), ("第二年", 0.3), ("第三年", 0.3)],
            "第一年40%即40万元、第二年30%即30万元、第三年30%即30万元",
        ),
        ([("第一年", 0.3333), ("第二年", 0.3333), ("第三年", 0.3334)], "第三年33.34%即33.34万元"),
        ([("认定后", 1)], "认定后100%即100万元"),
        ([("签约", 0.1), ("开工", 0.2), ("竣工", 0.3), ("达产", 0.4)], "签约10%即10万元"),
    ],
)
def test_instalments_are_told_each_with_its_amount(parts, said_):
    instalments = [{"when": when, "share": share} for when, share in parts]
    for rule in (
        {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 100},
        {"kind": "percent", "bases": ["固定资产投资"], "rate": 0.01},
        {"kind": "tiers", "bases": ["固定资产投资"], "tiers": [{"ge_yi": 1, "amount_wan": 100}]},
        {"kind": "fixed_per", "bases": ["固定资产投资"], "per_wan": 100, "amount_wan": 1},
        {"kind": "step", "bases": ["固定资产投资"], "first_at_yi": 1, "step_yi": 1, "amount_wan": 100},
    ):
        made = worked(incentive([{**rule, "instalments": instalments}]), "固定资产投资 1亿，总部企业")
        assert (made.amount, said_ in words(made)) == (100, True), rule["kind"]


def test_yearly_rates_are_capped_each_year_and_over_all_years():
    yearly = [{"rate": 0.4}, {"rate": 0.3}, {"rate": 0.2}]
    rule = {"kind": "percent", "bases": ["固定资产投资"], "yearly": yearly}
    assert worked(incentive([{**rule, "cap_wan_year": 250}]), "固定资产投资 1000万").amount == 700
    assert worked(incentive([{**rule, "cap_wan_total": 600}]), "固定资产投资 1000万").amount == 600
    assert worked(incentive([rule]), "固定资产投资 1000万").amount == 900


@pytest.mark.parametrize(
    ("told", "status", "amount"),
    [
        ("已获同类奖励 30万", "eligible", 70),
        ("已获同类奖励 100万", "eligible", 0),
        ("已获同类奖励 150万", "eligible", 0),
        ("已获同类奖励 0元", "eligible", 100),
        ("", "to_verify", None),
    ],
)
def test_what_was_already_received_is_taken_off_where_a_rule_tops_up(told, status, amount):
    made = worked(
        incentive([{"kind": "fixed", "needs": ["总部企业"], "amount_wan": 100, "tops_up": "已获同类奖励"}]), told
    )
    assert (made.status, made.amount) == (status, amount)
    assert "补足至100万元" in words(made)
    assert told or "已获同类奖励" in made.lacks


def test_tiers_with_only_one_end_of_a_rate_are_to_be_verified():
    tiers = [{"lt_yi": 5, "rate": 0.01}, {"ge_yi": 5, "min_rate": 0.02}]
    made = incentive([{**MONEY, "tiers": tiers}])
    assert said(worked(made, "固定资产投资 1亿")) == "100万元"
    found = worked(made, "固定资产投资 10亿")
    assert (found.status, found.amount) == ("to_verify", None)
    assert "不少于2000万元" in words(found)


def test_a_cap_over_all_years_holds_over_rules_of_different_kinds():
    shared = {"cap_group": "各类奖补", "cap_group_wan_total": 150}
    made = incentive([
        {**shared, "kind": "percent", "bases": ["设备采购额"], "rate": 0.1}, {**shared, "kind": "fixed", "needs": ["总部企业"], "amount_wan": 80},
        {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 5},
    ])  # fmt: skip
    assert worked(made, "设备采购额 1000万").amount == 155
    assert worked(made, "设备采购额 500万").amount == 135
    assert "各类奖补合计最高150万元" in cap_of(worked(made, "设备采购额 1000万").lines)


def test_what_excludes_another_incentive_says_so_on_both():
    rule = {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 5}
    one = msgspec.structs.replace(incentive([rule], id="a"), not_with=["b"])
    other = incentive([rule], id="b")
    apart = both_ways({"a": one, "b": other})
    assert (apart["a"].not_with, apart["b"].not_with) == (["b"], ["a"])
    assert "与“b”不重复享受" in worked(apart["a"]).notes


# How it is told


def test_an_estimate_names_the_rule_the_failing_condition_and_the_instalments():
    made = incentive(START)
    reply = estimated([worked(made, "固定资产投资 60亿")], inputs_of("", made, terms()), TODAY)
    assert "开工奖励：固定资产投资达到50亿元一档：500万元" in reply.text
    assert "分2期拨付：开工30%即150万元、投产70%即350万元" in reply.text
    reply = estimated([worked(made, "固定资产投资 60亿，首期到位比例 40%")], inputs_of("", made, terms()), TODAY)
    assert "不符合的条件：达到50亿元一档，首期到位比例须不低于50%" in reply.text


def test_what_a_rule_notes_is_told():
    made = incentive([{"kind": "fixed", "needs": ["总部企业"], "amount_wan": 5, "note": "以入库统计为准"}])
    reply = estimated([worked(made)], inputs_of("", made, terms()), TODAY)
    assert "说明：以入库统计为准" in reply.text
