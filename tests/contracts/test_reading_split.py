"""No question the ranking is trained on is, or nearly is, one that it is tested with."""

from __future__ import annotations

import json

from deploy.settings import ROOT
from tests.contracts.test_nlu_split import near_copies

DIALOGUES = [*(ROOT / "tests" / "dialogues").glob("**/*.jsonl"), ROOT.parent / "shared" / "acceptance" / "sample.jsonl"]
_SAYS_LITTLE = 8
"""Characters up to which anyone may say the same."""


def asked():
    for path in sorted((ROOT / "data" / "reading").glob("*.jsonl")):
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def test_no_question_of_the_training_data_stands_in_a_dialogue_or_a_panel_nor_nearly():
    said = [
        turn["user"]
        for path in DIALOGUES
        if path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
        for turn in json.loads(line)["turns"]
        if len(turn["user"]) > _SAYS_LITTLE
    ]
    assert near_copies([one["text"] for one in asked()], said) == []


def test_no_question_stands_in_the_test_set_of_intents_nor_nearly():
    assert near_copies([one["text"] for one in asked()]) == []


def test_every_question_is_written_once_and_by_the_rules():
    texts = [one["text"] for one in asked()]
    assert len(texts) == len(set(texts))
    assert all(one["about"] or one["ask"] in ("outside", "site") for one in asked())
