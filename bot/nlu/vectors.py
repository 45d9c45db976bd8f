"""The vectors of questions in this process: made once a turn, for the intent and for the action server."""

from __future__ import annotations

import threading
from typing import Optional

from knowledge.embedding import QuestionVectors
from knowledge.encoder.e5 import encoder

_questions: Optional[QuestionVectors] = None
_making = threading.Lock()


def question_vectors() -> QuestionVectors:
    """Shared by all components of this process; the first call loads the encoder."""
    global _questions
    with _making:
        if _questions is None:
            _questions = QuestionVectors(encoder())
    return _questions
