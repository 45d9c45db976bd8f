"""督办 lists what is overdue to whoever may see it, and as a spreadsheet that calculates nothing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from leads.staff.model import Role
from tests.leads.conftest import TIME


def book(answer):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]


def test_what_is_overdue_is_listed_with_what_was_missed(signed_in, submit, leads, clock):
    number, fine = submit(company="=cmd|' /C calc'!A0"), submit(talk="b", company="及时公司")
    leads.take(number, "li")
    leads.take(fine, "li")
    leads.note(fine, "li", "called", "谈过")
    leads.fill_card(
        number, "li", project="+1", responsibility="@x", measures="-2", deadline=TIME + timedelta(days=2), leader="甲",
        team="",
    )  # fmt: skip
    clock.passes(days=4)
    page = signed_in("li").get("/supervision").text
    assert "五定时限、首次联系" in page or "首次联系、五定时限" in page
    assert "及时公司" not in page
    answer = signed_in("li").get("/supervision/list.xlsx")
    head, row = book(answer)
    assert head[5] == "逾期事项"
    assert row[1] == "=cmd|' /C calc'!A0"
    assert [row[8], row[9], row[10]] == ["+1", "@x", "-2"]
    cells = [cell for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_nobody_sees_what_is_overdue_elsewhere(signed_in, submit, leads, clock):
    leads.take(submit(company="别人的公司"), "wang")
    clock.passes(days=4)
    assert "别人的公司" not in signed_in("li").get("/supervision").text
    assert len(book(signed_in("li").get("/supervision/list.xlsx"))) == 1
    assert "别人的公司" in signed_in("root", Role.ADMIN).get("/supervision").text


def test_an_export_is_written_down(signed_in, staff):
    signed_in("li").get("/supervision/list.xlsx")
    assert [entry.subject for _, entry in staff.audits(act="leads.exported")] == ["supervision"]


def test_years_without_published_holidays_are_told(signed_in, clock):
    clock.time = clock.time.replace(year=2027)
    assert "2027 年的放假安排还没有录入" in signed_in("li").get("/supervision").text


def test_whoever_is_away_says_so_and_names_who_stands_in(signed_in, staff):
    signed_in("wang")
    browser = signed_in("li")
    assert "请选代理人" in browser.get(browser.post("/me/away", {"until": "2026-03-06"}).headers["location"]).text
    browser.post("/me/away", {"until": "2026-03-06", "deputy": "wang"})
    li = staff.account("li")
    assert (li.deputy, li.away_until.isoformat()) == ("wang", "2026-03-06T16:00:00+00:00")
    assert "3月7日 00:00，由 招商专员wang 代理" in browser.get("/me").text
    assert (
        "没有保存"
        in browser.get(browser.post("/me/away", {"until": "morgen", "deputy": "wang"}).headers["location"]).text
    )
    browser.post("/me/away", {})
    assert staff.account("li").away_until is None
