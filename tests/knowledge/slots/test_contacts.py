"""A way to reach somebody is read however it is spelled, and what is none is not."""

from __future__ import annotations

import pytest

from knowledge.slots import contacts

MOBILE, LANDLINE = "+8613812345678", "+8653166600000"


@pytest.mark.parametrize(
    "said",
    [
        "138—1234—5678", "138–1234–5678", "138‑1234‑5678", "138−1234−5678", "138－1234－5678", "138~1234~5678", "138～1234～5678", "138・1234・5678",
        "138·1234·5678", "138_1234_5678", "138,1234,5678", "138，1234，5678", "138.1234.5678", "138。1234。5678", "138 1234 5678", "138（1234）5678",
        "1 3 8 1 2 3 4 5 6 7 8", "1-3-8-1-2-3-4-5-6-7-8", "１３８１２３４５６７８", "①③⑧①②③④⑤⑥⑦⑧", "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "幺三八幺二三四五六七八",
        "一三八一二三四五六七八", "一三八，一二三四，五六七八", "壹叁捌壹贰叁肆伍陆柒捌", "138一二三四5678", "统一幺三八幺二三四五六七八打不通", "13812345678一直占线",
        "+86 138 1234 5678", "(+86)13812345678", "0086-138-1234-5678", "86 13812345678", "tel13812345678", "1.13812345678", "2026-11-24 13812345678",
        "面积200亩，13812345678", "138\u200b1234\u200b5678",
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_however_it_is_spelled(said):
    (found,) = contacts.find(said)
    assert (found.kind, found.value) == ("mobile", MOBILE)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("0531—66600000", LANDLINE), ("0531.66600000", LANDLINE), ("（0531）66600000", LANDLINE), ("0531 6660 0000", LANDLINE), ("053166600000", LANDLINE),
        ("+86-531-66600000", LANDLINE), ("0531-66600000/66600001", LANDLINE), ("0531-66600000、66600001", LANDLINE), ("0531-66600000（802）", f"{LANDLINE};ext=802"),
        ("0531-66600000转分机802", f"{LANDLINE};ext=802"), ("总机0531-66600000，转802", f"{LANDLINE};ext=802"), ("0531-66600000 ext. 802", f"{LANDLINE};ext=802"),
        ("0531-66600000-802", f"{LANDLINE};ext=802"),
    ],
)  # fmt: skip
def test_a_landline_is_read_with_its_extension_and_of_two_the_first(said, value):
    found = contacts.answer(said)
    assert isinstance(found, contacts.Contact)
    assert (found.kind, found.value) == ("landline", value)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("852-91234567", "+85291234567"), ("香港 9123 4567", "+85291234567"), ("香港手机：91234567", "+85291234567"), ("電話：852 9123 4567", "+85291234567"),
        ("➕852 91234567", "+85291234567"), ("00852-91234567", "+85291234567"), ("澳门 853 6612 3456", "+85366123456"), ("澳門6612 3456", "+85366123456"),
        ("台湾0912-345-678", "+886912345678"), ("886-912345678", "+886912345678"), ("臺灣 886 912 345 678", "+886912345678"), ("日本 090-1234-5678", "+819012345678"),
        ("+44 (0)20 7946 0958", "+442079460958"), ("1-541-754-3010", "+15417543010"), ("+65 6123 4567", "+6561234567"), ("＋49 30 12345678", "+493012345678"),
    ],
)  # fmt: skip
def test_a_number_of_another_place_is_read_with_a_plus_without_one_or_by_the_place(said, value):
    found = contacts.answer(said)
    assert isinstance(found, contacts.Contact)
    assert (found.kind, found.value) == ("foreign", value)


@pytest.mark.parametrize(
    "said",
    [
        "13812345678元", "投资13812345678元", "0531-66600000平方米", "¥13812345678", "13800000000%", "370102199001011234", "6222 0531 6660 1234",
        "13812345678abc", "二〇二六年十一月", "五五六六七七八八", "45+31-339243873", "1,200,000,000", "2018-2022年", "3000-5000万",
    ],
)  # fmt: skip
def test_an_amount_an_identity_number_and_a_card_are_no_telephone(said):
    assert contacts.find(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "微信号zhangsan88", "微信：zhangsan88", "WeChat ID: zhangsan88", "加薇 zhangsan88", "加薇zhangsan88", "➕v：zhangsan88", "+v zhangsan88", "➕薇：zhangsan88",
        "薇信：zhangsan88", "威信 zhangsan88", "VX:zhangsan88", "vx zhangsan88", "vxzhangsan88", "加vzhangsan88", "微x zhangsan88", "威❤ zhangsan88", "威❤️：zhangsan88",
        "v信 zhangsan88", "v：zhangsan88", "weixin zhangsan88", "my wechat is zhangsan88", "微信（zhangsan88）", "加一下微信，zhangsan88", "好的，zhangsan88，谢谢",
    ],
)  # fmt: skip
def test_a_wechat_id_is_read_however_it_is_announced(said):
    found = contacts.answer(said)
    assert isinstance(found, contacts.Contact)
    assert (found.kind, found.value) == ("wechat", "zhangsan88")


@pytest.mark.parametrize(
    ("said", "value"),
    [("wxtest_2026", "wxtest_2026"), ("微信号wxtest_2026", "wxtest_2026"), ("wxid_abc123", "wxid_abc123"), ("Wechat：Zhang_San-88", "zhang_san-88")],
)  # fmt: skip
def test_what_belongs_to_an_id_stays_in_it(said, value):
    assert contacts.answer(said).value == value


@pytest.mark.parametrize(
    "said", ["wechat please", "微信公众号jinan2026", "微信小程序demo123", "hotline number?", "微信上说"]
)
def test_a_word_behind_wechat_is_no_id(said):
    assert contacts.find(said) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("zhangsan@example。com", "zhangsan@example.com"), ("ｚhangsan＠example．com", "zhangsan@example.com"), ("zhangsan @ example.com", "zhangsan@example.com"),
        ("邮箱a@b.com。thanks", "a@b.com"), ("zhangsan@example。com。cn，谢谢", "zhangsan@example.com.cn"), ("zhangsan@example.com200亩", "zhangsan@example.com"),
    ],
)  # fmt: skip
def test_an_address_is_read_with_chinese_dots_and_full_width_letters(said, value):
    (found,) = contacts.find(said)
    assert (found.kind, found.value) == ("email", value)


def test_a_hint_for_a_number_without_its_area_tells_what_helps_people_of_hong_kong_too():
    assert "+852" in contacts.answer("91234567").why


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("010—88886666—203", "+861088886666;ext=203"), ("0531–88888888–12", "+8653188888888;ext=12"), ("香港手提 9876 5432", "+85298765432"), ("台湾行动电话0912-345-678", "+886912345678"),
        ("幺五九洞洞洞洞六六七七", "+8615900006677"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_spoken_and_printed(said, value):
    assert contacts.answer(said).value == value
