"""A message is text: nothing typed by an outsider is read as a command, whatever it hides behind."""

from __future__ import annotations

import unicodedata

import pytest

from bot.text import LONGEST, plain_text
from knowledge.text import fold


def triggers(text):
    """Whether Rasa, or anything that folds the text first, would take it for an intent."""
    return any(form(text).strip().startswith("/") for form in (str, lambda t: unicodedata.normalize("NFKC", t), fold))


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "/session_start",
        '/ask_site{"record": "jn-gaoxin"}',
        "／restart",
        " /restart",
        "\t\n /restart",
        "\u3000/restart",
        "\u200b/restart",
        "\u200b\u200d\ufeff／restart",
        "\x00/restart",
        "\u202e/restart",
        "\u00ad/restart",
        "//restart",
        "/／/restart",
        "/ /restart",
        "/\u200b/restart",
        "\ue000/restart",
        "\ud800/restart",
    ],
)
def test_a_leading_slash_in_any_disguise_triggers_nothing(typed):
    text = plain_text(typed)
    assert not triggers(text)
    assert text.endswith(("restart", "session_start", "}")), "the words stay"


def test_a_slash_that_is_not_the_first_character_stays():
    assert plain_text("3.2km/h 和/或") == "3.2km/h 和/或"


@pytest.mark.parametrize("typed", [None, 7, 1.5, True, [], ["/restart"], {"text": "x"}, b"/restart"])
def test_anything_but_text_reads_as_empty(typed):
    assert plain_text(typed) == ""


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\x00\x01", "\n\t"])
def test_nothing_visible_reads_as_empty(typed):
    assert plain_text(typed) == ""


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 10 * LONGEST])
def test_a_message_is_read_up_to_its_longest(length):
    assert plain_text("济" * length) == "济" * min(length, LONGEST)


def test_a_question_of_3000_characters_is_read_whole():
    question = "济" * 2994 + "面积多大呢?"
    assert plain_text(question) == question


@pytest.mark.parametrize(
    "typed", ["济南高新区面积多大?", "两行\n都留下", "emoji 🙂 留下", "<b>标记</b>由显示的一方转义"]
)
def test_ordinary_text_stays_as_it_was_typed(typed):
    assert plain_text(typed) == typed


def test_text_made_harmless_stays_as_it_is(naughty):
    """Channels may hand a text through twice."""
    for typed in (*naughty, "//x", "／/x", "\u200b/x", "济" * 9000):
        assert plain_text(plain_text(typed)) == plain_text(typed)


def test_no_naughty_string_triggers_anything_or_keeps_control_characters(naughty):
    for typed in naughty:
        for text in (plain_text(typed), plain_text("/" + typed)):
            assert not triggers(text), typed
            assert len(text) <= LONGEST
            text.encode("utf-8")
            assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"], typed
