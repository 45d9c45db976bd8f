"""One function for each kind of rule: a case in, what the rule gives out.

Amounts never fall when the base grows, and never pass a cap. What has no amount (a deadline, a floor of the land
price) has `None`; what the records do not allow to be promised says why in `open`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from knowledge.estimating import awards, taxes
from knowledge.estimating.bounds import in_dollars, tier_in_words, tier_of
from knowledge.estimating.case import Case, Worked
from knowledge.estimating.saying import decimal, plain, share, wan
from knowledge.rules import BuildingTime, CaseByCase, FixedPer, LandFloor, Rule, Threshold, Tiers, TimeLimit


def work(rule: Rule, case: Case) -> Worked:
    """Work a rule out; a rule with a base needs `case.base`."""
    return KINDS[rule.kind](rule, case)


def by_dollars_alone(rule: Rule) -> bool:
    """Whether the base in dollars is all that is needed: what is paid is in yuan, whatever the rate of exchange."""
    if isinstance(rule, FixedPer):
        return rule.per_wan_usd is not None
    return isinstance(rule, Tiers) and all(in_dollars(tier) and tier.amount_wan is not None for tier in rule.tiers)


def _threshold(rule: Threshold, case: Case) -> Worked:
    return Worked(words=f"达到条件的给予：{rule.gives}（不是现金）")


def _land_floor(rule: LandFloor, case: Case) -> Worked:
    floor = f"按您给的标准为{wan(case.figure * decimal(rule.rate))}，" if case.base is not None else ""
    words = f"{rule.base}的{share(decimal(rule.rate))}（{rule.meaning}），{floor}是地价的底线，不是发给企业的资金"
    return Worked(words=words, open="这是地价下限，没有可以领取的金额")


def _case_by_case(rule: CaseByCase, case: Case) -> Worked:
    return Worked(words=f"{rule.when}：一事一议，没有公式", open="一事一议，没有公式")


def _time_limit(rule: TimeLimit, case: Case) -> Worked:
    return Worked(words=f"{rule.when}：审批不超过{rule.max_workdays}个工作日（不是资金）")


def _building_time(rule: BuildingTime, case: Case) -> Worked:
    mine = tier_of(rule.tiers, case.figure) if case.base is not None else None
    words = "建设周期：" + "，".join(f"{tier_in_words(tier, case.unit)}{tier.months}个月" for tier in rule.tiers)
    if mine:
        words += f"；{wan(case.figure)}的项目为{mine.months}个月"
    points = decimal(rule.penalty_pp_per_month)
    words += f"；每延长1个月奖励比例扣{plain(points)}个百分点，超期过半的不享受" if points else ""
    if case.months_late is not None and points:
        words += f"；超期{plain(case.months_late)}个月扣{plain(points * case.months_late)}个百分点"
        if mine and mine.months and case.months_late * 2 > mine.months:
            return Worked(failed=f"超期{plain(case.months_late)}个月，超过建设周期{mine.months}个月的一半，不享受")
    return Worked(words=words, open="奖励比例逐格表未见，只能说明期限和扣减")


KINDS: Mapping[str, Callable[[Any, Case], Worked]] = {
    "percent": awards.percent, "range_rate": awards.range_rate, "fixed": awards.fixed, "fixed_per": awards.fixed_per,
    "tiers": awards.tiers, "step": awards.step, "per_area": awards.per_area, "tiers2": awards.growth, "cap": awards.cap_only,
    "rate": taxes.tax_rate, "holiday": taxes.holiday, "deduct_extra": taxes.deducted, "deduct": taxes.deducted,
    "tax_credit": taxes.tax_credit, "deferral": taxes.deferral, "tiers_tax": taxes.tax_bands,
    "threshold": _threshold, "land_floor": _land_floor, "limit": _time_limit, "tiers_months": _building_time,
    "case_by_case": _case_by_case,
}  # fmt: skip
"""Kind → its arithmetic."""
