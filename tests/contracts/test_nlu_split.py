"""No sentence of the test set, nor a near copy, stands in the training data or in the development set."""

from __future__ import annotations

import json
from collections import defaultdict

import yaml

from deploy.settings import ROOT
from knowledge.text import bigrams, fold

NEAR = 0.8
"""Share of common neighbouring character pairs (Jaccard) from which two sentences are the same test."""


def examples():
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for intent in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            yield from ((line.removeprefix("- "), intent["intent"]) for line in intent["examples"].splitlines())


def sentences(name):
    lines = (ROOT / "tests" / "nlu" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def near_copies(texts, of=None):
    """Pairs of a test sentence (of the test set unless others are given) and one of the texts that is the same test."""
    pairs_of, holding = {}, defaultdict(set)
    for text in texts:
        pairs_of[text] = bigrams(fold(text))
        for pair in pairs_of[text]:
            holding[pair].add(text)
    near = []
    for tested in of or [sentence["text"] for sentence in sentences("test.jsonl")]:
        pairs = bigrams(fold(tested))
        rivals = {text for pair in pairs for text in holding[pair]}
        near += [(tested, text) for text in rivals if len(pairs & pairs_of[text]) >= NEAR * len(pairs | pairs_of[text])]
    return near


def test_no_test_sentence_stands_in_the_training_data_nor_nearly():
    assert near_copies(text for text, _ in examples()) == []


def test_no_test_sentence_stands_in_the_development_set_nor_nearly():
    assert near_copies(sentence["text"] for sentence in sentences("development.jsonl")) == []


def test_every_intent_is_tested():
    trained = {intent for _, intent in examples()}
    assert trained - {"send_blank"} == {sentence["intent"] for sentence in sentences("test.jsonl")}


def test_no_sentence_is_an_example_of_two_intents():
    intents = defaultdict(set)
    for text, intent in examples():
        intents[fold(text)].add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}
