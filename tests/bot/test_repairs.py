"""The repairs change how long Rasa takes and nothing else."""

from __future__ import annotations

import time

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from bot import repairs

VALID = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "conversation", "value": {"city": "济南"}}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "name": "conversation", "value": None, "timestamp": 1.5}], "responses": []},
    {"events": [], "responses": [{"text": "x", "custom": {"kind": "answer"}, "buttons": []}], "more": 1},
]
INVALID = [
    [],
    "text",
    None,
    {"events": {}},
    {"events": [{"no": "event"}]},
    {"events": [{"event": "no_such_event"}]},
    {"events": [{"event": "slot"}]},
    {"responses": {}},
    {"responses": ["text"]},
]


def stock(result):
    """What Rasa itself does: its schema, checked anew on every call."""
    jsonschema.validate(result, RemoteAction.action_response_format_spec())
    return True


@pytest.fixture
def repaired():
    repairs.apply()
    return RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1"))._validate_action_result


@pytest.mark.parametrize("result", VALID)
def test_what_rasa_takes_is_taken(repaired, result):
    assert stock(result) is True
    assert repaired(result) is True


@pytest.mark.parametrize("result", INVALID)
def test_what_rasa_refuses_is_refused_with_the_same_error(repaired, result):
    with pytest.raises(jsonschema.ValidationError):
        stock(result)
    with pytest.raises(jsonschema.ValidationError):
        repaired(result)


def test_applying_twice_is_safe(repaired):
    before = RemoteAction._validate_action_result
    repairs.apply()
    assert RemoteAction._validate_action_result is before
    assert repaired(VALID[2]) is True


def test_a_check_is_much_quicker_than_stock(repaired):
    def seconds(check):
        check(VALID[2])
        started = time.perf_counter()
        for _ in range(5):
            check(VALID[2])
        return time.perf_counter() - started

    assert seconds(repaired) < seconds(stock) / 3
