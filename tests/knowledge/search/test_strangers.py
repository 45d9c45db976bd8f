"""What is called like a site but is none of ours is noticed; descriptions and our own names are not."""

from __future__ import annotations

import pytest

from knowledge.catalogue import Catalogue
from knowledge.paths import records_folder
from knowledge.search.passages import Tokenizer
from knowledge.search.strangers import Strangers


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue.load(records_folder())


@pytest.fixture(scope="module")
def strangers(catalogue):
    told = [s.text for statements in catalogue.statements.values() for s in statements]
    return Strangers(told, Tokenizer(catalogue.lexicon.names))


def found(question, strangers, catalogue):
    reading = catalogue.lexicon.read(question)
    return strangers.names_in(reading.text, reading.mentions)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("月球产业园在哪里", "月球产业园"),
        ("那火星基地有补贴吗", "火星基地"),
        ("我想问下深蓝谷园区面积多大", "深蓝谷园区"),
        ("桃花源开发区的优惠政策", "桃花源开发区"),
        ("龍騰科技園是誰管", "龙腾科技园"),
    ],
)
def test_a_name_that_is_not_held_is_found(question, name, strangers, catalogue):
    assert found(question, strangers, catalogue) == [name]


@pytest.mark.parametrize(
    "question",
    [
        "想找个大一点的园区", "生物医药产业园有哪些", "济南高薪区在哪", "那边园区怎么样", "哪个开发区好", "国家级开发区有几个", "齐鲁软件园呢", "园区",
        "家里老宅子宅基地能不能翻建", "",
    ],
)  # fmt: skip
def test_descriptions_and_our_own_names_are_no_strangers(question, strangers, catalogue):
    assert found(question, strangers, catalogue) == []
