"""Nobody is shut out: axe finds nothing against WCAG 2.1 AA, whatever the widget shows, light or dark, large or small."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.widget import Visitor, findings

_CONTEXTS = {
    "light": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": "dark"},
    "english": {"viewport": DESKTOP, "locale": "en-US"},
}


@pytest.fixture(params=_CONTEXTS)
def visitor(request, browser, stack):
    context = browser.new_context(**_CONTEXTS[request.param])
    page = context.new_page()
    if request.param == "english":
        page.route(
            "**/demo",
            lambda route: route.fulfill(
                response=(r := route.fetch()),
                body=r.text().replace('src="widget.js"', 'src="widget.js" data-lang="en"'),
            ),
        )
    yield Visitor(page, stack.url).visit()
    context.close()


def test_axe_finds_nothing_in_any_state(visitor):
    page = visitor.page
    assert findings(page) == [], "closed"
    visitor.open()
    assert findings(page) == [], "welcome"
    for question in (
        "济南高新区和齐鲁软件园对比",
        "外资到账1.2亿,测算",
        "做生物医药,想在济南找园区,要靠近机场,投资2亿建厂",
    ):
        visitor.ask(question)
        assert findings(page) == [], question
    visitor.last.get_by_role("button", name=re.compile("没有帮助|Not helpful")).click()
    assert findings(page) == [], "what was wrong"
    visitor.ask("登记")
    assert findings(page) == [], "consent"
    visitor.choose("同意")
    visitor.ask("演示联系人03")
    visitor.choose("跳过")
    visitor.field.fill("12")
    assert findings(page) == [], "a form step with its keyboards and a doubt"
    page.get_by_role("button", name=re.compile("清除对话|Erase conversation")).click()
    assert findings(page) == [], "sure?"
    page.get_by_role("alertdialog").get_by_role("button").last.click()
    page.context.set_offline(True)
    visitor.say("在吗")
    expect(visitor.lost).to_be_visible()
    assert findings(page) == [], "no line"


def test_new_words_are_announced_and_the_log_can_be_scrolled_by_keys(page, stack):
    visitor = Visitor(page, stack.url).visit().open()
    expect(visitor.log).to_have_attribute("aria-live", "polite")
    expect(visitor.log).to_have_attribute("tabindex", "0")
    expect(visitor.panel).to_have_accessible_name("招商智能助手")
    expect(visitor.field).to_have_accessible_name("请输入您的问题")
