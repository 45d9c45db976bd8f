"""Waiting: longer each time up to a cap, spread out, never sooner than the receiver wished."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.backoff import CAP, LONGEST_WISH, ceiling, delay, retry_after

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ATTEMPTS = st.integers(1, 5000)


@given(ATTEMPTS)
def test_the_ceiling_never_falls_and_never_passes_the_cap(attempts):
    assert 2.0 <= ceiling(attempts) <= ceiling(attempts + 1) <= CAP


@given(ATTEMPTS, st.randoms(use_true_random=False))
def test_a_wait_lies_between_nothing_and_the_ceiling(attempts, rng):
    assert 0.0 <= delay(attempts, rng=rng) <= ceiling(attempts)


@given(ATTEMPTS, st.floats(0, 1e9))
def test_a_wait_is_never_shorter_than_the_receiver_wished_up_to_six_hours(attempts, wish):
    waited = delay(attempts, wish)
    assert waited >= min(wish, LONGEST_WISH)
    assert waited <= max(CAP, LONGEST_WISH)


def test_those_that_failed_together_come_back_apart():
    rng = random.Random(1)  # noqa: S311
    assert len({round(delay(8, rng=rng)) for _ in range(50)}) > 30


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 02 Mar 2026 01:32:00 GMT", 120.0),
        ("Mon, 02 Mar 2026 01:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 09:32:00 +0800", 120.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("9" * 400, 999_999_999.0),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert retry_after(header, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_worker(header):
    found = retry_after(header, NOW)
    assert found is None or found >= 0.0
