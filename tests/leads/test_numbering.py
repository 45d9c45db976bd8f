"""Numbers can be read out on the phone, are understood however they are written, and never taken for another's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads import numbering

CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
NUMBERS = st.builds(lambda _: numbering.new(), st.integers())


def test_a_number_is_shown_in_groups():
    assert numbering.shown("ZS4827391563") == "ZS 482 739 1563"


@settings(deadline=None)
@given(NUMBERS)
def test_numbers_never_look_like_a_mobile_an_area_code_or_a_service_number(number):
    assert number[:2] == "ZS"
    assert len(number) == 12
    assert number[2] in "23456789"
    assert not number[2:].startswith(("400", "800"))


@settings(deadline=None)
@given(NUMBERS)
def test_what_is_shown_is_read(number):
    assert numbering.read(numbering.shown(number)) == number
    assert numbering.read(number) == number
    assert not numbering.looks_like(number)


@settings(deadline=None)
@given(NUMBERS, st.integers(0, 9), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(number, place, shift):
    digits = number[2:]
    wrong = "ZS" + digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert numbering.read(wrong) is None
    assert numbering.looks_like(wrong)


@settings(deadline=None)
@given(NUMBERS, st.integers(0, 8))
def test_every_swap_of_neighbours_is_noticed(number, place):
    digits = number[2:]
    wrong = "ZS" + digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert wrong == number or numbering.read(wrong) is None


WAYS = {
    "as it is": "查进度 {n}",
    "grouped": "查进度 ZS {a} {b} {c}",
    "hyphens": "编号是zs-{a}-{b}-{c}，帮我看看",
    "lower case": "zs{d}到哪一步了",
    "full width": "{wide}",
    "without ZS": "我的编号{d}",
    "without ZS, grouped": "{a} {b} {c}",
    "without ZS, hyphens": "{a}-{b}-{c}的进度",
    "digit by digit": "{spaced}",
    "Chinese": "zs{chinese}",
    "Chinese without ZS": "编号是{chinese}。",
    "ZS said apart": "Z S {d}",
    "with a colon": "ZS：{d}",
    "with commas": "ZS{a}，{b}，{c}",
    "in a sentence": "你好我上周登记过ZS{d}现在怎么样了",
    "with its contact": "ZS{d} 手机13812345678",
    "contact first": "手机13812345678，编号{d}",
    "contact behind a comma": "{d}，13812345678",
    "contact behind a space": "{d} 13812345678",
    "contact before a space": "13812345678 {d}",
    "with a newline": "编号\n{a}\n{b}\n{c}",
}


def written(way, number=None):
    digits = (number or SAMPLE)[2:]
    return way.format(
        n="ZS" + digits,
        d=digits,
        a=digits[:3],
        b=digits[3:6],
        c=digits[6:],
        wide="".join(chr(ord(x) + 0xFEE0) for x in "ZS" + digits),
        spaced=" ".join(digits),
        chinese=digits.translate(CHINESE),
    )


SAMPLE = numbering.new()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_number_is_found_however_it_is_written(way):
    assert numbering.read(written(way)) == SAMPLE


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_misread_number_is_told_however_it_is_written(way):
    digits = SAMPLE[2:]
    wrong = "ZS" + digits[:5] + str((int(digits[5]) + 1) % 10) + digits[6:]
    assert numbering.read(written(way, wrong)) is None
    assert numbering.looks_like(written(way, wrong))


def test_a_digit_too_few_or_too_many_is_told():
    assert numbering.looks_like(SAMPLE[:-1])
    assert numbering.looks_like(SAMPLE + "3")


# With each of them, {d} is ten digits that pass the check: one in ten of such numbers does by chance.
OTHERS = (
    "13{d}"[:2] + "812345678", "手机13812345678", "0531-66600000", "0531-66600000转802", "010-66600000", "+65 {d}", "+{d}",
    "QQ{d}", "qq号是{d}", "微信{d}", "投资{d}元", "{d}万", "¥{d}", "{d}美元", "{d}.5", "{d}@qq.com", "wx{d}", "a{d}",
    "{d}1", "1{d}", "913701{d}AB", "电话：{d}", "投资3千万", "占地200亩", "400-820-8820", "2026-03-02 10:30", "2026-03-0210",
    "三五千万", "", "ZS", "你好", "一二三", "{d}亩", "注册资本{d}", "传真 {d}",
)  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_what_else_has_digits_is_no_number(text):
    said = text.replace("{d}", SAMPLE[2:])
    assert numbering.read(said) is None
    assert not numbering.looks_like(said)


@settings(deadline=None)
@given(st.from_regex(r"(\+?86)?[ -]?1[3-9][0-9]{9}", fullmatch=True))
def test_no_mobile_is_taken_for_a_number(mobile):
    assert numbering.read(f"我的手机是{mobile}") is None
    assert numbering.read(mobile) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_without_an_error(text):
    assert numbering.read(text) is None or numbering.looks_like(text) is False
