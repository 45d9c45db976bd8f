"""The dashboard shows figures as charts and tables, to whoever may see them, without a script or inline style."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.charts import Bar, bars, columns
from console.statistics import period, yuan
from leads.model import LoggedTurn, Talk
from leads.staff.model import Role
from tests.leads.conftest import TIME


def test_the_dashboard_draws_and_tabulates_what_was_counted(signed_in, submit, leads):
    submit()
    leads.log_turns(
        [
            LoggedTurn(
                id="1", talk=Talk(id="t", channel="web"), at=TIME, question="?", kind="answer", records=("jn-gaoxin",)
            )
        ]
    )
    page = signed_in("root", Role.ADMIN).get("/statistics?months=3").text
    assert "1 条，1亿元" in page
    assert "济南高新技术产业开发区" in page
    assert page.count("<svg") == 7, "where there is nothing, no chart"
    assert "style=" not in page


def test_officers_and_editors_see_no_figures(signed_in):
    assert signed_in("li").get("/statistics").status_code == 403
    assert signed_in("edi", Role.EDITOR).get("/statistics").status_code == 403


@pytest.mark.parametrize("months", ["0", "37", "x", "-1"])
def test_a_period_that_is_none_is_refused(signed_in, months):
    assert signed_in("root", Role.ADMIN).get(f"/statistics?months={months}").status_code == 422


def test_a_period_begins_with_a_month_in_beijing():
    assert period(datetime(2026, 1, 31, 17, tzinfo=UTC), 3) == (
        datetime(2025, 11, 30, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC),
    )  # fmt: skip


def test_what_is_drawn_is_escaped():
    evil = "<script>\"'&"
    for chart in (bars(evil, [Bar(label=evil, value=1, shown=evil)]), columns(evil, [Bar(label=evil, value=0)])):
        assert "<script>" not in chart
        assert "&lt;script&gt;" in chart


@pytest.mark.parametrize(("amount", "shown"), [(0, "0元"), (15_000, "1.5万元"), (1_234_000_000, "12.34亿元")])
def test_amounts_are_told_in_wan_and_yi(amount, shown):
    assert yuan(amount) == shown
