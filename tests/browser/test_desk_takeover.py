"""Whoever holds a conversation is told of new words wherever he is at the desk, and of a sign-in that is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from leads.model import Line, Talk
from leads.service import utc_now
from tests.browser.desk_server import flaws, served, sign_in
from tests.servers import wait_until

WEB = Talk(id="web-held", channel="web")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with served(tmp_path_factory.mktemp("desk")) as made:
        yield made


def heard(leads, text):
    leads.hear(WEB, Line(speaker="investor", text=text, at=utc_now()))


def test_new_words_raise_title_badge_list_and_bell_wherever_the_officer_is(context, office):
    leads, page = office.desk.leads, sign_in(context, office.url, "officer1")
    inquiry = leads.ask_for_person(
        WEB, "转人工", [Line(speaker="investor", text="转人工", at=utc_now() - timedelta(1))]
    )
    leads.take_over(inquiry, "officer1", "演示专员01")
    page.add_init_script(
        "window.rung = 0; HTMLMediaElement.prototype.play = () => { window.rung += 1; return Promise.resolve(); }"
    )
    page.goto(f"{office.url}/leads")
    badge = page.locator("[data-waiting]")
    expect(badge).to_be_hidden()
    heard(leads, "在吗")
    expect(page).to_have_title(re.compile("^（1）有新消息 · "), timeout=30_000)
    expect(badge).to_have_text("1")
    assert page.evaluate("window.rung") == 1
    heard(leads, "人呢")
    wait_until(lambda: page.evaluate("window.rung") == 2, 30, "the bell rings for the second word")
    page.goto(f"{office.url}/inquiries")
    expect(page.get_by_text("2 句未回")).to_be_visible()
    heard(leads, "还在吗")
    expect(page.get_by_text("3 句未回")).to_be_visible(timeout=30_000)
    assert flaws(page) == []
    leads.say(inquiry, "officer1", "在的")
    expect(page).not_to_have_title(re.compile("有新消息"), timeout=30_000)
    assert page.faults == []


def test_a_sign_in_that_is_over_says_so_keeps_what_is_typed_and_leads_back_to_the_place(context, office):
    leads, page = office.desk.leads, sign_in(context, office.url, "officer2")
    inquiry = leads.ask_for_person(Talk(id="web-typed", channel="web"), "转人工", [])
    leads.take_over(inquiry, "officer2", "演示专员02")
    page.goto(f"{office.url}/inquiries/{inquiry}?from=list")
    page.fill("textarea", "写了一半")
    context.clear_cookies()
    bar = page.locator("[data-expired]")
    expect(bar).to_contain_text("登录已过期，请重新登录", timeout=30_000)
    expect(bar).to_have_count(1)
    expect(page.locator("textarea")).to_have_value("写了一半")
    assert flaws(page) == []
    bar.get_by_role("link", name="重新登录").click()
    page.fill("[name=login]", "officer2")
    page.fill("[name=password]", "长城 雨伞 73 望远镜")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{office.url}/inquiries/{inquiry}?from=list")
    assert page.faults == []
