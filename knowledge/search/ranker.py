"""Learned ranking: which record is asked for, and which of its sentences answers.

Two small networks (one hidden layer beside a linear part) over the features of `features`, trained on questions whose
answers are known (`benchmarks/ranking`); their numbers stand in `weights.json` beside this file. Nothing in them knows
a record: other records need no new training.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).with_name("weights.json")
Floats = npt.NDArray[np.float64]


class Network(msgspec.Struct, frozen=True):
    """`linear`·x + `out`·tanh(`hidden`ᵀx + `bias`), x being the features less their mean over their spread."""

    features: list[str]
    mean: list[float]
    spread: list[float]
    linear: list[float]
    hidden: list[list[float]]
    bias: list[float]
    out: list[float]


class Sorter(msgspec.Struct, frozen=True):
    """Probabilities of `classes`, by a linear map of the question's vector."""

    classes: list[str]
    weights: list[list[float]]
    bias: list[float]


class _Sorted:
    def __init__(self, sorter: Sorter) -> None:
        self._weights, self._bias = np.array(sorter.weights), np.array(sorter.bias)

    def __call__(self, vector: Floats) -> Floats:
        if len(vector) != len(self._weights):  # of another embedder than it was trained with
            return np.full(len(self._bias), 1 / len(self._bias))
        return softmax(vector @ self._weights + self._bias)


class _Applied:
    """A network with its numbers as arrays."""

    def __init__(self, network: Network) -> None:
        self._mean, self._spread = np.array(network.mean), np.array(network.spread)
        self._linear, self._out = np.array(network.linear), np.array(network.out)
        self._hidden, self._bias = np.array(network.hidden), np.array(network.bias)

    def __call__(self, features: Floats) -> Floats:
        x = (features - self._mean) / self._spread
        return np.asarray(x @ self._linear + np.tanh(x @ self._hidden + self._bias) @ self._out, np.float64)


class Weights(msgspec.Struct, frozen=True):
    """What was learned: a sorter of questions and the networks of records, of none, of one record's statements."""

    embedder: str
    """Name of the embedder whose vectors `fields` reads."""
    fields: Sorter
    """Of which field the statement is that answers."""
    records: Network
    none: Network
    statements: Network


class Ranker:
    """Immutable; safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self.fields = _Sorted(weights.fields)
        self._records, self._none, self._statements = map(_Applied, (weights.records, weights.none, weights.statements))

    def of_records(self, candidates: Floats, question: Floats) -> tuple[Floats, float]:
        """The probability of every candidate (candidates × features) and that none of them is asked for."""
        scores = np.append(self._records(candidates), self._none(question[None]))
        shares = softmax(scores)
        return shares[:-1], float(shares[-1])

    def of_statements(self, statements: Floats) -> Floats:
        """The probability of every statement of one record (statements × features) to be the one that answers."""
        return softmax(self._statements(statements)) if len(statements) else np.zeros(0)


@cache
def ranker() -> Ranker:
    """The one that is shipped; raises `OSError` or `msgspec.ValidationError` where its file is broken."""
    return Ranker(msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights))


def softmax(scores: Floats) -> Floats:
    """Shares of one, by the exponentials of the scores."""
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), np.float64)
