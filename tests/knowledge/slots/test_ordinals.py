"""A place in a list is picked as people do it, and a message without words starts nothing."""

from __future__ import annotations

import pytest

from knowledge.slots.ordinals import chinese, only_a_place, place_in, whole
from knowledge.slots.wordless import bare, bracketed
from knowledge.text import fold


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("2", 2), ("②", 2), ("２", 2), ("2.", 2), ("3、", 3), ("选2", 2), ("（2）", 2), ("(3)", 3), ("2号", 2), ("看第3个", 3), ("第十二个", 12), ("12", 12), ("第二家", 2), ("二", 2), ("选第二个吧", 2), ("第三个怎么样", 3),
        ("最后一个", -1), ("最后那个", -1), ("倒数第一个", -1), ("倒数第二个呢", -2), ("第二十一个", 21),
    ],
)  # fmt: skip
def test_a_place_in_a_list_is_read(said, place):
    assert place_in(fold(said)) == place
    assert only_a_place(fold(said))


@pytest.mark.parametrize("said", ["2026", "2亿", "第二产业占比多少", "第三方检测机构有哪些", "5000", "三个项目", "济南有哪些园区", "2026年", "1,000.00", "第一批企业"])  # fmt: skip
def test_other_figures_pick_nothing(said):
    assert not only_a_place(fold(said))


def test_numbers_below_a_hundred_are_said_and_read_back():
    assert [whole(chinese(n)) for n in range(1, 100)] == list(range(1, 100))


@pytest.mark.parametrize("said", ["[微笑]", "[抱拳]", "【收到不支持的消息类型，暂无法显示】", "[Unsupported Message]", "[图片]", "[捂脸][捂脸]", "［玫瑰］"])  # fmt: skip
def test_a_sticker_is_known_by_its_brackets(said):
    assert bracketed(said)


@pytest.mark.parametrize("said", ["济南[高新区]有什么政策", "我们做[芯片]", "你好", ""])
def test_words_in_brackets_beside_others_are_no_sticker(said):
    assert not bracketed(said)


@pytest.mark.parametrize("said", ["https://example.com/a?b=c", "1,000.00", "5555", "<b></b>", "www.example.com", "3+4=7", "&nbsp;", "javascript:alert(1)", "<IMG SRC=&#0000106&#0000097&#0000118>"])  # fmt: skip
def test_an_address_a_figure_or_markup_says_nothing(said):
    assert bare(said)


@pytest.mark.parametrize("said", ["5000万", "看看 https://example.com 这个项目", "200亩", "ok"])
def test_figures_with_units_and_words_say_something(said):
    assert not bare(said)
