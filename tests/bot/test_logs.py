"""What investors type stays out of the log; what went wrong stays in."""

from __future__ import annotations

import pytest
import structlog

from bot.logs import keep_texts_out, without_texts


@pytest.fixture
def own_configuration():
    """Structlog's configuration, put back afterwards."""
    before = structlog.get_config()["processors"]
    structlog.configure(processors=list(before))
    yield
    structlog.configure(processors=before)


def test_texts_become_a_mark_and_the_rest_stays():
    told = without_texts(None, "info", {"event": "x.y", "text": "秘密", "slot_values": "秘密", "sender_id": "visitor"})
    assert "秘密" not in str(told)
    assert (told["event"], told["sender_id"]) == ("x.y", "visitor")


def test_it_is_put_in_place_once_however_often_it_is_asked_for(own_configuration):
    keep_texts_out()
    keep_texts_out()
    assert structlog.get_config()["processors"].count(without_texts) == 1
    assert structlog.get_config()["processors"][0] is without_texts
