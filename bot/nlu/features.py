"""What the intent classifier looks at: character n-grams of the masked question beside the question's meaning.

The meaning enters as its likeness to two thousand training examples (a Gaussian kernel over sentence embeddings, after
Nyström), which lets a linear classifier draw curved borders; plain embeddings cost it half a point on public data.
"""

from __future__ import annotations

from typing import Dict, Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.embedding import Embedder, Vectors
from knowledge.text import fold, gist

_TINY = 1e-6


class Features:
    """Rows of numbers for pairs of a masked and an original text. `fit` before anything else."""

    def __init__(
        self, embedder: Embedder, longest_ngram: int, landmarks: int, gamma: float, weight: float, seed: int
    ) -> None:
        self._embedder = embedder
        self._landmarks, self._gamma, self._weight, self._seed = landmarks, gamma, weight, seed
        self._ngrams = TfidfVectorizer(
            analyzer="char", ngram_range=(1, longest_ngram), sublinear_tf=True, dtype=np.float32
        )
        self._examples: Vectors = np.zeros((0, embedder.dimensions), np.float32)
        self._whitening: Vectors = np.zeros((0, 0), np.float32)

    def fit(self, masked: Sequence[str], texts: Sequence[str]) -> csr_matrix:
        """Learn n-grams and landmarks; returns the rows of the texts learnt from."""
        ngrams = self._ngrams.fit_transform(map(_marked, masked))
        meanings = self._meanings(texts)
        distinct = np.unique(meanings, axis=0)
        chosen = np.random.default_rng(self._seed).permutation(len(distinct))[: self._landmarks]
        self._examples = distinct[np.sort(chosen)]
        values, vectors = np.linalg.eigh(self._likeness(self._examples).astype(np.float64))
        kept = values > _TINY
        self._whitening = (vectors[:, kept] / np.sqrt(values[kept]) * self._weight).astype(np.float32)
        return hstack([ngrams, csr_matrix(self._likeness(meanings) @ self._whitening)], format="csr", dtype=np.float32)

    def learn(self, coefficients: np.ndarray, intercept: np.ndarray) -> Dict[str, np.ndarray]:
        """The weights of a linear classifier (classes × features) as arrays to store and to hand to `margins`."""
        known = len(self._ngrams.vocabulary_)
        return {
            "ngram_weights": np.ascontiguousarray(coefficients[:, :known].T, dtype=np.float32),
            "likeness_weights": np.ascontiguousarray(self._whitening @ coefficients[:, known:].T, dtype=np.float32),
            "bias": intercept.astype(np.float32),
            "examples": self._examples,
            "idf": self._ngrams.idf_,
        }

    @property
    def vocabulary(self) -> Dict[str, int]:
        """n-gram → its row of weights."""
        return {word: int(index) for word, index in self._ngrams.vocabulary_.items()}

    def restore(self, vocabulary: Dict[str, int], learnt: Dict[str, np.ndarray]) -> None:
        """Take up what `vocabulary` and `learn` gave."""
        self._ngrams.vocabulary_, self._ngrams.idf_ = vocabulary, learnt["idf"]
        self._examples = learnt["examples"]

    def margins(self, masked: str, text: str, learnt: Dict[str, np.ndarray]) -> np.ndarray:
        """How far one question lies on the side of each class."""
        # Only the weights of the few n-grams at hand are added up: a product with the whole matrix takes 5 ms.
        ngrams = self._ngrams.transform([_marked(masked)])
        likeness = self._likeness(self._meanings([text]))[0]
        margins: np.ndarray = (
            ngrams.data @ learnt["ngram_weights"][ngrams.indices]
            + likeness @ learnt["likeness_weights"]
            + learnt["bias"]
        )
        return margins

    def _meanings(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed([gist(fold(text)) for text in texts])

    def _likeness(self, meanings: Vectors) -> Vectors:
        likeness: Vectors = np.exp(2 * self._gamma * (meanings @ self._examples.T - 1)).astype(np.float32)
        return likeness


def _marked(text: str) -> str:
    """A text with its ends marked: what opens or closes a message says more than what stands in it."""
    return f"^{gist(text)}$"
