"""Every point of a score has its visible reason, and the rules can be edited without code."""

from __future__ import annotations

import shutil

import msgspec
import pytest

from knowledge.loading import load_records
from leads.model import Details
from leads.scoring import FILE, load_scoring
from tests.leads.conftest import DETAILS


@pytest.fixture(scope="module")
def scoring():
    return load_scoring()


def reason(scoring, rule, **details):
    """Points and why of one rule."""
    (found,) = (one for one in scoring.score(Details(**details)).reasons if one.rule == rule)
    return found.points, found.why


def test_the_points_are_the_sum_of_the_reasons(scoring):
    score = scoring.score(DETAILS)
    assert score.points == sum(one.points for one in score.reasons)
    assert [one.rule for one in score.reasons] == [
        "submitted", "industry", "amount", "completeness", "timing", "reachability"
    ]  # fmt: skip
    assert score.qualified


def test_a_lead_that_says_nothing_is_under_the_bar_and_says_what_is_missing(scoring):
    score = scoring.score(Details())
    assert not score.qualified
    assert [one.why for one in score.reasons if not one.points] == [
        "没有说明产业", "没有说明投资额", "五项主要信息填了0项", "没有提到近期的时间", "没有可用的联系方式"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("industry", "area", "named"),
    [
        ("量子通信", "", "产业“量子科技”在济南十大千亿产业之列"),
        ("AI大模型", "济南", "产业“人工智能”在济南人工智能产业之列"),
        ("做芯片的", "历城区", "产业“集成电路”在济南产业共同体和标志性产业链群之列"),
        ("精细化工", "兰州新区", "产业“绿色化工”在兰州新区优势产业集群之列"),
        ("ＡＩ", "", "产业“人工智能”在济南人工智能产业之列"),
    ],
)
def test_a_priority_industry_names_its_list(scoring, industry, area, named):
    assert reason(scoring, "industry", industry=industry, area=area) == (30, named)


@pytest.mark.parametrize(("industry", "area"), [("化工", "济南历城"), ("retail in Thailand", ""), ("殡葬", "")])
def test_what_is_no_priority_gets_nothing_and_says_so(scoring, industry, area):
    points, why = reason(scoring, "industry", industry=industry, area=area)
    assert points == 0
    assert "请人员判断" in why


@pytest.mark.parametrize(
    ("low", "high", "points"),
    [
        (1_000_000_000, None, 25), (999_999_999, None, 20), (100_000_000, 10**12, 20), (10_000_000, None, 12),
        (9_999_999, None, 5), (0, None, 5), (None, 50_000_000, 12), (None, None, 0),
    ],
)  # fmt: skip
def test_the_amount_counts_by_its_lower_bound(scoring, low, high, points):
    assert reason(scoring, "amount", investment_low=low, investment_high=high, currency="CNY")[0] == points


def test_foreign_money_is_not_converted(scoring):
    few, many = (reason(scoring, "amount", investment_low=n, currency="USD") for n in (1, 10**10))
    assert few == many == (12, "投资额以USD计，没有折算，请人员判断规模")


def test_each_field_that_is_filled_in_counts(scoring):
    assert reason(scoring, "completeness", company="x", area="y") == (6, "五项主要信息填了2项")


@pytest.mark.parametrize(("notes", "points"), [("希望本月签约", 10), ("不着急", 0), ("", 0)])
def test_who_speaks_of_soon_gets_points(scoring, notes, points):
    assert reason(scoring, "timing", notes=notes)[0] == points


@pytest.mark.parametrize(
    ("kind", "points", "why"), [("mobile", 10, "留了手机"), ("wechat", 6, "留了微信"), ("odd", 0, "没有可用的联系方式")]
)
def test_reachability_counts_by_the_kind_of_contact(scoring, kind, points, why):
    assert reason(scoring, "reachability", contact="x", contact_kind=kind) == (points, why)


def test_every_priority_industry_stands_in_the_record_it_names(scoring):
    records = {record.id: record for record in load_records()[0]}
    (rule,) = (rule for rule in scoring.rules if rule.name == "industry")
    for entry in rule.lists:
        record = records[entry.record]
        assert record.type == "industry"
        said = str(msgspec.to_builtins(record))
        assert entry.name in said, entry
        assert entry.source in (record.name, *record.aliases) or entry.source in record.name, entry


SPOILT = {
    "a misspelt key": ("bar: 50", "bars: 50"),
    "a kind that is none": ("kind: base", "kind: bass"),
    "text for points": ("points: 10\n", "points: ten\n"),
    "a field that is none": ("fields: [contact_name,", "fields: [contact_nam,"),
    "a placeholder that is none": ("留了{name}", "留了{nmae}"),
    "a placeholder in a tier": ("投资额约{amount}万元，达到10亿元", "投资额约{}万元，达到10亿元"),
    "broken YAML": ("rules:", "rules: ]"),
}


@pytest.mark.parametrize(("before", "after"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_with_its_name(tmp_path, before, after):
    file = shutil.copy(FILE, tmp_path / "scoring.yml")
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"scoring\.yml"):
        load_scoring(file)


def test_an_edited_file_counts(tmp_path):
    file = tmp_path / "scoring.yml"
    file.write_text("bar: 3\nrules:\n  - {kind: base, name: all, points: 3, why: 都有}\n", encoding="utf-8")
    assert load_scoring(file).score(Details()).qualified
