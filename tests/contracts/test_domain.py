"""domain.yml, the training data and the Action classes say the same."""

from __future__ import annotations

import re
from itertools import chain

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from deploy.settings import ROOT

DATA = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "data").rglob("*.yml"))]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
INTENTS = {name for intent in DOMAIN["intents"] for name in ([intent] if isinstance(intent, str) else intent)}
STEPS = [
    (part, step)
    for file in DATA
    for part in chain(file.get("rules", ()), file.get("stories", ()))
    for step in part["steps"]
]


@pytest.fixture(scope="module")
def classes():
    """Action name → class, as the action server would find them."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return {name: run.__self__.__class__ for name, run in executor.actions.items() if not name.startswith("validate_")}


def test_every_action_of_the_domain_has_a_class_and_the_other_way_round(classes):
    assert set(DOMAIN["actions"]) == set(classes)


def test_a_class_is_named_like_its_action(classes):
    named = {name: "".join(word.capitalize() for word in name.split("_")) for name in classes}
    assert named == {name: cls.__name__ for name, cls in classes.items()}


def test_every_intent_has_examples():
    examples = {
        entry["intent"]: entry["examples"].strip()
        for file in DATA
        for entry in file.get("nlu", ())
        if "intent" in entry
    }
    assert set(examples) == INTENTS
    # A message without words is seen, not learnt: its few examples only keep Rasa content.
    assert [name for name, lines in examples.items() if len(lines.splitlines()) < 15] == ["send_blank"]


def test_every_intent_has_a_rule():
    assert {step["intent"] for _, step in STEPS if "intent" in step} == INTENTS


def test_rules_name_only_actions_of_the_domain():
    forms = set(DOMAIN.get("forms") or ())
    assert {step["action"] for _, step in STEPS if "action" in step} <= set(DOMAIN["actions"]) | forms | {
        "action_listen"
    }


def test_rules_and_stories_are_titled_with_a_sentence():
    titles = [part.get("rule") or part.get("story") for part, _ in STEPS]
    assert [title for title in titles if not re.match(r"[A-Z]\S* \S+ .*\S+$", title)] == []


def test_topics_are_named_alike_in_all_folders():
    topics = {folder.name: {path.name for path in folder.glob("*.yml")} for folder in (ROOT / "data").iterdir()}
    assert all(names <= topics["nlu"] for names in topics.values())


def test_no_response_goes_out_without_its_envelope():
    responses = {name: texts for source in (DOMAIN, *DATA) for name, texts in (source.get("responses") or {}).items()}
    assert [
        name for name, texts in responses.items() for text in texts if not (text.get("custom") or {}).get("kind")
    ] == []
