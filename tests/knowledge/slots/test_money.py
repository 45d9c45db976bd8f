"""Amounts are read as people say them, and never read wrongly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.slots import money
from knowledge.slots.numerals import number
from knowledge.text import fold

WAN, YI = 10**4, 10**8


@pytest.mark.parametrize(
    ("said", "low", "high", "currency"),
    [
        ("两三千万", 2000 * WAN, 3000 * WAN, "CNY"), ("三五千万", 3000 * WAN, 5000 * WAN, "CNY"), ("1.2亿", 1.2 * YI, 1.2 * YI, "CNY"),
        ("2.5个亿", 2.5 * YI, 2.5 * YI, "CNY"), ("10个亿", 10 * YI, 10 * YI, "CNY"), ("5000w", 5000 * WAN, 5000 * WAN, "CNY"),
        ("3000到5000万", 3000 * WAN, 5000 * WAN, "CNY"), ("1-2亿", YI, 2 * YI, "CNY"), ("1亿2千万", 1.2 * YI, 1.2 * YI, "CNY"), ("一亿二", 1.2 * YI, 1.2 * YI, "CNY"),
        ("半个亿", 0.5 * YI, 0.5 * YI, "CNY"), ("一个半亿", 1.5 * YI, 1.5 * YI, "CNY"), ("500万美金", 500 * WAN, 500 * WAN, "USD"), ("$500万", 500 * WAN, 500 * WAN, "USD"),
        ("8000多万", 8000 * WAN, 9000 * WAN, "CNY"), ("十几亿", 10 * YI, 20 * YI, "CNY"), ("十来个亿", 10 * YI, 10 * YI, "CNY"), ("壹仟玖佰圆整", 1900, 1900, "CNY"),
        ("３０００萬港幣", 3000 * WAN, 3000 * WAN, "HKD"), ("不低于5000万", 5000 * WAN, None, "CNY"), ("5000万以上", 5000 * WAN, None, "CNY"), ("不超过1亿", None, YI, "CNY"),
        ("100万美元到200万美元", 100 * WAN, 200 * WAN, "USD"), ("十五六亿", 15 * YI, 16 * YI, "CNY"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_meant(said, low, high, currency):
    (found,) = money.find(f"总投资{said},先说到这")
    assert (found.low, found.high, found.currency) == (
        None if low is None else Decimal(str(low)),
        None if high is None else Decimal(str(high)),
        currency,
    )


@pytest.mark.parametrize(
    "said", ["200亩地", "2025年", "13800000000", "20万平方米", "1亿人口", "3个项目", "45号文", "5.5", ""]
)
def test_what_is_no_amount_or_not_certain_is_not_read(said):
    assert money.find(said) == []


@pytest.mark.parametrize(
    ("said", "approximate"), [("一个亿左右", True), ("几千万", True), ("约3000万元", True), ("3000万元", False)]
)
def test_it_is_told_whether_an_amount_is_approximate(said, approximate):
    assert money.find(said)[0].approximate is approximate


def test_a_bare_number_where_an_amount_is_asked_for_needs_its_unit():
    assert money.answer("5000") == money.Unitless("5000")
    assert isinstance(money.answer("5000万"), money.Money)
    assert money.answer("还没定") is None


@given(st.integers(1, 10**12))
def test_a_number_written_in_chinese_is_read_back(value):
    assert number(chinese(value)) == value


@given(st.text(max_size=60))
def test_nothing_typed_makes_it_fail_and_what_is_found_stands_in_the_text(text):
    folded = fold(text)
    assert all(folded[m.start : m.end] == m.surface for m in money.find(text))


def chinese(value: int) -> str:
    """The usual way to write a number."""
    if value >= YI:
        return chinese(value // YI) + "亿" + tail(value % YI, YI)
    if value >= WAN:
        return chinese(value // WAN) + "万" + tail(value % WAN, WAN)
    for size, name in ((1000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            return "零一二三四五六七八九"[value // size] + name + tail(value % size, size)
    return "零一二三四五六七八九"[value]


def tail(rest: int, size: int) -> str:
    return "" if not rest else ("零" if rest < size // 10 else "") + chinese(rest)
