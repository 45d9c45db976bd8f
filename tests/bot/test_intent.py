"""The classifier ranks intents, comes back from storage as it was, and never unpickles anything."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import intent
from bot.nlu.intent import BLANK, IntentClassifier
from knowledge.embedding import Lexical, QuestionVectors

EXAMPLES = {
    "ask_site": ["某园区面积多大", "某园区在哪里", "某园区是什么级别", "某园区有哪些企业", "介绍一下某园区"],
    "ask_incentive": ["某政策奖励多少", "有什么补贴", "外资到账怎么奖", "优惠政策有哪些", "某政策怎么申请"],
    "greet": ["你好", "您好", "早上好", "hi", "在吗"],
    "out_of_scope": ["今天天气怎么样", "讲个笑话", "写首诗", "放首歌", "推荐一部电影"],
}
CONTEXT = ExecutionContext(GraphSchema({}))
RESOURCE = Resource("intents")
ASKED = ["某园区面积是多少", "补贴有多少", "早", "天气好吗", "某园区", "拿钱"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="module")
def storage(folder):
    return LocalModelStorage.create(folder)


def training_data():
    return TrainingData(
        [Message(data={"text": text, "intent": name}) for name, texts in EXAMPLES.items() for text in texts]
    )


@pytest.fixture(scope="module")
def trained(storage):
    classifier = IntentClassifier.create({}, storage, RESOURCE, CONTEXT)
    assert classifier.train(training_data()) == RESOURCE
    return classifier


@pytest.fixture(scope="module")
def loaded(trained, storage):
    return IntentClassifier.load({}, storage, RESOURCE, CONTEXT)


def ranking(classifier, text):
    (message,) = classifier.process([Message(data={"text": text})])
    assert message.get("intent") == message.get("intent_ranking")[0]
    return [(i["name"], i["confidence"]) for i in message.get("intent_ranking")]


def test_its_own_examples_are_told_apart(trained):
    told = [(ranking(trained, text)[0][0], name) for name, texts in EXAMPLES.items() for text in texts]
    assert [pair for pair in told if pair[0] != pair[1]] == []


def test_a_classifier_from_storage_ranks_as_the_trained_one(trained, loaded):
    for text in ASKED:
        before, after = ranking(trained, text), ranking(loaded, text)
        assert [name for name, _ in before] == [name for name, _ in after]
        assert np.allclose([c for _, c in before], [c for _, c in after], atol=1e-5)


def test_confidences_are_shares_in_falling_order(loaded):
    for text in ASKED:
        shares = [share for _, share in ranking(loaded, text)]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)
        assert all(type(share) is float for share in shares), "JSON knows no numpy"


@pytest.mark.parametrize("text", ["", " ", "🙂", "???", "。。。", "\u200b", None])
def test_a_message_without_words_is_blank_for_sure(loaded, text):
    assert ranking(loaded, text) == [(BLANK, 1.0)]


def test_the_masked_question_counts_where_there_is_one(loaded):
    message = Message(data={"text": "济南高新区面积多大", "masked_text": "某园区面积多大"})
    loaded.process([message])
    assert message.get("intent")["name"] == "ask_site"


def test_a_ranking_is_no_longer_than_wanted(trained, storage):
    short = IntentClassifier.load({"ranking_length": 2}, storage, RESOURCE, CONTEXT)
    assert len(ranking(short, "某园区面积多大")) == 2


def test_a_model_trained_with_another_embedder_is_refused(trained, storage, monkeypatch):
    monkeypatch.setattr(intent, "question_vectors", lambda: QuestionVectors(Lexical()))
    with pytest.raises(ValueError, match="train again"):
        IntentClassifier.load({}, storage, RESOURCE, CONTEXT)


def test_what_is_stored_needs_no_unpickling(trained, folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".npz", ".json"}
    for path in files:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays)


def test_training_twice_learns_the_same(trained, tmp_path):
    again = IntentClassifier.create({}, LocalModelStorage.create(tmp_path), RESOURCE, CONTEXT)
    again.train(training_data())
    for text in ASKED:
        assert ranking(again, text) == ranking(trained, text)


def test_no_naughty_string_makes_it_fail(loaded, naughty):
    for text in naughty[:150]:
        assert ranking(loaded, text)
