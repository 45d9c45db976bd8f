"""Tells intents apart: character n-grams and a frozen sentence embedding of the masked question, one linear classifier.

Out-of-scope messages are intents of their own with real examples, so their probability means something.
What is learnt is stored as plain arrays and JSON: nothing is unpickled when a model is loaded.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.reader import MASKED
from knowledge.embedding import Embedder, Use, Vectors, best_embedder
from knowledge.text import fold, gist, has_words

BLANK = "send_blank"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Ranks the intents of a message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`C`: inverse regularisation; `dense_weight`: weight of the embedding beside the n-grams."""
        return {"C": 12.0, "dense_weight": 1.6, "longest_ngram": 4, "ranking_length": 8, "random_state": 20}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage, self._resource = model_storage, resource
        self._embedder: Embedder = best_embedder(Use)
        self._ngrams = TfidfVectorizer(
            analyzer="char", ngram_range=(1, self._config["longest_ngram"]), sublinear_tf=True, dtype=np.float32
        )
        self._weights = np.zeros((0, 0), np.float32)
        self._bias = np.zeros(0, np.float32)
        self._intents: List[str] = []

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        """Called by Rasa before training."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples with an intent and store what was learnt."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        masked = [m.get(MASKED) or fold(m.get(TEXT)) for m in examples]
        self._ngrams.fit([gist(text) for text in masked])
        model = LogisticRegression(
            C=self._config["C"], class_weight="balanced", max_iter=2000, random_state=self._config["random_state"]
        )
        features = [
            self._ngrams.transform([gist(text) for text in masked]),
            csr_matrix(self._dense([fold(m.get(TEXT)) for m in examples])),
        ]
        model.fit(hstack(features, format="csr", dtype=np.float32), [m.get(INTENT) for m in examples])
        self._weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias = model.intercept_.astype(np.float32)
        self._intents = [str(c) for c in model.classes_]
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        for message in messages:
            text = fold(message.get(TEXT) or "")
            ranking = self._rank(message.get(MASKED) or text, text) if has_words(text) else [(BLANK, 1.0)]
            named = [{"name": name, "confidence": confidence} for name, confidence in ranking]
            message.set("intent", named[0], add_to_output=True)
            message.set("intent_ranking", named[: self._config["ranking_length"]], add_to_output=True)
        return messages

    def _rank(self, masked: str, text: str) -> List[Tuple[str, float]]:
        # Only the weights of the few n-grams at hand are added up: a product with the whole matrix takes 5 ms.
        ngrams = self._ngrams.transform([gist(masked)])
        known = len(self._ngrams.vocabulary_)
        scores = (
            ngrams.data @ self._weights[ngrams.indices] + self._dense([text])[0] @ self._weights[known:] + self._bias
        )
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [(self._intents[i], float(shares[i])) for i in np.argsort(-shares)]

    def _dense(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed([gist(text) for text in texts]) * np.float32(self._config["dense_weight"])

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "classifier.npz", weights=self._weights, bias=self._bias, idf=self._ngrams.idf_)
            words = {word: int(index) for word, index in self._ngrams.vocabulary_.items()}
            learnt = {"intents": self._intents, "ngrams": words, "embedder": self._embedder.name}
            (folder / "classifier.json").write_text(json.dumps(learnt, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """Called by Rasa to serve; raises `ValueError` where the model was trained with another embedder."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
            with np.load(folder / "classifier.npz") as arrays:
                component._weights, component._bias = arrays["weights"], arrays["bias"]
                idf = arrays["idf"]
        if learnt["embedder"] != component._embedder.name:
            raise ValueError(
                f"trained with {learnt['embedder']}, but {component._embedder.name} is loaded: train again"
            )
        component._intents = learnt["intents"]
        component._ngrams.vocabulary_ = learnt["ngrams"]
        component._ngrams.idf_ = idf
        return component
