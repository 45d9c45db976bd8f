"""What is kept of a conversation does not tell who somebody is, and still tells what was asked."""

from __future__ import annotations

import pytest

from knowledge.discretion import discreet


@pytest.mark.parametrize(
    ("said", "personal"),
    [
        ("我叫李明,电话13812345678,想问高新区", ("李明", "13812345678")),
        ("打 139-1234-5678 找我", ("139-1234-5678", "13912345678")),
        ("办公室0531-66601234转802", ("66601234",)),
        ("邮箱 zhang.san@example.com 发我资料", ("zhang.san", "example.com")),
        ("微信号wxtest_2026", ("wxtest_2026",)),
        ("北京示例软件有限公司想落户济南", ("北京示例软件",)),
        ("我姓周,做新能源材料的", ("姓周",)),
        ("号码写错了,是1381234567", ("1381234567",)),
        ("身份证370102199001011234", ("370102199001011234",)),
        ("電話１３８１２３４５６７８", ("13812345678", "１３８１２３４５６７８")),
    ],
)
def test_contacts_names_and_long_numbers_are_taken_out(said, personal):
    kept = discreet(said)
    assert [value for value in personal if value in kept] == []


@pytest.mark.parametrize(
    "said",
    [
        "济南高新区面积多大？",
        "投资50000000元能拿多少",
        "2018年12月的45号文还有效吗",
        "想要200亩地，投1.2亿",
        "",
        "／你好",
    ],
)
def test_what_is_not_personal_stays_as_it_was_said(said):
    assert discreet(said) == said


def test_treating_twice_changes_nothing_more():
    once = discreet("我叫李明,13812345678,示例软件有限公司")
    assert discreet(once) == once
