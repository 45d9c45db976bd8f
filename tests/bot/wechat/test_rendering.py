"""A turn on WeChat: one text, numbered choices, parts that fit; nothing lost on the way."""

from __future__ import annotations

import random

import pytest

from bot.channels.wechat import wording
from bot.channels.wechat.rendering import LONGEST, cards_of, chosen, parts_of, rendered


def turn(text, buttons=(), **envelope):
    message = {"text": text}
    if buttons:
        message["buttons"] = [{"title": b, "payload": b} for b in buttons]
    return [message, {"custom": {"kind": "answer", **envelope}}]


def test_buttons_become_numbers():
    reply = rendered(turn("是否同意？", ["同意", "不同意"]))
    assert reply.text == "是否同意？\n\n回复数字选择：\n1. 同意\n2. 不同意"
    assert reply.choices == {"1": "同意", "2": "不同意"}


def test_suggestions_become_numbers_where_there_are_no_buttons():
    reply = rendered(turn("答复", suggestions=["在哪里？"]))
    assert reply.choices == {"1": "在哪里？"}
    assert "还可以问" in reply.text
    assert rendered(turn("问", ["甲"], suggestions=["乙"])).choices == {"1": "甲"}


@pytest.mark.parametrize("text", ["1. 济南\n2. 兰州", "共三个，回复“第一个”看详情。", "请核对：\n1、联系人"])
def test_a_text_that_counts_by_itself_gets_letters(text):
    reply = rendered(turn(text, ["确认提交", "修改"]))
    assert reply.choices == {"A": "确认提交", "B": "修改"}
    assert "A. 确认提交" in reply.text
    assert chosen("1", reply.choices) is None, "the number means what the text counts"
    assert chosen("b", reply.choices) == "修改"


@pytest.mark.parametrize(
    "typed",
    ["2", "２", "2.", "2。", "2、", "(2)", "（2）", "第二个", "第2个", "②", "二", "选2", " 2 ", "2号", "第二条"],
)
def test_a_number_however_it_is_written_chooses(typed):
    assert chosen(typed, {"1": "甲", "2": "乙"}) == "乙"


@pytest.mark.parametrize(
    "typed", ["3", "0", "22", "2亩", "2个亿", "1和2", "二环路", "", "乙", "-2", "2024", "13800000000", "第三个", "/2"]
)
def test_what_is_no_choice_stays_a_text(typed):
    assert chosen(typed, {"1": "甲", "2": "乙"}) is None
    assert chosen(typed, None) is None


def test_what_is_said_without_a_text_gives_none():
    assert rendered([{"custom": {"kind": "handoff", "records": []}}]).text == ""


def test_markup_in_a_text_is_none_on_wechat():
    text = rendered(turn('<a href="http://evil.example">点我</a> a<b 3 < 5')).text
    assert "<a" not in text
    assert "</a" not in text
    assert "3 < 5" in text


def test_an_erased_conversation_is_told():
    assert rendered(turn("已删除", erased=True)).erased
    assert not rendered(turn("好")).erased


def test_a_card_leads_to_the_official_page_of_the_first_record():
    source = {"title": "通知", "url": "https://example.gov.cn/a", "as_of": "2025-01-02", "quality": "A"}
    envelope = {
        "kind": "answer",
        "records": [{"name": "无网址", "sources": [{**source, "url": None}]}, {"name": "有", "sources": [source]}],
    }
    assert cards_of(envelope) == [
        {"title": "有", "description": "来源：通知（2025-01-02）", "url": "https://example.gov.cn/a"}
    ]
    assert cards_of({**envelope, "kind": "refuse"}) == []


def test_a_short_text_is_one_part():
    assert parts_of("短") == ["短"]
    assert parts_of("") == []
    assert parts_of("字" * 682) == ["字" * 682]


@pytest.mark.parametrize("seed", range(20))
def test_a_long_text_is_cut_where_sentences_end_and_nothing_is_lost(seed):
    dice = random.Random(seed)  # noqa: S311 - a test's own dice
    sentences = ["字🏭a"[dice.randrange(3)] * dice.randrange(1, 200) + dice.choice("。！？；\n") for _ in range(40)]
    text = "".join(sentences).strip("\n")
    parts = parts_of(text)
    assert len(parts) > 1
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert all(part.endswith(wording.MORE_HINT) for part in parts[:-1])
    whole = "".join(part.removesuffix(wording.MORE_HINT) for part in parts)
    assert whole.replace("\n", "") == text.replace("\n", "")
    assert all(part.removesuffix(f"\n{wording.MORE_HINT}")[-1] in "。！？；\n字🏭a" for part in parts)


def test_a_sentence_longer_than_a_message_is_cut_between_characters():
    text = "🏭" * 3000
    parts = parts_of(text)
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert "".join(part.removesuffix(f"\n{wording.MORE_HINT}") for part in parts) == text


def heads_of(parts):
    """For each part, whether it has the head of the choices, and how many of them."""
    return [
        (wording.ALSO_LETTERED in p or wording.LETTERED in p or wording.NUMBERED in p or wording.ALSO in p)
        for p in parts
    ]


@pytest.mark.parametrize("many", range(1, 10))
@pytest.mark.parametrize("length", [*range(600, 700, 7), 1300, 2000])
@pytest.mark.parametrize("end", ["。", "字", "\n1. 甲"])
def test_choices_stand_whole_in_the_last_part_whatever_the_length(many, length, end):
    options = [f"选项{n}：{'问' * n * 3}" for n in range(many)]
    reply = rendered(turn("话" * length + end, suggestions=options))
    parts = parts_of(reply.said, listed=reply.listed)
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert heads_of(parts) == [False] * (len(parts) - 1) + [True]
    assert all(f"{label}. {option}" in parts[-1] for label, option in reply.choices.items())
    assert all(part.endswith(wording.MORE_HINT) for part in parts[:-1])
    assert "".join(p.removesuffix(wording.MORE_HINT) for p in parts).replace("\n", "") == reply.text.replace("\n", "")


def test_choices_longer_than_a_message_are_shown_shortened_and_mean_all_of_it():
    options = [f"{n}" + "很长的问题🏭" * 200 for n in range(9)]
    reply = rendered(turn("话" * 700, suggestions=options))
    parts = parts_of(reply.said, listed=reply.listed)
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert all(f"\n{n}. {n - 1}很长" in parts[-1] for n in range(1, 10))
    assert reply.choices["9"] == options[8]
