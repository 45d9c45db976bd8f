"""One rule of an incentive for one investor: whether it holds, what it gives, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from knowledge.estimating.arithmetic import by_dollars_alone, work
from knowledge.estimating.bounds import in_dollars, tier_of
from knowledge.estimating.case import Case, Worked
from knowledge.estimating.conditions import PREMISE, Condition, figure_of, of_rule, of_tier
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import Terms
from knowledge.rules import Award, BuildingTime, LandFloor, Percent, Rule, Tier, Tiers

Range = tuple[Decimal, Decimal]
FAIR_REVIEW = "该项与税收或地方贡献挂钩，2024年8月1日《公平竞争审查条例》施行后可能不再兑现，须以书面批复为准"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of an incentive, worked out."""

    rule: Rule
    holds: bool | None
    worked: Worked | None = None
    """None where the base is not known."""
    failed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    """Conditions that were taken for granted."""
    open: tuple[str, ...] = ()
    """What keeps the amount from being told for certain."""
    lacks: tuple[str, ...] = ()
    """Ids of what the investor has not told, in the order in which to ask."""
    hinted: bool = False
    """Whether only what the investor is, no figure, is about it."""

    @property
    def range(self) -> Range | None:
        """The amount, as far as it is known; nothing where the rule does not hold."""
        if self.worked is None or self.worked.low is None or self.worked.high is None or self.holds is False:
            return None
        return self.worked.low, self.worked.high


def touches(rule: Rule, inputs: Inputs, terms: Terms) -> bool:
    """Whether something the investor told is about this rule; cheap, so that most rules need not be worked out."""
    if rule.bases and any(figure_of(base, inputs, terms)[1] for base in rule.bases):
        return True
    told = [inputs.flags.get(flag) for flag in rule.needs]
    if rule.bases:
        return bool(told) and all(told) and is_telling(rule, terms)
    return bool(told) and (all(told) or False in told)


def line_of(rule: Rule, inputs: Inputs, terms: Terms, today: dt.date) -> Line:
    """Work a rule out for an investor."""
    figures = [figure_of(base, inputs, terms) for base in rule.bases]
    cases, missing = _cases(rule, inputs, terms, figures)
    conditions = list(of_rule(rule, inputs, terms, today))
    conditions += [c for tier in _tiers(rule, cases) for c in of_tier(tier, inputs, terms)]
    worked = _worked(rule, cases)
    holds = _all(conditions)
    failed = [c.words for c in conditions if c.holds is False]
    open_ = [c.words for c in conditions if c.holds is None and c.lapsed]
    assumed = [c.words for c in conditions if c.holds is None and not c.decides and c.lacks]
    lacks = [c.lacks for c in conditions if c.holds is None and c.decides and c.lacks != PREMISE and c.lacks]
    if worked is not None and worked.failed:
        holds, failed = False, [*failed, worked.failed]
    if worked is not None:
        open_ += [worked.open] if worked.open else []
        if worked.lacks == "before":
            missing += [b for b, t in terms.bases.items() if t.beside and t.beside in rule.bases]
        if worked.lacks == "received" and isinstance(rule, Award):
            missing.append(rule.tops_up)
        open_ += [worked.words] if worked.lacks == "dollars" else []
    if worked is not None and open_ and any(c.lapsed for c in conditions):
        worked = msgspec.structs.replace(worked, low=None, high=None, words=f"（按已到期的办法）{worked.words}")
    if rule.contribution:
        open_.append(FAIR_REVIEW)
    open_ += [rule.uncertain] if rule.uncertain else []
    if rule.derived:
        open_.append("比例由原文推算，不是原文所写")
    needs_base = worked is None and rule.bases and not isinstance(rule, LandFloor | BuildingTime)
    return Line(
        rule=rule, holds=None if holds and needs_base else holds, worked=worked, failed=tuple(failed),
        hinted=bool(rule.bases) and not any(figure for _, figure in figures), assumed=tuple(assumed), open=tuple(dict.fromkeys(open_)),
        lacks=tuple(i for i in dict.fromkeys((*missing, *lacks)) if i not in inputs.skipped),
    )  # fmt: skip


def is_unspoken(line: Line, inputs: Inputs, terms: Terms) -> bool:
    """Whether a rule needs something that is never asked for and that the investor did not mention."""
    return any(flag not in inputs.flags and not terms.flags[flag].ask for flag in line.rule.needs)


def is_telling(rule: Rule, terms: Terms) -> bool:
    """Whether the needs of a rule point at it alone, so that naming them asks for it."""
    return all(not terms.flags[flag].ask or flag in ("总部企业",) for flag in rule.needs)


def _all(conditions: Iterable[Condition]) -> bool | None:
    held = [c.holds for c in conditions if c.decides or c.holds is False]
    return False if False in held else None if None in held else True


def _cases(
    rule: Rule, inputs: Inputs, terms: Terms, figures: Sequence[tuple[str, Figure | None]]
) -> tuple[list[Case], list[str]]:
    """What to work the rule out with: the lowest and the highest base that were told. Or none, and what is missing."""
    missing = [base for base, figure in figures if figure is None]
    if missing:
        without = isinstance(rule, LandFloor | BuildingTime)
        return ([_case(rule, inputs, terms)] if without else []), ([] if without else missing)
    if not figures:
        return [_case(rule, inputs, terms)], []
    own = _sum([inputs.yuan(b) if terms.bases[b].unit == "money" else inputs.figures[b] for b, _ in figures])
    dollars = _sum([inputs.dollars(b) for b, _ in figures])
    if own is None and dollars is not None and by_dollars_alone(rule):
        own = Figure(Decimal(0), Decimal(0))
    if own is None:
        return _below_threshold(rule, dollars), []
    ends = [(own.low, dollars.low if dollars else None), (own.high, dollars.high if dollars else None)]
    return [_case(rule, inputs, terms, *end) for end in dict.fromkeys(ends)], []


def _sum(figures: Sequence[Figure | None]) -> Figure | None:
    """The sum, or None where one is in a currency whose rate is not known."""
    total: Figure | None = None
    for figure in figures:
        if figure is None:
            return None
        total = figure if total is None else total.plus(figure)
    return total


def _below_threshold(rule: Rule, dollars: Figure | None) -> list[Case]:
    """Dollars without a rate tell that a threshold in dollars was missed, not the amount in yuan."""
    if not isinstance(rule, Percent) or rule.min_usd is None or dollars is None:
        return []
    case = Case(base=Decimal(0), dollars=dollars.low)
    return [case] if work(rule, case).failed else []


def _tiers(rule: Rule, cases: Sequence[Case]) -> list[Tier]:
    """The tiers that the told base lies in, the highest first."""
    if not isinstance(rule, Tiers) or not rule.bases or rule.marginal:
        return []
    values = [case.dollars if in_dollars(rule.tiers[0]) else case.base for case in reversed(cases)]
    found = [tier for value in values if value is not None and (tier := tier_of(rule.tiers, value))]
    return [tier for at, tier in enumerate(found) if tier not in found[:at]]


def _worked(rule: Rule, cases: Sequence[Case]) -> Worked | None:
    """The rule for the lowest and the highest base that were told, or None where the base is not known."""
    if not cases:
        return None
    low = work(rule, cases[0])
    if len(cases) == 1:
        return low
    high = work(rule, cases[1])
    if high.failed or low.low is None:
        return high
    if low.failed:
        return msgspec.structs.replace(high, low=Decimal(0), words=f"{low.failed}的没有；{high.words}")
    return msgspec.structs.replace(high, low=low.low, words=f"最低{low.words}；最高{high.words}")


def _case(
    rule: Rule, inputs: Inputs, terms: Terms, base: Decimal | None = None, dollars: Decimal | None = None
) -> Case:
    figures, flags = inputs.figures, inputs.flags
    before = inputs.yuan("上年经济社会贡献")
    received = inputs.yuan(rule.tops_up) if isinstance(rule, Award) and rule.tops_up else None
    pieces, late = figures.get("受托品种数"), figures.get("超期月数")
    return Case(
        base=base, before=before.low if before else None, dollars=dollars,
        unit=terms.bases[rule.bases[0]].unit if rule.bases else "money", received=received.low if received else None,
        tax_rate=Decimal("0.15") if flags.get("高新技术企业") else Decimal("0.25"), wish=inputs.wish,
        pieces=pieces.low if pieces else Decimal(1), bonus=bool(flags.get("世界五百强")),
        recipient="个人" if flags.get("个人") else "团队" if flags.get("团队") else "",
        months_late=late.low if late else None,
    )  # fmt: skip
