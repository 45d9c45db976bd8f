"""What a visitor sees in the widget, in a browser, from the real assistant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.widget import Visitor
from tests.servers import wait_until


@pytest.fixture
def visitor(page, stack):
    return Visitor(page, stack.url).visit().open()


@pytest.fixture(scope="module")
def reader(browser, stack):
    """One visitor for all tests that only look at an answer."""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    yield Visitor(context.new_page(), stack.url).visit().open()
    context.close()


def test_a_question_is_answered_with_source_date_link_and_card(reader):
    reader.ask("济南高新区有哪些企业？")
    cite = reader.last.locator(".source .cite").filter(has=reader.page.locator("a")).first
    expect(cite.locator("a")).to_have_attribute("href", re.compile(r"^https?://"))
    expect(cite.locator(".date")).to_have_text(re.compile(r"\d{4}"))
    card = reader.last.locator(".records li").first
    expect(card).to_contain_text("园区")
    expect(card).to_contain_text("济南高新技术产业开发区")
    assert reader.violations() == []


def test_every_number_behind_a_sentence_is_that_of_a_source_below(reader):
    reader.ask("济南高新区有哪些企业？")
    told = set(re.findall(r"\[(\d+)\]", " ".join(reader.last.locator("p.item").all_inner_texts())))
    cites = reader.last.locator(".source .cite").all_inner_texts()
    assert told
    assert told <= {re.match(r"\[(\d+)\]", cite)[1] for cite in cites}


def test_more_is_one_press_away(reader):
    reader.ask("济南高新区有哪些企业？")
    reader.choose("更多")
    expect(reader.last).to_contain_text("济南高新技术产业开发区")


def test_a_first_question_is_asked_by_a_press(visitor):
    visitor.choose("外资到账有什么奖励？")
    expect(visitor.page.locator(".me").last).to_contain_text("外资到账有什么奖励？")


def test_a_comparison_is_a_table_with_headings(reader):
    reader.ask("济南高新区和齐鲁软件园的位置、面积对比")
    table = reader.last.get_by_role("group", name="对比表").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(2)
    expect(table.get_by_role("rowheader").first).to_have_text("位置")
    expect(reader.last.locator("p.item")).to_have_count(0)


def test_an_estimate_is_a_table_whose_rows_tell_how_they_came_about(reader):
    reader.ask("外资到账1.2亿,测算")
    rows = reader.last.get_by_role("group", name="测算表").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("120万元")
    expect(rows.nth(1)).to_contain_text("可以测算")
    rows.nth(2).get_by_text("怎样得出").click()
    expect(rows.nth(2).get_by_text("济发〔2018〕45号")).to_be_visible()
    expect(reader.last).to_contain_text("不构成承诺")


def test_ranked_sites_are_cards_with_their_fit_and_what_speaks_against_them(reader):
    reader.ask("做生物医药,想在济南找园区,要靠近机场,投资2亿建厂")
    cards = reader.last.locator(".card")
    assert cards.count() > 2
    expect(cards.first).to_contain_text(re.compile(r"相符度 \d+%"))
    assert reader.last.locator(".against").count() > 0
    expect(reader.last.get_by_role("group", name="对比表")).to_be_visible()


def test_hostile_text_stays_text(visitor, stack):
    hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> javascript:alert(1)'
    visitor.ask(hostile)
    expect(visitor.page.locator(".me .bubble").last).to_contain_text(hostile)
    visitor.page.reload()
    expect(visitor.page.locator(".me .bubble").last).to_contain_text(hostile)
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.page.locator("investor-assistant img").count() == 0
    assert visitor.violations() == []


def test_a_registration_goes_from_consent_to_a_number_that_can_be_copied(visitor, context, stack):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, field = visitor.page, visitor.field
    visitor.ask("登记")
    expect(page.locator(".consent")).to_contain_text("保存")
    expect(page.locator(".consent").get_by_role("link", name="隐私说明")).to_have_attribute(
        "href", re.compile("/privacy$")
    )
    visitor.choose("同意")
    expect(page.locator(".step")).to_contain_text("1/7")
    expect(field).to_have_attribute("autocomplete", "name")
    visitor.ask("演示联系人01")
    expect(field).to_have_attribute("autocomplete", "organization")
    visitor.choose("跳过")
    expect(field).to_have_attribute("inputmode", "tel")
    page.get_by_role("button", name="邮箱").click()
    expect(field).to_have_attribute("inputmode", "email")
    field.fill("1390000")
    expect(page.locator("#doubt")).to_contain_text("位数不对")
    visitor.ask("13900000000")
    visitor.choose("跳过")
    expect(field).to_have_attribute("inputmode", "decimal")
    field.fill("500")
    expect(page.locator("#doubt")).to_contain_text("单位")
    visitor.ask("500")  # a doubt never stops anybody
    visitor.ask("500万元")
    visitor.ask("历城区")
    visitor.choose("没有了")
    visitor.choose("确认提交")
    number = visitor.last.get_by_label("编号", exact=True).input_value()
    assert stack.rows("SELECT count(*) FROM leads WHERE number = ?", number) == [(1,)]
    visitor.last.get_by_role("button", name="复制编号").click()
    expect(visitor.last.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == number
    expect(page.locator(".step")).to_have_count(0)

    visitor.ask("删掉我的信息")
    page.get_by_role("button", name="确认删除").click()
    expect(visitor.answers).to_have_count(1)
    assert "13900000000" not in str(visitor.kept()), "erased here too"
    assert "演示联系人01" not in str(visitor.kept())


def turn_of(visitor):
    """The number of the only answer's turn."""
    return next(e["envelope"]["turn"] for e in visitor.kept() if e["from"] == "bot")


def is_kept(stack, turn, helpful, reason):
    wanted = [(helpful, reason)]
    wait_until(lambda: stack.rows("SELECT helpful, reason FROM turns WHERE id = ?", turn) == wanted, 20, str(wanted))


def test_a_thumb_down_with_its_reason_is_kept_with_the_turn(visitor, stack):
    turn = turn_of(visitor.ask("济南高新区在哪里？"))
    visitor.last.get_by_role("button", name="没有帮助").click()
    is_kept(stack, turn, 0, "")
    visitor.last.get_by_role("button", name="不准确").click()
    expect(visitor.last).to_contain_text("谢谢反馈")
    is_kept(stack, turn, 0, "不准确")
    visitor.page.reload()
    expect(visitor.last.get_by_role("button", name="没有帮助")).to_have_attribute("aria-pressed", "true")


def test_a_reason_given_while_the_thumb_is_on_its_way_is_kept_too(visitor, stack):
    turn = turn_of(visitor.ask("济南高新区在哪里？"))
    with stack.bot_paused():
        visitor.last.get_by_role("button", name="没有帮助").click()
        visitor.last.get_by_role("button", name="不准确").click()
        expect(visitor.last).to_contain_text("谢谢反馈")
    is_kept(stack, turn, 0, "不准确")
    wait_until(lambda: any(e.get("thumb", {}).get("sent") for e in visitor.kept()), 20, "the widget to know")


def test_a_site_may_choose_name_colour_logo_questions_and_language(page, stack):
    script = (
        '<script src="/webhooks/web/widget.js" data-name="Ask Jinan" data-color="#ffd000" data-lang="en" data-position="left"'
        ' data-logo="/webhooks/web/demo/icon.svg" data-questions="济南高新区在哪里？|有哪些展会？" data-phone="0531-00000000" data-source="演示推介会"></script>'
    )
    page.route(
        "**/own",
        lambda route: route.fulfill(
            body=f"<!doctype html><html lang=zh><body>{script}</body></html>", content_type="text/html; charset=utf-8"
        ),
    )
    sent = []
    # A page that the test makes up may open no socket to this machine, so the widget posts what is said.
    page.on("request", lambda request: sent.append(request.post_data or ""))
    visitor = Visitor(page, stack.url).visit("/own")
    launcher = page.get_by_role("button", name="Open the chat")
    assert launcher.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(255, 208, 0)"
    assert launcher.evaluate("(e) => getComputedStyle(e).color") == "rgb(0, 0, 0)", "what reads on it"
    assert launcher.bounding_box()["x"] < 100
    visitor.open()
    expect(visitor.panel).to_have_accessible_name("Ask Jinan")
    expect(page.locator(".bar img")).to_have_attribute("src", re.compile("icon.svg$"))
    expect(page.get_by_role("button", name="有哪些展会？")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    visitor.choose("济南高新区在哪里？")
    expect(visitor.last.locator("[lang=zh-CN]").first).to_contain_text("济南")
    assert any("演示推介会" in said for said in sent)


@pytest.mark.parametrize("logo", ["javascript:alert(1)", "data:image/svg+xml,<svg onload=alert(1)>"])
def test_an_attribute_cannot_smuggle_a_script_in(page, stack, logo):
    body = f"<!doctype html><body><script src='/webhooks/web/widget.js' data-color='red;}}*{{display:none' data-logo='{logo}'></script>"
    page.route("**/own", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    Visitor(page, stack.url).visit("/own").open()
    assert page.locator("investor-assistant img").count() == 0


def test_keyboard_alone_is_enough(page, stack):
    visitor = Visitor(page, stack.url).visit()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(visitor.field).to_be_focused()
    page.keyboard.type("济南高新区在哪里？")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("谢谢")
    page.keyboard.press("Enter")
    expect(visitor.answers).to_have_count(1)
    inside = "document.activeElement.tagName"
    for key in ("Tab",) * 30 + ("Shift+Tab",) * 40:
        page.keyboard.press(key)
        assert page.evaluate(inside) == "INVESTOR-ASSISTANT", "Tab stays in the window"
    page.keyboard.press("Escape")
    expect(visitor.panel).to_have_count(0)
    expect(page.locator(".launcher")).to_be_focused()


def test_on_a_phone_the_window_fills_the_screen(browser, stack):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    visitor = Visitor(context.new_page(), stack.url).visit().open()
    box = visitor.panel.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    visitor.ask("济南高新区和齐鲁软件园对比")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_at_a_desk_it_leaves_the_page_free(visitor):
    box = visitor.panel.bounding_box()
    assert box["x"] > DESKTOP["width"] / 2
    assert box["y"] + box["height"] <= DESKTOP["height"]


def test_everything_comes_from_our_own_host(page, stack):
    hosts = []
    page.on("request", lambda request: hosts.append(request.url.split("/")[2]))
    Visitor(page, stack.url).visit().open().ask("济南高新区在哪里？")
    assert set(hosts) == {stack.url.split("/")[2]}


def test_who_moves_less_sees_nothing_blink(browser, stack):
    context = browser.new_context(reduced_motion="reduce")
    visitor = Visitor(context.new_page(), stack.url).visit().open()
    running = visitor.page.evaluate("document.getAnimations().length")
    assert running == 0
    context.close()
