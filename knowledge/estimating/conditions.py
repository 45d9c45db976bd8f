"""Whether a rule holds for an investor: yes, no or not known yet, each with the condition in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.terms import UNIT_NAMES, Terms
from knowledge.model import Incentive, Limit, Rule
from knowledge.standing import last_day, standing_of

PLACE = "place:"
"""Before the id of a place among what is missing."""


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
    if standing == "expired" and incentive.continued:
        yield Condition(f"政策期限至{incentive.effective_until}；{incentive.continued}", None, lapsed=True)
    elif standing == "expired":
        until = f"（至{incentive.effective_until}）" if incentive.effective_until else ""
        yield Condition(f"政策已过期{until}，不再作为现行政策测算", False)
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


def _need(flag: str, inputs: Inputs) -> str:
    return f"须为{flag}" + ("，您说明不是" if inputs.flags.get(flag) is False else "")


def _is_there(places: list[str], inputs: Inputs) -> bool | None:
    if not inputs.places:
        return None
    return bool(set(places) & set(inputs.places))


def _of_limit(limit: Limit, inputs: Inputs, terms: Terms) -> Condition:
    unit = UNIT_NAMES[terms.bases[limit.base].unit]
    shown = {"at_least": "不低于", "at_most": "不超过"}
    if limit.at_least_wan_usd is not None:
        bound = Decimal(str(limit.at_least_wan_usd))
        figure = inputs.dollars(limit.base)
        words = f"{limit.base}须不低于{plain(bound)}万美元"
        return Condition(words, None if figure is None else figure.low >= bound, limit.base, limit.decides)
    figure = inputs.yuan(limit.base) if unit == "万元" else inputs.figures.get(limit.base)
    words, holds = "", None if figure is None else True
    for field, said in shown.items():
        value = getattr(limit, field)
        if value is None:
            continue
        bound = Decimal(str(value))
        words = f"{limit.base}须{said}{plain(bound * 100) if unit == '%' else plain(bound)}{unit}"
        if figure is not None:
            holds = bool(holds) and (figure.low >= bound if field == "at_least" else figure.high <= bound)
    return Condition(words, holds, limit.base, limit.decides)


def plain(value: Decimal) -> str:
    """A number as people write it: no trailing zeros, no exponent; at most four decimals."""
    text = f"{value.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
