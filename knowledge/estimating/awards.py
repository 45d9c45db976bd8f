"""Rules that pay: a base in, an amount and the sum in words out. All in 万元, all exact.

Each works out what the document gives in full; `_paid` then keeps the caps, takes off what was already received and
tells the instalments, so that these hold for every kind alike.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

import msgspec

from knowledge.estimating.bounds import in_dollars, outside, placed, tier_in_words, tier_of
from knowledge.estimating.case import Case, Worked, exactly
from knowledge.estimating.paying import capped, how, paid, shared_caps
from knowledge.estimating.saying import NO_CAP, YI, decimal, plain, share, wan
from knowledge.rules import Award, CapOnly, Fixed, FixedPer, GrowthTiers, PerArea, Percent, RangeRate, Step, Tier, Tiers


def percent(rule: Percent, case: Case) -> Worked:
    base = case.figure
    if rule.min_base_wan is not None and base < decimal(rule.min_base_wan):
        return Worked(failed=f"{rule.figure}未达到{wan(decimal(rule.min_base_wan))}的门槛")
    if rule.min_usd is not None:
        floor = decimal(rule.min_usd) / YI
        if case.dollars is None:
            return Worked(lacks="dollars", words=f"门槛为{plain(floor)}万美元，须按汇率折算才能判断是否达到")
        if case.dollars < floor:
            return Worked(failed=f"{rule.figure}{plain(case.dollars)}万美元，未达到{plain(floor)}万美元的门槛")
    if rule.yearly:
        return _year_by_year(rule, base, case)
    full = base * decimal(rule.rate)
    return paid(rule, case, full, f"{wan(base)}×{share(decimal(rule.rate))}={wan(full)}")


def _year_by_year(rule: Percent, base: Decimal, case: Case) -> Worked:
    """The same base every year, each year at its own rate and under the yearly cap; the amount is that of all years."""
    most = decimal(rule.cap_wan_year) if rule.cap_wan_year is not None else None
    full, first, parts = Decimal(0), 1, []
    for step in rule.yearly:
        each = base * decimal(step.rate)
        kept = each if most is None else min(each, most)
        years = f"第{first}年" if step.years == 1 else f"第{first}至{first + step.years - 1}年每年"
        capped = f"（超过年度上限，按{wan(kept)}计）" if kept < each else ""
        parts.append(f"{years}{share(decimal(step.rate))}即{wan(each)}{capped}")
        full, first = full + kept * step.years, first + step.years
    words = f"按{wan(base)}逐年计算：{'、'.join(parts)}，{first - 1}年合计{wan(full)}（假设每年数字不变）"
    return paid(rule, case, full, words, all_years=True)


def range_rate(rule: RangeRate, case: Case) -> Worked:
    return _between(rule, case, rule.min_rate, rule.max_rate)


def _between(rule: Award, case: Case, least: float | None, most: float | None, tier: Tier | None = None) -> Worked:
    """A rate of which only one end, or both, were seen: an amount that must be verified."""
    base, low, high = case.figure, decimal(least), decimal(most)
    if most is None:
        _, cap = capped(rule, base * low, case, tier)
        words = f"{wan(base)}×不低于{share(low)}，即不少于{wan(base * low)}，比例的上限原文未见"
        words += f"，{cap}" if cap else ""
        return Worked(words=f"{words}{how(rule)}", open="原文只见最低比例（不低于），实际比例未见")
    bound, cap = capped(rule, base * high, case, tier)
    cap = f"{'、'.join(filter(None, (cap, shared_caps(rule)))) or NO_CAP}{how(rule)}"
    if least is None:
        words = f"{wan(base)}×不超过{share(high)}，即不多于{wan(base * high)}，{cap}"
        return Worked(low=Decimal(0), high=bound, words=words, open="原文只见最高比例（不超过），实际比例未见")
    words = f"{wan(base)}×{share(low)}至{share(high)}={wan(base * low)}至{wan(base * high)}，{cap}"
    why = f"原文只见最低和最高比例，逐档比例未见{f'（{rule.note}）' if rule.note else ''}"
    return Worked(low=min(base * low, bound), high=bound, words=words, open=why)


def fixed(rule: Fixed, case: Case) -> Worked:
    amount = decimal(rule.amount_wan)
    about = f"{rule.when}：" if rule.when else ""
    return paid(rule, case, amount, f"{about}{'每年' if rule.years else '一次性'}{wan(amount)}", cap_unseen="")


def fixed_per(rule: FixedPer, case: Case) -> Worked:
    each, per, base, unit = decimal(rule.amount_wan), Decimal(1), case.figure, rule.unit
    if rule.per_wan_usd is not None:
        if case.dollars is None:
            return Worked(lacks="dollars", words=f"每{plain(decimal(rule.per_wan_usd))}万美元{wan(each)}，须知道美元数")
        base, per, unit = case.dollars, decimal(rule.per_wan_usd), "万美元"
    elif rule.per_wan is not None:
        per, unit = decimal(rule.per_wan), "万元"
    if per == 1 and unit not in ("万元", "万美元"):
        return paid(rule, case, base * each, f"{plain(base)}{unit}×{plain(each)}万元={wan(base * each)}")
    times = (base / per).to_integral_value(ROUND_FLOOR) if rule.whole else base / per
    part = "（不足一个计量单位的不计）" if rule.whole and times * per != base else ""
    part = part or ("（不足一个计量单位的部分怎样计算，原文未见，这里按比例）" if base % per else "")
    sum_ = f"{plain(base)}{unit}÷{plain(per)}{unit}×{plain(each)}万元={wan(times * each)}{part}"
    return paid(rule, case, times * each, sum_)


def tiers(rule: Tiers, case: Case) -> Worked:
    value = case.dollars if in_dollars(rule.tiers[0]) else case.figure
    if value is None:
        return Worked(lacks="dollars", words="各档按美元划分，须按汇率折算才能判断在哪一档")
    tier = tier_of(rule.tiers, value)
    if rule.marginal:
        return _slices(rule, case)
    if tier is None:
        why = outside(rule.tiers, value, case.unit)
        if why:
            return Worked(failed=f"{rule.figure}{why}")
        return Worked(words=f"{rule.figure}落在两档之间，原文未见这一档", open="所在一档的标准未见")
    reached = f"{rule.figure}{tier_in_words(tier, case.unit)}一档"
    if tier.amount_wan is not None:
        to = f"（奖励{tier.beneficiary}）" if tier.beneficiary else ""
        return paid(rule, case, decimal(tier.amount_wan), f"{reached}：{wan(decimal(tier.amount_wan))}{to}", tier, "")
    if tier.rate is not None:
        full = case.figure * decimal(tier.rate)
        return paid(rule, case, full, f"{reached}：{wan(case.figure)}×{share(decimal(tier.rate))}={wan(full)}", tier)
    if tier.min_rate is not None or tier.max_rate is not None:
        made = _between(rule, case, tier.min_rate, tier.max_rate, tier)
        return msgspec.structs.replace(made, words=f"{reached}：{made.words}")
    return _of_two(rule, tier, reached, case)


def _of_two(rule: Tiers, tier: Tier, reached: str, case: Case) -> Worked:
    """What a team and what a person gets."""
    team = decimal(tier.team_wan) + (decimal(tier.bonus_team_wan) if case.bonus else 0)
    person = decimal(tier.person_wan) + (decimal(tier.bonus_person_wan) if case.bonus else 0)
    words = f"{reached}：团队{wan(team)}，个人{wan(person)}" + ("（已含世界500强等的加奖）" if case.bonus else "")
    words += how(rule)
    team, person = capped(rule, team, case, tier)[0], capped(rule, person, case, tier)[0]
    if case.recipient:
        return exactly(person if case.recipient == "个人" else team, words)
    return Worked(low=min(team, person), high=max(team, person), words=words)


def _slices(rule: Tiers, case: Case) -> Worked:
    """Each slice of the base at its own rate."""
    base = case.figure
    if (why := outside(rule.tiers, base, case.unit)) and placed(rule.tiers)[0].interval.low:
        return Worked(failed=f"{rule.figure}{why}")
    full, parts = Decimal(0), []
    for found in placed(rule.tiers):
        if part := found.interval.part_of(base):
            full += part * decimal(found.tier.rate)
            parts.append(f"{wan(part)}×{share(decimal(found.tier.rate))}")
    return paid(rule, case, full, f"分段计算：{'+'.join(parts) or '0'}={wan(full)}")


def step(rule: Step, case: Case) -> Worked:
    base, first, by = case.figure, decimal(rule.first_at_yi), decimal(rule.step_yi)
    if base < first * YI:
        return Worked(failed=f"{rule.figure}未达到{plain(first)}亿元")
    times = ((base - first * YI) / (by * YI)).to_integral_value(ROUND_FLOOR) + 1
    each = decimal(rule.amount_wan)
    words = f"首次达到{plain(first)}亿元奖{plain(each)}万元，每再增{plain(by)}亿元再奖{plain(each)}万元；"
    sum_ = f"{wan(base)}累计{plain(times)}次×{plain(each)}万元={wan(times * each)}"
    return paid(rule, case, times * each, f"{words}{sum_}")


def per_area(rule: PerArea, case: Case) -> Worked:
    area, per, each = case.figure, decimal(rule.per_m2), decimal(rule.amount_wan)
    if rule.min_m2 is not None and area < decimal(rule.min_m2):
        return Worked(failed=f"面积{plain(area)}平方米，不足{plain(decimal(rule.min_m2))}平方米")
    full = area / per * each
    part = "（不足一个计量单位的部分怎样计算，原文未见，这里按比例）" if area % per else ""
    return paid(rule, case, full, f"{plain(area)}平方米÷{plain(per)}平方米×{plain(each)}万元={wan(full)}{part}")


def growth(rule: GrowthTiers, case: Case) -> Worked:
    """Rates for what there was the year before and for what came on top; bands may have holes."""
    base = case.figure
    tier = tier_of(rule.tiers, base)
    if tier is None:
        if why := outside(rule.tiers, base, case.unit):
            return Worked(failed=f"{rule.figure}{why}")
        return Worked(words=f"{wan(base)}所在的一档，比例原文未见", open=rule.note or "所在一档的比例未见")
    stock, more = decimal(tier.stock_rate), decimal(tier.incr_rate)
    rates = f"存量部分{share(stock)}、增量部分{share(more)}"
    if case.before is None:
        words = f"{wan(base)}：{rates}；上年数未知，介于{wan(base * stock)}与{wan(base * more)}之间"
        ends = (paid(rule, case, base * stock, "").high, paid(rule, case, base * more, "").high)
        low, high = sorted(end for end in ends if end is not None)
        return Worked(low=low, high=high, words=words, lacks="before")
    kept, grown = min(base, case.before), max(Decimal(0), base - case.before)
    full = kept * stock + grown * more
    return paid(rule, case, full, f"{rates}：{wan(kept)}×{share(stock)}+{wan(grown)}×{share(more)}={wan(full)}")


def cap_only(rule: CapOnly, case: Case) -> Worked:
    yearly = rule.cap_wan is None and rule.cap_wan_year is not None
    most = decimal(rule.cap_wan_year if yearly else rule.cap_wan)
    words = f"{rule.when}：{'每年' if yearly else ''}最高{wan(most)}，计算办法原文未见"
    return Worked(low=Decimal(0), high=most, words=words, open="原文只见最高额，未见计算办法")
