"""A message of Rasa becomes a Message; whatever is missing in it, nothing fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.turn.message import TYPE_OF_FACET, TYPES_OF_INTENT, Message, message_of
from knowledge.lexicon import Mention, Place, Reading
from knowledge.model import TYPES


def test_a_message_becomes_a_turn_with_all_that_was_read():
    message = {
        "text": "跟苏州比,济南高薪区的面积",
        "intent": {"name": "ask_site", "confidence": 0.8},
        "intent_ranking": [{"name": "ask_site", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}],
        "entities": [
            {"entity": "record", "value": ["jn-gaoxin"], "text": "济南高薪区", "start": 5, "end": 10, "how": "sound",
             "meant": "济南高新区", "type": "site"},
            {"entity": "elsewhere", "value": "苏州", "origin": False},
            {"entity": "city", "value": "济南"},
            {"entity": "facet", "value": "area"},
            {"entity": "record_type", "value": "site"},
            {"entity": "industry", "value": "生物医药"},
            {"entity": "ordinal", "value": 2},
        ],
    }  # fmt: skip
    turn = message_of(message)
    assert turn.intents == {"ask_site": 0.8, "greet": 0.1}
    assert turn.intent == "ask_site"
    reading = turn.reading
    assert reading.mentions == (Mention(5, 10, "济南高薪区", ("jn-gaoxin",), "sound", "济南高新区", "site"),)
    assert reading.elsewhere == (Place("苏州", False),)
    assert (reading.cities, reading.facets, reading.types) == (("济南",), ("area",), ("site",))
    assert (reading.industries, reading.ordinal) == (("生物医药",), 2)


def test_offsets_point_into_the_folded_text():
    turn = message_of(
        {
            "text": "請問 濟南高新區",
            "entities": [{"entity": "record", "value": ["jn-gaoxin"], "text": "济南高新区", "start": 2, "end": 7, "how": "exact", "meant": ""}],
        }
    )  # fmt: skip
    (mention,) = turn.reading.mentions
    assert turn.reading.text[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None},
        {"text": "x", "intent": None, "intent_ranking": None, "entities": None},
        {"text": "x", "intent": {}, "intent_ranking": [{"name": None, "confidence": 0.0}], "entities": []},
        {"text": "x", "intent": {"name": None, "confidence": None}},
        {"text": "x", "entities": [{"entity": "unheard_of", "value": 1}]},
    ],
)
def test_a_message_without_the_usual_parts_is_a_turn_all_the_same(message):
    turn = message_of(message)
    assert turn.intent == ""
    assert turn.types() == {}
    assert turn.reading.mentions == ()


def test_an_intent_without_ranking_counts():
    turn = message_of({"text": "你好", "intent": {"name": "greet", "confidence": 0.7}})
    assert turn.intents == {"greet": 0.7}


def test_weights_name_only_types_of_records_that_exist():
    assert {kind for shares in TYPES_OF_INTENT.values() for kind in shares} <= set(TYPES)
    assert set(TYPE_OF_FACET.values()) <= set(TYPES)


def test_facets_that_speak_for_a_type_are_in_the_vocabulary(catalogue):
    assert set(TYPE_OF_FACET) <= set(catalogue.facet_labels)


@given(
    st.dictionaries(st.sampled_from([*TYPES_OF_INTENT, "greet"]), st.floats(0, 1), max_size=3).filter(
        lambda d: sum(d.values()) <= 1
    ),
    st.lists(st.sampled_from(sorted(TYPES)), max_size=4).map(tuple),
    st.lists(st.sampled_from(sorted(TYPE_OF_FACET)), max_size=4).map(tuple),
)
def test_how_much_a_message_speaks_for_a_type_lies_between_0_and_1(intents, types, facets):
    weights = Message("x", Reading("x", "x", types=types, facets=facets), intents).types()
    assert all(0 <= weight <= 1 + 1e-9 for weight in weights.values())
    assert set(types) <= set(weights)


def test_a_surer_intent_and_a_word_for_it_speak_more_for_a_type():
    def weight(confidence, types=()):
        return Message("x", Reading("x", "x", types=types), {"ask_incentive": confidence}).types()["incentive"]

    assert weight(0.3) < weight(0.9)
    assert weight(0.3) < weight(0.3, ("incentive",))
