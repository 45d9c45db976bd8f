"""From what a rule gives in full to what is paid: caps, what was already received, how many years, instalments."""

from __future__ import annotations

from decimal import Decimal

from knowledge.estimating.case import Case, Worked
from knowledge.estimating.saying import NO_CAP, decimal, share, wan
from knowledge.rules import Award, Tier


def paid(
    rule: Award, case: Case, full: Decimal, sum_: str, tier: Tier | None = None, cap_unseen: str = NO_CAP,
    all_years: bool = False,
) -> Worked:  # fmt: skip
    """What is paid of a full amount, and how; `cap_unseen` is said where no cap was seen."""
    amount, cap = capped(rule, full, case, tier, all_years)
    shared = shared_caps(rule)
    said = "、".join(filter(None, (cap, shared))) or cap_unseen
    if full > amount:
        words = f"{sum_}，超过上限，按{cap}计{f'；{shared}' if shared else ''}"
    else:
        words = f"{sum_}，{said}" if said else sum_
    if not all_years:
        words += _years(rule)
    if not rule.tops_up:
        return Worked(low=amount, high=amount, words=words + schedule(rule, amount))
    if case.received is None:
        words += f"；补足至{wan(amount)}，已获的同类奖励要扣除，数额未知{schedule(rule, None)}"
        return Worked(
            low=Decimal(0), high=amount, words=words, open="已获的同类奖励未知，补足的差额须核实", lacks="received"
        )
    rest = max(Decimal(0), amount - case.received)
    words += f"；补足至{wan(amount)}，扣除已获的{wan(case.received)}，补{wan(rest)}"
    return Worked(low=rest, high=rest, words=words + schedule(rule, rest))


def how(rule: Award) -> str:
    """How an amount that is not known for certain is paid: for how many years, less what was received, in parts."""
    less = "；已获的同类奖励要扣除" if rule.tops_up else ""
    return f"{_years(rule)}{less}{schedule(rule, None)}"


def _years(rule: Award) -> str:
    if not rule.years:
        return ""
    return f"，连续{rule.years}年" + ("" if rule.cap_wan_total is not None else "，以上为一年")


def schedule(rule: Award, amount: Decimal | None) -> str:
    """The instalments in words, each with its amount where that is known; the last takes what rounding left over."""
    if not rule.instalments:
        return ""
    parts, left = [], amount
    for at, part in enumerate(rule.instalments, 1):
        said = f"{part.when}{share(decimal(part.share))}"
        if amount is not None and left is not None:
            each = left if at == len(rule.instalments) else round(amount * decimal(part.share), 4)
            left -= each
            said += f"即{wan(each)}"
        parts.append(said)
    return f"；分{len(parts)}期拨付：{'、'.join(parts)}"


def capped(
    rule: Award, full: Decimal, case: Case, tier: Tier | None = None, all_years: bool = False
) -> tuple[Decimal, str]:
    """The amount after all caps that hold, and the caps in words."""
    caps: list[tuple[Decimal | None, str]] = []
    if tier is not None and tier.cap_wan is not None:
        caps.append((decimal(tier.cap_wan), f"该档最高{wan(decimal(tier.cap_wan))}"))
    if rule.cap_wan_product is not None:
        caps.append((decimal(rule.cap_wan_product) * case.pieces, f"每个品种最高{wan(decimal(rule.cap_wan_product))}"))
    if rule.cap_wan_year is not None:
        bound = None if all_years else decimal(rule.cap_wan_year)  # kept year by year where years are added up
        caps.append((bound, f"每年最高{wan(decimal(rule.cap_wan_year))}"))
    if rule.cap_wan_total is not None:
        caps.append((decimal(rule.cap_wan_total), f"累计最高{wan(decimal(rule.cap_wan_total))}"))
    if rule.cap_wan is not None:
        caps.append((decimal(rule.cap_wan), f"最高{wan(decimal(rule.cap_wan))}"))
    amount = min([full, *(bound for bound, _ in caps if bound is not None)])
    return amount, "、".join(words for _, words in caps)


def shared_caps(rule: Award) -> str:
    """The caps that a rule shares with others, in words."""
    caps = (
        (rule.cap_group_wan_year, "每年最高" if rule.cap_group_wan_total else "最高"),
        (rule.cap_group_wan_total, "合计最高"),
    )
    return "、".join(f"{rule.cap_group}{said}{wan(decimal(cap))}" for cap, said in caps if cap is not None)
