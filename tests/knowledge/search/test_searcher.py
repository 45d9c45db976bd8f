"""Search over the shipped records, with the embedder that needs no model; the weights for meaning are tested by dialogues."""

from __future__ import annotations

import time

import numpy as np
import pytest

from knowledge.catalogue import Catalogue
from knowledge.embedding import Lexical
from knowledge.search import Query, Searcher
from knowledge.search.passages import Tokenizer


@pytest.fixture(scope="module")
def searcher(catalogue):
    return Searcher(catalogue, Lexical())


def query(searcher, text, **keys):
    reading = searcher.catalogue.lexicon.read(text)
    named = tuple(id_ for mention in reading.mentions for id_ in mention.ids)
    found = {"named": named, "facets": reading.facets, "industries": reading.industries} | keys
    return Query(text=reading.text, **found)


def best(searcher, text, **keys):
    hits, _ = searcher.search(query(searcher, text, **keys))
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("question", "record"),
    [
        ("济南高新区面积多大", "jn-gaoxin"),
        ("外资到账有没有奖励,1%的那个", "jn-fdi-45"),
        ("章丘区有哪些产业", "zhangqiu"),
        ("兰州新区是什么级别", "lz-xinqu"),
    ],
)
def test_a_plain_question_finds_its_record_first(searcher, question, record):
    assert best(searcher, question)[0] == record


def test_nearly_every_record_is_found_by_its_own_questions(searcher):
    """By characters alone, each in its city: nine of ten records stand among the first three for a question of theirs."""
    found = total = 0
    for record in searcher.catalogue.records.values():
        for question in record.questions[:2]:
            hits, _ = searcher.search(query(searcher, question, city=record.city))
            found += record.id in [hit.id for hit in hits[:3]]
            total += 1
    assert found / total > 0.9


def test_records_of_another_city_are_left_out_and_national_ones_stay(searcher):
    records = searcher.catalogue.records
    hits, _ = searcher.search(Query(text="企业所得税优惠", city="兰州", in_city=True), limit=50)
    cities = {records[hit.id].city for hit in hits if not hit.gap}
    assert "济南" not in cities
    assert "全国" in cities


def test_what_is_known_to_be_missing_is_found_too(searcher):
    hits, _ = searcher.search(query(searcher, "济南厂房租金多少钱一平"))
    assert any(hit.gap for hit in hits[:3])


def test_the_statement_on_what_was_asked_comes_first(searcher):
    asked = query(searcher, "济南高新区面积多大")
    _, evidence = searcher.search(asked)
    statements = searcher.statements("jn-gaoxin", asked, evidence)
    assert "area" in [s.statement.field for s in statements[:3]]
    assert sum(s.probability for s in statements) == pytest.approx(1)
    assert [s.probability for s in statements] == sorted((s.probability for s in statements), reverse=True)


def test_a_search_gives_no_more_than_was_wanted_and_the_best_first(searcher):
    hits, _ = searcher.search(query(searcher, "济南有什么园区"), limit=5)
    assert len(hits) == 5
    assert [hit.probability for hit in hits] == sorted((hit.probability for hit in hits), reverse=True)


def test_the_same_question_has_the_same_answer_every_time(searcher):
    assert best(searcher, "生物医药放哪里好") == best(searcher, "生物医药放哪里好")


@pytest.mark.parametrize("text", ["", "?", "🙂", "a" * 3000, "济" * 3000, "<script>", "AND OR NOT", '"', "\\", "*:*"])
def test_no_text_makes_the_search_fail(searcher, text):
    hits, _ = searcher.search(Query(text=text))
    assert len(hits) <= 8


def test_an_unknown_record_has_no_statements(searcher):
    _, evidence = searcher.search(Query(text="x"))
    assert searcher.statements("nobody", Query(text="x"), evidence) == []


def test_industries_asked_are_those_a_record_lists(searcher):
    (industry,) = searcher.catalogue.lexicon.read("生物医药企业").industries[:1]
    listed = searcher.suits(searcher.catalogue.get("jn-gaoxin"), [industry])
    assert listed == [industry]


class Alike:
    """Embeds every text as the same vector, at once."""

    name, dimensions = "alike", 4
    floor, span = 0.0, 1.0

    def embed(self, texts):
        return np.full((len(texts), 4), 0.5, np.float32)


def many(make, count):
    """A searcher over this many sites that differ in name only."""
    sites = [make(id=f"jn-{i:04}", name=f"济南第{i}试验园", industries=["生物医药"]) for i in range(count)]
    return Searcher(Catalogue(sites), Alike())


@pytest.mark.parametrize("text", ["", "试验园", "济南第7试验园", "生物医药企业去哪"])
def test_the_first_of_many_equals_are_those_with_the_first_ids_whatever_the_limit(make, text):
    searcher = many(make, 40)
    every, _ = searcher.search(Query(text=text), limit=100)
    assert len(every) == 40
    assert every == sorted(every, key=lambda hit: (-hit.probability, hit.id))
    for limit in (1, 8, 39, 40):
        assert searcher.search(Query(text=text), limit=limit)[0] == every[:limit]


def test_a_catalogue_without_records_finds_nothing():
    assert Searcher(Catalogue([]), Alike()).search(Query(text="济南高新区", city="济南"))[0] == []


def test_a_question_of_unknown_things_is_searched_all_the_same(searcher):
    unknown = {"named": ("no",), "focus": ("no",), "types": {"moon": 1.0}, "facets": ("no",), "industries": ("no",)}
    hits, _ = searcher.search(Query(text="x", city="火星", in_city=True, **unknown), limit=500)
    assert {searcher.catalogue.lexicon.city_of[hit.id] for hit in hits} == {"全国"}


def test_ten_times_more_records_cost_less_than_three_times_more_time(make):
    """Relative, so that it holds on any machine; the best of several runs, so that a busy moment does not count."""
    asked = Query(text="试验园有多大", city="济南", types={"site": 0.8}, facets=("area",), industries=("生物医药",))

    def fastest(searcher):
        def once():
            start = time.perf_counter()
            for _ in range(5):
                searcher.search(asked)
            return time.perf_counter() - start

        return min(once() for _ in range(7))

    assert fastest(many(make, 1000)) < 3 * fastest(many(make, 100))


def test_a_new_name_is_cut_as_one_word_where_it_stood_before_already():
    before = Tokenizer(["高新区"])
    assert "琥珀云谷" not in before("高新区的琥珀云谷很大")
    after = Tokenizer(["高新区", "琥珀云谷"])
    assert "琥珀云谷" in after("高新区的琥珀云谷很大")
    assert "琥珀云谷" not in Tokenizer(["高新区"])("高新区的琥珀云谷很大")


def test_questions_are_not_kept_with_the_texts():
    tokenizer = Tokenizer(["高新区"])
    tokenizer.cut("我叫李明想问高新区")
    assert "我叫李明想问高新区" not in tokenizer._tokens
