"""One rule of an incentive for one investor: whether it holds, what it gives, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from knowledge.estimating.arithmetic import Case, Worked, work
from knowledge.estimating.conditions import Condition, figure_of, of_rule
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import Terms
from knowledge.model import Rule

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
    conditions = list(of_rule(rule, inputs, terms, today))
    figures = [figure_of(base, inputs, terms) for base in rule.bases]
    holds = _all(conditions)
    failed = [c.words for c in conditions if c.holds is False]
    open_ = [c.words for c in conditions if c.holds is None and c.lapsed]
    assumed = [c.words for c in conditions if c.holds is None and not c.decides and c.lacks]
    lacks = [c.lacks for c in conditions if c.holds is None and c.decides and c.lacks]
    worked, missing = _worked(rule, inputs, terms, figures)
    if worked is not None and worked.failed:
        holds, failed = False, [*failed, worked.failed]
    if worked is not None:
        open_ += [worked.open] if worked.open else []
        if worked.lacks == "before":
            missing += [b for b, t in terms.bases.items() if t.beside and t.beside in rule.bases]
        open_ += [worked.words] if worked.lacks == "dollars" else []
    if worked is not None and open_ and any(c.lapsed for c in conditions):
        worked = msgspec.structs.replace(worked, low=None, high=None, words=f"（按已到期的办法）{worked.words}")
    if rule.contribution:
        open_.append(FAIR_REVIEW)
    open_ += [rule.uncertain] if rule.uncertain else []
    if rule.derived:
        open_.append("比例由原文推算，不是原文所写")
    needs_base = worked is None and rule.bases and rule.kind not in ("land_floor", "tiers_months")
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


def _worked(
    rule: Rule, inputs: Inputs, terms: Terms, figures: Sequence[tuple[str, Figure | None]]
) -> tuple[Worked | None, list[str]]:
    """The rule for the lowest and the highest base that were told, or None and what is missing for it."""
    missing = [base for base, figure in figures if figure is None]
    if rule.bases and missing:
        return (
            (work(rule, _case(rule, None, inputs)), [])
            if rule.kind in ("land_floor", "tiers_months")
            else (None, missing)
        )
    sums: Figure | None = None
    for base, _ in figures:
        own = inputs.yuan(base) if terms.bases[base].unit == "money" else inputs.figures[base]
        if own is None and rule.min_usd is not None and (dollars := inputs.dollars(base)):
            return _by_dollars(rule, dollars)
        if own is None:
            return None, []  # told in a currency whose rate is not known
        sums = own if sums is None else sums.plus(own)
    low = work(rule, _case(rule, sums.low if sums else None, inputs))
    if sums is None or sums.low == sums.high:
        return low, []
    high = work(rule, _case(rule, sums.high, inputs))
    if high.failed or low.low is None:
        return high, []
    if low.failed:
        return msgspec.structs.replace(high, low=Decimal(0), words=f"{low.failed}的没有；{high.words}"), []
    return msgspec.structs.replace(high, low=low.low, words=f"最低{low.words}；最高{high.words}"), []


def _by_dollars(rule: Rule, dollars: Figure) -> tuple[Worked | None, list[str]]:
    """Dollars alone tell whether the threshold is reached, not the amount in yuan."""
    tried = work(rule, Case(base=Decimal(0), dollars=dollars.low))
    return (tried, []) if tried.failed else (None, [])


def _case(rule: Rule, base: Decimal | None, inputs: Inputs) -> Case:
    figures, flags = inputs.figures, inputs.flags
    dollars = inputs.dollars(rule.bases[0]) if rule.bases else None
    before = inputs.yuan("上年经济社会贡献")
    pieces, late = figures.get("受托品种数"), figures.get("超期月数")
    return Case(
        base=base, before=before.low if before else None, dollars=dollars.low if dollars else None,
        tax_rate=Decimal("0.15") if flags.get("高新技术企业") else Decimal("0.25"), wish=inputs.wish,
        pieces=pieces.low if pieces else Decimal(1), bonus=bool(flags.get("世界五百强")),
        recipient="个人" if flags.get("个人") else "团队" if flags.get("团队") else "",
        months_late=late.low if late else None,
    )  # fmt: skip
