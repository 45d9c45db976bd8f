"""Where the cosines of an encoder lie, so that thresholds mean the same whichever weights it is made of.

Raw cosines of multilingual-e5 lie between .8 and .96 whatever is compared; other weights spread them elsewhere. The scale is
told in standard deviations of the cosines of questions that have nothing to do with each other (`questions.txt`, one of
every record once held): the numbers below give the .80 and .16 with which the thresholds of search were found.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.embedding import Embedder
from knowledge.text import fold

_BELOW, _BETWEEN = 2.18, 6.47
QUESTIONS = Path(__file__).with_name("questions.txt")


def scale_of(embedder: Embedder) -> tuple[float, float]:
    """`floor` and `span` of an embedder."""
    vectors = embedder.embed([fold(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line])
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    deviation = float(cosines.std())
    return float(cosines.mean()) - _BELOW * deviation, _BETWEEN * deviation
