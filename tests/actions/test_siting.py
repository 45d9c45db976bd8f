"""Choosing a site: ranked with reasons, gaps named, why not another, side by side."""

from __future__ import annotations

import pytest

from actions.estimate.estimates import summary_of
from actions.match import sites
from actions.turn.case import Case
from actions.turn.message import Message
from actions.turn.reply import envelope_of
from tests.actions.conftest import TODAY


@pytest.fixture
def ask(visitor):
    def put(text, **intents):
        return visitor.ask(text, **(intents or {"find_site": 0.9}))

    return put


@pytest.fixture
def behind(visitor):
    """Ask what only makes sense behind a match."""

    def put(text):
        turn = Message(text, visitor.searcher.catalogue.lexicon.read(text), {"ask_follow_up": 0.9})
        return sites.take(Case(turn, visitor.talk, visitor.searcher, TODAY))

    return put


def test_a_project_gets_ranked_sites_with_reasons(ask, visitor):
    said = ask("想在济南建一个激光设备厂,投资3亿,要80亩地,放哪个园区合适")
    matches = envelope_of(said.reply)["matches"]
    assert said.kind == "match"
    assert matches[0]["id"] == "jn-qlgg"
    assert [m["score"] for m in matches] == sorted((m["score"] for m in matches), reverse=True)
    assert all(0 <= m["score"] <= 1 and m["reasons"] for m in matches)
    assert said.is_sourced()


def test_the_text_has_a_table_a_contact_and_an_offer(ask):
    said = ask("做生物医药,想在济南找园区,要靠近机场,投资2亿建厂")
    for wanted in ("对照：", "主导产业｜", "联系：", "来源：", "登记", "门槛"):
        assert wanted in said.raw, wanted


def test_a_figure_a_record_lacks_is_named_as_a_gap(ask):
    said = ask("想在济南建智能制造工厂,需要洁净厂房5000平,放哪个园区好")
    assert "资料缺口" in said.raw
    assert "洁净厂房：资料没有提到" in said.raw


def test_incentives_named_with_a_site_are_in_force_and_sourced(ask):
    said = ask("想在兰州建一个绿色化工项目,投资10亿,要500亩")
    assert "lz-xinqu" in said.ids
    assert "lz-xq-2013" not in said.ids
    assert "政策来源：" in said.raw


def test_why_another_site_is_not_among_them_is_answered_by_criterion(ask, behind):
    ask("想在济南建一个激光设备厂,投资3亿,要80亩地,放哪个园区合适")
    reply, _ = behind("为什么不推荐明水经开区")
    assert reply.kind == "match"
    assert "没有激光" in reply.text
    assert reply.records[0].id == "jn-mingshui"


def test_another_city_speaks_against_a_site(ask, behind):
    ask("想在济南建一个激光设备厂,投资3亿,要80亩地,放哪个园区合适")
    reply, _ = behind("为啥没推荐兰州新区")
    assert "它在兰州" in reply.text


def test_the_best_are_put_side_by_side(ask, behind):
    ask("做生物医药,想在济南找园区,投资2亿建厂")
    reply, _ = behind("前三个对比一下")
    assert reply.text.startswith("前3个对照：")


def test_without_a_match_nothing_is_taken(behind):
    assert behind("为什么不推荐明水经开区") is None


def test_a_lead_carries_the_match(ask, visitor):
    ask("想在济南建一个激光设备厂,投资3亿,要80亩地,放哪个园区合适")
    assert summary_of(visitor.talk)["match"]["matches"][0]["id"] == "jn-qlgg"


def test_a_project_that_names_its_site_is_held_against_that_one(ask):
    said = ask("兰州新区做精细化工,要300亩,投8个亿,行不行")
    assert said.kind == "match"
    assert [m["id"] for m in envelope_of(said.reply)["matches"]] == ["lz-xinqu"]
    assert "由园区审核" in said.raw
