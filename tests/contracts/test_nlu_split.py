"""No sentence of the test set, nor a near copy, stands in the training data."""

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


def tested():
    lines = (ROOT / "tests" / "nlu" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_no_test_sentence_stands_in_the_training_data_nor_nearly():
    pairs_of, holding = {}, defaultdict(set)
    for text, _ in examples():
        pairs_of[text] = bigrams(fold(text))
        for pair in pairs_of[text]:
            holding[pair].add(text)
    near = []
    for sentence in tested():
        pairs = bigrams(fold(sentence["text"]))
        rivals = {text for pair in pairs for text in holding[pair]}
        near += [
            (sentence["text"], text)
            for text in rivals
            if len(pairs & pairs_of[text]) >= NEAR * len(pairs | pairs_of[text])
        ]
    assert near == []


def test_every_intent_is_tested():
    trained = {intent for _, intent in examples()}
    assert trained - {"send_blank"} == {sentence["intent"] for sentence in tested()}


def test_no_sentence_is_an_example_of_two_intents():
    intents = defaultdict(set)
    for text, intent in examples():
        intents[fold(text)].add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}
