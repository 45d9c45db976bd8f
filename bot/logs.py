"""Keeps what investors type out of the log of the Rasa server.

Rasa passes message texts to structlog under the keys below, and its tracebacks carry local variables, message
texts among them. Both are taken out; the event, the sender and the traceback itself stay.
"""

from __future__ import annotations

from typing import Any, MutableMapping

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

_TEXTS = frozenset(
    "text response_text user_text slot_values parse_data_text parse_data_entities prediction_events prefilled_slots "
    "tracker_latest_message message response slot_candidates rasa_event rasa_events tracker_states current_states "
    "old_states successes current_entity next_entity states entity token_text user_message json_message".split()
)
"""The keys that Rasa itself lists as personal (`rasa.utils.log_utils._anonymizer`)."""
_WITHOUT_LOCALS = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def without_texts(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: personal values become a mark."""
    for key in _TEXTS & event.keys():
        event[key] = "[不记录]"
    return event


def keep_texts_out() -> None:
    """Put both in place, for loggers that exist already too; safe to call more than once."""
    processors = structlog.get_config()["processors"]
    if without_texts not in processors:
        processors[:] = [
            without_texts,
            *(_WITHOUT_LOCALS if p is structlog.processors.dict_tracebacks else p for p in processors),
        ]
