"""What is seen in a question before anything is searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon import Lexicon, names_of


def ids(reading):
    return {id_ for mention in reading.mentions for id_ in mention.ids}


@pytest.fixture(scope="module")
def read(catalogue):
    return catalogue.lexicon.read


def test_a_record_is_found_by_its_name_and_by_every_alias(catalogue):
    read = catalogue.lexicon.read
    names = [(record.id, name) for record in catalogue.records.values() for name in (record.name, *record.aliases)]
    lost = [(id_, name) for id_, name in names if id_ not in ids(read(f"请问{name}的情况"))]
    assert lost == []


def test_a_shared_short_name_keeps_every_record_it_can_mean(read):
    assert {"jn-gaoxin", "lz-gaoxin"} <= ids(read("高新区有多大"))


def test_a_full_name_means_only_its_own_record(read):
    assert ids(read("济南高新区有多大")) == {"jn-gaoxin"}


@pytest.mark.parametrize("typed", ["濟南高新區有多大", "济 南 高 新 区有多大", "济南高\u200b新区有多大"])
def test_the_way_of_typing_makes_no_difference(read, typed):
    assert ids(read(typed)) == {"jn-gaoxin"}


def test_a_misspelt_name_tells_what_was_meant(read):
    (mention,) = read("济南高薪区有多大").mentions
    assert (mention.ids, mention.how, mention.meant) == (("jn-gaoxin",), "sound", "济南高新区")


def test_the_names_alone_are_those_of_the_whole_reading(catalogue):
    for text in ("济南高薪区和兰州新区哪个大", "今天天气怎么样", ""):
        assert catalogue.lexicon.mentions(text) == catalogue.lexicon.read(text).mentions


def test_the_longest_name_wins_and_its_parts_are_not_named_as_well(read):
    (mention,) = read("济南国际医学科学中心在哪").mentions
    assert mention.surface == "济南国际医学科学中心"


def test_a_latin_name_is_not_found_inside_a_longer_word(read):
    assert "jn-cbd" in ids(read("CBD在哪"))
    assert "jn-cbd" not in ids(read("cbdx在哪"))


@pytest.mark.parametrize("text", ["离市中心多远", "济南市中心在哪", "今天股市中有什么消息", "市中级法院在哪"])
def test_a_name_that_stands_in_another_word_by_chance_is_none(read, text):
    assert "shizhong" not in "".join(ids(read(text)))


@pytest.mark.parametrize("text", ["你们跟青岛比有啥优势", "济南与青岛哪个好", "和苏州相比呢"])
def test_a_place_that_is_set_against_ours_is_asked_about(read, text):
    (place,) = read(text).elsewhere
    assert not place.origin


@pytest.mark.parametrize("text", ["市中有几个街道", "济南市中区在哪", "新能源汽车企业放市中合适吗", "市中区市中心在哪"])
def test_the_same_name_by_itself_is_one(read, text):
    assert "shizhong" in "".join(ids(read(text)))


def test_the_city_of_a_question_is_seen(read):
    assert read("兰州有哪些园区").cities == ("兰州",)


def test_a_place_of_which_nothing_is_held_is_told_from_where_someone_comes_from(read):
    (place,) = read("青岛有什么优惠政策").elsewhere
    assert (place.name, place.origin) == ("青岛", False)
    (place,) = read("我们是青岛的企业,想去济南投资").elsewhere
    assert place.origin


@pytest.mark.parametrize(
    ("question", "facet"), [("面积多大", "area"), ("电话是多少", "phone"), ("文号是什么", "document_number")]
)
def test_what_is_asked_is_seen(read, question, facet):
    assert facet in read(question).facets


@pytest.mark.parametrize(("question", "ordinal"), [("第二个呢", 2), ("第3个", 3), ("第一届", 0), ("说说", 0)])
def test_a_place_in_a_list_is_understood(read, question, ordinal):
    assert read(question).ordinal == ordinal


def test_a_mask_hides_which_record_but_not_what_kind(read):
    masked = read("济南高新区的面积").masked
    assert "高新" not in masked
    assert "面积" in masked


@given(st.text(max_size=300))
def test_nothing_that_is_typed_makes_reading_fail_and_mentions_lie_in_the_text(catalogue, text):
    reading = catalogue.lexicon.read(text)
    for mention in reading.mentions:
        assert reading.text[mention.start : mention.end] == mention.surface
    starts = [m.start for m in reading.mentions]
    assert starts == sorted(starts)


def test_a_new_alias_is_understood_as_soon_as_the_lexicon_is_built_anew(make):
    assert ids(Lexicon([make(name="济南云谷科创园")]).read("云谷小镇在哪")) == set()
    assert ids(Lexicon([make(name="济南云谷科创园", aliases=["云谷小镇"])]).read("云谷小镇在哪")) == {"jn-x"}


def test_a_lexicon_without_records_reads_all_the_same():
    assert Lexicon([]).read("济南高新区").mentions == ()


def test_a_site_is_also_known_without_its_city(make):
    assert "云谷科创园" in names_of(make(name="济南云谷科创园"))
