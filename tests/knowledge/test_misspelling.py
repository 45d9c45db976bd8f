"""Names misspelt by sound or by one slip are found, ordinary sentences are left alone, and time hardly grows with names."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.misspelling import SoundIndex, likeness, sound

NAMES = ["济南高新区", "槐荫区", "市中区", "兰州新区", "济南高新技术产业开发区", "济南国际医学科学中心", "起步区"]


@pytest.fixture(scope="module")
def index():
    return SoundIndex(NAMES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("济南高薪区面积多大", "济南高新区"),
        ("怀荫区有哪些园区", "槐荫区"),
        ("事中区招商电话", "市中区"),
        ("兰洲新区有什么补贴", "兰州新区"),
        ("济南高新技术产业开法区在哪", "济南高新技术产业开发区"),
        ("济南国际医学科中心", "济南国际医学科学中心"),
        ("济南国际医学科学的中心", "济南国际医学科学中心"),
    ],
)
def test_a_misspelt_name_is_found_with_what_was_meant(index, typed, meant):
    (hit,) = index.find(typed)
    assert hit.name == meant
    assert typed[hit.start : hit.end] != meant
    assert 0.7 < hit.score < 1


ORDINARY = [
    "今天天气怎么样",
    "我想了解一下你们的公司注册需要多长时间",
    "这个价格能不能再便宜一点",
    "新的一年祝大家工作顺利",
    "我们是做芯片设计的企业想找合适的地方落户",
    "请问营业执照怎么办理需要哪些材料",
    "外资到账有没有奖励",
    "厉害了我的国",
    "可以加个微信吗我把资料发给你",
    "高管个人所得税能返多少",
    "租金一平米一个月多少钱",
    "帮我安排一次实地考察下周三上午",
]


@pytest.mark.parametrize("sentence", ORDINARY)
def test_an_ordinary_sentence_names_no_record(catalogue, sentence):
    """Against all shipped names, not only a few."""
    assert [m for m in catalogue.lexicon.read(sentence).mentions if m.how == "sound"] == []


def test_a_name_written_right_is_not_a_misspelling(index):
    assert index.find("兰州新区") == []


def test_hits_never_overlap(index):
    hits = sorted(index.find("兰洲新区和济南高薪区和怀荫区"), key=lambda h: h.start)
    assert [h.name for h in hits] == ["兰州新区", "济南高新区", "槐荫区"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(hits))


@pytest.mark.parametrize(("typed", "meant"), [("济南中产业园", "济南中德产业园"), ("榆重生态新城", "榆中生态新城")])
@pytest.mark.parametrize("backwards", [False, True])
def test_of_names_as_near_the_more_alike_is_meant_whatever_their_order(typed, meant, backwards):
    names = ["济南中意产业园", "济南中德产业园", "榆中生态创新城", "榆中生态新城"]
    (hit,) = SoundIndex(names[::-1] if backwards else names).find(typed)
    assert hit.name == meant


@pytest.mark.parametrize("at", range(1, len(NAMES[4]) - 1))
def test_any_one_character_within_a_long_name_may_be_missing_or_too_many(index, at):
    name = NAMES[4]
    for typed in (name[:at] + name[at + 1 :], name[:at] + "的" + name[at:]):
        assert [hit.name for hit in index.find(f"请问{typed}在哪")] == [name]


@pytest.mark.parametrize("typed", ["兰、洲新区", "济南高新技术,产业开发区", "高新技术产业开发区"])
def test_a_name_is_not_read_across_signs_or_from_its_end(index, typed):
    assert index.find(typed) == []


def test_an_index_of_no_names_finds_nothing():
    assert SoundIndex([]).find("济南高薪区") == []


@pytest.mark.parametrize(("one", "other"), [("张", "脏"), ("宁", "林"), ("湖", "福"), ("上", "三")])
def test_sounds_that_are_often_confused_count_as_one(one, other):
    assert sound(one) == sound(other)


@given(st.text(max_size=500))
def test_whatever_is_typed_a_hit_lies_inside_the_text(text):
    for hit in SoundIndex(NAMES).find(text):
        assert 0 <= hit.start < hit.end <= len(text)


@given(st.text(alphabet="济南高新区兰州", max_size=12), st.text(alphabet="济南高新区兰州", min_size=1, max_size=12))
def test_likeness_is_between_nothing_and_sameness(surface, name):
    assert 0 <= likeness(surface, name) <= 1
    assert likeness(name, name) == 1


def test_ten_times_more_names_cost_less_than_three_times_more_time():
    """Relative, so that it holds on any machine; the best of several runs, so that a busy moment does not count."""
    syllables = "东西南北中山河湖海江城市新老大小高低长短红黄蓝绿金木水火土风云雷电春夏秋冬"
    names = ["".join(c) + "产业园区" for c in itertools.islice(itertools.product(syllables, repeat=3), 10_000)]
    question = "请问我们公司想在济南找一个适合生物医药企业的产业园区有没有什么好的推荐"

    def fastest(index):
        def once():
            start = time.perf_counter()
            for _ in range(5):
                index.find(question)
            return time.perf_counter() - start

        return min(once() for _ in range(5))

    assert fastest(SoundIndex(names)) < 3 * fastest(SoundIndex(names[::10]))
