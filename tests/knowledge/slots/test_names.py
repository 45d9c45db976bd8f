"""Names are taken where they are introduced, whole, and nothing else is."""

from __future__ import annotations

import pytest

from actions.registration.fields import Wrong, read
from knowledge.slots import names
from knowledge.slots.surnames import CLASSIC, COMPOUND


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("我叫阿依古丽·买买提，想问租金", "阿依古丽·买买提"), ("我叫艾力·吐尔逊电话13812345678", "艾力·吐尔逊"), ("我是约翰·史密斯，想看地", "约翰·史密斯"),
        ("我叫次仁旺姆想看地", "次仁旺姆"), ("我叫𠮷永健，想看地", "𠮷永健"), ("我叫傅小曼", "傅小曼"), ("我姓蕭，想问政策", "萧"), ("我叫澹台明月，想投资", "澹台明月"),
        ("我叫王芳想要投资", "王芳"), ("我叫王建和想投资", "王建和"), ("我叫王有才", "王有才"), ("我叫李明来济南考察", "李明"), ("我叫王芳有个项目", "王芳"),
        ("叫我王姐就行", "王姐"), ("叫我小李就行", "小李"), ("您好，我是山东示例的王芳", "王芳"), ("我是示例集团的李先生", "李先生"), ("姓名：李四 电话：1", "李四"),
        ("联系人王女士", "王女士"), ("联系人是赵小曼，电话1", "赵小曼"), ("免贵姓陈", "陈"), ("我姓邱不是姓丘", "邱"), ("My name is John Smith and I want land", "john smith"),
        ("I'm Anna, from Germany", "anna"), ("本人王强，想咨询", "王强"), ("我叫高峰", "高峰"), ("我是欧阳明月", "欧阳明月"),
    ],
)  # fmt: skip
def test_a_person_is_called_as_he_is_introduced(said, person):
    assert names.person(said) == person


@pytest.mark.parametrize("surname", ["".join(CLASSIC.split())[i] for i in range(0, 440, 11)] + sorted(COMPOUND)[::6])
def test_any_surname_of_the_hundred_is_one(surname):
    assert names.person(f"我叫{surname}小曼，想问租金")
    assert names.person(f"免贵姓{surname}，想问租金")


@pytest.mark.parametrize(
    "said",
    [
        "我是外地的", "我是做芯片的", "我叫你登记", "我叫人来拿资料", "我叫外卖", "我叫车过去", "帮我叫辆车", "我叫什么你知道吗", "我叫不动他", "我是国企", "我是车主，想问",
        "我是云南人", "我是高新区的", "我是金融公司的", "我是项目经理", "我是高级工程师", "我是许昌过来的", "我是白领", "我是高校老师", "联系人是谁", "联系方式怎么填",
        "老百姓和企业", "王府井在哪", "我是ceo", "I am interested in Jinan", "this is nonsense", "祝工作顺利", "那工业的呢", "干股给处长行不行", "你能看到我的时间吗",
        "项目名叫年产十万吨材料", "本人和同事想去", "谢谢", "[微笑]",
    ],
)  # fmt: skip
def test_what_only_begins_like_a_name_is_none(said):
    assert names.person(said) == ""


@pytest.mark.parametrize(
    ("said", "company"),
    [
        ("山东示例（集团）股份有限公司济南分公司", "山东示例(集团)股份有限公司济南分公司"), ("受示例有限公司委托", "示例有限公司"), ("我司为示例（中国）投资有限公司", "示例(中国)投资有限公司"), ("敝司是示例科技有限公司", "示例科技有限公司"), ("我司示例新材料科技有限公司想落户章丘", "示例新材料科技有限公司"), ("由示例有限公司控股", "示例有限公司"),
        ("我想在济南成立示例有限公司", "示例有限公司"), ("公司名称改成天津示例软件有限公司", "天津示例软件有限公司"), ("我是示例集团的王芳", "示例集团"), ("我们是示例食品厂", "示例食品厂"),
        ("我在示例研究院工作", "示例研究院"), ("代表示例商会来问", "示例商会"), ("示例（中国）投资管理有限公司", "示例(中国)投资管理有限公司"), ("我们是日本示例株式会社", "日本示例株式会社"),
        ("示例创业有限合伙企业", "示例创业有限合伙企业"), ("济南软件有限公司", "济南软件有限公司"), ("We are Example Bearings GmbH", "example bearings gmbh"), ("公司：示例装备", "示例装备"),
    ],
)  # fmt: skip
def test_a_company_is_named_whole(said, company):
    assert names.company(said) == company


@pytest.mark.parametrize(
    "said",
    [
        "想在济南高新区建厂", "来济南办厂", "计划在槐荫设立研究院", "建食品厂", "想在平阴建食品厂", "我们的示例公司", "一家外资公司", "我是香港公司的", "注册有限公司要多久",
        "有限公司和股份公司有啥区别", "标准厂房租金", "高新区有哪些公司", "母公司是世界500强", "公司是外商独资", "朋友公司就这么说的", "登记一下公司", "预约看厂", "订个酒店",
        "我们是搞物流的有限公司", "山东重工集团在济南哪", "我是公司的司机", "建设研究院有补贴吗",
    ],
)  # fmt: skip
def test_a_place_a_plan_and_a_description_are_no_company(said):
    assert names.company(said) == ""


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("可以的，周先生", "周先生"), ("免贵姓赵，赵敏", "赵敏"), ("陳先生", "陳先生"), ("Müller, Hans", "Müller, Hans"), ("示例重工 李经理", "李经理"), ("好的，王芳", "王芳"), ("嗯，王芳", "王芳"), ("行，王芳", "王芳"), ("王芳，谢谢", "王芳"), ("可以，王芳，谢谢您", "王芳"), ("叫我王姐就行", "王姐"), ("王芳[微笑]", "王芳"),
        ("🙂王芳🙏", "王芳"), ("那就写王芳吧", "王芳"), ("您好，我是山东示例的王芳", "王芳"), ("Li, Ming", "Li, Ming"), ("John Smith", "John Smith"), ("称呼我李老师吧", "李老师"),
        ("谢军", "谢军"), ("何平", "何平"), ("𠮷永健", "𠮷永健"), ("阿依古丽·买买提", "阿依古丽·买买提"), ("请叫我老张", "老张"), ("陈先生/13800000000", "陈先生"),
    ],
)  # fmt: skip
def test_the_form_takes_a_name_without_what_is_said_around_it(said, name):
    assert read("contact_name", said) == {"contact_name": name}


@pytest.mark.parametrize(
    "said",
    ["谢谢", "[微笑]", "[抱拳][抱拳]", "[图片]", "👌", "好的", "嗯嗯", "ok", "你好", "在吗", "稍等", "明天再说", "什么意思", "高新区", "13812345678", "不告诉你", "。"],
)  # fmt: skip
def test_the_form_asks_again_where_nobody_is_named(said):
    assert isinstance(read("contact_name", said), Wrong)
