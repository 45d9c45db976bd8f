"""What was not answered well becomes tasks and proposals; nothing changes the knowledge but its files."""

from __future__ import annotations

import re

import pytest

from console import clusters
from knowledge.embedding import Lexical
from knowledge.paths import RECORDS
from leads.model import LoggedTurn, Talk
from leads.staff.model import Role
from tests.leads.conftest import TIME


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(clusters, "desk_embedder", Lexical)


@pytest.fixture
def editor(signed_in):
    return lambda login="edi": signed_in(login, Role.EDITOR)


@pytest.fixture
def asked(leads):
    def log(*questions, kind="refuse", **given):
        leads.log_turns(
            [
                LoggedTurn(
                    id=f"{kind}-{n}", talk=Talk(id="t", channel="web"), at=TIME, question=question,
                    kind=kind, **given,
                )
                for n, question in enumerate(questions)
            ]
        )  # fmt: skip

    return log


def shown(browser, app):
    app.state.clusters.look(patience=20)
    return browser.get("/knowledge").text


def test_questions_that_fell_short_are_grouped_and_counted(editor, app, asked, leads):
    asked("高新区的厂房租金是多少", "高新区的厂房租金是多少呢", "高新区的厂房租金是多少")
    asked("今天天气怎么样", kind="answer")
    asked("<b>食堂</b>好吃吗", kind="clarify")
    leads.rate_turn("answer-0", "t", helpful=False, reason="没答到点子上")
    page = shown(editor(), app)
    assert "3 次" in page
    assert "拒答 3，反问 0，没用 0" in page
    assert "没答到点子上" in page
    assert "&lt;b&gt;食堂" in page
    assert "<b>食堂" not in page


def test_a_group_becomes_a_task_that_is_assigned_and_done(editor, app, asked, leads, staff):
    asked("高新区的厂房租金是多少", "高新区的厂房租金是多少呢", records=("jn-gaoxin",))
    browser = editor()
    turn = re.search(r'name="turn" value="([^"]+)"', shown(browser, app))[1]
    made = browser.post("/knowledge/tasks", {"turn": turn, "editor": "edi"})
    task = made.headers["location"]
    page = browser.get(task).text
    assert "高新区的厂房租金是多少呢（1 次：拒答 1" in page
    assert "济南高新技术产业开发区" in page
    assert "没有待处理的问题" in shown(browser, app)
    assert browser.post("/knowledge/tasks", {"turn": turn}).headers["location"] == "/knowledge", (
        "it is in a task already"
    )
    browser.post(f"{task}/done", {"outcome": "已补充"})
    assert [(todo.editor, todo.done_by, todo.outcome) for todo in leads.shortfalls.tasks(done=True)] == [
        ("edi", "edi", "已补充")
    ]
    assert [entry.act for _, entry in staff.audits(who="edi")][:2] == ["knowledge.done", "knowledge.task"]


def test_nobody_is_given_a_task_who_may_not_tend_knowledge(editor, signed_in, app, asked, leads):
    asked("租金")
    signed_in("li")
    browser = editor()
    turn = re.search(r'name="turn" value="([^"]+)"', shown(browser, app))[1]
    assert browser.post("/knowledge/tasks", {"turn": turn, "editor": "li"}).status_code == 404
    assert leads.shortfalls.tasks(done=False) == []


def test_an_erased_question_leaves_its_task_without_a_name(editor, app, asked, leads, see):
    asked("秘密租金")
    browser = editor()
    turn = re.search(r'name="turn" value="([^"]+)"', shown(browser, app))[1]
    task = browser.post("/knowledge/tasks", {"turn": turn}).headers["location"]
    leads.erase_talk("t")
    assert "秘密" not in see.everything()
    assert "已删除的提问" in browser.get(task).text


def test_an_alias_is_proposed_checked_shown_and_downloaded(editor, staff):
    browser = editor()
    before = (RECORDS / "site" / "jn-gaoxin.yml").read_text(encoding="utf-8")
    page = browser.get("/knowledge/records/jn-gaoxin?alias=高新东区").text
    text = (
        page.partition("required>\n")[2]
        .partition("</textarea>")[0]
        .replace("&#39;", "'")
        .replace("&#34;", '"')
        .replace("&amp;", "&")
    )
    assert "  - 高新东区\n" in text
    checked = browser.post("/knowledge/records/jn-gaoxin/proposal", {"text": text}).text
    assert "检查通过" in checked
    assert '<span class="desk-added">+  - 高新东区</span>' in checked
    patch = browser.post("/knowledge/records/jn-gaoxin/download", {"text": text, "kind": "patch"})
    assert patch.headers["content-disposition"].endswith("jn-gaoxin.patch")
    assert "+  - 高新东区\n" in patch.text
    assert patch.text.startswith("--- a/knowledge/records/site/jn-gaoxin.yml\n")
    whole = browser.post("/knowledge/records/jn-gaoxin/download", {"text": text, "kind": "file"}).text
    assert whole == text
    assert (RECORDS / "site" / "jn-gaoxin.yml").read_text(encoding="utf-8") == before, "nothing is edited silently"
    assert [entry.subject for _, entry in staff.audits(act="knowledge.proposed")] == ["jn-gaoxin"] * 2


def test_what_is_wrong_is_told_and_can_not_be_downloaded(editor):
    browser = editor()
    bad = "id: jn-gaoxin\ntype: site\nnmae: <script>x</script>\n"
    page = browser.post("/knowledge/records/jn-gaoxin/proposal", {"text": bad}).text
    assert "改好才能下载" in page
    assert "<script>x" not in page
    assert browser.post("/knowledge/records/jn-gaoxin/download", {"text": bad}).status_code == 422


def test_records_are_found_and_those_past_their_review_listed(editor, clock):
    clock.time = clock.time.replace(year=2031)
    browser = editor()
    assert "济南高新技术产业开发区" in browser.get("/knowledge/records?q=济南高新区").text
    assert "jn-gaoxin" in browser.get("/knowledge/records").text
    assert browser.get("/knowledge/records/nichts").status_code == 404
