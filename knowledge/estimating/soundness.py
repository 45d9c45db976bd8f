"""Whether a rule can be worked out, and whether every bound and unit it names is used: each fault with its mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import msgspec

from knowledge.estimating.bounds import edges, in_dollars, interval, placed, tier_in_words
from knowledge.estimating.saying import decimal
from knowledge.estimating.terms import UNIT_NAMES, Terms
from knowledge.rules import (
    Award,
    Bounds,
    BuildingTime,
    CapOnly,
    CaseByCase,
    Fixed,
    FixedPer,
    GrowthTiers,
    Limit,
    PerArea,
    Percent,
    RangeRate,
    Rule,
    TaxBands,
    Tier,
    Tiers,
    TimeLimit,
)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a rule and how to mend it; `key` is the key of the rule it stands at."""

    key: str
    problem: str
    mend: str
    severity: Literal["error", "warning"] = "error"


_NEEDED: Mapping[str, tuple[str, ...]] = {
    "percent": ("bases",), "range_rate": ("bases",), "fixed": ("amount_wan",), "fixed_per": ("bases", "amount_wan"), "tiers": ("bases", "tiers"),
    "step": ("bases", "first_at_yi", "step_yi", "amount_wan"), "per_area": ("bases", "per_m2", "amount_wan"), "rate": ("bases", "rate"),
    "holiday": ("bases", "free_years"), "deduct_extra": ("bases", "rate"), "deduct": ("bases", "rate"), "tax_credit": ("bases", "rate"),
    "deferral": ("bases", "rate_deferred"), "threshold": ("gives",), "land_floor": ("rate", "meaning"),
    "limit": ("max_workdays",), "tiers_tax": ("bases", "tiers"), "tiers2": ("bases", "tiers"), "tiers_months": ("tiers",),
}  # fmt: skip
_OF_MONEY = ("percent", "range_rate", "step", "tiers2", "rate", "holiday", "deduct_extra", "deduct", "tax_credit", "deferral", "tiers_tax", "land_floor", "tiers_months")  # fmt: skip
_ONE_OF = "只写其中一种"


def faults(rule: Rule, terms: Terms) -> Iterator[Fault]:
    """Everything that keeps a rule from being worked out as it is written."""
    yield from _unknown(rule, terms)
    yield from _missing(rule)
    known = [terms.bases[base].unit for base in rule.bases if base in terms.bases]
    yield from _units(rule, known)
    for limit in rule.limits:
        yield from _limit(limit, terms, "limits")
    if isinstance(rule, Award):
        yield from _award(rule, terms)
    if isinstance(rule, Tiers | GrowthTiers | TaxBands | BuildingTime) and rule.tiers:
        yield from _tiers(rule.tiers, known[0] if known else "money")
    if isinstance(rule, Tiers):
        yield from _gives(rule, terms)
    if isinstance(rule, FixedPer):
        yield from _per(rule, known)


def _unknown(rule: Rule, terms: Terms) -> Iterator[Fault]:
    tiers = rule.tiers if isinstance(rule, Tiers) else []
    limits = [*rule.limits, *(limit for tier in tiers for limit in tier.limits)]
    topped = [rule.tops_up] if isinstance(rule, Award) and rule.tops_up else []
    for base in (*rule.bases, *(limit.base for limit in limits), *topped):
        if base not in terms.bases:
            mend = "改成 vocabulary/inputs.yml 里 bases 的名称，或在那里加上它"
            yield Fault("bases", f"测算不认识的数字：{base}", mend)
    for flag in (*rule.needs, *rule.needs_any, *rule.excludes, *(flag for tier in tiers for flag in tier.needs)):
        if flag not in terms.flags:
            mend = "改成 vocabulary/inputs.yml 里 flags 的名称，或在那里加上它"
            yield Fault("needs", f"测算不认识的条件：{flag}", mend)


def _missing(rule: Rule) -> Iterator[Fault]:
    mend = "按 docs/estimates.md 补上，没有依据就改用 case_by_case"
    missing = [field for field in _NEEDED.get(rule.kind, ()) if getattr(rule, field) in (None, "", [])]
    if isinstance(rule, CapOnly) and rule.cap_wan is None and rule.cap_wan_year is None:
        missing.append("cap_wan")
    if isinstance(rule, CapOnly) and rule.cap_wan is not None and rule.cap_wan_year is not None:
        yield Fault("cap_wan", "cap 同时写了 cap_wan 和 cap_wan_year", _ONE_OF)
    if isinstance(rule, RangeRate) and rule.min_rate is None and rule.max_rate is None:
        missing.append("min_rate 或 max_rate")
    if isinstance(rule, Percent) and rule.rate is None and not rule.yearly:
        missing.append("rate")
    if isinstance(rule, Percent) and rule.rate is not None and rule.yearly:
        yield Fault("rate", "rate 和 yearly 同时写了", _ONE_OF)
    if rule.base and isinstance(rule, Fixed | CapOnly | TimeLimit | CaseByCase):
        yield Fault("base", f"{rule.kind} 不用 base：金额与数字无关", "改写到 when，或删去")
    for field in missing:
        yield Fault(field, f"{rule.kind} 缺少 {field}", mend)
    if not rule.bases and not rule.needs:
        yield Fault("bases", "没有写明按什么数字或什么条件测算", "写 bases 或 needs，见 docs/estimates.md")


def _units(rule: Rule, units: Sequence[str]) -> Iterator[Fault]:
    """Figures of one rule are added up, so they are of one unit, and of the one the kind computes with."""
    if len(set(units)) > 1:
        yield Fault("bases", f"几个数字单位不同（{'、'.join(UNIT_NAMES[u] for u in units)}），不能相加", "分成几条规则")
    wanted = "area" if isinstance(rule, PerArea) else "money" if rule.kind in _OF_MONEY else ""
    for unit in units[:1]:
        if wanted and unit != wanted:
            mend = f"{rule.kind} 按{UNIT_NAMES[wanted]}计算：换一个数字，或换一种规则"
            yield Fault("bases", f"{rule.kind} 不能按{UNIT_NAMES[unit]}计算", mend)
    if isinstance(rule, RangeRate):
        low, high = rule.min_rate, rule.max_rate
        if low is not None and high is not None and low > high:
            yield Fault("min_rate", "最低比例高于最高比例", "对调，或改正")


def _limit(limit: Limit, terms: Terms, key: str) -> Iterator[Fault]:
    if limit.base in terms.bases:
        yield from _edges(limit, terms.bases[limit.base].unit, key, f"{limit.base}的界限", bare_money=True)


def _edges(bounds: Bounds | Limit, unit: str, key: str, what: str, bare_money: bool = False) -> Iterator[Fault]:
    """One lower and one upper bound at most, each with the unit of its figure, and room between them."""
    found = list(edges(bounds))
    if not found:
        yield Fault(key, f"{what}没有写界限", "至少写一个：" + ("at_least、above、at_most、below" if bare_money else "ge、gt、le、lt，金额加 _wan 或 _yi"))  # fmt: skip
    for side, said in (("low", "下限"), ("high", "上限")):
        if len(on := [edge.key for edge in found if edge.side == side]) > 1:
            yield Fault(key, f"{what}写了两个{said}：{'、'.join(on)}", "只留一个")
            return
    for edge in found:
        if unit != "money" and edge.unit:
            yield Fault(key, f"{edge.key} 是金额的界限，{what}按{UNIT_NAMES[unit]}计", f"改成 {edge.key.removesuffix(edge.unit)}")  # fmt: skip
        elif unit == "money" and not edge.unit and not bare_money:
            yield Fault(key, f"{edge.key} 没有单位", f"写 {edge.key}_wan（万元）、{edge.key}_yi（亿元）或 {edge.key}_wan_usd（万美元）")  # fmt: skip
        elif unit == "share" and edge.written > 1:
            yield Fault(key, f"{edge.key}: {edge.written} 不是比例", "比例写小数：60% 写 0.6")
        elif unit == "year" and not 1990 <= edge.written <= 2100:
            yield Fault(key, f"{edge.key}: {edge.written} 不是年份", "写四位年份，如 2024")
    if len({edge.unit == "_wan_usd" for edge in found}) > 1:
        yield Fault(key, f"{what}一边是人民币、一边是美元", "用同一种货币")
    mine = interval(bounds)
    if mine.low is not None and mine.high is not None and mine.low >= mine.high:
        yield Fault(key, f"{what}下限不低于上限，没有数字能符合", "改正界限")


def _tiers(tiers: Sequence[Bounds], unit: str) -> Iterator[Fault]:
    """Tiers do not overlap, and every bound belongs to one of them alone."""
    found = [f for at, tier in enumerate(tiers, 1) for f in _edges(tier, unit, "tiers", f"第{at}档")]
    yield from found
    if found:
        return
    if len({in_dollars(tier) for tier in tiers}) > 1:
        yield Fault("tiers", "各档一部分按人民币、一部分按美元划分", "用同一种货币")
        return
    ordered = placed(tiers)
    for lower, upper in pairwise(ordered):
        both = f"“{tier_in_words(lower.tier, unit)}”和“{tier_in_words(upper.tier, unit)}”"
        ours, theirs = lower.interval, upper.interval
        if ours.touches(theirs) or (ours.low is not None and ours.high is not None and ours.low >= ours.high):
            yield Fault("tiers", f"两档重叠：{both}", "改正界限：含本数用 ge、le，不含本数用 gt、lt")
        elif ours.high == theirs.low and not ours.high_in and not theirs.low_in:
            yield Fault("tiers", f"{both}之间的界限本身不属于任何一档", "含本数的一档改用 ge 或 le；原文确未写明就留着，答复会说须核实", "warning")  # fmt: skip


def _gives(rule: Tiers, terms: Terms) -> Iterator[Fault]:
    """Every tier gives one thing, and what it gives is computed with."""
    for at, tier in enumerate(rule.tiers, 1):
        ways = _ways(tier)
        if len(ways) != 1:
            problem = f"第{at}档同时写了{'、'.join(ways)}" if ways else f"第{at}档没有写给多少"
            yield Fault("tiers", problem, "每档写一种：amount_wan、rate、min_rate/max_rate，或 team_wan 和 person_wan")
        if (tier.bonus_team_wan or tier.bonus_person_wan) and ways != ["team_wan、person_wan"]:
            yield Fault("tiers", f"第{at}档的加奖没有可加的团队、个人奖励", "写 team_wan 和 person_wan")
        if (tier.rate is not None or tier.min_rate is not None or tier.max_rate is not None) and not _of_money(
            rule, terms
        ):
            yield Fault("tiers", f"第{at}档的比例没有可乘的金额", "bases 写金额的数字")
        if tier.beneficiary and tier.amount_wan is None:
            yield Fault("tiers", f"第{at}档的 beneficiary 只和 amount_wan 一起用", "写到规则的 beneficiary")
        if rule.marginal and (ways != ["rate"] or tier.limits or tier.needs or tier.premises or tier.cap_wan):
            yield Fault("tiers", f"分段累计（marginal）的第{at}档只能写界限和 rate", "其余写到规则上，或去掉 marginal")
        for limit in tier.limits:
            yield from _limit(limit, terms, "tiers")
    if rule.marginal and any(in_dollars(tier) for tier in rule.tiers):
        yield Fault("tiers", "分段累计不能按美元划分", "折成人民币的界限，或去掉 marginal")


def _ways(tier: Tier) -> list[str]:
    ways = {
        "amount_wan": tier.amount_wan is not None,
        "rate": tier.rate is not None,
        "min_rate、max_rate": tier.min_rate is not None or tier.max_rate is not None,
        "team_wan、person_wan": tier.team_wan is not None or tier.person_wan is not None,
    }
    return [way for way, written in ways.items() if written]


def _of_money(rule: Rule, terms: Terms) -> bool:
    return all(terms.bases[base].unit == "money" for base in rule.bases if base in terms.bases)


def _per(rule: FixedPer, units: Sequence[str]) -> Iterator[Fault]:
    money = "money" in units
    if rule.per_wan is not None and rule.per_wan_usd is not None:
        yield Fault("per_wan", "per_wan 和 per_wan_usd 同时写了", _ONE_OF)
    elif money and rule.per_wan is None and rule.per_wan_usd is None:
        yield Fault(
            "per_wan", "fixed_per 按金额计，没有写每多少", "写 per_wan（每多少万元）或 per_wan_usd（每多少万美元）"
        )
    elif units and not money and (rule.per_wan is not None or rule.per_wan_usd is not None):
        yield Fault("per_wan", f"fixed_per 的数字按{UNIT_NAMES[units[0]]}计，不是金额", "去掉 per_wan，写 unit")
    if units and not money and not rule.unit:
        yield Fault("unit", "fixed_per 缺少 unit", "写单位，如“个二类新药”")
    if money and rule.unit:
        yield Fault("unit", "fixed_per 按金额计时不用 unit", "删去 unit")
    if rule.whole and not money:
        yield Fault("whole", "whole 只和 per_wan、per_wan_usd 一起用", "删去 whole")


def _award(rule: Award, terms: Terms) -> Iterator[Fault]:
    if rule.instalments:
        total = sum((decimal(part.share) for part in rule.instalments), Decimal(0))
        if abs(total - 1) > Decimal("0.0015") or any(not part.share for part in rule.instalments):
            yield Fault("instalments", f"各期比例合计 {total}，不是 1", "每期写占总额的小数：30% 写 0.3，合计为 1")
    shared = rule.cap_group_wan_year is not None or rule.cap_group_wan_total is not None
    if bool(rule.cap_group) != shared:
        yield Fault(
            "cap_group", "合用的上限只写了一半", "cap_group 和 cap_group_wan_year 或 cap_group_wan_total 一起写"
        )
    if rule.tops_up in terms.bases and terms.bases[rule.tops_up].unit != "money":
        yield Fault("tops_up", f"{rule.tops_up}不是金额", "写已获同类奖励这样的金额")
    if isinstance(rule, Percent) and rule.yearly and rule.years:
        yield Fault("years", "逐年比例（yearly）已写明年数", "删去 years")


def shared_caps_differ(rules: Sequence[Rule]) -> Iterator[tuple[int, Fault]]:
    """Rules of one incentive that share a cap say the same of it; the place of the one that does not, and why."""
    seen: dict[str, tuple[float | None, float | None]] = {}
    for place, rule in enumerate(rules):
        if isinstance(rule, Award) and rule.cap_group:
            caps = (rule.cap_group_wan_year, rule.cap_group_wan_total)
            if seen.setdefault(rule.cap_group, caps) != caps:
                mend = "同一 cap_group 的各条写同样的上限"
                yield place, Fault("cap_group", f"“{rule.cap_group}”的上限前后不一", mend)
