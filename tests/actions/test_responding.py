"""What an investor is promised of every answer, list, comparison, ask-back and refusal, over the shipped records."""

from __future__ import annotations

import math
import re
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.turn.conversation import Conversation
from actions.turn.reply import Kind
from knowledge.matching import land_of
from knowledge.model import Incentive
from tests.actions.conftest import TODAY, Visitor

SITE, LIST, INCENTIVE = {"ask_site": 0.9}, {"find_site": 0.9}, {"ask_incentive": 0.9}
CONTACT, COMPARE, FOLLOW = {"ask_contact": 0.9}, {"compare_records": 0.9}, {"ask_follow_up": 0.9}
POLITE = re.compile(r"抱歉|您")


def test_a_sites_area_is_told(visitor):
    said = visitor.ask("济南高新区面积多大", **SITE)
    assert (said.kind, said.ids[0]) == ("answer", "jn-gaoxin")
    assert "318平方公里" in said.text


@pytest.mark.parametrize(
    ("question", "intents", "record"),
    [
        ("济南高新区面积多大", SITE, "jn-gaoxin"),
        ("章丘区重点发展什么产业", {"ask_district": 0.9}, "zhangqiu"),
        ("山东省外资奖励政策2023年的怎么奖", INCENTIVE, "sd-fdi-2023"),
        ("12345热线电话是多少", CONTACT, "jn-12345"),
        ("拿地即开工怎么办理", {"ask_procedure": 0.9}, "p-jn-ndjkg"),
        ("2019年济南在上海的推介会签约了多少", {"ask_event": 0.9}, "e-jn-sh2019"),
        ("济南遥墙机场有多少航线", {"ask_transport": 0.9}, "t-air"),
        ("西部大开发企业所得税优惠是多少", INCENTIVE, "cn-west"),
    ],
)
def test_an_answer_carries_its_records_and_a_dated_source_line(visitor, question, intents, record):
    said = visitor.ask(question, **intents)
    assert said.kind == "answer"
    assert record in said.ids
    assert said.is_sourced(), said.raw


def test_a_misspelt_name_is_answered_and_the_name_meant_is_told(visitor):
    said = visitor.ask("济南高薪区面积多大", **SITE)
    assert said.ids[0] == "jn-gaoxin"
    assert "318" in said.text
    first, *_ = said.raw.splitlines()
    assert "理解" in first
    assert "济南高新" in first


def test_a_name_written_right_is_not_called_misspelt(visitor):
    assert "理解" not in visitor.ask("济南高新区面积多大", **SITE).raw


@pytest.mark.parametrize("question", ["濟南高新區面積多大", "济南高新区面积多大", "\u200b济南高新区 面积 多大"])
def test_traditional_full_width_and_invisible_characters_make_no_difference(visitor, question):
    assert "318平方公里" in visitor.ask(question, **SITE).text


class TestAnUnclearName:
    """高新区 is in Jinan and in Lanzhou."""

    def test_is_asked_back_with_both_options(self, visitor):
        said = visitor.ask("高新区面积多大", **SITE)
        assert said.kind == "clarify"
        assert len(said.options) == 2
        assert {name[:2] for name in said.options} == {"济南", "兰州"}
        assert all(name in said.raw for name in said.options)

    @pytest.mark.parametrize(
        ("picks", "record"),
        [
            ("济南", "jn-gaoxin"),
            ("第一个", "jn-gaoxin"),
            ("1", "jn-gaoxin"),
            ("兰州的", "lz-gaoxin"),
            ("2", "lz-gaoxin"),
        ],
    )
    def test_is_settled_by_the_next_short_message(self, visitor, picks, record):
        visitor.ask("高新区面积多大", **SITE)
        said = visitor.ask(picks)
        assert said.ids[:1] == [record]

    def test_is_settled_by_pressing_a_button(self, visitor):
        options = visitor.ask("高新区面积多大", **SITE).options
        said = visitor.ask(options[0])
        assert "318平方公里" in said.text

    def test_keeps_nobody_from_asking_something_else(self, visitor):
        visitor.ask("高新区面积多大", **SITE)
        assert visitor.ask("章丘区重点发展什么产业", ask_district=0.9).ids[0] == "zhangqiu"

    def test_means_the_one_in_the_city_of_the_conversation(self, visitor):
        visitor.ask("兰州新区是什么级别", **SITE)
        assert visitor.ask("高新区是哪年成立的", **SITE).ids[0] == "lz-gaoxin"


class TestTheConversationFillsWhatAMessageLeavesOut:
    def test_that_which_was_spoken_of_is_it(self, visitor):
        visitor.ask("明水经开区有哪些企业", **SITE)
        said = visitor.ask("它在哪个区", **FOLLOW)
        assert said.ids[0] == "jn-mingshui"
        assert "章丘" in said.text

    def test_a_new_facet_alone_goes_on_about_the_same_record(self, visitor):
        visitor.ask("济南中央商务区在哪里", **SITE)
        said = visitor.ask("那面积呢", **FOLLOW)
        assert said.ids[0] == "jn-cbd"
        assert "3.2平方公里" in said.text

    def test_tax_after_incentives_stays_with_incentives_of_that_place(self, visitor, catalogue):
        visitor.ask("兰州新区有哪些招商优惠政策", **INCENTIVE)
        said = visitor.ask("那税收呢", **FOLLOW)
        assert said.kind == "answer"
        assert {catalogue.get(i).type for i in said.ids} == {"incentive"}
        assert {catalogue.get(i).city for i in said.ids} <= {"兰州", "全国"}

    def test_a_place_on_the_last_list_can_be_picked(self, visitor):
        listed = visitor.ask("历下区有哪些园区", **LIST).ids
        assert visitor.ask("第二个呢", **FOLLOW).ids[0] == listed[1]

    def test_the_last_of_a_list_is_the_last(self, visitor):
        listed = visitor.ask("历下区有哪些园区", **LIST).ids
        assert visitor.ask("最后一个详细说说", **FOLLOW).ids[0] == listed[-1]

    def test_a_place_beyond_the_list_raises_nothing(self, visitor):
        visitor.ask("历下区有哪些园区", **LIST)
        assert visitor.ask("第九个呢", **FOLLOW).kind in get_args(Kind)

    def test_the_same_question_is_put_to_the_other_city(self, visitor, catalogue):
        visitor.ask("济南有哪些适合生物医药的园区", **LIST)
        said = visitor.ask("换成兰州呢", **FOLLOW)
        assert said.ids
        assert {catalogue.get(i).city for i in said.ids} == {"兰州"}

    def test_the_other_citys_figure_is_never_taken_from_the_first_city(self, visitor):
        visitor.ask("济南高新区面积多大", **SITE)
        said = visitor.ask("换成兰州呢", **FOLLOW)
        assert "jn-gaoxin" not in said.ids
        assert "318" not in said.text
        assert "兰州" in said.text

    def test_another_record_joins_for_a_comparison(self, visitor):
        visitor.ask("济南中央商务区面积多大", **SITE)
        said = visitor.ask("跟高新区比呢", **COMPARE)
        assert {"jn-cbd", "jn-gaoxin"} <= set(said.ids)
        assert "3.2平方公里" in said.text
        assert "318平方公里" in said.text

    def test_whether_it_lies_in_another_place_is_asked_about_it_and_not_about_the_place(self, visitor):
        visitor.ask("济南章锦综合保税区面积多大", **SITE)
        said = visitor.ask("它属于高新区吗", **SITE)
        assert said.ids[0] == "jn-zhangjin-zbq"
        assert "高新区" in said.text

    def test_the_other_one_without_a_list_is_the_one_before(self, visitor):
        visitor.ask("济南中央商务区面积多大", **SITE)
        visitor.ask("齐鲁软件园面积多大", **SITE)
        assert visitor.ask("另一个呢", **FOLLOW).ids[0] == "jn-cbd"

    def test_the_last_of_no_list_raises_nothing(self, visitor):
        assert visitor.ask("最后一个", **FOLLOW).kind in get_args(Kind)

    def test_an_office_of_the_district_is_found_for_a_site(self, visitor):
        visitor.ask("济中智造港产业园在哪里", **SITE)
        assert "jn-sz-gov" in visitor.ask("那边区政府在哪条路", **CONTACT).ids

    def test_another_office_is_not_the_one_talked_about(self, visitor):
        visitor.ask("济南市工业和信息化局科技创新处电话", **CONTACT)
        assert visitor.ask("那想上市的找哪个处", **CONTACT).ids[0] == "jn-jr-cap"

    def test_a_short_message_is_not_declined_although_it_resembles_an_outside_example(self, visitor):
        visitor.ask("济南中央商务区面积多大", **SITE)
        said = visitor.ask("那边有银行没", out_of_scope=0.55, ask_follow_up=0.3)
        assert (said.kind, said.ids[0]) == ("answer", "jn-cbd")

    def test_what_has_nothing_to_do_with_the_subject_is_declined_in_the_middle_of_it_too(self, visitor):
        visitor.ask("济南中央商务区面积多大", **SITE)
        assert visitor.ask("晚上去哪吃火锅", out_of_scope=0.95).kind == "refuse"

    def test_a_new_name_begins_a_new_subject(self, visitor):
        visitor.ask("济南中央商务区面积多大", **SITE)
        assert visitor.ask("齐鲁软件园哪年设立的", **SITE).ids[0] == "jn-qilusoft"


class TestLists:
    def test_by_district_hold_what_lies_there_and_nothing_else(self, visitor, catalogue):
        said = visitor.ask("历下区有哪些园区", **LIST)
        assert said.ids
        assert all("lixia" in catalogue.get(i).districts for i in said.ids)
        assert said.is_sourced()

    def test_by_industry_and_city_stay_in_the_city(self, visitor, catalogue):
        said = visitor.ask("济南有哪些适合生物医药的园区", **LIST)
        assert len(said.ids) > 2
        assert {(catalogue.get(i).type, catalogue.get(i).city) for i in said.ids} == {("site", "济南")}
        assert said.is_sourced()

    def test_begin_with_sites_that_name_the_industry(self, visitor, catalogue):
        first = visitor.ask("济南有哪些适合生物医药的园区", **LIST).ids[0]
        assert "医药" in "".join(catalogue.get(first).industries)

    def test_of_a_sites_incentives_hold_none_of_the_other_city(self, visitor, catalogue):
        said = visitor.ask("明水经开区有什么优惠政策", **INCENTIVE)
        assert {catalogue.records[i].city for i in visitor.talk.listing} <= {"济南", "全国"}
        assert "没有收录明水经济技术开发区单独的优惠政策" in said.text

    def test_of_incentives_follow_the_site_that_is_talked_about(self, visitor):
        visitor.ask("济南高新区面积多大", **SITE)
        said = visitor.ask("它有什么政策", ask_follow_up=0.57, ask_incentive=0.42)
        assert said.ids[0] == "jn-gx-2019"
        assert said.text.startswith("济南高新技术产业开发区相关优惠政策")

    def test_of_sites_by_area_begin_with_the_largest_or_the_smallest(self, visitor):
        said = visitor.ask("济南面积最大的园区是哪个", **LIST)
        assert "按收录的面积从大到小" in said.text
        areas = [land_of(visitor.searcher.catalogue.records[i]) for i in visitor.talk.listing]
        known = [area for area in areas if not math.isnan(area)]
        assert areas[: len(known)] == sorted(known, reverse=True)
        assert "从小到大" in visitor.ask("最小的呢", **FOLLOW).text

    @pytest.mark.parametrize("wish", ["最大投资2个亿", "优惠力度最大的是哪个", "入驻的最大的企业是谁"])
    def test_shown_before_are_not_put_by_area_where_something_else_is_the_largest(self, visitor, wish):
        visitor.ask("章丘有哪些开发区", **LIST)
        assert "按收录的面积" not in visitor.ask(wish, **FOLLOW).text

    def test_shown_before_can_be_had_by_area(self, visitor):
        visitor.ask("章丘有哪些开发区", **LIST)
        before = set(visitor.talk.listing)
        said = visitor.ask("最大的是哪个", **FOLLOW)
        assert set(visitor.talk.listing) == before
        assert "从大到小" in said.text

    def test_of_no_place_have_a_heading_that_can_be_read(self, visitor):
        said = visitor.ask("离市中心最近的园区是哪个", **LIST)
        assert len(said.ids) > 1
        assert said.text.startswith("相关的园区(共")

    def test_never_hold_a_superseded_site(self, visitor):
        visitor.ask("济南有哪些园区", **LIST)
        assert "jn-xxq" not in visitor.talk.listing

    @pytest.mark.parametrize(
        ("question", "intents"),
        [
            ("济南有哪些适合生物医药的园区", LIST),
            ("济南有哪些园区", LIST),
            ("兰州新区有哪些招商优惠政策", INCENTIVE),
            ("济南有哪些优惠政策", INCENTIVE),
        ],
    )
    def test_are_paged_through_until_nothing_is_left(self, visitor, question, intents):
        said = visitor.ask(question, **intents)
        promised = re.search(r"共(\d+)[个项]", said.raw)
        assert promised, said.raw
        seen = list(said.ids)
        while len(seen) < int(promised.group(1)):
            assert "更多" in said.raw, (len(seen), promised.group())
            said = visitor.more()
            assert (said.kind, said.is_sourced()) == ("answer", True), said.raw
            seen += said.ids
        assert len(set(seen)) == len(seen) == int(promised.group(1))
        assert "回复“更多”" not in said.raw
        assert visitor.more().kind == "clarify"

    def test_go_on_where_they_stopped(self, visitor):
        first = visitor.ask("济南有哪些适合生物医药的园区", **LIST)
        visitor.more()
        assert first.ids == list(visitor.talk.listing[: len(first.ids)])
        assert visitor.talk.shown > len(first.ids)

    def test_of_a_project_give_reasons_for_each_match(self, visitor):
        said = visitor.ask("我们想在济南建一个激光设备厂,投资2亿,放哪个园区合适", **LIST)
        assert said.kind in ("match", "answer")
        assert said.reply.matches or said.kind == "answer"
        assert all(m.reasons and 0 <= m.score <= 1 for m in said.reply.matches)
        assert {m.id for m in said.reply.matches} <= set(said.ids)


def test_what_an_answer_left_out_is_shown_on_request_until_nothing_is_left(visitor):
    said = visitor.ask("济南高新区面积多大", **SITE)
    lines = set(said.raw.splitlines())
    for _ in range(10):
        said = visitor.more()
        if said.kind == "clarify":
            break
        assert said.ids == ["jn-gaoxin"]
        assert said.is_sourced()
        told = {line for line in said.raw.splitlines() if line.startswith("·")}
        assert told
        assert not told & lines, "nothing is told twice"
        lines |= told
    assert said.kind == "clarify"


def test_asking_for_more_at_the_beginning_of_a_conversation_is_answered_politely(visitor):
    said = visitor.more()
    assert said.kind == "clarify"
    assert said.options


class TestComparisons:
    def test_tell_both_sides(self, visitor):
        said = visitor.ask("济南高新区和济南中央商务区面积对比", **COMPARE)
        assert said.kind == "answer"
        assert {"jn-gaoxin", "jn-cbd"} <= set(said.ids)
        assert "318平方公里" in said.text
        assert "3.2平方公里" in said.text
        assert said.is_sourced()

    def test_say_what_is_not_held(self, visitor):
        """The area of Lanzhou's zone is in no record."""
        said = visitor.ask("济南高新区和兰州高新区的面积对比", **COMPARE)
        assert set(said.ids) == {"jn-gaoxin", "lz-gaoxin"}
        held, missing = (
            next(line for line in said.raw.splitlines() if line.startswith(f"· {city}")) for city in ("济南", "兰州")
        )
        assert "318" in held
        assert "未收录" in missing
        assert not re.search(r"\d", missing)


class TestStanding:
    def test_an_expired_incentive_is_told_as_expired(self, visitor):
        said = visitor.ask("疫情期间外资翻倍奖励有多少", **INCENTIVE)
        assert "jn-fdi-covid" in said.ids
        assert "过期" in said.text
        assert "不能作为现行政策" in said.text

    def test_an_expired_incentive_on_a_list_is_marked_and_stands_behind_the_current_ones(self, visitor):
        visitor.ask("济南有哪些外资奖励政策", **INCENTIVE)
        listing = visitor.talk.listing
        if "jn-fdi-covid" in listing:
            assert listing.index("jn-fdi-covid") > 0
            pages = [visitor.ask("济南有哪些外资奖励政策", **INCENTIVE)]
            while "更多" in pages[-1].raw:
                pages.append(visitor.more())
            line = next(
                line for page in pages for line in page.raw.splitlines() if "疫情期间外资" in line and line[0].isdigit()
            )
            assert "过期" in line

    def test_every_incentive_answered_from_says_what_must_be_verified(self, searcher, catalogue):
        """Each asked for by its own name; where that answers from it, the reservation stands beside the benefits."""
        told = 0
        for incentive in catalogue.of_type(Incentive):
            said = Visitor(searcher).ask(f"{incentive.name}奖励标准是多少", **INCENTIVE)
            if said.kind == "answer" and said.ids[:1] == [incentive.id] and "1. " not in said.raw:
                told += 1
                assert incentive.verify is None or "核实" in said.text, incentive.id
                assert not incentive.expired or "过期" in said.text, incentive.id
        assert told > len(catalogue.of_type(Incentive)) / 2

    def test_an_incentive_whose_time_is_over_today_is_never_told_without_saying_so(self, searcher, catalogue):
        for incentive in catalogue.of_type(Incentive):
            until = incentive.effective_until
            if until and len(until) == 10 and until < TODAY.isoformat():
                said = Visitor(searcher).ask(f"{incentive.name}有什么奖励", **INCENTIVE)
                if said.ids[:1] == [incentive.id]:
                    assert re.search(r"过期|期限已届满|停止执行|被.{0,12}取代", said.text), incentive.id

    def test_a_superseded_site_names_its_successor(self, visitor):
        said = visitor.ask("济南新旧动能转换先行区面积多大", **SITE)
        assert {"jn-xxq", "jn-qbq"} & set(said.ids)
        assert "起步区" in said.text
        assert "取代" in said.text or said.ids[0] == "jn-qbq"


class TestNothingIsInvented:
    def test_a_phone_that_is_not_held_is_declined_with_a_way_on(self, visitor, catalogue):
        said = visitor.ask("明水经开区管委会电话多少", **CONTACT)
        assert catalogue.get("jn-mingshui-c").phone is None
        assert "未收录" in said.text
        assert "电话" in said.text
        assert "12345" in said.text
        assert "转人工" in said.text

    def test_no_digits_of_a_phone_are_invented(self, visitor, catalogue):
        known = "|".join(s.text for statements in catalogue.statements.values() for s in statements)
        for record in ("明水经开区管委会", "历下区政府", "济南市投资促进局", "兰州新区管委会", "起步区管委会"):
            said = visitor.ask(f"{record}招商电话多少", **CONTACT)
            links_left_out = re.sub(r"https?://\S+", "", said.raw)
            for number in re.findall(r"\d{7,}|\d{3,4}-\d{7,8}", links_left_out):
                assert number in known, (record, number)

    def test_a_known_phone_is_told(self, visitor):
        assert "12345" in visitor.ask("济南市民服务热线电话", **CONTACT).text

    @pytest.mark.parametrize(
        ("question", "missing"), [("济南厂房租金多少钱一平", "租金"), ("莱芜高新区面积多大", "莱芜高新")]
    )
    def test_a_known_gap_is_declined_naming_what_is_missing_and_a_way_on(self, visitor, question, missing):
        said = visitor.ask(question, **SITE)
        assert said.kind == "refuse"
        assert "没有收录" in said.text or "未收录" in said.text
        assert missing in said.text
        assert re.search(r"12345|http|转人工", said.text)

    def test_a_gap_does_not_stand_before_a_named_record_that_fits_better(self, visitor):
        """标准厂房的售价 is not held, but when the named site's buildings are handed over is, whatever the intent."""
        said = visitor.ask("济中智造港首批什么时候交付", ask_transport=0.9)
        assert (said.kind, said.ids[0]) == ("answer", "jn-jzzzg")

    @pytest.mark.parametrize(
        ("question", "place"), [("苏州工业园区有什么优惠政策", "苏州"), ("青岛高新区面积多大", "青岛")]
    )
    def test_another_city_is_declined_by_name(self, visitor, question, place):
        said = visitor.ask(question, **SITE)
        assert (said.kind, said.ids) == ("refuse", [])
        assert place in said.text
        assert "济南" in said.text
        assert "兰州" in said.text

    def test_coming_from_another_city_is_no_reason_to_decline(self, visitor):
        said = visitor.ask("我们是深圳的公司,济南高新区面积多大", **SITE)
        assert said.ids[:1] == ["jn-gaoxin"]

    def test_a_false_figure_is_contradicted(self, visitor):
        said = visitor.ask("济南CBD规划面积5平方公里,对吗", **SITE)
        assert said.ids[0] == "jn-cbd"
        assert "3.2平方公里" in said.text
        assert not re.search(r"是的|没错|对的|您说得对", said.text)
        assert re.search(r"5平方公里.{0,12}(没有|无法|不)", said.text)

    def test_a_true_figure_is_not_called_unfounded(self, visitor):
        said = visitor.ask("济南CBD面积是3.2平方公里,对吗", **SITE)
        assert "3.2平方公里" in said.text
        assert "没有来源依据" not in said.text

    def test_a_topic_outside_is_declined_with_first_questions(self, visitor):
        said = visitor.ask("帮我写一首关于大明湖的诗", out_of_scope=0.95)
        assert said.kind == "refuse"
        assert said.reply.suggestions


@pytest.mark.parametrize("text", ["", " ", "🙂", "🙂🎉👍", "???", "。。。", "\n", "\u200b", "!!!"])
def test_a_message_without_words_is_greeted(visitor, text):
    said = visitor.ask(text)
    assert said.kind == "smalltalk"
    assert said.options


@pytest.mark.parametrize(
    "text",
    [
        "啊" * 3000,
        "a" * 3000,
        "济南高新区" * 600,
        "我们公司主要做装备制造。" * 250 + "济南高新区面积多大?",
        "<script>alert(1)</script>",
        "<b>济南高新区</b>面积多大",
        "'; DROP TABLE records; --",
        "{{7*7}} ${jndi:ldap://x}",
        "∕restart",
        '/ask_site{"record": "jn-gaoxin"}',
        "AND OR NOT * ( ) [ ] ^ ~",
        "\u202e面积多大",
        "1",
        "第九个",
        "呢",
    ],
)
def test_odd_messages_get_a_polite_reply(visitor, text):
    said = visitor.ask(text)
    assert said.kind in get_args(Kind)
    assert said.kind == "answer" or POLITE.search(said.raw)
    assert said.kind != "answer" or said.is_sourced()


def test_markup_in_a_question_is_never_sent_back(visitor):
    assert "<" not in visitor.ask("<b>济南高新区</b>面积多大", **SITE).raw


def test_a_very_long_question_gets_no_very_long_reply(visitor):
    assert len(visitor.ask("济南高新区" * 600, **SITE).raw) < 2500


WORDS = [
    "济南",
    "兰州",
    "高新区",
    "CBD",
    "面积",
    "政策",
    "外资",
    "第二个",
    "换成",
    "呢",
    "跟",
    "比",
    "哪些",
    "更多",
    "电话",
    "章丘区",
    "生物医药",
    "莱芜高新区",
    "税收",
    "有哪些园区",
]
MESSAGES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=6).map("".join))
INTENTS = st.dictionaries(
    st.sampled_from(["ask_site", "find_site", "ask_incentive", "ask_follow_up", "compare_records", "out_of_scope"]),
    st.floats(0, 1),
    max_size=3,
)


def assert_promised_of_every_reply(said, catalogue):
    assert said.kind in get_args(Kind)
    assert said.raw.strip()
    assert set(said.ids) <= set(catalogue.records)
    assert {m.id for m in said.reply.matches} <= set(said.ids)
    if said.kind in ("answer", "match"):
        assert said.is_sourced(), said.raw


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(turns=st.lists(st.tuples(MESSAGES, INTENTS), min_size=1, max_size=3))
def test_whatever_is_typed_the_reply_is_of_a_known_kind_and_its_records_exist(searcher, turns):
    visitor = Visitor(searcher)
    for text, intents in turns:
        assert_promised_of_every_reply(visitor.ask(text, **intents), searcher.catalogue)
    assert_promised_of_every_reply(visitor.more(), searcher.catalogue)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_the_slot_holds_of_records_gone_the_conversation_goes_on(searcher, data):
    """A record may be deleted between two turns."""
    ids = st.lists(st.sampled_from(["gone", "jn-gaoxin", "gap-gone", "lixia", "lz-xinqu"]), max_size=4).map(tuple)
    talk = Conversation(
        city=data.draw(st.sampled_from(["", "济南", "兰州", "青岛"])),
        focus=data.draw(ids), listing=data.draw(ids), options=data.draw(ids),
        shown=data.draw(st.integers(0, 9)),
        untold=tuple(data.draw(st.lists(st.integers(0, 99), max_size=4))),
        facets=data.draw(st.sampled_from([(), ("area",), ("no_such_facet",)])),
        wanted=data.draw(st.sampled_from(["", "site", "incentive", "no_such_type"])),
        question="高新区面积多大",
    )  # fmt: skip
    visitor = Visitor(searcher, talk)
    text = data.draw(
        st.sampled_from(["第二个呢", "它在哪个区", "换成兰州呢", "跟高新区比呢", "1", "电话", "还有别的园吗"])
    )
    if data.draw(st.booleans()):
        assert_promised_of_every_reply(visitor.more(), searcher.catalogue)
    assert_promised_of_every_reply(visitor.ask(text, ask_follow_up=0.7), searcher.catalogue)
