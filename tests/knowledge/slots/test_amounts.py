"""Better not read than misread: in whatever words an amount is told, and whatever follows, it is that amount or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from knowledge.slots import area, money, roles, share
from knowledge.text import fold
from tests.support.amounts import spelt_amounts

WAN, YI = 10**4, 10**8


@settings(max_examples=500)
@given(spelt_amounts())
def test_an_amount_is_read_as_what_it_is_or_not_at_all(case):
    text, value = case
    for found in money.find(text):
        assert value in (found.low, found.high), (text, found)


def read(text):
    return [(found.low, found.high, found.currency) for found in money.find(text)]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("二点七亿", 2.7 * YI), ("零点三五亿", 0.35 * YI), ("十五点八万", 15.8 * WAN), ("贰点伍亿", 2.5 * YI), ("3点2亿", 3.2 * YI), ("三点五千万", 3500 * WAN), ("八点零五亿元", 8.05 * YI),
        ("3亿三期工程", 3 * YI), ("5000万五金厂", 5000 * WAN), ("2亿一次性到位", 2 * YI), ("8000万两成自筹", 8000 * WAN), ("1亿六月底前到账", YI), ("投4亿三条产线", 4 * YI), ("2亿半导体项目", 2 * YI),
        ("3亿半年内投完", 3 * YI), ("1亿二手设备", YI), ("6000万一年", 6000 * WAN), ("2亿2027年到位", 2 * YI), ("2亿3000平米厂房", 2 * YI), ("9亿一起投", 9 * YI), ("二百万三个人", 200 * WAN),
        ("2亿3", 2.3 * YI), ("15万8", 15.8 * WAN), ("三亿六", 3.6 * YI), ("一亿五千", 1.5 * YI), ("7万5000元", 7.5 * WAN), ("三万五千元", 3.5 * WAN), ("1亿2左右", 1.2 * YI),
        ("三亿半", 3.5 * YI), ("5亿半", 5.5 * YI), ("两个半亿", 2.5 * YI), ("一亿半的项目", 1.5 * YI), ("半个亿", 0.5 * YI),
        ("3 500万", 3500 * WAN), ("12 000 000元", 1200 * WAN), ("投资额（亿元）：2.5", 2.5 * YI), ("总投资(单位：万元) 8000", 8000 * WAN), ("6000（万元）", 6000 * WAN), ("廿五万元", 25 * WAN), ("卅万", 30 * WAN), ("先上3000万两条产线", 3000 * WAN), ("RMB 2.500.000", 250 * WAN), ("2'500'000元", 250 * WAN), ("5 million yuan", 500 * WAN),
    ],
)  # fmt: skip
def test_spoken_amounts_are_read_whole(said, value):
    assert read(said) == [(Decimal(round(value)), Decimal(round(value)), "CNY")]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("三个多亿", 3 * YI, 4 * YI), ("十几个亿", 10 * YI, 20 * YI), ("2000多w", 2000 * WAN, 3000 * WAN), ("五百多万", 500 * WAN, 600 * WAN), ("2亿多", 2 * YI, 3 * YI),
        ("2、3亿", 2 * YI, 3 * YI), ("五、六千万", 5000 * WAN, 6000 * WAN), ("三到五千万", 3000 * WAN, 5000 * WAN), ("一百二三十万", 120 * WAN, 130 * WAN), ("十五六亿", 15 * YI, 16 * YI),
        ("5000万-1亿", 5000 * WAN, YI), ("亿元级", YI, None), ("百万级", 100 * WAN, None), ("上亿", YI, None), ("不低于三点五亿", 3.5 * YI, None), ("≥3000万元", 3000 * WAN, None), ("至少投3个亿", 3 * YI, None), ("最多出800万", None, 800 * WAN), ("at least RMB 20 million", 2000 * WAN, None), ("up to 5 million yuan", None, 500 * WAN), ("≤2亿", None, 2 * YI), ("六千多万元", 6000 * WAN, 7000 * WAN), ("三千餘萬元", 3000 * WAN, 4000 * WAN), ("三亿五千多万", 3.5 * YI, 3.6 * YI), ("1亿2000多万", 1.2 * YI, 1.3 * YI), ("两亿三千来万", 2.3 * YI, 2.3 * YI), ("不超过1亿2", None, 1.2 * YI),
    ],
)  # fmt: skip
def test_a_range_has_both_its_ends(said, low, high):
    assert read(said) == [(*(None if v is None else Decimal(round(v)) for v in (low, high)), "CNY")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("500万新币", "SGD"), ("300万新加坡元", "SGD"), ("SGD 300万", "SGD"), ("2000万₩", "KRW"), ("澳门元500万", "MOP"), ("500万葡币", "MOP"), ("RM300万", "MYR"), ("300万令吉", "MYR"), ("A$500万", "AUD"),
        ("600万英磅", "GBP"), ("£600万", "GBP"), ("800万台币", "TWD"), ("500万泰铢", "THB"), ("3000万越南盾", "VND"), ("500万瑞士法郎", "CHF"), ("500万迪拉姆", "AED"), ("500万印度卢比", "INR"),
        ("100万usd", "USD"), ("HK$2000万", "HKD"), ("500万元人民币", "CNY"),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_its_names_codes_and_signs(said, code):
    assert [found.currency for found in money.find(said)] == [code]


@pytest.mark.parametrize(
    "said",
    [
        "500万卢比", "3000万比索", "500万游戏币", "2000万虚拟币", "100万克朗", "-500万", "负2000万", "净利润-300万", "1,2亿", "500到1亿", "8000-1亿", "1.2.3亿", "第2亿", "3-5000万", "2.5亿半", "5、80亿",
        "2亿用户", "十二万分感谢", "年产30万台电机", "5万套件", "百万分之一", "3亿参数", "5000万人次", "100万粉丝", "5000kw", "500m", "下午三点五十", "千万不要", "万一", "五百强", "3块工业用地",
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_read(said):
    assert money.find(said) == []


def test_what_is_told_once_more_in_brackets_is_no_second_amount():
    first, second = money.find("2.3亿元人民币（折合3200万美元）")
    assert (first.converted, second.converted) == (False, True)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("二点五万平米", 25000, 25000), ("三百点五平方米", 300.5, 300.5), ("八亩半", 5666.67, 5666.67), ("20、30亩", 13333.33, 20000), ("一百五六十亩", 100000, 106666.67), ("1.5万㎡", 15000, 15000),
        ("2亿3000平厂房", 3000, 3000), ("200多亩", 133333.33, 200000), ("八亩半地", 5666.67, 5666.67), ("一百亩三通一平", 66666.67, 66666.67),
    ],
)  # fmt: skip
def test_an_area_is_read_whole(said, low, high):
    assert [(a.low, a.high) for a in area.find(said)] == [(Decimal(str(low)), Decimal(str(high)))]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("不少于80亩", 53333.33, None), ("至少3000平方米", 3000, None), ("600平米以内", None, 600), ("最多50亩", None, 33333.33), ("用地面积（亩）：150", 100000, 100000),
        ("建筑面积(㎡)：3,600", 3600, 3600), ("2000 sqm", 2000, 2000), ("≥100亩", 66666.67, None),
    ],
)  # fmt: skip
def test_the_ends_of_an_area_are_those_that_were_said(said, low, high):
    ends = [None if value is None else Decimal(str(value)) for value in (low, high)]
    assert [[a.low, a.high] for a in area.find(said)] == [ends]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [("百分之百", 1, 1), ("百分之六点五", 0.065, 0.065), ("35%", 0.35, 0.35), ("七成五", 0.75, 0.75), ("八成半", 0.85, 0.85), ("千分之三", 0.003, 0.003), ("10%到15%", 0.1, 0.15), ("百分之十到百分之十五", 0.1, 0.15)],
)  # fmt: skip
def test_a_share_is_read_whole(said, low, high):
    assert [(s.low, s.high) for s in share.find(said)] == [(Decimal(str(low)), Decimal(str(high)))]


@pytest.mark.parametrize("said", ["成立", "三成本", "第三成员"])
def test_what_is_no_share_is_not_read(said):
    assert share.find(said) == []


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("注册资本1000万，总投资2亿", "2亿"), ("先期500万，总投资2个亿", "2个亿"), ("去年投了500万，这次准备投8000万", "8000万"), ("年产值3亿，投资1亿", "1亿"), ("每亩300万的强度，一共投2亿", "2亿"),
        ("设备3000万，厂房2000万，总投资8000万", "8000万"), ("5000万的项目首期2000万", "5000万"), ("1亿，注册资本5000万", "1亿"), ("融资3亿，打算投2亿", "2亿"), ("中介费50万，投资额1个亿", "1个亿"),
        ("估值50亿，拟投资10亿", "10亿"), ("固定资产投资3亿，其中设备1亿", "3亿"), ("总投资2亿元（折合2800万美元）", "2亿元"), ("投资5000万，年税收2000万", "5000万"),
    ],
)  # fmt: skip
def test_of_several_amounts_the_investment_is_the_one_said_to_be_it(said, wanted):
    found = roles.investment(said, asked=True)
    assert isinstance(found, money.Money), found
    assert found.surface == fold(wanted)


@pytest.mark.parametrize(
    "said", ["三千万，后续再追加两千万", "一期投1亿，二期投2亿", "5000万，3000万", "注册资本1000万", "年产值3亿", "设备2000万，厂房3000万"]
)  # fmt: skip
def test_where_nobody_said_which_amount_is_the_investment_it_is_asked(said):
    assert isinstance(roles.investment(said, asked=True), roles.Unclear)


def test_every_currency_in_use_is_known_by_the_names_of_cldr():
    from babel import Locale
    from babel.core import get_global

    from knowledge.slots import currencies

    spans = get_global("territory_currencies").values()
    in_use = {code for of in spans for code, _, end, tender in of if end is None and tender}
    names = Locale("zh").currencies
    codes = currencies.known().codes
    assert {code: codes.get(fold(names[code])) for code in in_use} == {code: code for code in in_use}
