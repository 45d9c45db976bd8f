"""The desk in a real browser: signing in, the list by keys, the board, a lead's page; strict and accessible.

The pictures in docs/console are made here with DESK_PICTURES=1.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from deploy.settings import PYTHON, ROOT
from tests.browser.conftest import DESKTOP, PHONE
from tests.servers import wait_until
from tests.support.ports import free_port

GIVEN = "long enough words"
PICTURES = ROOT / "docs" / "console"


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The desk as `make demo` fills it, served by the real process; gives its address."""
    port, folder = free_port(), tmp_path_factory.mktemp("desk")
    environ = {
        **os.environ, "LEADS_DATABASE": f"sqlite:///{folder}/demo.sqlite3", "CONSOLE_PORT": str(port),
        "DEMO_PASSWORD": GIVEN, "PYTHONPATH": str(ROOT), "DEMO_DATABASE": "",
    }  # fmt: skip
    subprocess.run([PYTHON, "-m", "deploy.demo"], cwd=ROOT, env=environ, check=True, timeout=300)
    process = subprocess.Popen([PYTHON, "-m", "console"], cwd=ROOT, env=environ, stdout=sys.stderr)
    address = f"http://127.0.0.1:{port}"

    def up():
        try:
            return urllib.request.urlopen(f"{address}/health", timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    try:
        wait_until(up, 120, "the desk answers")
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def watched(page):
    """The page, and whatever its browser complained of: a breach of the CSP, an error of a script."""
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.fixture
def signed_in(watched, demo):
    def enter(login):
        watched.goto(f"{demo}/sign-in")
        watched.fill("#login", login)
        watched.fill("#password", GIVEN)
        watched.click("form button[type=submit]")
        watched.wait_for_selector("text=退出")
        return watched

    return enter


def picture(page, name):
    if os.environ.get("DESK_PICTURES"):
        from PIL import Image

        PICTURES.mkdir(exist_ok=True)
        Image.open(io.BytesIO(page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
            PICTURES / f"{name}.png", optimize=True
        )


def faults(page):
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
    ]


def test_an_officer_works_a_lead_from_the_list_to_the_next_step_by_keys_and_forms(signed_in, demo):
    page = signed_in("demo-officer")
    page.goto(f"{demo}/leads?officer=-&open=1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.click("text=由我负责")
    page.wait_for_selector("text=这条线索由您负责了")
    assert "138****" in page.content()
    page.click("text=显示")
    page.wait_for_selector("strong:has-text('13800001')")
    page.fill("#text", "谈了厂房")
    page.click("button:has-text('记下')")
    page.wait_for_selector(".desk-words:has-text('谈了厂房')")
    page.fill("#what", "送材料")
    page.fill("#due", "2030-01-02")
    page.click("button:has-text('安排')")
    page.wait_for_selector("strong:has-text('送材料')")
    page.select_option("#stage", label="已联系")
    page.click("button:has-text('改阶段')")
    page.wait_for_selector("text=阶段已改为“已联系”")
    picture(page, "lead")
    with page.expect_download() as download:
        page.click("text=打印档案")
    assert download.value.suggested_filename.endswith(".pdf")
    assert page.complaints == []


def test_slash_searches_and_a_question_mark_tells_the_keys(signed_in, demo):
    page = signed_in("demo-officer")
    page.goto(f"{demo}/leads")
    page.keyboard.press("?")
    assert page.is_visible("#help-title")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("演示")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.complaints == []


def test_a_card_of_the_board_is_moved_without_a_mouse(signed_in, demo):
    page = signed_in("demo-admin")
    page.goto(f"{demo}/leads/board")
    picture(page, "board")
    card = page.locator("section[aria-labelledby=stage-NEW] article").first
    number = card.locator("a").get_attribute("href")
    card.locator("select").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=阶段已改为“已联系”")
    assert number in page.url
    assert page.complaints == []


MAIN = ("/leads", "/leads/board", "/accounts", "/accounts/demo-leader", "/audit", "/me")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_main_pages_have_no_accessibility_fault_and_keep_to_the_policy(signed_in, demo, size):
    page = signed_in("demo-admin")
    page.set_viewport_size(size)
    page.goto(f"{demo}/leads")
    lead = page.locator("[data-open]").first.get_attribute("href")
    for path in (*MAIN, lead):
        page.goto(f"{demo}{path}")
        assert faults(page) == [], path
        if path == "/leads" or (path == lead and size is PHONE):
            picture(page, f"{'lead' if path == lead else 'list'}-{'phone' if size is PHONE else 'desktop'}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, (path, size)
    assert page.complaints == []


def test_the_sign_in_page_has_no_accessibility_fault(watched, demo):
    watched.goto(f"{demo}/sign-in")
    assert faults(watched) == []
    picture(watched, "sign-in")
    assert watched.complaints == []
