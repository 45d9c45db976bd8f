"""Tells intents apart: one linear classifier over character n-grams and meaning.

Out-of-scope messages are intents of their own with real examples, so their probability means something.
What is learnt is stored as plain arrays and JSON: nothing is unpickled when a model is loaded.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import Features
from bot.nlu.reader import MASKED
from bot.nlu.vectors import question_vectors
from knowledge.embedding import Vectors
from knowledge.text import asked, fold, has_words

BLANK = "send_blank"
_HELD_OUT = 0.2
_FEWEST_HELD_OUT = 200
"""Fewer examples than this say nothing about how sure margins are; the scale below is taken instead."""
_USUAL_SCALE = 4.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Ranks the intents of a message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`C`: inverse regularisation; `landmarks`, `gamma`, `weight`: number, width and weight of the kernel over
        embeddings; the values are those that did best on the development parts of two public sets."""
        return {
            "C": 0.7, "longest_ngram": 3, "landmarks": 2000, "gamma": 0.5, "weight": 1.25, "ranking_length": 8,
            "random_state": 20,
        }  # fmt: skip

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage, self._resource = model_storage, resource
        self._vectors = question_vectors()
        self._features = Features(
            self._vectors.embedder, self._config["longest_ngram"], self._config["landmarks"], self._config["gamma"],
            self._config["weight"], self._config["random_state"],
        )  # fmt: skip
        self._learnt: Dict[str, np.ndarray] = {}
        self._scale = _USUAL_SCALE
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
        texts = [fold(m.get(TEXT)) for m in examples]
        rows = self._features.fit([m.get(MASKED) or text for m, text in zip(examples, texts, strict=True)], texts)
        intents = np.array([m.get(INTENT) for m in examples])
        self._scale = self._calibrate(rows, intents)
        model = self._classifier().fit(rows, intents)
        coefficients, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:  # sklearn keeps one margin for two classes
            coefficients, bias = np.vstack([-coefficients, coefficients]), np.array([-bias[0], bias[0]])
        self._learnt = self._features.learn(coefficients, bias)
        self._intents = [str(c) for c in model.classes_]
        self._persist()
        return self._resource

    def _classifier(self) -> Any:
        from sklearn.svm import LinearSVC  # only who trains waits for scikit-learn

        return LinearSVC(C=self._config["C"], random_state=self._config["random_state"])

    def _calibrate(self, rows: Any, intents: np.ndarray) -> float:
        """The scale of margins at which their softmax is right as often as it is sure, on examples held out."""
        from scipy.optimize import minimize_scalar
        from sklearn.model_selection import train_test_split

        rare = [intent for intent, count in zip(*np.unique(intents, return_counts=True), strict=True) if count < 2]
        common = np.flatnonzero(~np.isin(intents, rare))
        if len(common) * _HELD_OUT < _FEWEST_HELD_OUT:
            return _USUAL_SCALE
        kept, held = train_test_split(
            common, test_size=_HELD_OUT, stratify=intents[common], random_state=self._config["random_state"]
        )
        model = self._classifier().fit(rows[kept], intents[kept])
        margins = model.decision_function(rows[held])
        right = np.searchsorted(model.classes_, intents[held])

        def loss(scale: float) -> float:
            shares = scale * margins
            shares -= np.logaddexp.reduce(shares, axis=1, keepdims=True)
            return float(-shares[np.arange(len(held)), right].mean())

        return float(minimize_scalar(loss, bounds=(0.5, 20), method="bounded").x)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        for message in messages:
            text = fold(message.get(TEXT) or "")
            ranking = (
                self._rank(message.get(MASKED) or text, self._vectors.of(asked(text)))
                if has_words(text)
                else [(BLANK, 1.0)]
            )
            named = [{"name": name, "confidence": confidence} for name, confidence in ranking]
            message.set("intent", named[0], add_to_output=True)
            message.set("intent_ranking", named[: self._config["ranking_length"]], add_to_output=True)
        return messages

    def _rank(self, masked: str, vector: Vectors) -> List[Tuple[str, float]]:
        scores = self._scale * self._features.margins(masked, vector, self._learnt)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [(self._intents[i], float(shares[i])) for i in np.argsort(-shares)]

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "classifier.npz", **dict(self._learnt.items()))  # type: ignore[arg-type]
            learnt = {
                "intents": self._intents, "ngrams": self._features.vocabulary, "embedder": self._vectors.embedder.name,
                "scale": self._scale,
            }  # fmt: skip
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
                component._learnt = {name: arrays[name] for name in arrays.files}
        loaded = component._vectors.embedder.name
        if learnt["embedder"] != loaded:
            raise ValueError(f"trained with {learnt['embedder']}, but {loaded} is loaded: train again")
        component._intents, component._scale = learnt["intents"], learnt["scale"]
        component._features.restore(learnt["ngrams"], component._learnt)
        return component
