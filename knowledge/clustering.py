"""Puts questions that mean the same together: average linkage over centred sentence vectors.

Raw cosines of the embedder lie between .84 and .94 whatever is compared; less the mean of many questions they spread
from -.1 to .6. From `ALIKE` on two groups are one: measured in docs/adr/0017, no two different questions of 34 were
put together, and 78 % of the pairs that mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from knowledge.embedding import Embedder, Vectors
from knowledge.text import fold

ALIKE = 0.3


def clusters(questions: Sequence[str], embedder: Embedder, background: Sequence[str]) -> list[list[int]]:
    """Places of the questions that belong together, largest group first, in their order. `background`: questions of all
    kinds, to know what all questions have in common. Time grows with the square of the number of questions."""
    if not questions:
        return []
    vectors = embedder.embed([fold(text) for text in [*questions, *background]])
    centred = vectors - vectors.mean(axis=0)
    mine = centred[: len(questions)]
    norms = np.linalg.norm(mine, axis=1, keepdims=True)
    return sorted(_joined(mine / np.where(norms == 0, 1, norms)), key=lambda group: (-len(group), group))


def _joined(unit: Vectors) -> list[list[int]]:
    groups = [[place] for place in range(len(unit))]
    sizes = np.ones(len(unit), np.float32)
    alike = unit @ unit.T
    np.fill_diagonal(alike, -1.0)
    while True:
        one, other = divmod(int(alike.argmax()), len(unit))
        if alike[one, other] < ALIKE:
            return [sorted(group) for group in groups if group]
        joined = (alike[one] * sizes[one] + alike[other] * sizes[other]) / (sizes[one] + sizes[other])
        alike[one], alike[:, one] = joined, joined
        alike[other], alike[:, other], alike[one, one] = -1.0, -1.0, -1.0
        sizes[one] += sizes[other]
        groups[one], groups[other] = groups[one] + groups[other], []
