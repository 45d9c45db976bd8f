"""What holds whatever an investor tells: more never gives less, no cap is passed, the order does not matter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue
from knowledge.estimating.arithmetic import work
from knowledge.estimating.case import Case
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.outcome import estimate
from knowledge.estimating.reach import Estimator
from knowledge.model import Incentive
from knowledge.rules import Rule

CATALOGUE = Catalogue.load()
TERMS = CATALOGUE.vocabulary.inputs
RULES = [(i.id, place, rule) for i in CATALOGUE.of_type(Incentive) for place, rule in enumerate(i.rules) if rule.bases]
GROWING = [r for r in RULES if r[2].kind not in ("land_floor", "tiers_months", "tiers_tax", "tiers2", "threshold")]
"""Rules whose amount grows with the base: not those with an upper bound or a hole in their bands."""
amounts = st.decimals(min_value=0, max_value=10**8, places=2, allow_nan=False, allow_infinity=False)


def top(rule: Rule, base: Decimal) -> Decimal:
    made = work(rule, Case(base=base, dollars=base))
    return made.high or Decimal(0)


def cap(rule: Rule) -> Decimal | None:
    names = ("cap_wan", "cap_wan_year", "cap_wan_total", "cap_wan_product")
    caps = [c for c in (getattr(rule, name, None) for name in names) if c is not None]
    return Decimal(str(min(caps))) if caps else None


@pytest.mark.parametrize("rule", [r for _, _, r in GROWING], ids=[f"{i}-{p}" for i, p, _ in GROWING])
@settings(max_examples=25, deadline=None)
@given(first=amounts, second=amounts)
def test_a_larger_base_never_gives_less(rule, first, second):
    low, high = sorted((first, second))
    assert top(rule, low) <= top(rule, high)


@pytest.mark.parametrize("rule", [r for _, _, r in RULES if cap(r)], ids=[f"{i}-{p}" for i, p, r in RULES if cap(r)])
@settings(max_examples=25, deadline=None)
@given(base=amounts)
def test_no_amount_is_ever_above_its_cap(rule, base):
    assert top(rule, base) <= cap(rule)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(TERMS.bases)), st.integers(0, 10**7), max_size=5),
    st.dictionaries(st.sampled_from(sorted(TERMS.flags)), st.booleans(), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_things_are_told_does_not_matter(figures, flags, random):
    import datetime as dt

    estimator = Estimator(CATALOGUE.of_type(Incentive), TERMS, CATALOGUE.names)

    def outcome(items, facts):
        inputs = Inputs(figures={b: Figure(Decimal(v), Decimal(v)) for b, v in items}, flags=dict(facts))
        return [
            (e.incentive.id, e.status, e.amount, e.range)
            for e in estimator.estimates(inputs, (), dt.date(2026, 11, 26))
        ]

    mixed, facts = list(figures.items()), list(flags.items())
    straight = outcome(mixed, facts)
    random.shuffle(mixed)
    random.shuffle(facts)
    assert outcome(mixed, facts) == straight


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=3, max_size=3))
def test_a_shared_yearly_cap_holds_over_all_rules_that_share_it(counts):
    import datetime as dt

    bases = ("二类新药个数", "三四类新药个数", "五六类新药个数")
    figures = {b: Figure(Decimal(n), Decimal(n)) for b, n in zip(bases, counts, strict=True)}
    made = estimate(CATALOGUE.records["jn-bio16"], Inputs(figures=figures), TERMS, dt.date(2026, 11, 26))
    assert made.amount == min(Decimal(1000), Decimal(500 * counts[0] + 300 * counts[1] + 100 * counts[2]))


def test_what_nobody_spoke_of_costs_nothing():
    """Ten times the incentives on other figures leave an estimate about as fast."""
    import datetime as dt
    import time

    import msgspec

    shipped = CATALOGUE.of_type(Incentive)
    others = [i for i in shipped if i.id.startswith("jn-bio16")]
    inputs = Inputs(figures={"到账外资": Figure(Decimal(12000), Decimal(12000))}, flags={"外商投资企业": True})

    def seconds(incentives):
        estimator = Estimator(incentives, TERMS, CATALOGUE.names)
        times = []
        for _ in range(20):
            started = time.perf_counter()
            estimator.estimates(inputs, (), dt.date(2026, 11, 26))
            times.append(time.perf_counter() - started)
        return min(times)

    many = [*shipped, *(msgspec.structs.replace(others[0], id=f"x{n}") for n in range(10 * len(shipped)))]
    assert seconds(many) < 5 * seconds(shipped)
