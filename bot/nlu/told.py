"""Vectors that another process has made already: the action server embeds a message before the NLU reads it."""

from __future__ import annotations

from typing import Dict, Sequence, Tuple

import numpy as np

from knowledge.embedding import Embedder, Vectors
from knowledge.text import fold, gist

_MOST = 64
_told: Dict[Tuple[str, str], Vectors] = {}


def tell(embedder: str, message: str, vector: Sequence[float]) -> None:
    """Take note of the vector that the embedder of this name gave for a message."""
    _told[embedder, gist(fold(message))] = np.asarray(vector, np.float32)
    while len(_told) > _MOST:
        del _told[next(iter(_told))]


class Told:
    """An embedder that takes what it was told, once, before it computes."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.dimensions = inner.name, inner.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        told = [_told.pop((self.name, text), None) for text in texts]
        known = [vector for vector in told if vector is not None and vector.shape == (self.dimensions,)]
        return np.stack(known) if len(known) == len(texts) > 0 else self._inner.embed(texts)
