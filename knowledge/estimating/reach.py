"""Which incentives come into question for what an investor told, and what would have to be asked next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from knowledge.estimating.conditions import PLACE
from knowledge.estimating.inputs import Inputs
from knowledge.estimating.lines import is_telling
from knowledge.estimating.outcome import Estimate, estimate
from knowledge.estimating.terms import UNIT_NAMES, Terms
from knowledge.model import Incentive
from knowledge.rules import Rule
from knowledge.standing import standing_of

RATE = "rate:"
"""Before a currency among what is asked."""
_ORDER = {"eligible": 0, "to_verify": 1, "ineligible": 2}
_CURRENCIES = {"USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元", "GBP": "英镑", "KRW": "韩元"}


class Question(msgspec.Struct, frozen=True):
    """What to ask next. `id` is a base, a flag, a place or a currency."""

    id: str
    text: str
    options: tuple[str, ...]


def both_ways(incentives: Mapping[str, Incentive]) -> dict[str, Incentive]:
    """The incentives, those that exclude each other told of on both, wherever it is written down."""
    apart: dict[str, set[str]] = defaultdict(set)
    for id_, incentive in incentives.items():
        for other in incentive.not_with:
            apart[id_].add(other)
            apart[other].add(id_)
    return {
        id_: msgspec.structs.replace(incentive, not_with=sorted(apart[id_])) if id_ in apart else incentive
        for id_, incentive in incentives.items()
    }


class Estimator:
    """Immutable; built once for all records, so that no question loops over all of them."""

    def __init__(self, incentives: Iterable[Incentive], terms: Terms, names: Mapping[str, str]) -> None:
        self.terms = terms
        self.names = dict(names)
        self.incentives = both_ways({incentive.id: incentive for incentive in incentives})
        self._by_term: dict[str, list[str]] = defaultdict(list)
        for incentive in self.incentives.values():
            for term in dict.fromkeys(t for rule in incentive.rules for t in self._touching(rule)):
                self._by_term[term].append(incentive.id)

    def _touching(self, rule: Rule) -> Iterable[str]:
        """Ids of what touches a rule when an investor tells it."""
        for base in rule.bases:
            yield base
            yield from self.terms.bases[base].stands_in
        if not rule.bases or is_telling(rule, self.terms):
            yield from rule.needs

    def estimates(self, inputs: Inputs, named: Sequence[str], today: dt.date) -> list[Estimate]:
        """All incentives that come into question: the named ones first, then what is sure.

        What took the place of a named one comes with it; what nobody named is left out where its successor is told.
        """
        told = [*inputs.figures, *inputs.flags]
        newer = [i.superseded_by for id_ in named if (i := self.incentives.get(id_)) and i.superseded_by]
        ids = dict.fromkeys((*named, *newer, *(id_ for term in told for id_ in self._by_term.get(term, ()))))
        found = []
        for id_ in ids:
            incentive = self.incentives.get(id_)
            if incentive is None or (id_ not in named and inputs.city and incentive.city not in (inputs.city, "全国")):
                continue
            asked_for = id_ in named or id_ in newer
            if not asked_for and not self._is_spoken_of(incentive, inputs, today):
                continue
            made = estimate(incentive, inputs, self.terms, today, self.names, asked_for)
            if made is not None and (asked_for or self._worth_telling(made, inputs)):
                found.append(made)
        worked_out = {e.incentive.id for e in found}
        found = [e for e in found if e.incentive.id in named or e.incentive.superseded_by not in worked_out]
        elsewhere = [e for e in found if any(i.startswith(PLACE) for i in e.lacks) and e.incentive.id not in named]
        if len(elsewhere) < len(found):
            found = (
                [e for e in found if e not in elsewhere or self._is_meant(e, inputs)]
                if not any(e.status == "eligible" or self._is_answered(e, inputs) for e in found)
                else [e for e in found if e not in elsewhere]
            )
        if any(self._is_meant(e, inputs) for e in found):
            found = [
                e for e in found if e.status != "to_verify" or e.incentive.id in named or self._is_meant(e, inputs)
            ]
        order = {id_: i for i, id_ in enumerate((*named, *newer))}
        found.sort(
            key=lambda e: (
                order.get(e.incentive.id, len(order)),
                _ORDER[e.status],
                len(e.lacks),
                e.incentive.city != inputs.city,
                -(e.amount or 0),
                e.incentive.id,
            )
        )
        return found

    def instead_of(self, estimates: Sequence[Estimate], today: dt.date, most: int = 3) -> list[Incentive]:
        """What is in force and can be worked out in the city of an incentive that was stopped, the newest first."""
        cities = {e.incentive.city for e in estimates if e.incentive.stopped_by}
        shown = {e.incentive.id for e in estimates}
        held = [
            i
            for i in self.incentives.values()
            if i.city in cities and i.rules and i.id not in shown and standing_of(i, today) == "current"
        ]
        return sorted(held, key=lambda i: (i.effective_from or "", i.id), reverse=True)[:most]

    def _worth_telling(self, made: Estimate, inputs: Inputs) -> bool:
        """Of incentives nobody named: not what has ended, nor what hangs on something that nobody spoke of."""
        lines = made.lines
        pointed = [line for line in lines if any(self._tells(f) and inputs.flags.get(f) for f in line.rule.needs)]
        if made.ended:
            return any(all(inputs.flags.get(f) for f in line.rule.needs) for line in pointed)
        spoken = [line for line in lines if not any(f not in inputs.flags and self._tells(f) for f in line.rule.needs)]
        return bool(spoken)

    def _is_spoken_of(self, incentive: Incentive, inputs: Inputs, today: dt.date) -> bool:
        """Whether any rule could be told at all, before it is worked out: the cheap half of `_worth_telling`."""
        told = [r for r in incentive.rules if all(f in inputs.flags or not self._tells(f) for f in r.needs)]
        if told and standing_of(incentive, today) != "current" and not incentive.continued:
            return any(any(self._tells(f) and inputs.flags.get(f) for f in r.needs) for r in told)
        return bool(told)

    def _is_meant(self, made: Estimate, inputs: Inputs) -> bool:
        """Whether something is sure of it, or the investor spoke of it; else it only might be one of many."""
        touched = made.lines
        return any(line.holds is True and line.worked for line in touched) or any(
            self._tells(f) and inputs.flags.get(f) for line in touched for f in line.rule.needs
        )

    @staticmethod
    def _is_answered(made: Estimate, inputs: Inputs) -> bool:
        """Whether an investor who is what a rule needs has missed its threshold: that is an answer."""
        lines = [line for line in made.lines if line.holds is False and line.worked is not None and line.worked.failed]
        return made.status == "ineligible" and any(
            line.rule.needs and all(inputs.flags.get(flag) for flag in line.rule.needs) for line in lines
        )

    def _tells(self, flag: str) -> bool:
        """Whether a flag is so special that whoever speaks of it asks for what needs it."""
        return not self.terms.flags[flag].ask

    def question(
        self, estimates: Sequence[Estimate], inputs: Inputs, named: Sequence[str], asked: Sequence[str]
    ) -> Question | None:
        """What to ask next, while nothing can be said yet, or of an incentive that was named."""
        done = any(e.status == "eligible" or self._is_answered(e, inputs) for e in estimates)
        waiting = not estimates or any(
            line.worked is None and not line.lacks and line.holds is not False for e in estimates for line in e.lines
        )
        if (currency := inputs.foreign()) and waiting and f"{RATE}{currency}" not in (*asked, *inputs.skipped):
            return self.of_rate(currency)
        for made in estimates:
            if made.status == "to_verify" and (made.incentive.id in named or not done):
                for id_ in made.asks:
                    if id_ not in (*asked, *inputs.skipped) and (question := self._of(id_)):
                        return question
        return None

    def of_rate(self, currency: str) -> Question:
        """Asks for yuan or a rate of exchange."""
        said = _CURRENCIES.get(currency, currency)
        return Question(
            f"{RATE}{currency}",
            f"您说的是{said}。政策金额按人民币计，请告诉我折合多少人民币，或您要采用的汇率（如“按7.1算”）。",
            ("跳过",),
        )

    def _of(self, id_: str) -> Question | None:
        if id_.startswith(PLACE):
            where = self.names.get(id_.removeprefix(PLACE), id_)
            return Question(id_, f"贵公司的注册、纳税和统计都在{where}吗？", ("是", "不是", "跳过"))
        if id_ in self.terms.flags:
            ask = self.terms.flags[id_].ask
            return Question(id_, ask, ("是", "不是", "跳过")) if ask else None
        base = self.terms.bases.get(id_)
        if base is None or not base.ask:
            return None
        unit = "请带上单位，如“5000万元”" if base.unit == "money" else f"单位：{UNIT_NAMES[base.unit]}"
        return Question(id_, f"{base.ask}（{unit}）", ("跳过",))
