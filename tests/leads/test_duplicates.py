"""The same investor is told by what does not vary: a contact without extension, a company without form, branch, place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.company_names import same
from leads.duplicates import company_key, contact_key
from leads.tables import Likeness
from tests.support.desk_cases import same_company


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


TRADITIONAL = """
東風汽車集團有限公司|东风汽车集团有限公司
聯想（北京）有限公司|联想有限公司
鴻海精密工業(股)公司|鸿海精密工业股份有限公司
富士康科技集團|富士康科技
鴻海精密工業股份有限公司|鸿海精密工业股份有限公司
台灣示例積體電路股份有限公司|台湾示例积体电路股份有限公司
中國示例集團有限公司|中国示例集团
臺灣示例電子股份有限公司|台灣示例電子
示例開發實業（集團）有限公司|示例开发实业
香港示例國際貿易有限公司|示例国际贸易有限公司
三菱電機株式会社|三菱电机（中国）有限公司
株式会社示例製作所|示例制作所
示例自動車株式会社|示例自动车
廣東示例電氣機械|广东示例电气机械有限公司
"""
PLACES = """
济南历城示例材料有限公司|示例材料有限公司
济南新旧动能转换起步区示例有限公司|示例有限公司
上海浦东示例生物有限公司|示例生物有限公司
苏州工业园区示例有限公司|示例有限公司
章丘区示例机械有限公司|济南示例机械有限公司
示例（山东）生物科技有限公司|示例生物科技有限公司
济南市历下区示例科技有限公司|示例科技有限公司
深圳市南山区示例电子有限公司|示例电子有限公司
江苏省苏州市昆山市示例精密有限公司|昆山示例精密有限公司
济南高新区示例生物有限公司|示例生物有限公司
示例机器人（济南）有限公司|示例机器人
内蒙古自治区示例乳业有限公司|示例乳业
新疆维吾尔自治区乌鲁木齐市示例有限责任公司|示例公司
北京市朝阳区示例餐饮管理有限公司|示例餐饮管理
澳门示例有限公司|示例有限公司
山东浪潮集团有限公司|浪潮（济南）股份有限公司
山东浪潮集团有限公司|浪潮
北京远望科技有限公司|远望科技（集团）有限公司
北京市远望科技有限责任公司|远望科技
广西壮族自治区新希望有限公司|新希望公司
示例（中国）投资有限公司|上海示例投资有限公司
山东省高速集团|山东高速集团有限公司
济南银行股份有限公司|济南银行
"""
BRANCHES = """
示例股份有限公司驻京办事处|示例股份有限公司
示例集团华东区总部|示例集团
示例公司青岛办|示例公司
示例科技（深圳）有限公司济南分公司|示例科技
示例株式会社北京代表处|示例株式会社
示例股份有限公司北京办事处|示例股份有限公司
示例重工股份有限公司驻济南办事处|示例重工
示例银河证券股份有限公司济南历下营业部|示例银河证券
中国建设银行股份有限公司济南分行|中国建设银行
示例药业集团股份有限公司上海代表处|示例药业
示例科技有限公司济南第一分公司|示例科技有限公司
示例科技有限公司华东分公司|示例科技
中国重汽集团济南有限公司|中国重汽集团济南公司
示例股份有限公司（上海办事处）|示例股份有限公司
济南银行北京分行|济南银行
示例集团有限公司总部|示例集团
"""
FOREIGN = """
Example AG Beijing Representative Office|Example AG
Example Ltd. Shanghai Branch|Example Ltd.
Beijing Example Technology Co., Ltd.|Example Technology
Example S.à r.l.|Example
Example A.Ş.|Example
Example Hong Kong Limited|Example
Example K.K.|Example
Example AB (publ)|Example AB
Example Aktiengesellschaft|Example
3M中国有限公司|3M
Nestlé Example|NESTLE Example
Example Holdings Pte Ltd|Example Holdings
SIEMENS AG|Siemens Ltd., China
Siemens Co., Ltd.|SIEMENS
Example S.A.|EXAMPLE SA
Example S.p.A.|Example
Example B.V.|Example BV
Example Sp. z o.o.|Example
Example GmbH & Co. KG|Example GmbH
Example Sdn. Bhd.|Example
Example (China) Co., Ltd.|Example Inc.
Example China Holdings Limited|EXAMPLE PLC
Example Private Limited|Example Pvt. Ltd.
PT Example Tbk|Example
The Example Company|Example Corp.
Example A/S|Example
Example Energy AG|Example Energy China Co Ltd
示例科技 Co., Ltd.|示例科技有限公司
ＡＢＣ科技|abc科技
"""


@pytest.mark.parametrize("text", [line for line in (TRADITIONAL + PLACES + BRANCHES + FOREIGN).splitlines() if line])
def test_the_same_company_is_told_however_its_name_is_written(text):
    assert same_company(text)


@pytest.mark.parametrize(
    "text",
    """
济南银行|青岛银行
济南轨道交通|青岛轨道交通
中国农业大学|山东农业大学
天津港集团|青岛港集团
山东路桥|四川路桥
重庆农村商业银行|上海农村商业银行
内蒙古电力|广东电力
兴业银行|兴业证券
山东国际信托|河北国际信托
Bank of Shanghai|Bank of Beijing
Shanghai Airlines|Shandong Airlines
Qingdao Beer|Jinan Beer
National Grid|State Grid
山东高速集团有限公司|河北高速集团有限公司
济南水务集团|青岛水务集团
中国建筑|山东建筑集团
青岛啤酒股份有限公司|济南啤酒集团
中国移动|中国联通
山东大学|河南大学
济南市第一人民医院|青岛市第一人民医院
中国石油|山东石油
济南城市建设投资集团|青岛城市建设投资集团
山东黄金|中国黄金矿业
深圳燃气|重庆燃气
济南第二机床厂|沈阳第二机床厂
重庆水务集团|水务集团
历下区国有资产运营有限公司|市中区国有资产运营有限公司
济南银行青岛分行|青岛银行
北京示例科技有限公司|上海示例科技有限公司
Bank of China|Bank of Japan
Air China|Air France
China Mobile|China Unicom
Deutsche Bank|Deutsche Post
Shandong Steel|Hebei Steel
Tesco|Tes
远望科技有限公司|远方科技有限公司
济南公司|青岛公司
海尔|海信
有限公司|集团公司
""".strip().splitlines(),
)
def test_where_only_a_trade_remains_the_place_tells_companies_apart(text):
    assert not same_company(text)


@pytest.mark.parametrize("company", ["有限公司", "济南", "中国", "(集团)", "山东省"])
def test_a_name_of_nothing_but_form_and_place_keeps_something(company):
    assert company_key(company)


@settings(deadline=None)
@given(st.text() | st.text("山东省济南市北京中国浪潮科技（）集团股份有限公司分Ltd. a", max_size=14))
def test_a_key_of_a_key_is_the_same_key(said):
    assert company_key(company_key(said)) == company_key(said)
    assert contact_key(contact_key(said)) == contact_key(said)


@settings(deadline=None)
@given(*[st.text("山东济南北京中国浪潮银行（）集团有限公司Ltd. ", max_size=10)] * 2)
def test_two_names_that_are_the_same_are_found_by_the_same_key_whichever_comes_first(one, other):
    assert same(one, other) == same(other, one)
    if same(one, other):
        assert company_key(one) == company_key(other)


HOSTILE = (
    "ﷺ",
    "有限公司", "济南市", "(", "（济南）", "a b ", "s.a.", "co ", "建设投资", "济南办事处", "of china ", "株式会社", "薴", "()", "国", " ", "一二三", "转1",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_name_is_judged_at_once(piece):
    one = (piece * 3000)[:3000]
    other = one + "x"
    same(one, other), company_key(one)  # the vocabulary is read once
    best = min(_seconds(lambda: (same(one, other), company_key(one))) for _ in range(3))
    assert best < 0.02


def _seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_leads_of_one_company_are_noted_as_alike_and_those_of_another_in_the_same_trade_are_not(submit, see):
    def alike():
        return [(row.lead_id, row.other_id, row.why) for row in see.all(Likeness)]

    first = see.lead(submit(talk="1", company="示例电子有限公司", contact="+8613800000001")).id
    submit(talk="2", company="济南银行", contact="+8613800000002")
    second = see.lead(submit(talk="3", company="深圳市示例電子", contact="+8613800000003")).id
    submit(talk="4", company="青岛银行", contact="+8613800000004")
    assert alike() == [(second, first, "company")]
    third = see.lead(submit(talk="5", company="上海示例电子", contact="+8613800000005")).id
    assert (third, first, "company") in alike(), "one without a place may be either"
    assert (third, second, "company") not in alike()


def test_what_is_submitted_a_thousand_times_is_noted_no_more_than_fifty(submit, see):
    for n in range(55):
        number = submit(talk=f"t{n}", company=f"示例{n}", contact="+8613800000001")
    assert len(see.all(Likeness, Likeness.lead_id == see.lead(number).id)) == 50
