"""Folding: one form for one meaning, whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import bigrams, fold, has_words

anything = st.text(max_size=300)


@given(anything)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_folded_text_has_no_control_characters_and_no_outer_space(text):
    folded = fold(text)
    assert folded == folded.strip()
    assert not any(ord(c) < 32 or c in "\u200b\u200d\ufeff" for c in folded)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=100))
def test_folded_chinese_is_never_longer_than_what_was_typed(text):
    assert len(fold(text)) <= len(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x7E), max_size=100))
def test_folded_ascii_is_never_longer_than_what_was_typed(text):
    assert len(fold(text)) <= len(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("濟南高新區", "济南高新区"),
        ("\uff2a\uff49\uff4e\uff41\uff4e \uff11\uff12", "jinan 12"),
        ("济南 高新区", "济南高新区"),
        ("高\u200b新\u200d区", "高新区"),
        ("  面积\n多大 ", "面积多大"),
        ("High-Tech   Zone", "high-tech zone"),
        ("", ""),
    ],
)
def test_accidents_of_typing_are_dropped(typed, meant):
    assert fold(typed) == meant


def test_a_text_of_any_length_is_cut_to_what_anyone_would_read():
    assert len(fold("济" * 100_000)) == 4000


def test_signs_alone_are_no_words():
    assert not has_words("?!…🙂  ")
    assert has_words("🙂区")


def test_bigrams_leave_punctuation_out():
    assert bigrams("高新,区") == {"高新", "新区"}
    assert bigrams("区") == {"区"}
    assert bigrams("") == set()
