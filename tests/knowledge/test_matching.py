"""Sites ranked for a project: scores between 0 and 1, gaps neither good nor bad, reasons for every criterion."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.matching import Matcher, Wishes, wishes_of


@pytest.fixture(scope="module")
def preferences(catalogue):
    return catalogue.vocabulary.matching


@pytest.fixture
def matcher_over(preferences, catalogue):
    def over(*sites):
        tells = catalogue.industry_tells
        return Matcher(
            sites, preferences,
            lambda site, asked: [i for i in asked if any(t in " ".join(site.industries) for t in tells[i])], tells,
        )  # fmt: skip

    return over


def _suits_nothing(_site, _asked):
    return []


def ids(matches):
    return [match.site.id for match in matches]


def test_a_site_of_the_industry_comes_before_one_with_only_a_park_of_it_inside(matcher_over, make):
    inside = make(id="a", subparks=["激光小镇"], industries=["物流"])
    outside = make(id="b", industries=["激光装备"])
    ranked = matcher_over(inside, outside).ranked(Wishes(industries=("激光",)))
    assert ids(ranked) == ["b", "a"]
    assert "园内有激光" in ranked[1].reasons[0]


def test_a_site_without_a_figure_is_named_and_stands_between_enough_and_too_little(matcher_over, make):
    sites = make(id="small", area_mu=20), make(id="unknown"), make(id="large", area_mu=900)
    ranked = matcher_over(*sites).ranked(Wishes(land_mu=100))
    assert ids(ranked) == ["large", "unknown", "small"]
    assert ranked[1].gaps
    assert not ranked[1].against
    assert ranked[2].against


def test_what_a_strict_need_lacks_speaks_against_a_site(matcher_over, make):
    zone, plain = make(id="a", name="济南某综合保税区"), make(id="b")
    best, other = matcher_over(zone, plain).ranked(Wishes(needs=("综合保税区",)))
    assert best.site.id == "a"
    assert other.against == ["资料未见综合保税区"]


def test_a_superseded_site_is_never_proposed(matcher_over, make):
    assert ids(matcher_over(make(id="a", superseded_by="b"), make(id="b")).ranked(Wishes())) == ["b"]


def test_sites_of_other_cities_are_left_out(matcher_over, make):
    assert ids(matcher_over(make(id="a"), make(id="b", city="兰州")).ranked(Wishes(city="兰州"))) == ["b"]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(0.1, 5000)), min_size=1, max_size=6),
    st.floats(1, 5000), st.booleans(),
)  # fmt: skip
def test_every_score_lies_between_0_and_1_and_falls_along_the_list(catalogue, areas, wanted, bonded):
    from knowledge.model import Site, Source

    source = Source(id="S", title="t", url=None, as_of="2021", quality="A")
    sites = [
        Site(id=f"s{i}", name=f"园{i}", city="济南", sources=[source], checked="2026-11-22", area_mu=area)
        for i, area in enumerate(areas)
    ]
    matcher = Matcher(sites, catalogue.vocabulary.matching, _suits_nothing, {})
    needs = ("综合保税区",) if bonded else ()
    scores = [m.score for m in matcher.ranked(Wishes(land_mu=wanted, needs=needs))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("text", "land", "floor", "needs"),
    [
        ("要80亩地", 80, None, ()),
        ("3000平厂房,靠近机场", None, 3000, ("邻近机场",)),
        ("占地2公顷", 30, None, ()),
        ("需要保税和洁净车间5000平方米", None, 5000, ("综合保税区", "洁净厂房")),
    ],
)
def test_sizes_and_needs_are_read_from_a_message(preferences, text, land, floor, needs):
    wishes = wishes_of(text, preferences, "济南", (), ())
    assert (wishes.land_mu and round(wishes.land_mu), wishes.floor_m2, wishes.needs) == (land, floor, needs)


def test_ten_times_the_sites_take_at_most_twenty_times_as_long(matcher_over, make):
    def seconds(count):
        matcher = matcher_over(
            *(make(id=f"s{i}", area_mu=float(i % 97 + 1), industries=["激光"]) for i in range(count))
        )
        wishes = Wishes(industries=("激光",), land_mu=50.0, needs=("邻近机场",))
        matcher.ranked(wishes)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            matcher.ranked(wishes)
            times.append(time.perf_counter() - started)
        return min(times)

    assert seconds(2000) < 20 * max(seconds(200), 0.0005)
