"""Whatever the page, the proxy or the browser is like, the widget stands where it belongs, reads well and connects."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.widget import Visitor, findings
from tests.support.needs import CHROMIUM, QUIET
from tests.support.silent_proxy import silent_proxy

HOSTILE = {
    "position": "body>*{position:relative}",
    "squeezed text": "*{font-size:12px;line-height:1;font-family:SimSun}",
    "moved body": "body{transform:translate(300px,300px) scale(.5);filter:grayscale(1);zoom:.5}",
    "important": "*{position:static!important;display:none!important;z-index:0!important;font-size:9px!important;"
    "top:0!important;inset:0!important;opacity:.1!important;transform:rotate(90deg)!important}"
    "html,body,head{display:block!important;transform:none!important;opacity:1!important}",
    "named": "investor-assistant{left:0!important;width:10px;height:10px;overflow:hidden;visibility:hidden;float:left;"
    "color:red;letter-spacing:9px;text-transform:uppercase;--ink:red!important;--ground:red!important;--accent:red!important}",
    "tiny rem": "html{font-size:62.5%}body{font-size:1.4rem}",
    "huge rem": "html{font-size:100px;line-height:3;letter-spacing:4px;word-spacing:9px;text-align:center;direction:rtl}",
    "grid": "html{display:grid;grid-template-columns:1fr 1fr}html>*{margin:50px!important;padding:50px!important;contain:strict}",
    "reset": "*,*::before,*::after{all:unset}html>:not(head):not(body){display:none}",
}


def visit(page, stack, css):
    """A page of a site of its own kind, with the widget in it."""
    body = (
        f'<!doctype html><html lang="zh-CN"><head><title>别人的网页</title><style>{css}</style></head><body><main><h1>别人的网页</h1></main>'
        '<script src="/webhooks/web/widget.js"></script></body></html>'
    )
    page.route("**/hostile", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    return Visitor(page, stack.url).visit("/hostile")


def measured(page):
    """Where the launcher or the window stands, and how the text of the welcome is set."""
    return page.evaluate(
        """() => {
          const root = document.querySelector("investor-assistant").shadowRoot;
          const box = (root.querySelector(".panel") || root.querySelector(".launcher")).getBoundingClientRect();
          const style = getComputedStyle(root.querySelector(".bubble") || root.querySelector(".launcher"));
          return { right: innerWidth - box.right, bottom: innerHeight - box.bottom, width: box.width, height: box.height,
            font: parseFloat(style.fontSize), line: parseFloat(style.lineHeight), family: style.fontFamily,
            spacing: style.letterSpacing, colour: style.color, ground: style.backgroundColor, align: style.textAlign,
            direction: style.direction, transform: style.textTransform }; }"""
    )


@pytest.fixture(scope="module")
def calm(browser, stack):
    """How it stands on a page without any style: closed and open."""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    visitor = visit(context.new_page(), stack, "")
    closed = measured(visitor.page)
    visitor.open()
    yield closed, measured(visitor.page)
    context.close()


@pytest.mark.parametrize("css", HOSTILE.values(), ids=HOSTILE)
def test_no_style_of_a_page_moves_or_squeezes_it(page, stack, calm, css):
    visitor = visit(page, stack, css)
    assert measured(page) == calm[0]
    visitor.open()
    assert measured(page) == calm[1]
    assert (calm[0]["right"], calm[0]["bottom"], calm[1]["font"]) == (20, 20, 15)


@pytest.mark.parametrize("size", [12, 24])
def test_text_has_the_size_that_the_visitor_has_chosen_in_his_browser(browser, stack, size):
    other = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*QUIET, f"--blink-settings=defaultFontSize={size}"]
    )
    try:
        visitor = visit(
            other.new_context(viewport=DESKTOP, locale="zh-CN").new_page(), stack, HOSTILE["tiny rem"]
        ).open()
        assert measured(visitor.page)["font"] == pytest.approx(size * 15 / 16)
        assert visitor.field.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") == pytest.approx(
            size * 15 / 16
        )
        assert findings(visitor.page) == []
    finally:
        other.close()


def test_on_a_phone_it_fills_the_screen_whatever_the_page_does(browser, stack):
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    visitor = visit(context.new_page(), stack, HOSTILE["moved body"] + HOSTILE["position"]).open()
    told = measured(visitor.page)
    assert (told["width"], told["height"], told["right"], told["bottom"]) == (PHONE["width"], PHONE["height"], 0, 0)
    context.close()


def test_what_was_typed_and_not_sent_is_kept_when_the_window_is_closed_and_over_a_reload(page, stack):
    visitor = Visitor(page, stack.url).visit().open()
    visitor.field.fill("我想问问\n章丘的")
    page.keyboard.press("Escape")
    visitor.open()
    expect(visitor.field).to_have_value("我想问问\n章丘的")
    page.reload()
    expect(visitor.field).to_have_value("我想问问\n章丘的")
    visitor.field.press("Enter")
    expect(visitor.answers).to_have_count(1)
    page.reload()
    expect(visitor.answers).to_have_count(1)
    expect(visitor.field).to_have_value("")


def test_where_storage_is_forbidden_what_was_typed_is_kept_until_the_page_is_left(page, stack):
    page.add_init_script(
        "for (const s of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, s, { get() { throw new DOMException('forbidden') } })"
    )
    visitor = Visitor(page, stack.url).visit().open()
    visitor.field.fill("章丘")
    page.keyboard.press("Escape")
    visitor.open()
    expect(visitor.field).to_have_value("章丘")


@pytest.mark.parametrize("agrees", [False, True], ids=["no answer", "agrees and is silent"])
def test_a_proxy_that_swallows_websockets_costs_nothing(page, stack, agrees):
    with silent_proxy(stack.url, agrees=agrees) as proxy:
        visitor = Visitor(page, proxy.url).visit().open()
        began = time.monotonic()
        visitor.ask("济南高新区在哪里？")
        assert time.monotonic() - began < 5, "four seconds later a telephone number would be shown"
        assert proxy.swallowed, "it was tried"
        visitor.ask("它的面积多大？")
        page.reload()
        expect(visitor.answers).to_have_count(2)
        visitor.ask("谢谢")
        expect(visitor.lost).to_have_count(0)


@pytest.mark.parametrize(
    "script",
    [
        "delete window.WebSocket",
        "window.WebSocket = undefined",
        "window.WebSocket = class { constructor() { throw new Error } }",
    ],
)
def test_a_browser_without_websocket_is_served(page, stack, script):
    page.add_init_script(script)
    Visitor(page, stack.url).visit().open().ask("济南高新区在哪里？")


def test_where_nothing_is_in_the_way_a_websocket_takes_over(page, stack):
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - it keeps something on what it is given
    visitor = Visitor(page, stack.url).visit().open()
    visitor.ask("济南高新区在哪里？")
    visitor.ask("它的面积多大？")
    (socket,) = sockets
    assert not socket.is_closed()
