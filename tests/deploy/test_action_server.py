"""An action call brings the vector of its message along; whatever is wrong with it costs nobody a turn."""

from __future__ import annotations

import time

import pytest

from deploy import action_server


class Taking:
    """Notes what it is given."""

    def __init__(self):
        self.given = []

    def take_vector(self, *given):
        self.given.append(given)
        return True


@pytest.fixture
def taking(monkeypatch):
    knowledge = Taking()
    monkeypatch.setattr(action_server, "knowledge", lambda: knowledge)
    return knowledge


def call(**changes):
    return {
        "tracker": {"latest_message": {"text": "起步区在哪"}},
        "vector": {"embedder": "e5", "packed": "AAAA"},
        **changes,
    }


def test_the_vector_is_taken_over_with_its_message(taking):
    action_server._take_vector(call())
    assert taking.given == [("起步区在哪", "e5", "AAAA")]


@pytest.mark.parametrize(
    "changes",
    [
        {"vector": None},
        {"vector": "AAAA"},
        {"tracker": None},
        {"tracker": {}},
        {"tracker": {"latest_message": {"text": None}}},
    ],
)
def test_a_call_without_a_vector_or_a_message_is_an_ordinary_call(taking, changes):
    action_server._take_vector(call(**changes))
    assert taking.given == []


@pytest.mark.parametrize(("seconds", "late"), [(5.0, False), (-0.1, True), (-3600.0, True)])
def test_a_call_that_nobody_waits_for_any_more_is_passed_over(seconds, late):
    """Its investor was told that nothing came of it; done late, it would be done behind his back, and then again."""
    assert action_server._is_late(call(wanted_until=time.time() + seconds)) is late


@pytest.mark.parametrize("changes", [{}, {"wanted_until": None}, {"wanted_until": "soon"}])
def test_a_call_that_does_not_say_until_when_is_an_ordinary_call(changes):
    assert action_server._is_late(call(**changes)) is False
