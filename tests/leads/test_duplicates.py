"""The same investor is told by keys that leave out what varies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.duplicates import company_key, contact_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+8613800000001", "+8613800000001"),
        ("+8653166600000;ext=802", "+8653166600000"),
        ("Han.Mei@Example.CN", "han.mei@example.cn"),
        ("ＷＸid_1", "wxid_1"),
        (" +86 138 0000 0001", "+8613800000001"),
    ],
)
def test_the_same_contact_has_the_same_key(one, other):
    assert contact_key(one) == contact_key(other)


def test_another_contact_has_another_key():
    assert contact_key("+8613800000001") != contact_key("+8613800000002")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山东浪潮集团有限公司", "浪潮"),
        ("浪潮（济南）股份有限公司", "浪潮集团"),
        ("北京市远望科技有限责任公司", "远望科技"),
        ("北京远望科技有限公司", "远望科技（集团）有限公司"),
        ("广西壮族自治区新希望有限公司", "新希望公司"),
        ("Siemens Co., Ltd.", "SIEMENS"),
        ("中国重汽集团济南有限公司", "中国重汽集团济南公司"),
        ("ＡＢＣ科技", "abc科技"),
    ],
)
def test_the_same_company_has_the_same_key(one, other):
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("远望科技有限公司", "远方科技有限公司"),
        ("济南公司", "青岛公司"),
        ("山东黄金", "中国黄金矿业"),
        ("海尔", "海信"),
    ],
)
def test_another_company_has_another_key(one, other):
    assert company_key(one) != company_key(other)


@pytest.mark.parametrize("company", ["有限公司", "济南", "中国", "(集团)", "山东省"])
def test_a_name_of_nothing_but_form_and_place_keeps_something(company):
    assert company_key(company)


@settings(deadline=None)
@given(st.text() | st.text("山东省济南市北京中国浪潮科技（）集团股份有限公司Ltd. ", max_size=14))
def test_a_key_of_a_key_is_the_same_key(said):
    assert company_key(company_key(said)) == company_key(said)
    assert contact_key(contact_key(said)) == contact_key(said)
