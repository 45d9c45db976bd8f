"""What is read from a message: amounts with what they are of, what holds of the investor, rates of exchange."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.estimating.reading import read


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("我们是外资企业,今年到账外资1.2亿元", {"到账外资": 12000}),
        ("土地出讓總價8000萬,建安成本1.2億", {"土地出让总价": 8000, "建安成本": 12000}),
        ("建安2.2亿加地款6000万", {"建安成本": 22000, "土地出让总价": 6000}),
        ("公司到账外资分三笔,2000万、3500万、4800万,合计能奖多少", {"到账外资": 10300}),
        ("一年研发费3600万,其中委外800万", {"研发费用": 3600}),
        ("应纳税所得额5000万,研发费用1800万", {"应纳税所得额": 5000, "研发费用": 1800}),
        ("技改投了450万", {"技改完成投资": 450}),
        ("专利转让赚了1300万", {"技术转让所得": 1300}),
        ("我们投1.35亿做大健康", {"大健康项目投资额": 13500}),
        ("今年贡献800万,去年是500万", {"年经济社会贡献": 800, "上年经济社会贡献": 500}),
        ("今年的经济社会贡献值是1500万,去年是零", {"年经济社会贡献": 1500, "上年经济社会贡献": 0}),
        ("我引荐的项目到位1.8亿", {"引荐项目到位资金": 18000}),
        ("一类新药3个,两个三类器械证", {"一类新药个数": 3, "三类器械个数": 2}),
        ("拿到一类新药批文", {"一类新药个数": 1}),
        ("临床批件拿了12个,按每个50万封顶后多少", {"临床项目个数": 12}),
        ("28nm产线利润一年5亿", {"线宽": 28, "应纳税所得额": 50000}),
        ("楼宇自持七成二", {"自持运营比例": "0.72"}),
        ("楼宇自持72%", {"自持运营比例": "0.72"}),
        ("买了1200平办公楼", {"购置办公用房面积": 1200}),
        ("rmb 60 million paid-in capital", {"到账外资": 6000}),
        ("到账不是1亿,是1.5亿", {"到账外资": 15000}),
        ("年营收从88亿涨到103亿", {"年营业收入": 1030000}),
        ("奖几百万", {}),
    ],
)
def test_a_figure_is_of_what_the_nearest_word_says(terms, text, figures):
    told = read(text, terms).inputs.figures
    money = {base: figure for base, figure in told.items() if base in figures or figure.low}
    assert {b: (f.low, f.high) for b, f in money.items()} == {
        b: (Decimal(str(v)), Decimal(str(v))) for b, v in figures.items()
    }


@pytest.mark.parametrize(
    ("text", "flag", "holds"),
    [
        ("不是世界500强", "世界五百强", False),
        ("我们是世界500强制造业", "世界五百强", True),
        ("不是500强的制造业企业", "制造业", True),
        ("内资企业", "外商投资企业", False),
        ("还没上市", "境内外上市", False),
        ("第一次被认定为高新技术企业", "高企首次认定", True),
        ("是不是高企都行吗", "高新技术企业", None),
    ],
)
def test_what_holds_and_what_is_denied(terms, text, flag, holds):
    assert read(text, terms).inputs.flags.get(flag) is holds


def test_a_rate_of_exchange_belongs_to_the_currency_told(terms):
    told = read("到账2500万欧元,汇率7.9", terms).inputs
    assert told.rates == {"EUR": Decimal("7.9")}
    assert told.yuan("到账外资").low == Decimal("19750.0")
    assert read("到账2500万欧元", terms).inputs.yuan("到账外资") is None


def test_a_range_stays_a_range(terms):
    figure = read("外资到账大概两三千万", terms).inputs.figures["到账外资"]
    assert (figure.low, figure.high) == (2000, 3000)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("到账外资1.2亿", True),
        ("营收头一次过百亿,给老总奖多少", False),
        ("引进20亿以上的工业项目奖多少", False),
        ("园区营收同比涨30%、20%、10%,分别奖多少", False),
        ("省市区叠一块儿封顶多少", False),
        ("外资到账奖5%,一家最多拿5000万", False),
        ("一个一类新药批文给多少", True),
    ],
)
def test_a_threshold_asked_about_is_no_figure_of_ones_own(terms, text, own):
    assert read(text, terms).own is own
