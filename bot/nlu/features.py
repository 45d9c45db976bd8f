"""What the intent classifier looks at: character n-grams of the masked question beside the question's meaning.

The meaning enters as its likeness to two thousand training examples (a Gaussian kernel over sentence embeddings, after
Nyström), which lets a linear classifier draw curved borders; plain embeddings cost it half a point on public data.
Embeddings are taken less the mean of all examples: what all questions have in common tells none apart.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, hstack

from knowledge.embedding import Embedder, Vectors
from knowledge.text import asked, gist

_TINY = 1e-6


class Features:
    """Rows of numbers for pairs of a masked and an original text. `fit` before anything else."""

    def __init__(
        self, embedder: Embedder, longest_ngram: int, landmarks: int, gamma: float, weight: float, seed: int
    ) -> None:
        self._embedder = embedder
        self._landmarks, self._gamma, self._weight, self._seed = landmarks, gamma, weight, seed
        self._longest = longest_ngram
        self._vocabulary: Dict[str, int] = {}
        self._idf = np.zeros(0, np.float32)
        self._mean: Vectors = np.zeros(embedder.dimensions, np.float32)
        self._examples: Vectors = np.zeros((0, embedder.dimensions), np.float32)
        self._whitening: Vectors = np.zeros((0, 0), np.float32)

    def fit(self, masked: Sequence[str], texts: Sequence[str]) -> csr_matrix:
        """Learn n-grams and landmarks; returns the rows of the texts learnt from."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # only who trains waits for scikit-learn

        counting = TfidfVectorizer(analyzer="char", ngram_range=(1, self._longest), sublinear_tf=True, dtype=np.float32)
        ngrams = counting.fit_transform(map(_marked, masked))
        self._vocabulary = {word: int(row) for word, row in counting.vocabulary_.items()}
        self._idf = counting.idf_
        vectors = self._embedder.embed([asked(text) for text in texts])
        self._mean = vectors.mean(axis=0)
        meanings = self._centred(vectors)
        distinct = np.unique(meanings, axis=0)
        chosen = np.random.default_rng(self._seed).permutation(len(distinct))[: self._landmarks]
        self._examples = distinct[np.sort(chosen)]
        values, vectors = np.linalg.eigh(self._likeness(self._examples).astype(np.float64))
        kept = values > _TINY
        self._whitening = (vectors[:, kept] / np.sqrt(values[kept]) * self._weight).astype(np.float32)
        return hstack([ngrams, csr_matrix(self._likeness(meanings) @ self._whitening)], format="csr", dtype=np.float32)

    def learn(self, coefficients: np.ndarray, intercept: np.ndarray) -> Dict[str, np.ndarray]:
        """The weights of a linear classifier (classes × features) as arrays to store and to hand to `margins`."""
        known = len(self._vocabulary)
        return {
            "ngram_weights": np.ascontiguousarray(coefficients[:, :known].T, dtype=np.float32),
            "likeness_weights": np.ascontiguousarray(self._whitening @ coefficients[:, known:].T, dtype=np.float32),
            "bias": intercept.astype(np.float32),
            "mean": self._mean,
            "examples": self._examples,
            "idf": self._idf,
        }

    @property
    def vocabulary(self) -> Dict[str, int]:
        """n-gram → its row of weights."""
        return self._vocabulary

    def restore(self, vocabulary: Dict[str, int], learnt: Dict[str, np.ndarray]) -> None:
        """Take up what `vocabulary` and `learn` gave."""
        self._vocabulary, self._idf = vocabulary, learnt["idf"]
        self._mean, self._examples = learnt["mean"], learnt["examples"]

    def margins(self, masked: str, vector: Vectors, learnt: Dict[str, np.ndarray]) -> np.ndarray:
        """How far one question lies on the side of each class; `vector`: that of what is asked (`dimensions`)."""
        # Only the weights of the few n-grams at hand are added up: a product with the whole matrix takes 5 ms.
        rows, weights = self._ngrams(masked)
        likeness = self._likeness(self._centred(vector[None]))[0]
        margins: np.ndarray = (
            weights @ learnt["ngram_weights"][rows] + likeness @ learnt["likeness_weights"] + learnt["bias"]
        )
        return margins

    def _ngrams(self, masked: str) -> Tuple[np.ndarray, np.ndarray]:
        """The rows of the known n-grams of one text and their tf-idf weights, as scikit-learn gives them (float32)."""
        text = _marked(masked)
        counts = Counter(
            row
            for n in range(1, self._longest + 1)
            for start in range(len(text) - n + 1)
            if (row := self._vocabulary.get(text[start : start + n])) is not None
        )
        rows = np.fromiter(sorted(counts), np.int32, len(counts))
        weights = (np.log([counts[row] for row in rows.tolist()], dtype=np.float32) + 1) * self._idf[rows]
        norm = np.linalg.norm(weights)
        return rows, (weights / norm if norm else weights).astype(np.float32)

    def _centred(self, vectors: Vectors) -> Vectors:
        """Unit vectors less the mean of the examples."""
        apart = vectors - self._mean
        norms = np.linalg.norm(apart, axis=1, keepdims=True)
        return np.asarray(apart / np.where(norms == 0, 1, norms), np.float32)

    def _likeness(self, meanings: Vectors) -> Vectors:
        likeness: Vectors = np.exp(2 * self._gamma * (meanings @ self._examples.T - 1)).astype(np.float32)
        return likeness


def _marked(text: str) -> str:
    """A text with its ends marked: what opens or closes a message says more than what stands in it."""
    return f"^{gist(text)}$"
