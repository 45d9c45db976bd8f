"""Every rule in the records has a worked example, and gives what the example says."""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

_spec = importlib.util.spec_from_file_location("estimate_examples", Path(__file__).parent / "examples.py")
_examples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_examples)
EXAMPLES, FAILED, NOTHING = _examples.EXAMPLES, _examples.FAILED, _examples.NOTHING


def test_no_rule_is_without_a_worked_example(incentives):
    rules = {(i.id, place) for i in incentives.values() for place in range(len(i.rules))}
    assert rules - {(id_, place) for id_, place, *_ in EXAMPLES} == set()


def test_every_kind_of_rule_is_worked_out(incentives):
    from knowledge.estimating.arithmetic import KINDS
    from knowledge.rules import RULES

    assert set(KINDS) == set(RULES)


@pytest.mark.parametrize(
    ("incentive", "place", "figures", "facts", "gives", "status"), EXAMPLES, ids=lambda value: str(value)[:40]
)
def test_a_rule_gives_what_its_example_says(work_out, incentives, incentive, place, figures, facts, gives, status):
    made = work_out(incentive, figures, facts, named=True)
    (line,) = [found for found in made.lines if found.rule is incentives[incentive].rules[place]] or [None]
    assert made.status == status
    if gives == FAILED:
        assert line is None or line.holds is False
    elif gives == NOTHING:
        assert line.holds is not False
        assert line.worked.low is None
    else:
        low, high = gives if isinstance(gives, tuple) else (gives, gives)
        assert (line.worked.low, line.worked.high) == (Decimal(str(low)), Decimal(str(high)))


@pytest.mark.parametrize(("figures", "saved"), [(100, "20"), (280, "47"), (300, "50")])
def test_an_expired_method_is_told_as_history_and_never_as_an_amount(monkeypatch, work_out, incentives, figures, saved):
    unseen = msgspec.structs.replace(incentives["cn-sme"], superseded_by="", continued="有延续政策，税率未见")
    monkeypatch.setitem(incentives, "cn-sme", unseen)
    made = work_out("cn-sme", {"应纳税所得额": figures}, ["小型微利企业"])
    assert (made.status, made.amount, made.range) == ("to_verify", None, None)
    assert f"少缴{saved}万元" in made.lines[0].worked.words
    assert made.lines[0].worked.words.startswith("（按已到期的办法）")


def test_what_a_newer_one_replaces_is_told_with_its_name_and_without_an_amount(work_out):
    made = work_out("cn-sme", {"应纳税所得额": 280}, ["小型微利企业"])
    assert (made.status, made.amount, made.range) == ("ineligible", None, None)
    assert made.failed == ("政策已被“小型微利企业所得税优惠”取代",)


def test_what_has_expired_is_never_told_with_an_amount(work_out, incentives):
    for id_, place, figures, facts, *_ in EXAMPLES:
        made = work_out(id_, figures, facts, named=True)
        if made.ended:
            assert (made.amount, made.range) == (None, None), (id_, place)


def test_a_credit_whose_conditions_were_not_seen_is_to_be_verified(work_out):
    made = work_out("cn-wht-2025", {"再投资利润": 8000})
    assert made.status == "to_verify"
    assert any("持有期限" in caveat for caveat in made.caveats)


def test_a_land_floor_is_never_an_amount(work_out):
    for id_ in ("jn-land-list", "cn-encfdi", "gs-90-2017"):
        made = work_out(id_, {"工业用地最低限价": 1000}, ["出让底价", "外商投资企业"])
        assert (made.status, made.amount, made.range) == ("to_verify", None, None)
        assert "不是发给企业的资金" in made.lines[0].worked.words
