"""What the tests of estimates share: inputs written shortly, and the shipped rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.outcome import estimate
from knowledge.model import Incentive

TODAY = dt.date(2026, 11, 26)


def told(figures=None, facts=(), **more):
    """Inputs from figures ("6200 USD 7.1" is 6,200万美元 at 7.1), flags (非 denies one) and places (在…)."""
    read, rates = {}, {}
    for base, value in (figures or {}).items():
        amount, *foreign = str(value).split()
        read[base] = Figure(Decimal(amount), Decimal(amount), foreign[0] if foreign else "CNY")
        if len(foreign) > 1:
            rates[foreign[0]] = Decimal(foreign[1])
    flags = {fact.removeprefix("非"): not fact.startswith("非") for fact in facts if not fact.startswith("在")}
    places = tuple(fact.removeprefix("在") for fact in facts if fact.startswith("在"))
    return Inputs(figures=read, flags=flags, places=places, rates=rates, **more)


@pytest.fixture(scope="session")
def terms(catalogue):
    return catalogue.vocabulary.inputs


@pytest.fixture(scope="session")
def incentives(catalogue):
    return {incentive.id: incentive for incentive in catalogue.of_type(Incentive)}


@pytest.fixture(scope="session")
def work_out(incentives, terms, catalogue):
    """Estimate one incentive from inputs, as of a fixed day."""

    def run(incentive_id, figures=None, facts=(), named=False, **more):
        return estimate(
            incentives[incentive_id], told(figures, facts, **more), terms, TODAY, catalogue.names, named
        )  # fmt: skip

    return run
