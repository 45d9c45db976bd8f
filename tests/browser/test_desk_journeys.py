"""Journeys at the desk in a real browser: taking over, 督办, learning, figures – without a flaw for axe or the policy."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from leads.model import Details, Draft, Line, LoggedTurn, Stage, Talk
from leads.service import utc_now
from tests.browser.desk_server import flaws, served, shot, sign_in

WEB = Talk(id="web-demo", channel="web")
INDUSTRIES = ("生物医药", "人工智能", "新材料", "装备制造")
AREAS = ("济南高新区，30亩", "历下区，2000平方米", "章丘区，100亩", "莱芜区")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with served(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture
def enter(browser, office):
    """Pages of several people, each with cookies of his own; faults of any of them fail the test."""
    contexts, pages = [], []

    def go(login, **more):
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai", **more
        )
        contexts.append(context)
        pages.append(sign_in(context, office.url, login))
        return pages[-1]

    yield go
    faults = [fault for page in pages for fault in page.faults]
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="module")
def leads(office):
    return office.desk.leads


def submit(leads, n, stage=Stage.NEW):
    details = Details(
        contact_name=f"演示联系人{n:02}", company=f"演示企业{n:02}（演示）", contact=f"+86139000000{n:02}", contact_kind="mobile",
        industry=INDUSTRIES[n % 4], investment=f"{n + 1}000万", investment_low=(n + 1) * 10_000_000,
        investment_high=(n + 1) * 10_000_000, currency="CNY", area=AREAS[n % 4],
    )  # fmt: skip
    talk = Talk(id=f"demo-{n}", channel=("web", "wechat", "rest")[n % 3])
    draft = Draft(key=f"demo-{n}", talk=talk, details=details, consented_at=utc_now(), notice_version="x")
    number = leads.submit(draft, [], {"source": ("演示推介会", "演示合作方")[n % 2]}).number
    way = list(Stage)
    for step in way[1 : way.index(stage) + 1]:
        leads.move(number, step, "officer1")
    return number


def test_who_asks_for_a_person_rings_is_taken_over_written_to_and_handed_back(enter, office, leads):
    officer, other = enter("officer1"), enter("officer2")
    for page in (officer, other):
        page.goto(f"{office.url}/inquiries")
    assert "有人等待" not in officer.title()
    now = utc_now()
    inquiry = leads.ask_for_person(
        WEB, "想和工作人员谈谈落地高新区的事",
        [Line(speaker="investor", text="济南高新区面积多大？", at=now - timedelta(minutes=2)),
         Line(speaker="assistant", text="济南高新区……（演示）", at=now - timedelta(minutes=2, seconds=-1), records=("jn-gaoxin",)),
         Line(speaker="investor", text="想和工作人员谈谈落地高新区的事", at=now)],
    )  # fmt: skip
    for page in (officer, other):
        expect(page).to_have_title(re.compile("^（1）有人等待"), timeout=60_000)
        page.get_by_text("想和工作人员谈谈").wait_for()
    assert flaws(officer) == []
    shot(officer, "inquiries")
    officer.get_by_role("button", name="接手").click()
    officer.get_by_text("智能助手不再答话").wait_for()
    with other.expect_navigation():
        other.evaluate(
            "id => { const form = document.createElement('form'); form.method = 'post'; form.action = `/inquiries/${id}/take`;"
            " form.append(document.querySelector('input[name=csrf]').cloneNode()); document.body.append(form); form.submit(); }",
            inquiry,
        )
    other.get_by_text("晚了一步：这次咨询已由演示专员01接手").wait_for()
    leads.hear(WEB, Line(speaker="investor", text="<img src=x onerror=alert(1)>请问什么时候能考察？", at=utc_now()))
    officer.get_by_text("请问什么时候能考察？").wait_for(timeout=60_000)
    assert officer.locator(".desk-conversation img").count() == 0
    officer.fill("textarea", "您好，我是招商专员，本周四上午可以陪您实地考察。")
    officer.keyboard.press("Control+Enter")
    officer.locator(".desk-officer").get_by_text("本周四上午").wait_for()
    officer.get_by_text("正在送出").wait_for()
    assert flaws(officer) == []
    shot(officer, "conversation")
    officer.get_by_role("button", name="交还智能助手").click()
    officer.get_by_text("智能助手继续回答").wait_for()
    assert leads.state_of(WEB.id).handling == "ASSISTANT"


def test_what_is_overdue_is_red_and_comes_as_a_spreadsheet(enter, office, leads):
    number = submit(leads, 1)
    leads.take(number, "officer1")
    leads.plan(number, "officer1", "约考察", utc_now() - timedelta(days=4))
    officer = enter("officer1")
    officer.goto(f"{office.url}/supervision")
    red = officer.locator(".desk-red").first
    assert red.evaluate("one => getComputedStyle(one).color") == "rgb(180, 35, 24)"
    assert flaws(officer) == []
    shot(officer, "supervision")
    with officer.expect_download() as download:
        officer.get_by_text("下载督办清单").click()
    rows = list(load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active.iter_rows(values_only=True))
    assert (rows[0][5], rows[1][1], rows[1][5]) == ("逾期事项", "演示企业01（演示）", "下一步")


def test_an_editor_goes_from_a_question_to_a_patch(enter, office, leads):
    at = datetime.now(UTC)
    asked = (
        "济南高新区厂房租金多少", "高新区的标准厂房租金怎么算", "济南高新区租厂房一平米多少钱", "今天天气怎么样", "济南明天下雨吗",
        "电价是多少", "工业电价怎么收",
    )  # fmt: skip
    leads.log_turns(
        [
            LoggedTurn(
                id=f"gap-{n}",
                talk=Talk(id=f"t{n}", channel="web"),
                at=at,
                question=text,
                kind="refuse",
                records=("jn-12345",),
            )
            for n, text in enumerate(asked)
        ]
    )
    editor = enter("editor1")
    until = time.monotonic() + 180
    while "归类于" not in editor.content():  # the vectors are made behind the page
        assert time.monotonic() < until
        editor.goto(f"{office.url}/knowledge")
    group = editor.locator(".desk-groups section").first
    assert "3 次" in group.inner_text()
    assert flaws(editor) == []
    shot(editor, "knowledge")
    group.get_by_role("button", name="建任务").click()
    editor.get_by_text("已建立任务").wait_for()
    editor.fill("[name=q]", "济南高新区")
    editor.get_by_role("button", name="找记录").click()
    editor.get_by_label("给济南高新技术产业开发区加别名").fill("高新东区")
    editor.keyboard.press("Enter")
    editor.get_by_role("button", name="检查并看改动").click()
    editor.get_by_text("检查通过").wait_for()
    assert editor.locator(".desk-added").all_inner_texts()[-1] == "+  - 高新东区"
    assert flaws(editor) == []
    shot(editor, "proposal")
    with editor.expect_download() as download:
        editor.get_by_role("button", name="下载补丁").click()
    assert download.value.suggested_filename == "jn-gaoxin.patch"
    editor.get_by_role("link", name="回到任务").click()
    editor.fill("[name=outcome]", "加了别名")
    editor.get_by_role("button", name="办完了").click()
    editor.get_by_text("办完：加了别名").wait_for()
    assert flaws(editor) == []


def test_the_figures_are_drawn_tabulated_and_printed(enter, office, leads):
    for n, stage in enumerate(
        (Stage.NEW, Stage.CONTACTED, Stage.NEGOTIATING, Stage.NEGOTIATING, Stage.SIGNED, Stage.FUNDED)
    ):
        submit(leads, n + 10, stage)
    leads.log_turns(
        [
            LoggedTurn(
                id=f"ok-{n}",
                talk=Talk(id="t", channel="web"),
                at=utc_now(),
                question="?",
                kind=kind,
                records=("jn-gaoxin",),
            )
            for n, kind in enumerate(("answer",) * 6 + ("match", "clarify", "handoff"))
        ]
    )
    admin = enter("admin")
    admin.goto(f"{office.url}/statistics?months=3")
    assert admin.locator("svg.desk-chart").count() == 8
    assert (
        admin.locator("svg.desk-chart .chart-bar").first.evaluate("bar => getComputedStyle(bar).fill")
        == "rgb(32, 107, 196)"
    )
    assert flaws(admin) == []
    shot(admin, "statistics")
    admin.get_by_text("看表格").first.click()
    admin.get_by_role("rowheader", name="到资").wait_for()
    assert len(admin.pdf()) > 20_000


def test_a_token_is_made_and_shown_once(enter, office):
    admin = enter("admin")
    admin.goto(f"{office.url}/tokens")
    admin.fill("[name=name]", "演示 OA")
    admin.get_by_label("读线索（含联系方式）").check()
    admin.get_by_role("button", name="新建").click()
    assert admin.locator("[data-secret]").inner_text().startswith("zs_")
    assert flaws(admin) == []
    admin.goto(f"{office.url}/tokens")
    assert admin.locator("[data-secret]").count() == 0


def test_the_pages_fit_a_phone(enter, office):
    admin = enter("admin", is_mobile=True)
    admin.set_viewport_size({"width": 390, "height": 844})
    for path in ("inquiries", "supervision", "statistics", "knowledge", "tokens"):
        admin.goto(f"{office.url}/{path}")
        assert admin.evaluate("document.documentElement.scrollWidth") <= 390, path
