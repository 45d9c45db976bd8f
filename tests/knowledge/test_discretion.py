"""What is kept of a conversation does not tell who somebody is, and still tells what was asked."""

from __future__ import annotations

import pytest

from knowledge.discretion import discreet
from tests.support.personal import leaks, messages


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
        "想在济南高新区建厂，有什么政策",
        "在历下区建厂要什么手续",
        "来济南办厂有补贴吗",
        "标准厂房租金一平多少钱",
        "18年45号文、济政发〔2018〕45号还有效吗",
        "2018-2022年的政策，投资1000-2000万",
        "注册资本50000000，面积12345.678平方米，300,000平方米",
        "51705768是哪个单位的电话",
        "市中区纬二路128号是什么地方",
        "汉峪金谷A3-5号楼有空的吗",
        "3号楼2层租金多少，1号线到吗",
        "GB/T 19001-2016认证",
        "我是国企的，母公司是世界500强",
        "帮我叫人工客服",
        "12345热线能打通吗",
    ],
)
def test_what_is_not_personal_stays_as_it_was_said(said):
    assert discreet(said) == said


def test_treating_twice_changes_nothing_more():
    once = discreet("我叫李明,13812345678,示例软件有限公司")
    assert discreet(once) == once


def test_nothing_is_left_of_what_more_than_six_hundred_messages_tell():
    told = messages()
    assert len(told) >= 600
    assert [(one.said, kept) for one in told if leaks(kept := discreet(one.said), one)] == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("身份证370102199001011234，45号文还有效吗", "身份证［号码］,45号文还有效吗"),
        ("我叫王芳，王芳的电话138—1234—5678，想要200亩", "我叫［姓名］,［姓名］的电话［联系方式］,想要200亩"),
        ("孙丽,青岛示例食品有限公司,13780000000", "［姓名］,［公司］,［联系方式］"),
        ("我住历下区示例小区3号楼2单元501室，高新区远吗", "我住［地址］,高新区远吗"),
        ("我们办公室在示例路88号3楼，租金多少", "我们办公室在［地址］,租金多少"),
    ],
)
def test_what_was_asked_stays_beside_what_is_taken_out(said, kept):
    assert discreet(said) == kept


def test_of_a_longer_message_than_is_read_nothing_unread_is_kept():
    assert "13812345678" not in discreet("的" * 4000 + "13812345678")
