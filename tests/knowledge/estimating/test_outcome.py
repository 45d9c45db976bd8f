"""What an estimate says of an incentive besides its amount."""

from __future__ import annotations

from decimal import Decimal

from knowledge.estimating.lines import FAIR_REVIEW
from knowledge.estimating.outcome import cap_of


def test_of_alternatives_the_highest_that_holds_is_taken_and_said(work_out):
    made = work_out("jn-fdi-45", {"到账外资": 12000}, ["外商投资企业", "世界五百强", "制造业"])
    assert made.amount == 240
    assert any("不重复享受" in note for note in made.notes)


def test_what_would_be_had_under_a_condition_not_spoken_of_stands_beside(work_out):
    made = work_out("jn-fdi-45", {"到账外资": 12000}, ["外商投资企业"])
    assert made.amount == 120
    assert "240万元" in made.beside[0]


def test_what_goes_to_others_is_not_added_up(work_out):
    made = work_out("jn-fdi-45", {"到账外资": 20000, "引荐项目到位资金": 20000}, ["外商投资企业", "项目引荐人"])
    assert made.amount == 200
    assert "给不同对象的奖励分别计算，没有相加" in made.notes


def test_a_cap_over_several_levels_bounds_the_sure_amount(work_out):
    made = work_out("jn-gx-2019", {}, ["在jn-gaoxin", "高企首次认定"])
    assert (made.status, made.amount, made.range) == ("eligible", 20, (20, 60))


def test_an_unknown_place_is_asked_for_and_promises_nothing(work_out):
    made = work_out("jn-gx-2019", {}, ["高企再次认定"])
    assert (made.status, made.amount, made.range) == ("to_verify", None, (0, 10))
    assert made.asks[0] == "place:jn-gaoxin"


def test_what_is_tied_to_contribution_says_that_it_may_be_void(work_out):
    made = work_out("jn-consume-8", {"新增地方财力": 600})
    assert made.status == "to_verify"
    assert FAIR_REVIEW in made.caveats


def test_an_unseen_cap_is_called_unseen_never_unlimited(work_out):
    made = work_out("jn-hq", {"土地出让总价": 8000, "建安成本": 12000}, ["总部企业"])
    assert cap_of(made.lines) == "原文未见上限"
    assert "无上限" not in made.lines[0].worked.words


def test_the_sum_over_capped_alternatives_that_agree_needs_no_question(work_out):
    made = work_out("jn-industry-1", {"工业互联网平台投入": 800})
    assert (made.status, made.amount, made.asks) == ("to_verify", 240, ())


def test_two_bases_are_added_up_and_the_missing_one_is_asked_for(work_out):
    made = work_out("jn-hq", {"土地出让总价": 8000}, ["总部企业"])
    assert made.amount is None
    assert made.asks == ("建安成本",)


def test_a_foreign_figure_without_a_rate_gives_no_amount(work_out):
    made = work_out("jn-fdi-45", {"到账外资": "3000 USD"}, ["外商投资企业"])
    assert (made.status, made.amount) == ("to_verify", None)


def test_dollars_alone_tell_that_a_threshold_was_missed(work_out):
    made = work_out("sd-fdi-2024", {"到账外资": "2000 USD"}, ["外商投资企业", "增资项目"])
    assert made.status == "ineligible"
    assert "3000万美元" in made.failed[0]


def test_every_incentive_may_be_named_with_nothing_told(work_out, incentives):
    for id_ in incentives:
        made = work_out(id_, named=True)
        assert made.status in ("to_verify", "ineligible"), id_
        assert made.amount is None or made.amount == Decimal(0), id_
