"""Land, telephone numbers, addresses and names are read as people give them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.slots import area, contacts, names
from knowledge.text import fold


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("200亩", 200, 200),
        ("一两百亩", 100, 200),
        ("50到80亩", 50, 80),
        ("三公顷", 45, 45),
        ("2万平", 30, 30),
        ("1到2万平方米", 15, 30),
    ],
)
def test_an_area_is_read_in_mu(said, low, high):
    (found,) = area.find(f"大概要{said}的地方")
    assert found.mu == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("said", ["平阴", "每亩多少钱", "5000万", "两层楼"])
def test_what_is_no_area_is_not_read(said):
    assert area.find(said) == []


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("电话13800000000", "mobile", "+8613800000000"), ("138 0000 0000", "mobile", "+8613800000000"), ("+86 138-0000-0000", "mobile", "+8613800000000"),
        ("0531-66600000转802", "landline", "+8653166600000;ext=802"), ("0531 88888888-8001", "landline", "+8653188888888;ext=8001"),
        ("(0531)66601234", "landline", "+8653166601234"), ("400-123-4567", "service", "4001234567"), ("+1 541-754-3010", "foreign", "+15417543010"),
        ("邮箱A.b@Example.com.cn", "email", "a.b@example.com.cn"), ("微信号wxtest_2026", "wechat", "wxtest_2026"), ("加我微信abc12345", "wechat", "abc12345"),
        ("１３８００００００００", "mobile", "+8613800000000"),
    ],
)  # fmt: skip
def test_a_way_to_reach_somebody_is_read_in_one_normal_form(said, kind, value):
    (found,) = contacts.find(said)
    assert (found.kind, found.value) == (kind, value)


def test_a_mobile_number_may_be_the_wechat_id_too():
    assert contacts.find("微信同手机号13900000000")[0].also_wechat


@pytest.mark.parametrize(
    ("said", "hint"),
    [("1380000000", "10位"), ("12800000000", "没有这个号段"), ("66600000", "区号"), ("name@", "邮箱不完整")],
)
def test_what_cannot_be_reached_is_told_with_how_it_should_look(said, hint):
    answer = contacts.answer(said)
    assert isinstance(answer, contacts.Unusable)
    assert hint in answer.why


@pytest.mark.parametrize(
    "said", ["我在2025-11-24来", "投资5000万,面积200亩", "身份证370102199001011234", "济南高新区在哪"]
)
def test_a_sentence_with_figures_is_not_taken_for_a_number(said):
    assert contacts.answer(said) is None


def test_a_contact_read_back_is_masked():
    told = [
        contacts.masked(contacts.find(t)[0]) for t in ("13800001234", "0531-66601234", "ab@c.cn", "微信号wxtest_2026")
    ]
    assert told == ["138****1234", "***1234", "a***@c.cn", "wx***6"]


@given(st.text(max_size=60))
def test_nothing_typed_makes_it_fail_and_what_is_found_stands_in_the_text(text):
    folded = fold(text)
    assert all(folded[c.start : c.end] == c.surface for c in contacts.find(text))
    assert all(folded[a.start : a.end] == a.surface for a in area.find(text))


@pytest.mark.parametrize(
    ("said", "person", "company"),
    [
        ("我叫张三", "张三", ""), ("联系人王女士", "王女士", ""), ("王先生 13800000000", "王先生", ""), ("我姓王", "王", ""),
        ("我是北京示例软件有限公司的李先生", "李先生", "北京示例软件有限公司"), ("我们公司叫蓝海新材料", "", "蓝海新材料"),
        ("怎么注册公司", "", ""), ("一家外资公司", "", ""), ("我们是做食品的公司", "", ""), ("王府井在哪", "", ""), ("高新区在哪", "", ""),
    ],
)  # fmt: skip
def test_only_what_is_introduced_as_a_name_is_one(said, person, company):
    assert (names.person(said), names.company(said)) == (person, company)
