"""What was learned fits the features it was learned from, and gives probabilities."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from knowledge.search.features import OF_NONE, OF_RECORDS, OF_STATEMENTS
from knowledge.search.ranker import WEIGHTS, Weights, ranker
from knowledge.statements import FIELDS


@pytest.fixture(scope="module")
def weights():
    return msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights)


def test_the_shipped_networks_are_of_the_features_that_there_are(weights):
    assert weights.records.features == list(OF_RECORDS)
    assert weights.none.features == list(OF_NONE)
    assert weights.statements.features == list(OF_STATEMENTS)
    assert weights.fields.classes == list(FIELDS)


def test_all_candidates_and_nothing_at_all_share_one_probability():
    candidates = np.random.default_rng(0).random((7, len(OF_RECORDS)))
    shares, nothing = ranker().of_records(candidates, np.zeros(len(OF_NONE)))
    assert shares.sum() + nothing == pytest.approx(1)
    assert (shares >= 0).all()


def test_no_candidate_at_all_means_nothing():
    shares, nothing = ranker().of_records(np.zeros((0, len(OF_RECORDS))), np.zeros(len(OF_NONE)))
    assert (len(shares), nothing) == (0, pytest.approx(1))


def test_the_vector_of_another_embedder_says_nothing_of_the_field():
    shares = ranker().fields(np.zeros(3))
    assert shares == pytest.approx(np.full(len(FIELDS), 1 / len(FIELDS)))


def test_a_record_without_statements_has_none_to_rank():
    assert len(ranker().of_statements(np.zeros((0, len(OF_STATEMENTS))))) == 0
