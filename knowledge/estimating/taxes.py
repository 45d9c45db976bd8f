"""Rules on income tax: what is saved, deducted, credited or deferred. All in 万元, all exact."""

from __future__ import annotations

from decimal import Decimal

from knowledge.estimating.bounds import placed
from knowledge.estimating.case import CIT, Case, Worked, exactly
from knowledge.estimating.saying import decimal, plain, share, wan
from knowledge.rules import Deduct, DeductExtra, Deferral, Holiday, TaxBands, TaxCredit, TaxRate


def tax_rate(rule: TaxRate, case: Case) -> Worked:
    base, rate = case.figure, decimal(rule.rate)
    against = decimal(rule.compare_rate) if rule.compare_rate is not None else CIT
    saved = base * (against - rate)
    words = (
        f"{wan(base)}×（{share(against)}-{share(rate)}）={wan(saved)}，即每年约少缴的所得税（应缴{wan(base * rate)}）"
    )
    return exactly(saved, words)


def holiday(rule: Holiday, case: Case) -> Worked:
    base, free, half = case.figure, rule.free_years or 0, rule.half_years or 0
    saved = base * CIT * free + base * CIT / 2 * half
    years = f"{free}年免征" + (f"、{half}年减半" if half else "")
    words = f"{years}：{wan(base)}×25%×{free}年" + (f"+{wan(base)}×12.5%×{half}年" if half else "")
    return exactly(saved, f"{words}={wan(saved)}（假设每年所得不变；免征期每年少缴{wan(base * CIT)}）")


def deducted(rule: Deduct | DeductExtra, case: Case) -> Worked:
    base, rate = case.figure, decimal(rule.rate)
    less, saved = base * rate, base * rate * case.tax_rate
    extra = "加计扣除" if isinstance(rule, DeductExtra) else "抵扣应纳税所得额"
    held = f"（须持有满{rule.hold_years}年）" if isinstance(rule, Deduct) and rule.hold_years else ""
    words = f"{wan(base)}×{share(rate)}={wan(less)}，即可{extra}的金额{held}；按{share(case.tax_rate)}的税率约少缴所得税{wan(saved)}"
    return exactly(saved if case.wish == "tax" else less, words)


def tax_credit(rule: TaxCredit, case: Case) -> Worked:
    amount = case.figure * decimal(rule.rate)
    carry = f"，当年抵免不完的可结转{rule.carry_years}年" if rule.carry_years else ""
    return exactly(amount, f"{wan(case.figure)}×{share(decimal(rule.rate))}={wan(amount)}，抵免应纳税额{carry}")


def deferral(rule: Deferral, case: Case) -> Worked:
    amount = case.figure * decimal(rule.rate_deferred)
    words = f"{wan(case.figure)}×{share(decimal(rule.rate_deferred))}={wan(amount)}"
    return exactly(amount, f"{words}，是暂不缴纳（递延）的税款，不是免除")


def tax_bands(rule: TaxBands, case: Case) -> Worked:
    """Each slice of the base is taxed as its band says; the saving is against the statutory rate."""
    base, tax, parts = case.figure, Decimal(0), []
    bands = placed(rule.tiers)
    if not bands[-1].interval.below_high(base):
        return Worked(failed=f"超过{wan(bands[-1].interval.high or Decimal(0))}的上限，整体不适用")
    for band in bands:
        part = band.interval.part_of(base)
        if part <= 0:
            continue
        rate = CIT / 2 if band.tier.rate_half else decimal(band.tier.rate)
        included = decimal(band.tier.inclusion) if band.tier.inclusion is not None else Decimal(1)
        tax += part * included * rate
        inside = f"×{share(included)}" if band.tier.inclusion is not None else ""
        parts.append(f"{plain(part)}万元{inside}×{share(rate)}")
    saved = base * CIT - tax
    return exactly(saved, f"应缴{'+'.join(parts) or '0'}={wan(tax)}，比按25%的{wan(base * CIT)}少缴{wan(saved)}")
