"""Whether a rule holds for an investor: yes, no or not known yet, each with the condition in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from knowledge.estimating.bounds import in_dollars, interval, limit_in_words, tier_in_words
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import UNIT_NAMES, Terms
from knowledge.model import Incentive
from knowledge.rules import Limit, Rule, Tier
from knowledge.standing import last_day, standing_of

PLACE = "place:"
"""Before the id of a place among what is missing."""
PREMISE = "premise"
"""Stands for what no figure tells: it is never asked for, taken for granted and said."""
YEAR = "到资年度"
"""The figure that tells in which year the money arrived."""


class Condition(msgspec.Struct, frozen=True):
    """One condition of a rule."""

    words: str
    holds: bool | None
    """None where the investor has not told."""
    lacks: str = ""
    """Id of the flag, base or place that would tell."""
    decides: bool = True
    """Whether the rule cannot be worked out without knowing; otherwise it is taken for granted and said."""
    lapsed: bool = False
    """Whether it has run out and what follows it was not seen: nothing may be promised then."""


def figure_of(base_id: str, inputs: Inputs, terms: Terms) -> tuple[str, Figure | None]:
    """The figure for a base, its own or one that stands in, and whose it is."""
    base = terms.bases[base_id]
    if base_id in inputs.figures:
        return base_id, inputs.figures[base_id]
    barred = any(inputs.flags.get(flag) for flag in base.not_with)
    if not barred and (not base.only_with or any(inputs.flags.get(flag) for flag in base.only_with)):
        for other in base.stands_in:
            if other in inputs.figures:
                return other, inputs.figures[other]
    return base_id, None


def of_incentive(incentive: Incentive, inputs: Inputs, today: dt.date, names: dict[str, str]) -> Iterator[Condition]:
    """What must hold whatever the rule: the incentive is in force, and the place is one where it applies."""
    standing = standing_of(incentive, today)
    covered = _is_covered(incentive, inputs)
    years = _years(incentive)
    if years:
        yield Condition(f"只适用于{years}到资的项目", covered, YEAR)
    if standing == "expired" and years and covered is not False:
        until = f"（至{incentive.effective_until}）" if incentive.effective_until else ""
        yield Condition(f"政策已到期{until}，{years}到资的项目能否仍按它兑现须核实", None)
    elif standing == "expired" and incentive.continued:
        yield Condition(f"政策期限至{incentive.effective_until}；{incentive.continued}", None, lapsed=True)
    elif standing == "expired":
        until = f"（至{incentive.effective_until}）" if incentive.effective_until else ""
        yield Condition(f"政策已过期{until}，不再作为现行政策测算", False)
    elif standing == "stopped":
        yield Condition(f"已由{incentive.stopped_by}停止执行", False)
    elif standing == "superseded":
        yield Condition(f"政策已被“{names.get(incentive.superseded_by, incentive.superseded_by)}”取代", False)
    elif standing == "not_yet":
        yield Condition(f"政策自{incentive.effective_from}起才施行", False)
    if inputs.city and incentive.city not in (inputs.city, "全国"):
        yield Condition(f"只适用于{incentive.city}", False)
    if incentive.applies_in:
        where = "、".join(names.get(place, place) for place in incentive.applies_in)
        known = _is_there(incentive.applies_in, inputs)
        yield Condition(f"只适用于{where}", known, f"{PLACE}{incentive.applies_in[0]}")


def of_rule(rule: Rule, inputs: Inputs, terms: Terms, today: dt.date) -> Iterator[Condition]:
    """What must hold for one rule besides."""
    if rule.stopped:
        yield Condition(f"{rule.when or '该条款'}已由{rule.stopped}停止执行", False)
    if rule.valid_until and last_day(rule.valid_until) < today:
        yield Condition(f"该条款的期限至{rule.valid_until}，其后的标准未见", None, lapsed=True)
    for flag in rule.needs:
        yield Condition(_need(flag, inputs), inputs.flags.get(flag), flag)
    if rule.needs_any:
        told = [inputs.flags.get(flag) for flag in rule.needs_any]
        holds = True if any(told) else False if all(t is False for t in told) else None
        yield Condition(f"须符合其一：{'、'.join(rule.needs_any)}", holds, rule.needs_any[0])
    for flag in rule.excludes:
        if inputs.flags.get(flag):
            yield Condition(f"不适用于{flag}", False)
    for limit in rule.limits:
        yield _of_limit(limit, inputs, terms)
    for words in rule.premises:
        yield Condition(words, None, PREMISE, decides=False)


def of_tier(tier: Tier, inputs: Inputs, terms: Terms) -> Iterator[Condition]:
    """What must hold besides for the tier that a figure lies in."""
    for flag in tier.needs:
        yield Condition(_need(flag, inputs), inputs.flags.get(flag), flag)
    about = f"{tier_in_words(tier, 'share')}一档，"
    for limit in tier.limits:
        yield _of_limit(limit, inputs, terms, about)
    for words in tier.premises:
        yield Condition(f"{about}{words}", None, PREMISE, decides=False)


def _is_covered(incentive: Incentive, inputs: Inputs) -> bool | None:
    """Whether the year in which the money arrived is one that the incentive covers; None where nothing says."""
    told = inputs.figures.get(YEAR)
    if told is None or (incentive.covers_from is None and incentive.covers_until is None):
        return None
    return (incentive.covers_from or 0) <= told.low and told.high <= (incentive.covers_until or told.high)


def _years(incentive: Incentive) -> str:
    """The years of arrival that an incentive covers, in words; nothing where it does not say."""
    first, last = incentive.covers_from, incentive.covers_until
    if first and last:
        return f"{first}年度" if first == last else f"{first}至{last}年度"
    return f"{first}年度起" if first else f"{last}年度以前" if last else ""


def _need(flag: str, inputs: Inputs) -> str:
    return f"须为{flag}" + ("，您说明不是" if inputs.flags.get(flag) is False else "")


def _is_there(places: list[str], inputs: Inputs) -> bool | None:
    if not inputs.places:
        return None
    return bool(set(places) & set(inputs.places))


def _of_limit(limit: Limit, inputs: Inputs, terms: Terms, about: str = "") -> Condition:
    unit = terms.bases[limit.base].unit
    if in_dollars(limit):
        figure = inputs.dollars(limit.base)
    else:
        figure = inputs.yuan(limit.base) if unit == "money" else inputs.figures.get(limit.base)
    words = f"{about}{limit.base}须{limit_in_words(limit, unit, UNIT_NAMES[unit])}"
    asked = interval(limit)
    holds = None if figure is None else asked.above_low(figure.low) and asked.below_high(figure.high)
    return Condition(words, holds, limit.base, limit.decides)
