"""A year that is said from today is searched for as the records write it."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.slots.years import dated

TODAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("兰洽会去年签了多少", "兰洽会2025年签了多少"),
        ("前年gdp多少", "2024年gdp多少"),
        ("大前年呢", "2023年呢"),
        ("今年的最低工资", "2026年的最低工资"),
        ("上一年和本年", "2025年和2026年"),
        ("明年还可以申报吗", "2027年还可以申报吗"),
        ("2024年的数", "2024年的数"),
        ("上年纪的人", "上年纪的人"),
    ],
)
def test_a_year_said_from_today_is_written_as_a_number(said, meant):
    assert dated(said, TODAY) == meant
