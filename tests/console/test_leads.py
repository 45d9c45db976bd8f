"""An officer's day at the desk: the inbox and a lead's page, on both databases."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from console import lead
from leads.model import Stage
from leads.staff.model import Role
from leads.staff.tables import Audit
from leads.tables import Assignment, Delivery

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def acts(see, act):
    return [(row.who, row.subject) for row in see.all(Audit, Audit.act == act)]


def test_lists_show_contacts_masked_and_a_click_that_is_written_down_reveals_them(signed_in, submit, see):
    number = submit()
    browser = signed_in("li")
    assert "138****0001" in browser.get("/leads").text
    page = browser.get(f"/leads/{number}").text
    assert "13800000001" not in page
    assert acts(see, "lead.viewed") == [("li", number)]
    assert acts(see, "lead.revealed") == []
    assert "13800000001" in browser.post(f"/leads/{number}/reveal").text
    assert acts(see, "lead.revealed") == [("li", number)]


def test_officers_see_their_own_and_unassigned_leads_leaders_their_district_and_admins_all(signed_in, submit, leads):
    free, mine, others = submit(talk="a"), submit(talk="b"), submit(talk="c", area="历城区")
    leads.take(mine, "li")
    leads.take(others, "wang")

    def seen(browser):
        return {n for n in (free, mine, others) if n in browser.get("/leads").text}

    assert seen(signed_in("li")) == {free, mine}
    assert seen(signed_in("chief", Role.LEADER, offices=["历城区人民政府"])) == {others}
    assert seen(signed_in("boss", Role.ADMIN)) == {free, mine, others}


PATHS = (
    "", "/reveal", "/sheet", "/take", "/release", "/move", "/note", "/card", "/plan", "/finish", "/merge", "/unmerge",
    "/send-again/1", "/correct",
)  # fmt: skip


def test_a_lead_of_somebody_else_is_not_there_whatever_is_asked_of_it(signed_in, submit, leads, see):
    own, others = submit(talk="a"), submit(talk="b", company="别人的公司")
    leads.take(own, "li")
    leads.take(others, "wang")
    before = see.lead(others).updated_at
    browser = signed_in("li")
    fields = {"stage": "CONTACTED", "kind": "called", "text": "x", "what": "x", "due": "2026-05-01", "other": own}

    def ask(number, path):
        return browser.post(f"/leads/{number}{path}", fields) if path else browser.get(f"/leads/{number}")

    for path in PATHS:
        answer, nowhere = ask(others, path), ask("ZS0000000000", path)
        assert answer.status_code == nowhere.status_code == 404, path
        assert answer.text == nowhere.text
        assert "别人的公司" not in answer.text
    assert see.lead(others).updated_at == before


def test_who_loses_the_race_for_a_lead_is_told_who_won(signed_in, submit, clock, staff):
    number = submit()
    first, second = signed_in("li"), signed_in("wang")
    seen = re.search(r'name="seen" value="([^"]+)"', second.get(f"/leads/{number}").text)[1]
    clock.passes(seconds=5)
    first.post(f"/leads/{number}/take", {"seen": seen})
    answer = second.post(f"/leads/{number}/take", {"seen": seen})
    assert answer.headers["location"] == "/leads"
    assert "晚了一步：这条线索已由招商专员li负责，没有改动。" in second.get("/leads").text
    clock.passes(seconds=5)
    assert second.post(f"/leads/{number}/take", {"seen": clock().isoformat()}).status_code == 404, (
        "he never saw it free"
    )
    assert second.post(f"/leads/{number}/take").status_code == 404
    boss = signed_in("boss", Role.ADMIN)
    assert boss.post(f"/leads/{number}/take").headers["location"] == f"/leads/{number}"
    assert "已由招商专员li负责" in boss.get(f"/leads/{number}").text


def test_the_desk_corrects_what_was_registered_and_the_history_says_from_what_to_what(
    signed_in, submit, see, staff, clock, outbox
):
    number = submit(industry="5000万", notes="确认提交", area="", contact="+8613800000001")
    browser = signed_in("li")
    page = browser.get(f"/leads/{number}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    form = {
        "contact_name": "王女士", "company": "鴻海示例", "contact": "0531-66600000转8", "industry": "人工智能",
        "investment": "5000万元", "area": "济南高新区", "notes": "", "seen": seen,
    }  # fmt: skip
    assert browser.post(f"/leads/{number}/correct", form).status_code == 303
    lead = see.lead(number)
    assert (lead.contact_name, lead.industry, lead.area, lead.notes) == ("王女士", "人工智能", "济南高新区", "")
    assert (lead.contact, lead.contact_kind) == ("+8653166600000;ext=8", "landline")
    assert (lead.investment, lead.investment_low, lead.currency) == ("5000万元", 50_000_000, "CNY")
    assert number in browser.get("/leads", params={"q": "053166600000"}).text
    assert number in browser.get("/leads", params={"q": "鸿海"}).text
    page = browser.get(f"/leads/{number}").text
    assert "行业：5000万 → 人工智能" in page
    assert "备注：确认提交 → （空）" in page
    assert "联系方式：138****0001 → 053****0000" in page or "联系方式：138****0001 → 531****0000" in page
    last = see.activities(number)[-1]
    assert (last.kind, last.actor, last.data["changes"]["industry"]) == ("corrected", "li", ["5000万", "人工智能"])
    entry = next(entry for _, entry in staff.audits(act="lead.corrected"))
    assert (entry.who, entry.subject) == ("li", number)
    assert set(entry.data["fields"]) >= {"contact_name", "company", "contact", "industry", "notes"}
    assert "王女士" not in repr(entry.data), "the audit can't be erased"
    assert outbox.told[-1] == ("amended", number)


def form_of(see, number, **other):
    lead = see.lead(number)
    fields = ("contact_name", "company", "industry", "investment", "area", "notes")
    return {
        **{field: getattr(lead, field) for field in fields},
        "contact": "",
        "seen": lead.updated_at.isoformat(),
        **other,
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"investment": "3000万，5000万"}, "几个金额"),
        ({"contact": "1380"}, "联系方式"),
        ({"investment": "5000"}, "是元还是万元"),
        ({"company": "长" * 121}, "最多 120 个字"),
        ({"seen": "2020-01-01T00:00:00+00:00"}, "别人改过这条线索"),
        ({"seen": ""}, "别人改过这条线索"),
    ],
)
def test_a_correction_that_is_refused_changes_nothing_and_keeps_what_was_typed(signed_in, submit, see, wrong, told):
    number = submit()
    before = see.lead(number)
    answer = signed_in("li").post(f"/leads/{number}/correct", form_of(see, number, notes="写了很久的备注", **wrong))
    assert answer.status_code == 409
    assert told in answer.text
    assert "写了很久的备注" in answer.text
    after = see.lead(number)
    assert (after.notes, after.contact, after.company, after.updated_at) == (
        before.notes, before.contact, before.company, before.updated_at,
    )  # fmt: skip


def test_a_form_that_changes_nothing_leaves_no_trace(signed_in, submit, see, staff):
    number = submit()
    signed_in("li").post(f"/leads/{number}/correct", form_of(see, number))
    assert [one.kind for one in see.activities(number)] == ["submitted"]
    assert staff.audits(act="lead.corrected") == []
    assert see.lead(number).investment_low == 100_000_000, "an amount that was not touched is not read anew"


def test_what_was_corrected_is_erased_with_the_lead(signed_in, submit, see, leads):
    number = submit()
    signed_in("li").post(f"/leads/{number}/correct", form_of(see, number, company="秘密一号", notes="秘密二号"))
    signed_in("li").post(f"/leads/{number}/correct", form_of(see, number, company="别的", notes=""))
    assert "秘密" in see.everything()
    leads.erase(number, "talk-1")
    assert "秘密" not in see.everything()


def test_no_route_about_a_lead_is_left_out_of_that():
    asked = {route.path.removeprefix("/leads/{number}").replace("{id_}", "1") for route in lead.router.routes}
    assert asked == {*PATHS, "/assign"}  # officers may not assign at all: `test_access`


def test_what_is_merged_has_to_be_within_ones_scope_too(signed_in, submit, leads, see):
    own, others = submit(talk="a"), submit(talk="b")
    leads.take(own, "li")
    leads.take(others, "wang")
    browser = signed_in("li")
    assert browser.post(f"/leads/{own}/merge", {"other": others}).status_code == 404
    assert see.lead(others).merged_into_id is None
    assert "不在您的权限内" in browser.get(f"/leads/{own}").text


def test_of_two_officers_who_take_a_lead_one_wins_and_the_other_is_told(signed_in, submit, see):
    number = submit()
    li, wang = signed_in("li"), signed_in("wang")
    for browser in (li, wang):
        browser.get(f"/leads/{number}")
    assert li.post(f"/leads/{number}/take").headers["location"] == f"/leads/{number}"
    answer = wang.post(f"/leads/{number}/take")
    assert answer.status_code in (303, 404)
    assert [row.officer for row in see.all(Assignment)] == ["li"]


def test_a_leader_who_takes_a_lead_somebody_has_is_told_whose_it_is(signed_in, submit, leads):
    number = submit(area="历城区")
    browser = signed_in("chief", Role.LEADER, offices=["历城区人民政府"])
    signed_in("li")
    leads.take(number, "li")
    browser.post(f"/leads/{number}/take")
    assert "晚了一步：这条线索已由招商专员li负责" in browser.get(f"/leads/{number}").text


def test_a_stage_is_moved_by_legal_moves_alone_and_closing_needs_a_reason(signed_in, submit, leads, see):
    number = submit()
    leads.take(number, "li")
    browser = signed_in("li")
    browser.post(f"/leads/{number}/move", {"stage": "FUNDED"})
    assert "可以改为" in browser.get(f"/leads/{number}").text
    browser.post(f"/leads/{number}/move", {"stage": "CLOSED"})
    assert "写明理由" in browser.get(f"/leads/{number}").text
    browser.post(f"/leads/{number}/move", {"stage": "CONTACTED"})
    assert see.lead(number).stage == Stage.CONTACTED
    assert acts(see, "lead.changed") == [("li", number)]


def test_whoever_saves_what_somebody_changed_meanwhile_is_told_and_nothing_is_lost(
    signed_in, submit, leads, see, clock
):  # fmt: skip
    number = submit()
    leads.take(number, "li")
    browser = signed_in("li")
    seen = see.lead(number).updated_at.isoformat()
    clock.passes(minutes=5)
    leads.note(number, "wang", "called", "谈过")
    browser.post(f"/leads/{number}/move", {"stage": "CONTACTED", "seen": seen})
    assert "别人改过这条线索" in browser.get(f"/leads/{number}").text
    assert see.lead(number).stage == Stage.NEW


def test_notes_card_and_next_step_are_kept_and_what_is_overdue_is_red(signed_in, submit, leads, clock):
    number = submit()
    leads.take(number, "li")
    browser = signed_in("li")
    browser.post(f"/leads/{number}/note", {"kind": "visited", "text": "看了厂房"})
    browser.post(f"/leads/{number}/card", {"project": "量子芯片", "deadline": "2026-04-01", "leader": "甲"})
    browser.post(f"/leads/{number}/plan", {"what": "送材料", "due": "2026-03-04"})
    page = browser.get(f"/leads/{number}").text
    assert all(said in page for said in ("看了厂房", "量子芯片", "2026-04-01", "送材料", "上门考察"))
    clock.passes(days=3)
    browser = signed_in("li")
    assert "（逾期）" in browser.get("/leads?overdue=1").text
    browser.post(f"/leads/{number}/finish")
    assert "（逾期）" not in browser.get(f"/leads/{number}").text


def test_leads_of_one_investor_are_merged_and_taken_apart_again(signed_in, submit):
    first, second = submit(talk="a"), submit(talk="b")
    browser = signed_in("boss", Role.ADMIN)
    assert "同一联系方式" in browser.get(f"/leads/{first}").text
    browser.post(f"/leads/{first}/merge", {"other": second})
    assert f'已并入 <a href="/leads/{first}">' in browser.get(f"/leads/{second}").text
    browser.post(f"/leads/{first}/unmerge", {"other": second})
    assert "已并入" not in browser.get(f"/leads/{second}").text.replace("已撤销合并", "")


def test_a_hand_off_that_did_not_arrive_is_sent_again(signed_in, submit, leads, store, see, clock):
    number = submit()
    leads.take(number, "li")
    with store.writing() as db:
        db.add(Delivery(
            lead_id=see.lead(number).id, destination="crm", event="lead.submitted", key="k", payload={}, state="DEAD",
            attempts=9, due_at=clock(), leased_until=None, lease="", error="HTTP 400", created_at=clock(),
            delivered_at=None,
        ))  # fmt: skip
    browser = signed_in("li")
    assert "没有送到" in browser.get(f"/leads/{number}").text
    id_ = see.all(Delivery)[0].id
    browser.post(f"/leads/{number}/send-again/{id_}")
    assert see.all(Delivery)[0].state == "WAITING"
    browser.post(f"/leads/{number}/send-again/{id_}")
    assert "不用重发" in browser.get(f"/leads/{number}").text


def test_several_leads_are_assigned_at_once_by_whoever_may(signed_in, submit, see):
    numbers = [submit(talk=f"t{n}", area="历城区") for n in range(3)]
    elsewhere = submit(talk="x", area="天桥区")
    signed_in("li")
    chief = signed_in("chief", Role.LEADER, offices=["历城区人民政府"])
    chief.post("/leads/assign", {"officer": "li", "number": [*numbers, elsewhere]})
    assert {see.lead(number).officer for number in numbers} == {"li"}
    assert see.lead(elsewhere).officer == ""
    assert "已分派 3 条；1 条没有分派" in chief.get("/leads").text
    assert signed_in("li").post("/leads/assign", {"officer": "li", "number": numbers}).status_code == 403


def test_the_board_counts_all_and_links_to_the_rest(signed_in, submit, leads):
    number = submit()
    leads.move(number, Stage.CONTACTED, "li")
    page = signed_in("boss", Role.ADMIN).get("/leads/board").text
    assert "已联系" in page
    assert number in page


def test_a_search_finds_parts_of_names_and_numbers_and_takes_signs_for_themselves(signed_in, submit):
    number = submit(company="山东远望量子科技 YuanWang 有限公司")
    browser = signed_in("boss", Role.ADMIN)
    for said in ("远望", "量子科技", "YUANWANG", "13800000001", "0000001", "韩梅", "%", "_", "\\"):
        assert (number in browser.get("/leads", params={"q": said}).text) == (said not in "%_\\"), said


def test_a_number_is_found_however_it_is_written(signed_in, submit):
    number = submit()
    browser = signed_in("boss", Role.ADMIN)
    for said in (number, number.lower(), f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}", number[2:]):
        assert number in browser.get("/leads", params={"q": said}).text


@pytest.mark.parametrize("sort", ["created", "updated", "score", "amount", "due"])
def test_pages_follow_one_another_without_gap_or_repetition(signed_in, submit, leads, clock, sort, monkeypatch):
    monkeypatch.setattr("leads.listing.page.__defaults__", ("", 3))
    numbers = set()
    for n in range(8):
        clock.passes(seconds=1)
        numbers.add(submit(talk=f"t{n}", investment_low=10**8 + n % 3))
    for number in numbers:
        leads.plan(number, "li", "x", clock() + timedelta(days=1))
    browser = signed_in("boss", Role.ADMIN)
    seen, address = [], f"/leads?sort={sort}"
    while address:
        page = browser.get(address).text
        seen += [number for number in numbers if f'href="/leads/{number}" data-open' in page]
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(numbers)


def test_a_view_is_saved_without_what_was_searched_for(signed_in, submit, see):
    browser = signed_in("li")
    browser.post("/leads/views", {"name": "大项目", "query": "q=韩梅梅&from_wan=5000&after=1"})
    page = browser.get("/leads").text
    assert 'href="/leads?from_wan=5000">大项目' in page
    assert "韩梅梅" not in see.everything()
    browser.post("/leads/views/drop", {"name": "大项目"})
    assert "大项目" not in browser.get("/leads").text.replace("视图已删除", "")


FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1")


def test_an_export_calculates_nothing(signed_in, submit, see):
    for n, said in enumerate(FORMULAS):
        submit(talk=f"t{n}", company=said, notes=said)
    browser = signed_in("boss", Role.ADMIN)
    rows = list(csv.reader(StringIO(browser.get("/leads/export.csv").content.decode("utf-8-sig"), newline="")))[1:]
    sheet = load_workbook(BytesIO(browser.get("/leads/export.xlsx").content)).active
    assert len(rows) == len(FORMULAS)
    for place, row in enumerate(rows, 2):
        assert row[2].startswith("'")
        assert sheet.cell(place, 3).data_type == "s"
        assert str(sheet.cell(place, 3).value).startswith("'")
    assert len(acts(see, "leads.exported")) == 2


def test_an_export_holds_what_the_filter_and_the_scope_leave(signed_in, submit, leads):
    mine, others = submit(talk="a"), submit(talk="b", company="别人的公司")
    leads.take(mine, "li")
    leads.take(others, "wang")
    text = signed_in("li").get("/leads/export.csv").content.decode("utf-8-sig")
    assert "13800000001" in text
    assert "别人的公司" not in text
    assert len(text.splitlines()) == 2


def test_what_an_investor_typed_is_text_everywhere(signed_in, leads, draft, submit):
    number = leads.submit(
        draft(company=HOSTILE, contact_name=HOSTILE, notes=HOSTILE, area=HOSTILE, industry=HOSTILE), []
    ).number
    submit(talk="other", company=HOSTILE)
    leads.note(number, "li", "called", HOSTILE)
    browser = signed_in("boss", Role.ADMIN)
    for path in ("/leads", "/leads/board", f"/leads/{number}", f"/leads?q={HOSTILE}", f"/leads?officer={HOSTILE}"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_the_sheet_is_one_page_with_contact_and_it_is_written_down(signed_in, leads, draft, see):
    number = leads.submit(draft(notes="很长的备注" * 500), []).number
    for n in range(30):
        leads.note(number, "li", "called", f"第{n}次，" + "谈了很多" * 80)
    answer = signed_in("li").post(f"/leads/{number}/sheet")
    assert answer.headers["content-type"] == "application/pdf"
    assert len(re.findall(rb"/Type /Page\b", answer.content)) == 1
    assert acts(see, "lead.printed") == [("li", number)]


def test_the_page_of_an_erased_lead_tells_that_it_was_erased_and_nothing_else(signed_in, submit, leads, see):
    number = submit()
    leads.plan(number, "li", "给韩梅梅打电话", see.lead(number).created_at + timedelta(days=1))
    leads.erase(number, actor="li")
    browser = signed_in("boss", Role.ADMIN)
    page = browser.get(f"/leads/{number}").text
    assert "个人信息已于" in page
    assert "韩梅梅" not in see.everything()
    assert number not in browser.get("/leads", params={"q": "远望"}).text


def test_nothing_personal_stands_in_the_audit(signed_in, submit, see, store):
    number = submit()
    browser = signed_in("li")
    for path in ("/leads?q=韩梅梅", f"/leads/{number}", "/leads/export.csv?q=13800000001"):
        browser.get(path)
    browser.post(f"/leads/{number}/reveal")
    with store.reading() as db:
        assert db.scalar(select(func.count(Audit.id))) > 3
    told = "".join(repr((row.subject, row.data)) for row in see.all(Audit))
    assert not any(said in told for said in ("韩梅梅", "13800000001", "远望"))
