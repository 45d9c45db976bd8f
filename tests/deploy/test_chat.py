"""The terminal client."""

from __future__ import annotations

import pytest

from deploy.chat import meant, shown
from deploy.client import Turn

TURN = Turn(["您好"], [{"title": "看园区", "payload": "有哪些园区"}, {"title": "看政策"}])


def test_buttons_are_shown_as_numbers():
    assert shown(TURN) == "您好\n  [1] 看园区\n  [2] 看政策"


def test_silence_is_said():
    assert shown(Turn()) == "（没有回复）"


@pytest.mark.parametrize(
    ("typed", "sent"), [("1", "有哪些园区"), ("2", "看政策"), ("3", "3"), ("0", "0"), ("第一个", "第一个"), ("²", "²")]
)
def test_a_number_picks_a_button_and_anything_else_is_sent_as_typed(typed, sent):
    assert meant(typed, TURN) == sent
