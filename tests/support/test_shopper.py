"""The shopper itself: it finds what is wrong, and only that."""

from __future__ import annotations

import pytest

from deploy.client import Turn
from tests.shopper import faults, normal, playable

SOURCE = {"title": "规划", "url": None, "as_of": "2021", "quality": "A"}
REPLY = Turn(
    ["濟南 高新区 1,991年"], [{"title": "看面积"}], [{"kind": "answer", "records": [{"id": "a", "sources": [SOURCE]}]}]
)


@pytest.mark.parametrize(
    "turn",
    [
        {},
        {"kind": ["answer"], "all": ["济南高新区", "1991年"], "any": [["x", "看面积"]], "records_any": ["a", "b"]},
        {"none": ["兰州"], "none_re": [r"\d{5}"], "records_none": ["b"]},
    ],
)
def test_a_good_reply_has_no_fault(turn):
    assert list(faults(turn, REPLY)) == []


@pytest.mark.parametrize(
    "turn",
    [
        {"kind": ["refuse"]},
        {"all": ["兰州"]},
        {"any": [["兰州", "新区面积"]]},
        {"none": ["济南"]},
        {"none_re": ["199[0-9]年"]},
        {"records_any": ["b"]},
        {"records_none": ["a"]},
    ],
)
def test_a_bad_reply_has_one_fault(turn):
    assert len(list(faults(turn, REPLY))) == 1


def test_an_answer_without_sources_is_a_fault():
    assert list(faults({}, Turn(["x"], [], [{"kind": "answer", "records": [{"id": "a", "sources": []}]}])))
    assert list(faults({}, Turn(["x"], [], [{"kind": "answer", "records": []}])))


def test_texts_are_compared_without_the_accidents_of_typing():
    assert normal("1,500 万元  Ａ") == "1500万元a"


def test_dialogues_that_need_what_is_not_built_are_left_out():
    assert playable({"turns": [{"user": "x", "kind": ["answer", "estimate"]}, {"user": "y"}]})
    assert playable({"turns": [{"user": "x", "kind": ["estimate"]}]})
    assert not playable({"turns": [{"user": "x", "kind": ["booking"]}]})
    assert playable({"turns": [{"user": "x", "auto": {}, "kind": ["lead"]}]})


@pytest.mark.parametrize(
    ("wanted", "faulty"),
    [(120, False), ([100, 130], False), ("eligible", False), (121, True), ([1, 100], True), ("to_verify", True)],
)
def test_an_estimate_is_right_by_its_amount_its_range_or_its_status(wanted, faulty):
    made = {"kind": "estimate", "records": [], "estimate": [{"id": "a", "status": "eligible", "amount_wan": 120.0}]}
    assert bool(list(faults({"estimate": {"a": wanted}}, Turn(["x"], [], [made])))) is faulty
    assert list(faults({"estimate": {"b": wanted}}, Turn(["x"], [], [made])))
