"""Rasa without what this project never calls: TensorFlow, ten messengers, DynamoDB, MongoDB, charts, scikit-learn.

Rasa 3.6 imports them all before it looks at the configuration. Here the few modules through which they come in are
replaced by what the rest of Rasa takes from them. Whoever asks a stand-in for more is told so by name.
Why, and what is to be looked at when Rasa's version changes: docs/adr/0019-rasa-without-what-it-never-calls.md.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, Optional, Sequence


class LeftOut(AttributeError):
    """Something of Rasa's was asked for that this installation does not have; the message names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is left out of this installation (bot/lean.py)")


def _nothing(module: ModuleType) -> None:
    """A module that is imported and never looked at."""


def _package(module: ModuleType) -> None:
    module.__path__ = []


def _components(module: ModuleType) -> None:
    """Of Rasa's 31 components, the one that `config.yml` names in short."""
    module.DEFAULT_COMPONENTS = [vars(import_module("rasa.core.policies.rule_policy"))["RulePolicy"]]  # type: ignore[attr-defined]


def _channels(module: ModuleType) -> None:
    """The base classes; all our channels are our own and named in full in `credentials.yml`."""
    module.__path__ = [str(Path(folder) / "channels") for folder in import_module("rasa.core").__path__]
    base = import_module("rasa.core.channels.channel")
    for name in ("InputChannel", "OutputChannel", "UserMessage", "CollectingOutputChannel"):
        setattr(module, name, getattr(base, name))
    module.BUILTIN_CHANNELS = {}  # type: ignore[attr-defined]


def _classes(*names: str, of: type = object) -> Callable[[ModuleType], None]:
    """Classes that are compared with, annotated with or caught, and never made."""
    return lambda module: vars(module).update({name: type(name, (of,), {}) for name in names})


def _functions(*names: str) -> Callable[[ModuleType], None]:
    """Functions that are imported and never called; calling one raises `LeftOut`."""

    def fill(module: ModuleType) -> None:
        for name in names:

            def refuse(*_: Any, what: str = f"{module.__name__}.{name}", **__: Any) -> None:
                raise LeftOut(what)

            setattr(module, name, refuse)

    return fill


STAND_INS: Dict[str, Callable[[ModuleType], None]] = {
    "rasa.engine.recipes.default_components": _components,
    "rasa.core.channels": _channels,
    "rasa.core.channels.console": _nothing,
    "rasa.nlu.classifiers.diet_classifier": _classes("DIETClassifier"),
    "rasa.nlu.selectors.response_selector": _classes("ResponseSelector"),
    "rasa.core.policies.ted_policy": _classes("TEDPolicy"),
    "rasa.utils.train_utils": _nothing,
    "rasa.utils.plotting": _nothing,
    # These two have nothing to do with TensorFlow but their folder; they bring in scikit-learn, half a second of a start.
    "rasa.utils.tensorflow.model_data": _functions("ragged_array_to_ndarray"),
    "rasa.utils.tensorflow.model_data_utils": _nothing,
    "boto3": _package,
    "boto3.dynamodb": _package,
    "boto3.dynamodb.conditions": _classes("Key"),
    "botocore": _package,
    "botocore.exceptions": _classes("BotoCoreError", of=Exception),
    "pymongo": _package,
    "pymongo.errors": _classes("ConnectionFailure", "OperationFailure", of=Exception),
    "pymongo.collection": _classes("Collection"),
}
"""Module → what fills its stand-in."""


class _StandIns(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        return ModuleSpec(name, self, origin=__file__) if name in STAND_INS else None

    def exec_module(self, module: ModuleType) -> None:
        def missing(wanted: str) -> Any:
            raise LeftOut(f"{module.__name__}.{wanted}")

        module.__getattr__ = missing  # type: ignore[method-assign]
        STAND_INS[module.__name__](module)


def apply() -> None:
    """Put the stand-ins in place; before anything of Rasa is imported. Safe to call more than once."""
    if not any(isinstance(finder, _StandIns) for finder in sys.meta_path):
        sys.meta_path.insert(0, _StandIns())
