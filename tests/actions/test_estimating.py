"""The journey of an estimate: from figures to a result, by questions, answers and corrections."""

from __future__ import annotations

import pytest

from actions.answer import journey
from actions.estimate import estimates
from actions.turn.case import Case
from actions.turn.conversation import SLOT, Conversation
from actions.turn.message import Message
from actions.turn.reply import envelope_of
from tests.actions.conftest import TODAY, Said


class Investor:
    """Talks with the journey alone, as the NLU would hand it over; between turns only the slot is kept."""

    def __init__(self, searcher):
        self.searcher, self.talk = searcher, Conversation()

    def say(self, text, **intents):
        turn = Message(text, self.searcher.catalogue.lexicon.read(text), intents or {"estimate_incentive": 0.9})
        outcome = estimates.take(Case(turn, self.talk, self.searcher, TODAY))
        self.resumed = outcome is not None
        reply, after = outcome or self.begin(turn)
        self.talk = Conversation.of({SLOT: after.event()["value"]})
        return Said(reply)

    def begin(self, turn):
        """What no rule takes is answered as a question."""
        case = Case(turn, self.talk, self.searcher, TODAY)
        return estimates.begin(case) or journey.take(case)

    @property
    def amounts(self):
        results = estimates.summary_of(self.talk)["estimate"]["results"]
        return {made["id"]: made["amount_wan"] for made in results}


@pytest.fixture
def investor(searcher):
    return Investor(searcher)


def test_a_question_with_its_figures_is_answered_at_once(investor):
    said = investor.say("我们是外资企业,今年到账外资1.2亿元,能拿多少?")
    assert (said.kind, said.ids, investor.amounts) == ("estimate", ["jn-fdi-45"], {"jn-fdi-45": 120.0})


def test_the_text_alone_says_everything_that_matters(investor):
    said = investor.say("我们是外资企业,今年到账外资1.2亿元,能拿多少?")
    for wanted in (
        "济发〔2018〕45号",
        "12000万元",
        "×1%",
        "120万元",
        "最高1000万元",
        "公平竞争审查条例",
        "估算,不构成承诺",
        "2018-12-24",
        "登记",
    ):
        assert wanted.replace("，", ",") in said.raw.replace("，", ","), wanted
    assert said.is_sourced()


def test_the_envelope_holds_what_the_format_asks_for(investor):
    investor.say("外资到账1.2亿,测算")
    message = Message("外资到账1.2亿,测算", investor.searcher.catalogue.lexicon.read("外资到账1.2亿,测算"), {})
    reply, _ = estimates.begin(Case(message, Conversation(), investor.searcher, TODAY))
    (made,) = envelope_of(reply)["estimate"]
    assert set(made) == {"id", "status", "amount_wan", "range_wan", "why", "caveats", "lines"}
    first, *others = reply.text.split("\n")[slice(*made["lines"])]
    assert "济发〔2018〕45号" in first
    assert all(line.startswith("   ") for line in others)
    assert (made["id"], made["status"], made["amount_wan"], made["range_wan"]) == ("jn-fdi-45", "eligible", 120.0, None)


def test_a_correction_computes_again(investor):
    investor.say("外资企业,到账外资1.2亿,算一下")
    investor.say("如果是3亿呢")
    assert investor.resumed
    assert investor.amounts == {"jn-fdi-45": 300.0}
    investor.say("我们是世界500强制造业")
    assert investor.amounts == {"jn-fdi-45": 600.0}
    investor.say("不是500强")
    assert investor.amounts == {"jn-fdi-45": 300.0}


def test_a_question_on_something_else_is_left_to_others(investor):
    investor.say("外资企业,到账外资1.2亿,算一下")
    turn = Message("济南高新区在哪里", investor.searcher.catalogue.lexicon.read("济南高新区在哪里"), {"ask_site": 0.9})
    assert estimates.take(Case(turn, investor.talk, investor.searcher, TODAY)) is None


def test_nothing_is_resumed_where_nothing_was_estimated(searcher):
    turn = Message("如果是3亿呢", searcher.catalogue.lexicon.read("如果是3亿呢"), {"ask_follow_up": 0.9})
    assert estimates.take(Case(turn, Conversation(), searcher, TODAY)) is None


def test_foreign_currency_is_asked_for_a_rate_or_in_yuan(investor):
    said = investor.say("外资到账1800万美元,算算奖励")
    assert said.kind == "clarify"
    assert "汇率" in said.raw
    investor.say("按7.2算")
    assert investor.amounts == {"jn-fdi-45": 129.6}


def test_another_figure_instead_of_the_rate_is_taken_and_the_rate_asked_again(investor):
    investor.say("外资到账5000万美元,算算奖励")
    said = investor.say("如果只到2000万美元呢")
    assert (said.kind, "汇率" in said.raw) == ("clarify", True)
    investor.say("按7算")
    assert investor.amounts == {"jn-fdi-45": 140.0}


def test_a_skipped_question_leaves_it_to_be_verified(investor):
    investor.say("外资到账1800万美元,算算奖励")
    said = investor.say("跳过")
    assert said.kind == "estimate"
    assert investor.amounts == {"jn-fdi-45": None}


def test_at_most_three_questions_are_asked(investor):
    said = investor.say("工业产值60亿,主营收入60亿,应纳税所得额9000万,帮我算算")
    asked = 0
    while said.kind == "clarify":
        asked += 1
        said = investor.say("跳过")
    assert asked <= 3


def test_a_bare_number_is_asked_for_its_unit(investor):
    investor.say("总部企业自建总部楼,土地出让总价5000万,算补助")
    said = investor.say("7000")
    assert (said.kind, "单位" in said.raw) == ("clarify", True)
    investor.say("7000万元")
    assert investor.amounts == {"jn-hq": 6000.0}


def test_a_side_question_is_not_taken_for_the_answer(investor):
    investor.say("应纳税所得额4000万,估算能省多少税")
    turn = Message(
        "高新技术企业怎么认定?",
        investor.searcher.catalogue.lexicon.read("高新技术企业怎么认定?"),
        {"ask_incentive": 0.9},
    )
    assert estimates.take(Case(turn, investor.talk, investor.searcher, TODAY)) is None


def test_a_project_looking_for_its_site_is_no_estimate(investor):
    said = investor.say("打算在兰州新建绿色化工项目,投资15亿,占地300亩", estimate_incentive=0.6)
    assert said.kind != "estimate"


def test_what_is_kept_between_turns_is_figures_and_ids_only(investor):
    investor.say("我叫王建国,电话13800138000,外资到账1.2亿,算一下奖励")
    kept = str(investor.talk.estimate)
    assert "13800138000" not in kept.replace(str(investor.talk.question), "")
    assert "王建国" not in str(estimates.summary_of(investor.talk))


def test_the_summary_for_a_lead_is_plain_json(investor):
    import json

    investor.say("外资到账1.2亿,测算")
    summary = json.loads(json.dumps(estimates.summary_of(investor.talk)))
    assert summary["estimate"]["results"][0]["id"] == "jn-fdi-45"
    assert estimates.summary_of(Conversation()) == {}
