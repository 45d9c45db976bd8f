"""More than six hundred messages that tell who somebody is, each with what of it must stand nowhere afterwards.

Every surname of the 百家姓, every way to write a number, an id, an address or a company, beside ordinary questions. All
of it is made up; `leaks` looks for it in any spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple

from knowledge.slots.digits import runs
from knowledge.slots.surnames import CLASSIC, COMPOUND
from knowledge.text import fold


class Personal(NamedTuple):
    """A message and its secrets, as they were written."""

    said: str
    secrets: tuple[str, ...]


QUESTIONS = (
    "想问高新区租金", "高新区有哪些企业", "济南有什么优惠政策", "历下区远吗", "请发资料", "想看地", "怎么注册公司", "兰州新区在哪", "想投资5000万",
    "要200亩地", "章丘有标准厂房吗", "45号文还有效吗",
)  # fmt: skip
_NAMES = ("小曼", "明月", "永健", "某某", "宜之")
_BY_NAME = (
    "我叫{0}，{1}",
    "{1}，我叫{0}",
    "您好，我的名字叫{0}。{1}",
    "姓名：{0}，{1}",
    "我叫{0}{2}",
    "我名叫{0}；{1}",
)
_BY_SURNAME = ("我姓{0}，{1}", "免贵姓{0}，{1}", "{1}，本人姓{0}")
_USUAL = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗"
_INTRODUCED = (
    "我是{0}，{1}", "这里是{0}，{1}", "联系人{0}，{1}", "本人{0}，{1}", "我是示例单位的{0}，{1}", "{1}，联系人是{0}", "称呼我{0}吧，{1}",
    "叫我{0}就行，{1}", "负责人{0}，{1}",
)  # fmt: skip
_TITLED = ("请让{0}给我回电，{1}", "我是{0}，{1}", "{0}，{1}", "找{0}，{1}", "联系人{0}，{1}")
_TITLES = ("女士", "先生", "经理", "总", "工", "姐", "老师", "主任")
_FOREIGN = (
    "阿依古丽·买买提", "艾力·吐尔逊", "次仁旺姆", "约翰·史密斯", "𠮷永健", "卓玛央金", "巴特尔", "玛利亚・桑托斯", "安娜‧示例娃", "John Smith", "Anna Example",
)  # fmt: skip
NUMBERS = (
    "13812345678", "138 1234 5678", "138-1234-5678", "138—1234—5678", "138–1234–5678", "138‑1234‑5678", "138−1234−5678", "138－1234－5678",
    "138_1234_5678", "138~1234~5678", "138～1234～5678", "138・1234・5678", "138·1234·5678", "138,1234,5678", "138，1234，5678", "138.1234.5678",
    "138。1234。5678", "138 12345678", "1381234 5678", "1 3 8 1 2 3 4 5 6 7 8", "1-3-8-1-2-3-4-5-6-7-8", "１３８１２３４５６７８", "①③⑧①②③④⑤⑥⑦⑧",
    "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "幺三八幺二三四五六七八", "一三八一二三四五六七八", "一三八零零一二三四五六", "幺三八 幺二三四 五六七八", "壹叁捌壹贰叁肆伍陆柒捌",
    "138一二三四5678", "+86 138 1234 5678", "+8613812345678", "(+86)13812345678", "0086-138-1234-5678", "86 13812345678", "138（1234）5678",
    "138\u200b1234\u200b5678", "1381234567", "138123456789", "0531-66698765", "0531—66698765", "(0531)66698765", "0531 6669 8765", "053166698765",
    "0531-66698765转802", "0531-66698765（802）", "0531-66698765/66698766", "+86-531-66698765", "66698765", "400-123-4567", "852-94175286",
    "+852 9417 5286", "香港 9417 5286", "香港电话94175286", "澳门 853 6612 3456", "台湾0912-345-678", "886-941752868", "+886 912 345 678",
    "➕852 94175286", "+1 541-754-3010", "001-541-754-3010", "+44 20 7946 0958", "+44 (0)20 7946 0958", "+65 6123 4567", "+81 90-1234-5678",
    "+49 30 12345678", "+82-10-1234-5678",
)  # fmt: skip
_CALLED = ("电话{0}，{1}", "{1}，我的手机{0}", "打{0}找我，{1}", "{0}")
IDS = (
    "微信号zhangsan88", "微信：zhangsan88", "加薇zhangsan88", "加薇 zhangsan88", "➕v：zhangsan88", "+v zhangsan88", "薇信：zhangsan88", "WeChat ID: zhangsan88",
    "vx:zhangsan88", "VX zhangsan88", "vxzhangsan88", "加vzhangsan88", "微x zhangsan88", "威❤ zhangsan88", "威❤️：zhangsan88", "我的微信是zhang_san-88",
    "v信 zhangsan88", "weixin:zhangsan88", "微信（zhangsan88）", "邮箱zhangsan@example.com", "zhangsan@example。com", "zhangsan＠example．com",
    "发到zhang.san@example.com.cn", "zhangsan @ example.com", "QQ123456789", "qq号：123456", "line id: zhangsan88", "whatsapp: +85294175286",
    "身份证370102199001011234", "身份证号37010219900101123X", "护照E12345678", "信用代码91370100MA3C4D5E6X", "车牌鲁A12345", "银行卡6222 0212 3456 7890 123",
)  # fmt: skip
_SECRET_OF_ID = re.compile(
    r"zhang[a-z_.-]*san[-0-9]*|\d{6,}[Xx]?|E\d{8}|91370100MA3C4D5E6X|鲁A12345|6222 0212 3456 7890 123"
)
ADDRESSES = (
    ("我住{0}，{1}", "历下区示例小区3号楼2单元501室"), ("我住在{0}，{1}", "示例花园12栋3单元1102"), ("家在{0}，{1}", "历城区示例家园5号楼"),
    ("地址：{0}，{1}", "济南市示例路12号"), ("{1}，寄到{0}", "章丘区示例街5号院2号楼"), ("我们办公室在{0}，{1}", "示例大厦A座1203室"), ("公司在{0}，{1}", "示例大道88号3层"),
    ("住址{0}。{1}", "市中区示例胡同7号"), ("{1}，快递到{0}", "槐荫区示例公寓6幢602室"), ("我家住{0}，{1}", "示例苑3-2-501"), ("通讯地址是{0}，{1}", "示例北路99号示例广场1号楼"),
    ("收货地址：{0}，{1}", "天桥区示例社区12号楼1单元"),
)  # fmt: skip
COMPANIES = (
    ("我是{0}的，{1}", "山东示例（集团）股份有限公司济南分公司"), ("受{0}委托，{1}", "示例有限公司"), ("我们公司叫{0}，{1}", "蓝示新材料"), ("{0}想落户济南，{1}", "北京示例软件有限公司"),
    ("我是{0}的，{1}", "示例集团"), ("我们是{0}，{1}", "示例食品厂"), ("我在{0}工作，{1}", "示例研究院"), ("代表{0}，{1}", "示例商会"), ("公司名称：{0}，{1}", "示例装备"),
    ("{1}，来自{0}", "日本示例株式会社"), ("we are {0}, {1}", "Example Bearings GmbH"), ("单位是{0}，{1}", "示例会计师事务所"), ("{0}，{1}", "示例（济南）投资管理有限公司"),
    ("我想在济南成立{0}，{1}", "示例科技有限责任公司"), ("我们是{0}，{1}", "示例创业有限合伙企业"),
)  # fmt: skip


def messages() -> list[Personal]:
    """All of them, always the same."""
    return [*_by_surname(), *_by_usual_name(), *_by_contact(), *_by_place()]


def leaks(kept: str, message: Personal) -> list[str]:
    """Secrets of a message that a text holds: as written, folded, or by their digits alone."""
    folded, digits = fold(kept), " ".join(run.digits for run in runs(fold(kept)))
    return [
        secret
        for secret in message.secrets
        if secret in kept or fold(secret) in folded or (len(digits_of(secret)) >= 6 and digits_of(secret) in digits)
    ]


def digits_of(text: str) -> str:
    """The digits of a text, in whatever script, without what stands between."""
    return "".join(run.digits for run in runs(fold(text)))


def _by_surname() -> Iterator[Personal]:
    names, questions, ways = cycle(_NAMES), cycle(QUESTIONS), cycle(_BY_NAME)
    surnames = [*"".join(CLASSIC.split()), *sorted(COMPOUND)]
    for index, surname in enumerate(surnames):
        question = next(questions)
        if index % 4 == 3:
            yield Personal(_BY_SURNAME[index // 4 % 3].format(surname, question), (f"姓{surname}",))
        else:
            name = surname + next(names)
            yield Personal(next(ways).format(name, question, "，" + question), (name,))


def _by_usual_name() -> Iterator[Personal]:
    questions, ways, titles = cycle(QUESTIONS), cycle(_INTRODUCED), cycle(_TITLES)
    for surname in _USUAL:
        name = f"{surname}小曼"
        yield Personal(next(ways).format(name, next(questions)), (name,))
        titled = surname + next(titles)
        yield Personal(_TITLED[len(titled) % 5].format(titled, next(questions)), (titled,))
    for name in _FOREIGN:
        way = "My name is {0}, {1}" if name.isascii() else "我叫{0}，{1}"
        yield Personal(way.format(name, next(questions)), (name,))


def _by_contact() -> Iterator[Personal]:
    questions, ways = cycle(QUESTIONS), cycle(_CALLED)
    for number in NUMBERS:
        yield Personal(next(ways).format(number, next(questions)), (number,))
    for own in IDS:
        secret = _SECRET_OF_ID.search(own)
        assert secret, own
        yield Personal(f"{own}，{next(questions)}", (secret.group(0),))


def _by_place() -> Iterator[Personal]:
    questions = cycle(QUESTIONS)
    for way, place in (*ADDRESSES, *COMPANIES):
        yield Personal(way.format(place, next(questions)), (place,))
