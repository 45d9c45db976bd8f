"""What a conversation is about survives in its slot, stays small, and never stands in the way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.turn.conversation import SLOT, Conversation
from deploy.settings import ROOT

IDS = st.lists(st.text(max_size=12), max_size=12).map(tuple)
CONVERSATIONS = st.builds(
    Conversation,
    city=st.sampled_from(["", "济南", "兰州"]),
    focus=IDS, listing=IDS, options=IDS, facets=IDS,
    shown=st.integers(0, 50),
    untold=st.lists(st.integers(0, 50), max_size=9).map(tuple),
    question=st.text(max_size=80),
    wanted=st.sampled_from(["", "site", "incentive"]),
    listed=st.booleans(),
    greeted=st.booleans(),
)  # fmt: skip


def stored(talk):
    """The slot's value, as it comes back from the Rasa server."""
    event = talk.event()
    assert (event["event"], event["name"]) == ("slot", SLOT)
    return json.loads(json.dumps(event["value"]))


@given(CONVERSATIONS)
def test_a_conversation_comes_back_from_its_slot_as_it_was(talk):
    assert Conversation.of({SLOT: stored(talk)}) == talk


@pytest.mark.parametrize("slots", [{}, {SLOT: None}, {SLOT: {}}, {"other": 1}])
def test_an_empty_slot_is_a_new_conversation(slots):
    assert Conversation.of(slots) == Conversation()


@pytest.mark.parametrize(
    "junk", ["text", 7, [1, 2], {"focus": "jn-gaoxin"}, {"focus": [1]}, {"shown": "five"}, {"city": None}, True]
)
def test_what_no_longer_fits_is_forgotten(junk):
    assert Conversation.of({SLOT: junk}) == Conversation()


def test_a_field_of_a_later_version_is_no_reason_to_forget_the_rest():
    assert Conversation.of({SLOT: {"city": "济南", "from_the_future": 1}}) == Conversation(city="济南")


def test_the_slot_stays_small_whatever_is_asked_and_listed():
    talk = Conversation(question="济" * 3000, listing=tuple(f"record-{i:04}" for i in range(5000)), shown=5)
    assert len(json.dumps(stored(talk), ensure_ascii=False)) < 5000


def test_a_list_can_be_gone_through_to_its_end_for_every_type_of_record(catalogue):
    kinds = {}
    for record in catalogue.records.values():
        kinds.setdefault(record.type, []).append(record.id)
    for ids in kinds.values():
        assert Conversation.of({SLOT: stored(Conversation(listing=tuple(ids)))}).listing == tuple(ids)


def test_a_change_leaves_the_original_alone():
    talk = Conversation(city="济南")
    assert talk.changed(city="兰州") == Conversation(city="兰州")
    assert talk.city == "济南"


def test_the_slot_is_declared_in_the_domain_and_influences_no_prediction():
    import yaml

    slot = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["slots"][SLOT]
    assert slot["influence_conversation"] is False
