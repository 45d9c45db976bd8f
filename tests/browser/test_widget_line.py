"""Nothing that was said is lost or doubled, and the order is kept: reload, tabs, sleep, a lost line, a killed server."""

from __future__ import annotations

import http.server
import threading
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.widget import Visitor, findings
from tests.servers import wait_until

_NO_WEBSOCKET = """
const WebSocket_ = window.WebSocket;
window.WebSocket = function (url, protocols) { return new WebSocket_(url.replace(/:\\d+/, ":1"), protocols) };
"""
"""As behind a proxy that refuses it: the connection fails with an error."""


@pytest.fixture
def visitor(page, stack):
    return Visitor(page, stack.url).visit().open()


def turns_of(visitor, stack, many):
    """What reached the assistant, in order, once so many turns are written down; never more."""

    def asked():
        return [q for (q,) in stack.rows("SELECT question FROM turns WHERE talk_id = ? ORDER BY at", visitor.sender)]

    wait_until(lambda: len(asked()) >= many, 30, f"{many} turns")
    assert len(asked()) == many
    return asked()


def test_a_reload_keeps_the_conversation_and_the_open_window(visitor):
    visitor.ask("济南高新区在哪里？")
    before = visitor.said()
    visitor.page.reload()
    expect(visitor.answers).to_have_count(1)
    assert visitor.said() == before
    visitor.ask("它的面积多大？")
    expect(visitor.last).to_contain_text("济南高新技术产业开发区")


def test_a_second_tab_shows_the_same_conversation_and_both_stay_equal(visitor, context, stack):
    visitor.ask("济南高新区在哪里？")
    other = Visitor(context.new_page(), stack.url).visit().open()
    expect(other.answers).to_have_count(1)
    other.ask("它的面积多大？")
    expect(visitor.answers).to_have_count(2)
    assert visitor.said() == other.said() == ["我:济南高新区在哪里？", "答", "我:它的面积多大？", "答"]
    assert visitor.token() == other.token()
    assert turns_of(visitor, stack, 2)


def test_two_tabs_opened_at_once_are_one_visitor(context, stack):
    tabs = [Visitor(context.new_page(), stack.url).visit() for _ in range(2)]
    for tab in tabs:
        tab.page.locator(".launcher").click()
    tabs[0].ask("济南高新区在哪里？")
    expect(tabs[1].answers).to_have_count(1)


def test_another_visitor_gets_nothing(visitor, browser, stack):
    visitor.ask("济南高新区在哪里？")
    context = browser.new_context()
    stranger = Visitor(context.new_page(), stack.url).visit().open()
    stranger.ask("你好")
    assert stranger.said() == ["我:你好", "答"]
    assert stranger.token() != visitor.token()
    forged = visitor.token().split(".")[0] + "." + ".".join(stranger.token().split(".")[1:])
    stranger.page.evaluate(
        "(t) => localStorage.setItem(Object.keys(localStorage).find((k) => k.endsWith(':token')), t)", forged
    )
    stranger.page.reload()
    visitor.ask("它的面积多大？")
    stranger.ask("谢谢")
    assert stranger.said() == ["我:你好", "答", "我:谢谢", "答"]
    context.close()


def test_what_is_typed_without_a_line_is_sent_when_it_is_back_once_and_in_order(visitor, context, stack):
    visitor.ask("济南高新区在哪里？")
    context.set_offline(True)
    expect(visitor.lost).to_be_visible()
    expect(visitor.lost.get_by_role("link", name="12345")).to_have_attribute("href", "tel:12345")
    visitor.say("它的面积多大？")
    visitor.say("谢谢")
    expect(visitor.page.get_by_text("待发送")).to_be_visible()
    context.set_offline(False)
    expect(visitor.answers).to_have_count(3)
    expect(visitor.lost).to_have_count(0)
    # Answers stand where they came: behind both questions.
    assert visitor.said() == ["我:济南高新区在哪里？", "答", "我:它的面积多大？", "我:谢谢", "答", "答"]
    expect(visitor.answers.nth(1)).to_contain_text("济南高新技术产业开发区")
    assert turns_of(visitor, stack, 3) == ["济南高新区在哪里？", "它的面积多大？", "谢谢"]


def test_a_line_that_breaks_between_question_and_answer_loses_nothing(visitor, context, stack):
    visitor.ask("济南高新区在哪里？")
    for round_ in range(3):
        visitor.say(f"它的面积多大？{'请' * round_}")
        context.set_offline(True)
        context.set_offline(False)
    expect(visitor.answers).to_have_count(4)
    assert turns_of(visitor, stack, 4)


def test_a_tab_that_was_frozen_catches_up(visitor, context, stack):
    visitor.ask("转人工")
    devtools = context.new_cdp_session(visitor.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    ((inquiry,),) = stack.rows("SELECT id FROM inquiries WHERE talk_id = ?", visitor.sender)
    stack.leads.take_over(inquiry, "officer-1", "演示员01")
    sent = "SELECT 1 FROM deliveries WHERE talk_id = ? AND state = 'DELIVERED'"
    wait_until(lambda: stack.rows(sent, visitor.sender), 20, "the notice to be pushed while the tab is frozen")
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    expect(visitor.page.locator(".notice")).to_contain_text("演示员01")


def test_an_officers_words_look_unlike_the_assistants_which_is_silent_meanwhile(visitor, stack):
    visitor.ask("转人工")
    ((inquiry,),) = stack.rows("SELECT id FROM inquiries WHERE talk_id = ?", visitor.sender)
    stack.leads.take_over(inquiry, "officer-1", "演示员01")
    expect(visitor.page.locator(".notice")).to_contain_text("演示员01 已接入")
    visitor.say("在吗")
    stack.leads.say(inquiry, "officer-1", "在的，<b>请讲</b> http://www.jinan.gov.cn", "演示员01")
    officer = visitor.page.locator(".officer")
    expect(officer).to_contain_text("工作人员 演示员01")
    expect(officer).to_contain_text("在的，<b>请讲</b>")
    expect(officer.get_by_role("link")).to_have_attribute("href", "http://www.jinan.gov.cn")
    expect(visitor.page.locator(".typing")).to_have_count(0)
    assert findings(visitor.page) == []
    expect(visitor.answers).to_have_count(1)
    stack.leads.hand_back(inquiry, "officer-1", "演示员01")
    expect(visitor.page.locator(".notice").last).to_contain_text("智能助手继续")
    visitor.ask("济南高新区在哪里？")
    heard = stack.rows("SELECT text FROM utterances WHERE talk_id = ?", visitor.sender)
    assert any("在吗" in str(row) for row in heard)


def test_an_officers_words_are_counted_while_the_window_is_closed(visitor, stack):
    visitor.ask("转人工")
    visitor.page.keyboard.press("Escape")
    ((inquiry,),) = stack.rows("SELECT id FROM inquiries WHERE talk_id = ?", visitor.sender)
    stack.leads.take_over(inquiry, "officer-1", "演示员01")
    expect(visitor.page.locator(".badge")).to_have_text("1")
    visitor.open()
    expect(visitor.page.locator(".notice")).to_be_visible()


def test_erasing_the_conversation_erases_it_here_and_there(visitor, context, stack):
    visitor.ask("济南高新区在哪里？")
    before = visitor.token()
    visitor.page.get_by_role("button", name="清除对话").click()
    visitor.page.get_by_role("alertdialog").get_by_role("button", name="清除").click()
    expect(visitor.answers).to_have_count(0)
    assert visitor.kept() == []
    wait_until(lambda: visitor.token() not in ("", before), 20, "a conversation of its own")
    visitor.ask("它的面积多大？")
    assert "济南高新技术产业开发区" not in visitor.last.inner_text(), "what was talked about is forgotten"


def test_without_sockets_a_telephone_number_is_shown(page, stack):
    page.route("**/socket.io/**", lambda route: route.abort())
    body = '<!doctype html><html lang="zh-CN"><body><script src="/webhooks/web/widget.js" data-phone="0531-00000000"></script>'
    page.route("**/own", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.add_init_script(_NO_WEBSOCKET)
    visitor = Visitor(page, stack.url).visit("/own").open()
    expect(visitor.lost.get_by_role("link", name="0531-00000000")).to_have_attribute("href", "tel:053100000000")
    expect(visitor.lost.get_by_role("link", name="12345")).to_be_visible()


def test_without_scripts_the_page_shows_its_own_line(browser, stack):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{stack.url}/webhooks/web/demo")
    expect(page.get_by_role("link", name="12345")).to_be_visible()
    context.close()


def test_with_scripts_that_line_is_hidden(visitor):
    expect(visitor.page.locator("[data-investor-assistant-fallback]")).to_be_hidden()


@pytest.fixture
def site(stack):
    """Another site that embeds the widget, on the port given."""
    servers = []

    def serve(port):
        page = f'<!doctype html><html lang="zh-CN"><body><script src="{stack.url}/webhooks/web/widget.js"></script>'.encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("polling", [False, True])
def test_a_listed_site_may_embed_it(page, stack, site, polling):
    if polling:  # where a proxy lets no WebSocket through
        page.add_init_script(_NO_WEBSOCKET)
    visitor = Visitor(page, site(stack.neighbour)).visit(f"/{uuid.uuid4().hex}").open()
    visitor.ask("济南高新区在哪里？")


def test_a_site_that_is_not_listed_gets_no_answer_and_shows_the_number(page, stack, site):
    visitor = Visitor(page, site(0)).visit("/").open()
    expect(visitor.lost.get_by_role("link", name="12345")).to_be_visible()
    visitor.say("你好")
    expect(visitor.answers).to_have_count(0)


def test_a_killed_server_loses_and_doubles_nothing(page, stack, site):
    visitor = Visitor(page, site(stack.neighbour)).visit("/").open()
    visitor.ask("登记")
    visitor.choose("同意")
    visitor.say("演示联系人02")  # on its way, or with the server already: both must do
    with stack.bot_down():
        visitor.say("没有公司")
        expect(visitor.lost).to_be_visible()
        expect(page.get_by_text("待发送").last).to_be_visible()
        page.reload()
        expect(page.get_by_text("待发送").last).to_be_visible()
        expect(visitor.lost).to_be_visible()
    expect(visitor.lost).to_have_count(0)
    expect(visitor.answers).to_have_count(4, timeout=60_000)
    mine = [e for e in visitor.said() if e.startswith("我:")]
    assert mine == ["我:登记", "我:同意", "我:演示联系人02", "我:没有公司"]
    expect(visitor.last).to_contain_text("（3/7）")
