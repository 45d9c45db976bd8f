"""Reads names, cities, facets and the like off a question, by the records' own names: no training."""

from __future__ import annotations

import threading
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.catalogue import Catalogue
from knowledge.lexicon import Lexicon, Reading
from knowledge.paths import records_folder, watched_paths
from knowledge.watching import Watched

MASKED = "masked_text"
"""Message property: the folded question with names replaced by what they name."""

_watched: Watched[Lexicon] | None = None
_making = threading.Lock()


def lexicon() -> Lexicon:
    """The lexicon of the records as they are now, shared by all components of this process."""
    global _watched
    with _making:
        if _watched is None:
            _watched = Watched(lambda: Catalogue.load(records_folder()).lexicon, watched_paths())
    return _watched.current


def entities_of(reading: Reading) -> List[Dict[str, Any]]:
    """A reading as Rasa entities; offsets are in the folded question."""
    found: List[Dict[str, Any]] = [
        {"entity": "record", "value": list(m.ids), "text": m.surface, "start": m.start, "end": m.end, "how": m.how,
         "meant": m.meant, "type": m.type}
        for m in reading.mentions
    ]  # fmt: skip
    found += [{"entity": "elsewhere", "value": place.name, "origin": place.origin} for place in reading.elsewhere]
    for kind, values in (
        ("city", reading.cities),
        ("facet", reading.facets),
        ("record_type", reading.types),
        ("industry", reading.industries),
        ("ordinal", [reading.ordinal] if reading.ordinal else []),
    ):
        found += [{"entity": kind, "value": value} for value in values]
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuestionReader(GraphComponent):
    """Puts the lexicon's reading on every message."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionReader":
        """Called by Rasa."""
        lexicon()
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Read questions as they are asked."""
        for message in messages:
            reading = lexicon().read(message.get(TEXT) or "")
            message.set(MASKED, reading.masked)
            message.set(ENTITIES, entities_of(reading), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mask names in examples, so that the classifier learns wordings and not names."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                message.set(MASKED, lexicon().read(message.get(TEXT)).masked)
        return training_data
