"""The lead form as a machine: any order, corrections, skips, side questions, and nothing personal before a yes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.registration import form
from actions.registration.fields import Wrong, read
from actions.registration.reading import corrected, to_change
from actions.turn.message import Message
from leads.model import Details, Draft, Talk

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def filling(catalogue):
    """Fill a form with messages, one after the other; `.draft` is where it stands, `.last` the last step."""

    class Filling:
        def __init__(self):
            self.draft = form.begin(Draft(key="k", talk=Talk(id="t", channel="rest")), {})
            self.last = None

        def say(self, *messages, **intents):
            for message in messages:
                turn = Message(message, catalogue.lexicon.read(message), intents)
                self.last = form.step(self.draft, turn, NOW)
                self.draft = self.last.draft
            return self.last

        @property
        def details(self):
            return self.draft.details

    return Filling()


def test_consent_is_asked_before_anything_else(filling):
    assert filling.draft.asked == "consent"
    assert filling.say("李明").outcome == "ask"
    assert filling.draft.consented_at is None


@pytest.mark.parametrize(
    "said", ["同意", "好的", "可以", "我同意", "OK", "嗯,同意", "同意的", "好的，没问题", "同意,谢谢", "是的"]
)
def test_a_yes_in_many_words_is_a_consent(filling, said):
    filling.say(said)
    assert filling.draft.consented_at == NOW
    assert filling.draft.asked == "contact_name"


@pytest.mark.parametrize(
    "said", ["不同意", "不行", "再说吧", "为什么要同意?", "同意什么?", "不", "看情况", "13800138000", "我考虑一下"]
)
def test_nothing_but_a_yes_is_a_consent(filling, said):
    filling.say(said)
    assert filling.draft.consented_at is None


def test_slots_are_asked_one_after_the_other_until_the_form_is_read_back(filling):
    asked = []
    for said in ("同意", "李明", "示例软件有限公司", "13800138000", "软件", "2000万", "历下区", "想先看看楼"):
        filling.say(said)
        asked.append(filling.draft.asked)
    assert asked == ["contact_name", "company", "contact", "industry", "investment", "area", "notes", form.CONFIRM]
    assert filling.details == Details(
        contact_name="李明", company="示例软件有限公司", contact="+8613800138000", contact_kind="mobile", industry="软件",
        investment="2000万", investment_low=20_000_000, investment_high=20_000_000, currency="CNY", area="历下区", notes="想先看看楼",
    )  # fmt: skip
    assert filling.say("确认提交").outcome == "submit"


def test_everything_in_one_sentence_is_not_asked_again(filling):
    filling.say("同意", "我叫刘洋,济南示例生物有限公司,电话13853100000,做生物医药的,想投5000万")
    assert filling.draft.asked == "area"
    assert filling.details.contact_name == "刘洋"
    assert filling.details.company == "济南示例生物有限公司"
    assert filling.details.industry == "生物医药"
    assert filling.details.investment_low == 50_000_000


def test_a_bare_list_of_values_is_understood(filling):
    filling.say("同意", "孙丽,青岛示例食品有限公司,13780000000")
    assert (filling.details.contact_name, filling.details.company) == ("孙丽", "青岛示例食品有限公司")
    assert filling.draft.asked == "industry"


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("电话打错了,是13912345678", "contact", "+8613912345678"),
        ("手机号改成13912345678", "contact", "+8613912345678"),
        ("联系方式写错了，应该是 a.b@example.com", "contact", "a.b@example.com"),
        ("公司名改为天津示例软件有限公司", "company", "天津示例软件有限公司"),
        ("名字错了,应该是黎明", "contact_name", "黎明"),
        ("投资额改成三五千万", "investment", "三五千万"),
        ("行业是激光设备", "industry", "激光设备"),
        ("选址换成历城区", "area", "历城区"),
    ],
)
def test_a_slot_is_put_right_by_its_name_at_any_time(filling, said, slot, value):
    filling.say("同意", "李明", "示例软件有限公司", "13800138000", "软件", "2000万", "历下区", "没有了")
    filling.say(said)
    assert getattr(filling.details, slot) == value
    assert filling.draft.asked == form.CONFIRM


def test_what_is_to_be_changed_without_a_value_is_asked_again(filling):
    filling.say("同意", "李明", "跳过", "13800138000", "没有了", "电话不对")
    assert filling.draft.asked == "contact"
    filling.say("13900139000")
    assert filling.details.contact == "+8613900139000"
    assert filling.draft.asked == form.CONFIRM


def test_optional_slots_are_skipped_and_required_ones_are_not(filling):
    filling.say("同意", "跳过")
    assert filling.draft.asked == "contact_name"
    assert "不能跳过" in filling.last.problem
    filling.say("李明", "跳过")
    assert filling.draft.asked == "contact"
    assert "不能跳过" in filling.say("跳过").problem
    filling.say("13800138000", "跳过", "跳过", "跳过", "没有了")
    assert filling.draft.asked == form.CONFIRM


def test_a_side_question_is_left_to_others_and_the_form_stays_where_it_is(filling):
    filling.say("同意", "李明")
    assert filling.say("济南高新区面积多大?").outcome == "aside"
    assert filling.draft.asked == "company"
    assert filling.details.company == ""


@pytest.mark.parametrize("said", ["取消", "算了不填了", "我不想登记了", "退出", "不登记了"])
def test_a_cancelled_form_ends(filling, said):
    filling.say("同意", "李明")
    assert filling.say(said).outcome == "cancel"


def test_starting_again_empties_the_form_and_keeps_the_consent(filling):
    filling.say("同意", "李明", "示例软件有限公司", "重新填")
    assert filling.details == Details()
    assert filling.draft.asked == "contact_name"


@pytest.mark.parametrize(
    ("slot", "said", "hint"),
    [
        ("contact", "1381234567", "11位"),
        ("contact", "12812345678", "号段"),
        ("contact", "66601234", "区号"),
        ("contact", "liming@", "邮箱"),
        ("investment", "5000", "万元"),
        ("contact_name", "12345", "姓名"),
    ],
)
def test_a_wrong_value_is_told_with_how_it_should_look(slot, said, hint):
    wrong = read(slot, said)
    assert isinstance(wrong, Wrong)
    assert hint in wrong.why


def test_notes_are_kept_as_they_were_said(filling):
    filling.say("同意", "李明", "跳过", "13800138000", "软件", "2000万", "历下区")
    filling.say("年底前投产,我们在北京还有一家示例研发有限公司")
    assert filling.details.notes == "年底前投产,我们在北京还有一家示例研发有限公司"
    assert filling.draft.asked == form.CONFIRM


def test_a_correction_of_nothing_corrects_nothing():
    assert corrected("济南高新区面积多大") == {}
    assert to_change("济南高新区面积多大") == ""


def test_two_refusals_at_the_end_do_not_submit(filling):
    filling.say("同意", "李明", "跳过", "13800138000", "没有了")
    assert filling.say("不对").outcome == "ask"
    assert filling.say("先别提交").outcome == "ask"
    assert filling.draft.asked == form.CONFIRM


def test_a_later_wish_for_another_place_is_no_industry(filling):
    filling.say("同意", "李明", "示例软件有限公司", "13800138000", "100亩")
    filling.say("落在高新区或者起步区都行")
    assert filling.details.industry == ""
    assert "高新区" in filling.details.area


def test_a_name_with_a_title_given_late_is_no_company(filling):
    filling.say("我姓王,电话13511112222", "同意")
    assert filling.draft.asked == "company"
    filling.say("王女士")
    assert (filling.details.contact_name, filling.details.company) == ("王女士", "")
    assert filling.draft.asked == "company"


def test_an_optional_slot_can_be_left_out_by_name(filling):
    filling.say("同意", "李明", "不用公司名了")
    assert filling.details.company == ""
    assert filling.draft.asked == "contact"


def test_a_value_is_no_side_question_whatever_the_classifier_makes_of_it(filling, catalogue):
    filling.say("同意", "李明", "示例软件有限公司", "13800138000")
    assert filling.say("投资额大概两三千万欧元吧", ask_incentive=0.95).outcome == "ask"
    assert filling.details.currency == "EUR"


def test_names_with_accents_are_kept_whole(filling):
    filling.say("同意", "我叫Thomas Müller")
    assert filling.details.contact_name == "Thomas Müller"
