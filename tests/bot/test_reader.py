"""What the lexicon reads in the Rasa server arrives in the action server as it was read."""

from __future__ import annotations

import json

import msgspec
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.turn.message import message_of
from bot.nlu.reader import MASKED, QuestionReader, entities_of, lexicon

QUESTIONS = [
    "济南高新区面积多大?",
    "济南高薪区面积多大",
    "高新区和兰州新区哪个大",
    "我们是深圳来的企业,想看看章丘区有哪些适合生物医药的园区",
    "苏州工业园区有什么优惠政策",
    "第二个呢",
    "最后一个的电话是多少",
    "換成蘭州呢",
    "拿地即开工要什么材料、多久能办好",
    "外资到账奖励的文号是什么,谁发的",
    "莱芜高新区在哪",
    "CBD vs 金融城",
    "   济南　高新区\u200b 在哪  ",
    "",
    "🙂",
    "a" * 3000,
    "济南高新区" * 600,
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    return QuestionReader.create({}, storage, Resource("reader"), ExecutionContext(GraphSchema({})))


def read(reader, text):
    message = Message.build(text)
    (processed,) = reader.process([message])
    return processed


def assert_same_reading(text):
    reading = lexicon().read(text)
    entities = json.loads(json.dumps(entities_of(reading)))
    turn = message_of({"text": text, "intent_ranking": [], "entities": entities})
    assert turn.reading == msgspec.structs.replace(reading, masked="")


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_reading_goes_through_entities_and_back_without_a_change(text):
    """All but the masked text, which only the classifier needs."""
    assert_same_reading(text)


def test_every_naughty_string_does_too(naughty):
    for text in naughty:
        assert_same_reading(text)


def test_every_name_and_alias_of_a_record_is_read_and_goes_through(reader):
    from knowledge.catalogue import Catalogue

    for record in Catalogue.load().records.values():
        assert_same_reading(f"{record.name}怎么样")
        read_ids = {i for m in lexicon().read(f"{record.name}怎么样").mentions for i in m.ids}
        assert record.id in read_ids, record.name


def test_a_message_carries_entities_and_the_masked_question(reader):
    message = read(reader, "济南高新区面积多大")
    (record,) = [e for e in message.get("entities") if e["entity"] == "record"]
    assert record["value"] == ["jn-gaoxin"]
    assert "高新" not in message.get(MASKED)
    assert "面积" in message.get(MASKED)


def test_entities_are_part_of_what_rasa_hands_to_the_actions(reader):
    assert "entities" in read(reader, "济南高新区面积多大").as_dict(only_output_properties=True)


@pytest.mark.parametrize("text", [None, "", "🙂"])
def test_a_message_without_words_has_no_entities(reader, text):
    message = Message(data={"text": text})
    (processed,) = reader.process([message])
    assert processed.get("entities") == []


def test_examples_lose_the_names_in_them_so_that_wordings_are_learnt(reader):
    data = TrainingData(
        [Message(data={"text": t, "intent": "ask_site"}) for t in ("济南高新区面积多大", "齐鲁软件园面积多大")]
    )
    masked = {m.get(MASKED) for m in reader.process_training_data(data).training_examples}
    assert len(masked) == 1
