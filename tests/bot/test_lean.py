"""Rasa runs without what this project never calls, and whoever asks for it is told so by name."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from pathlib import Path

import pytest
import rasa

from bot.lean import STAND_INS, LeftOut

LEFT_OUT = ("tensorflow", "keras", "matplotlib", "skops", "sklearn_crfsuite", "twilio", "slack_sdk", "telegram")


def test_the_stand_ins_are_made_for_this_version_of_rasa():
    """Another version imports other things: bot/lean.py has to be gone through, then this number may change."""
    assert importlib.metadata.version("rasa") == "3.6.21"


@pytest.mark.parametrize("name", [name for name in STAND_INS if name.startswith("rasa.")])
def test_every_stand_in_stands_for_a_module_that_rasa_has(name):
    place = Path(rasa.__file__).parent.joinpath(*name.split(".")[1:])
    assert place.with_suffix(".py").exists() or (place / "__init__.py").exists()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_not_installed(name):
    assert importlib.util.find_spec(name) is None


@pytest.mark.parametrize("name", sorted(STAND_INS))
def test_asking_a_stand_in_for_more_than_it_has_names_what_is_missing(name):
    module = importlib.import_module(name)
    assert type(sys.modules[name].__spec__.loader).__name__ == "_StandIns"
    with pytest.raises(LeftOut, match=rf"{name}\.NothingOfTheKind is left out of this installation \(bot/lean\.py\)"):
        _ = module.NothingOfTheKind


def test_calling_a_function_that_is_left_out_names_it():
    from rasa.utils.tensorflow.model_data import ragged_array_to_ndarray

    with pytest.raises(LeftOut, match="ragged_array_to_ndarray is left out"):
        ragged_array_to_ndarray([])


def test_a_configuration_that_names_a_left_out_component_is_refused_by_its_name():
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    with pytest.raises(Exception, match="DIETClassifier"):
        DefaultV1Recipe().graph_config_for_recipe(
            {"recipe": "default.v1", "language": "zh", "pipeline": [{"name": "DIETClassifier"}], "policies": []}, {}
        )
