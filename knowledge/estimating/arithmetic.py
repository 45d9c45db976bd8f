"""One function for each kind of rule: a base in, an amount and the sum in words out. All in 万元, all exact.

Amounts never fall when the base grows, and never pass a cap. What has no amount (a deadline, a floor of the land
price) has `None`; what the records do not allow to be promised says why in `open`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal

import msgspec

from knowledge.estimating.conditions import plain
from knowledge.model import Rule, Tier

CIT = Decimal("0.25")
"""The statutory rate of corporate income tax, which a saving is measured against unless the rule says otherwise."""
NO_CAP = "原文未见上限"
_YI = Decimal(10_000)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is worked out with, besides its own figures."""

    base: Decimal | None = None
    """In the unit of the rule's base: 万元, pieces, a share, square metres."""
    before: Decimal | None = None
    """The base of the year before."""
    dollars: Decimal | None = None
    """The base in 万美元."""
    tax_rate: Decimal = CIT
    wish: str = ""
    pieces: Decimal = Decimal(1)
    """Products, where a cap holds for each."""
    recipient: str = ""
    """个人 or 团队, where amounts differ."""
    bonus: bool = False
    months_late: Decimal | None = None


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule gives."""

    low: Decimal | None = None
    high: Decimal | None = None
    words: str = ""
    failed: str = ""
    """The threshold that was not reached, in words."""
    open: str = ""
    """Why the amount cannot be promised."""
    lacks: str = ""
    """What else would have to be told: `before` or `dollars`."""


def exactly(amount: Decimal, words: str, why_open: str = "") -> Worked:
    """An amount without a range."""
    return Worked(low=amount, high=amount, words=words, open=why_open)


def wan(amount: Decimal) -> str:
    """An amount in words; from one 亿 on, in 亿元 besides."""
    more = f"（{plain(amount / _YI)}亿元）" if amount >= _YI else ""
    return f"{plain(amount)}万元{more}"


def share(rate: Decimal) -> str:
    """A rate in words: 1%, 6‰, 万分之1.5."""
    if rate >= Decimal("0.01") or not rate:
        return f"{plain(rate * 100)}%"
    return f"{plain(rate * 1000)}‰" if rate >= Decimal("0.001") else f"万分之{plain(rate * 10_000)}"


def work(rule: Rule, case: Case) -> Worked:
    """Work a rule out; a rule with a base needs `case.base`."""
    return KINDS[rule.kind](rule, case)


def _of(value: float | None) -> Decimal:
    return Decimal(str(value or 0))


def _base(case: Case) -> Decimal:
    return case.base if case.base is not None else Decimal(0)


def _percent(rule: Rule, case: Case) -> Worked:
    base, rate = _base(case), _of(rule.rate)
    if rule.min_base_wan is not None and base < _of(rule.min_base_wan):
        return Worked(failed=f"{rule.base}未达到{wan(_of(rule.min_base_wan))}的门槛")
    if rule.min_usd is not None:
        floor = _of(rule.min_usd) / _YI
        if case.dollars is None:
            return Worked(lacks="dollars", words=f"门槛为{plain(floor)}万美元，须按汇率折算才能判断是否达到")
        if case.dollars < floor:
            return Worked(failed=f"{rule.base}{plain(case.dollars)}万美元，未达到{plain(floor)}万美元的门槛")
    full = base * rate
    amount, cap = _capped(full, rule, case.pieces)
    each = f"，连续{rule.years}年，以上为一年" if rule.years and rule.cap_wan_total is None else ""
    words = f"{wan(base)}×{share(rate)}={wan(full)}"
    return exactly(amount, f"{words}，{cap}{each}" if full <= amount else f"{words}，超过上限，按{cap}计{each}")


def _capped(full: Decimal, rule: Rule, pieces: Decimal) -> tuple[Decimal, str]:
    """The amount after all caps that hold, and the caps in words."""
    caps = [
        (_of(rule.cap_wan_product) * pieces, f"每个品种最高{plain(_of(rule.cap_wan_product))}万元")
        if rule.cap_wan_product is not None else None,
        (_of(rule.cap_wan_year), f"每年最高{wan(_of(rule.cap_wan_year))}") if rule.cap_wan_year is not None else None,
        (_of(rule.cap_wan_total), f"累计最高{wan(_of(rule.cap_wan_total))}") if rule.cap_wan_total is not None else None,
        (_of(rule.cap_wan), f"最高{wan(_of(rule.cap_wan))}") if rule.cap_wan is not None else None,
    ]  # fmt: skip
    known = [cap for cap in caps if cap]
    if not known:
        return full, NO_CAP
    return min(full, *(bound for bound, _ in known)), "、".join(words for _, words in known)


def _fixed(rule: Rule, case: Case) -> Worked:
    return exactly(_of(rule.amount_wan), f"{rule.when}：一次性{wan(_of(rule.amount_wan))}")


def _fixed_per(rule: Rule, case: Case) -> Worked:
    count, each = _base(case), _of(rule.amount_wan)
    amount, cap = _capped(count * each, rule, case.pieces)
    if rule.cap_group_wan_year is not None:
        cap = f"{rule.cap_group}最高{wan(_of(rule.cap_group_wan_year))}"
    return exactly(amount, f"{plain(count)}{rule.unit}×{plain(each)}万元={wan(count * each)}，{cap}")


def _bound(tier: Tier) -> tuple[Decimal, str]:
    """The lower bound of a tier in the unit of its base, and in words."""
    if tier.ge is not None:
        return _of(tier.ge), share(_of(tier.ge))
    bound = _of(tier.ge_yi) * _YI if tier.ge_yi is not None else _of(tier.ge_wan)
    return bound, f"{plain(_of(tier.ge_yi))}亿元" if tier.ge_yi is not None else wan(bound)


def _tiers(rule: Rule, case: Case) -> Worked:
    base = _base(case)
    for tier in sorted(rule.tiers, key=lambda t: _bound(t)[0], reverse=True):
        bound, said = _bound(tier)
        if base >= bound:
            break
    else:
        return Worked(failed=f"{rule.base}未达到最低一档{said}")
    reached = f"{rule.base}达到{said}一档"
    if tier.amount_wan is not None:
        to = f"（奖励{tier.beneficiary}）" if tier.beneficiary else ""
        return exactly(_of(tier.amount_wan), f"{reached}：{wan(_of(tier.amount_wan))}{to}")
    team = _of(tier.team_wan) + (_of(tier.bonus_team_wan) if case.bonus else 0)
    person = _of(tier.person_wan) + (_of(tier.bonus_person_wan) if case.bonus else 0)
    words = f"{reached}：团队{wan(team)}，个人{wan(person)}" + ("（已含世界500强等的加奖）" if case.bonus else "")
    if case.recipient:
        return exactly(person if case.recipient == "个人" else team, words)
    return Worked(low=min(team, person), high=max(team, person), words=words)


def _step(rule: Rule, case: Case) -> Worked:
    base, first, step = _base(case), _of(rule.first_at_yi) * _YI, _of(rule.step_yi) * _YI
    if base < first:
        return Worked(failed=f"{rule.base}未达到{plain(_of(rule.first_at_yi))}亿元")
    times = ((base - first) / step).to_integral_value(ROUND_FLOOR) + 1
    each = _of(rule.amount_wan)
    words = f"首次达到{plain(_of(rule.first_at_yi))}亿元奖{plain(each)}万元，每再增{plain(_of(rule.step_yi))}亿元再奖{plain(each)}万元；"
    return exactly(
        times * each, f"{words}{wan(base)}累计{plain(times)}次×{plain(each)}万元={wan(times * each)}，{NO_CAP}"
    )


def _per_area(rule: Rule, case: Case) -> Worked:
    area, per, each = _base(case), _of(rule.per_m2), _of(rule.amount_wan)
    if rule.min_m2 is not None and area < _of(rule.min_m2):
        return Worked(failed=f"面积{plain(area)}平方米，不足{plain(_of(rule.min_m2))}平方米")
    full = area / per * each
    amount, cap = _capped(full, rule, case.pieces)
    part = "（不足一个计量单位的部分怎样计算，原文未见，这里按比例）" if area % per else ""
    return exactly(
        amount, f"{plain(area)}平方米÷{plain(per)}平方米×{plain(each)}万元={wan(full)}，{cap}{part}"
        if full <= amount else f"{plain(area)}平方米÷{plain(per)}平方米×{plain(each)}万元={wan(full)}，超过上限，按{cap}计",
    )  # fmt: skip


def _rate(rule: Rule, case: Case) -> Worked:
    base, rate = _base(case), _of(rule.rate)
    against = _of(rule.compare_rate) if rule.compare_rate is not None else CIT
    saved = base * (against - rate)
    words = (
        f"{wan(base)}×（{share(against)}-{share(rate)}）={wan(saved)}，即每年约少缴的所得税（应缴{wan(base * rate)}）"
    )
    return exactly(saved, words)


def _holiday(rule: Rule, case: Case) -> Worked:
    base, free, half = _base(case), rule.free_years or 0, rule.half_years or 0
    saved = base * CIT * free + base * CIT / 2 * half
    years = f"{free}年免征" + (f"、{half}年减半" if half else "")
    words = f"{years}：{wan(base)}×25%×{free}年" + (f"+{wan(base)}×12.5%×{half}年" if half else "")
    return exactly(saved, f"{words}={wan(saved)}（假设每年所得不变；免征期每年少缴{wan(base * CIT)}）")


def _deducted(rule: Rule, case: Case) -> Worked:
    base, rate = _base(case), _of(rule.rate)
    less, saved = base * rate, base * rate * case.tax_rate
    extra = "加计扣除" if rule.kind == "deduct_extra" else "抵扣应纳税所得额"
    words = f"{wan(base)}×{share(rate)}={wan(less)}，即可{extra}的金额；按{share(case.tax_rate)}的税率约少缴所得税{wan(saved)}"
    return exactly(saved if case.wish == "tax" else less, words)


def _tax_credit(rule: Rule, case: Case) -> Worked:
    amount = _base(case) * _of(rule.rate)
    carry = f"，当年抵免不完的可结转{rule.carry_years}年" if rule.carry_years else ""
    return exactly(amount, f"{wan(_base(case))}×{share(_of(rule.rate))}={wan(amount)}，抵免应纳税额{carry}")


def _deferral(rule: Rule, case: Case) -> Worked:
    amount = _base(case) * _of(rule.rate_deferred)
    words = f"{wan(_base(case))}×{share(_of(rule.rate_deferred))}={wan(amount)}，是暂不缴纳（递延）的税款，不是免除"
    return exactly(amount, words)


def _threshold(rule: Rule, case: Case) -> Worked:
    return Worked(words=f"达到条件的给予：{rule.gives}（不是现金）")


def _land_floor(rule: Rule, case: Case) -> Worked:
    floor = f"按您给的标准为{wan(_base(case) * _of(rule.rate))}，" if case.base is not None else ""
    words = f"{rule.base}的{share(_of(rule.rate))}（{rule.meaning}），{floor}是地价的底线，不是发给企业的资金"
    return Worked(words=words, open="这是地价下限，没有可以领取的金额")


def _cap(rule: Rule, case: Case) -> Worked:
    yearly = rule.cap_wan is None and rule.cap_wan_year is not None
    most = _of(rule.cap_wan_year if yearly else rule.cap_wan)
    words = f"{rule.when}：{'每年' if yearly else ''}最高{wan(most)}，计算办法原文未见"
    return Worked(low=Decimal(0), high=most, words=words, open="原文只见最高额，未见计算办法")


def _range_rate(rule: Rule, case: Case) -> Worked:
    base, least, most = _base(case), _of(rule.min_rate), _of(rule.max_rate)
    words = f"{wan(base)}×{share(least)}至{share(most)}={wan(base * least)}至{wan(base * most)}，{NO_CAP}"
    why = f"原文只见最低和最高比例，逐档比例未见{f'（{rule.note}）' if rule.note else ''}"
    return Worked(low=base * least, high=base * most, words=words, open=why)


def _case_by_case(rule: Rule, case: Case) -> Worked:
    return Worked(words=f"{rule.when}：一事一议，没有公式", open="一事一议，没有公式")


def _limit(rule: Rule, case: Case) -> Worked:
    return Worked(words=f"{rule.when}：审批不超过{rule.max_workdays}个工作日（不是资金）")


def _tiers_tax(rule: Rule, case: Case) -> Worked:
    """Each slice of the base is taxed as its band says; the saving is against the statutory rate."""
    base, done, tax, parts = _base(case), Decimal(0), Decimal(0), []
    for tier in rule.tiers:
        top = _of(tier.le_wan) if tier.le_wan is not None else base
        part = min(base, top) - done
        if part <= 0:
            break
        rate = CIT / 2 if tier.rate_half else _of(tier.rate)
        included = _of(tier.inclusion) if tier.inclusion is not None else Decimal(1)
        tax += part * included * rate
        inside = f"×{share(included)}" if tier.inclusion is not None else ""
        parts.append(f"{plain(part)}万元{inside}×{share(rate)}")
        done = min(base, top)
    if done < base:
        return Worked(failed=f"超过{wan(done)}的上限，整体不适用")
    saved = base * CIT - tax
    return exactly(saved, f"应缴{'+'.join(parts) or '0'}={wan(tax)}，比按25%的{wan(base * CIT)}少缴{wan(saved)}")


def _tiers2(rule: Rule, case: Case) -> Worked:
    """Rates of bands for what there was the year before and for what came on top; bands may have holes."""
    base = _base(case)
    tier = next((t for t in reversed(rule.tiers) if base >= _of(t.ge_wan)), None)
    if tier is None:
        return Worked(failed=f"{rule.base}未达到最低一档{wan(_of(rule.tiers[0].ge_wan))}")
    if tier.lt_wan is not None and base >= _of(tier.lt_wan):
        return Worked(words=f"{wan(base)}所在的一档，比例原文未见", open=rule.note or "所在一档的比例未见")
    stock, more = _of(tier.stock_rate), _of(tier.incr_rate)
    rates = f"存量部分{share(stock)}、增量部分{share(more)}"
    if case.before is None:
        words = f"{wan(base)}：{rates}；上年数未知，介于{wan(base * stock)}与{wan(base * more)}之间"
        return Worked(low=base * stock, high=base * more, words=words, lacks="before")
    kept, grown = min(base, case.before), max(Decimal(0), base - case.before)
    amount = kept * stock + grown * more
    return exactly(amount, f"{rates}：{wan(kept)}×{share(stock)}+{wan(grown)}×{share(more)}={wan(amount)}，{NO_CAP}")


def _tiers_months(rule: Rule, case: Case) -> Worked:
    base = _base(case)
    bands = [
        (f"{plain(_of(t.le_yi or t.gt_yi))}亿元{'以下' if t.le_yi else '以上'}{t.months}个月", t) for t in rule.tiers
    ]
    mine = next((t for _, t in bands if t.le_yi is None or base <= _of(t.le_yi) * _YI), None)
    words = "建设周期：" + "，".join(said for said, _ in bands)
    if case.base is not None and mine:
        words += f"；{wan(base)}的项目为{mine.months}个月"
    points = _of(rule.penalty_pp_per_month)
    words += f"；每延长1个月奖励比例扣{plain(points)}个百分点，超期过半的不享受"
    if case.months_late is not None:
        words += f"；超期{plain(case.months_late)}个月扣{plain(points * case.months_late)}个百分点"
        if mine and mine.months and case.base is not None and case.months_late * 2 > mine.months:
            return Worked(failed=f"超期{plain(case.months_late)}个月，超过建设周期{mine.months}个月的一半，不享受")
    return Worked(words=words, open="奖励比例逐格表未见，只能说明期限和扣减")


KINDS: Mapping[str, Callable[[Rule, Case], Worked]] = {
    "percent": _percent, "fixed": _fixed, "fixed_per": _fixed_per, "tiers": _tiers, "step": _step, "per_area": _per_area,
    "rate": _rate, "holiday": _holiday, "deduct_extra": _deducted, "deduct": _deducted, "tax_credit": _tax_credit,
    "deferral": _deferral, "threshold": _threshold, "land_floor": _land_floor, "cap": _cap, "range_rate": _range_rate,
    "limit": _limit, "tiers_tax": _tiers_tax, "tiers2": _tiers2, "tiers_months": _tiers_months, "case_by_case": _case_by_case,
}  # fmt: skip
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "percent": ("bases", "rate"), "fixed": ("amount_wan",), "fixed_per": ("bases", "amount_wan", "unit"), "tiers": ("bases", "tiers"),
    "step": ("bases", "first_at_yi", "step_yi", "amount_wan"), "per_area": ("bases", "per_m2", "amount_wan"), "rate": ("bases", "rate"),
    "holiday": ("bases", "free_years"), "deduct_extra": ("bases", "rate"), "deduct": ("bases", "rate"), "tax_credit": ("bases", "rate"),
    "deferral": ("bases", "rate_deferred"), "threshold": ("gives",), "land_floor": ("rate", "meaning"), "range_rate": ("bases", "min_rate", "max_rate"),
    "limit": ("max_workdays",), "tiers_tax": ("bases", "tiers"), "tiers2": ("bases", "tiers"), "tiers_months": ("tiers",),
}  # fmt: skip


def lacking(rule: Rule) -> list[str]:
    """The fields without which a rule of its kind cannot be worked out."""
    missing = [field for field in _NEEDED.get(rule.kind, ()) if getattr(rule, field) in (None, "", [])]
    if rule.kind == "cap" and rule.cap_wan is None and rule.cap_wan_year is None:
        missing.append("cap_wan")
    return missing
