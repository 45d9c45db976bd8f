"""What the research found is what the records say: no figure lost, none added, nothing told that must not be told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.loading import read_yaml
from knowledge.paths import RECORDS

FACTS = Path(__file__).parents[2].parent / "shared" / "facts.yml"
pytestmark = pytest.mark.skipif(
    not FACTS.exists(), reason="../shared/facts.yml, the research file, is not on this machine"
)

TYPE_OF = {
    "parks": "site",
    "districts": "district",
    "industries": "industry",
    "policies": "incentive",
    "contacts": "contact",
    "procedures": "procedure",
    "events": "event",
    "transport": "transport",
}
UNSERVED = {"source", "also_sources", "sources", "id", "confidence", "weakest_source", "field_sources", "status_2020_04"} | {
    "review_by", "questions", "aliases", "doc_no_from_memory", "later", "superseded_by", "parks", "sites",
}  # fmt: skip
"""Keys whose figures an investor is not told: references, dates of review, remarks for those who research."""
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
PHONE = re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")


@pytest.fixture(scope="module")
def facts():
    return read_yaml(FACTS)


@pytest.fixture(scope="module")
def records():
    return {path.stem: read_yaml(path) for path in RECORDS.glob("*/*.yml")}


def served(facts):
    for section, type_ in TYPE_OF.items():
        for item in facts[section]:
            if item.get("serve") is not False:
                yield type_, item


def texts(value, skip=frozenset()):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in skip:
                yield from texts(inner, skip)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, skip)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def figures(value, skip=frozenset()):
    return {float(figure.replace(",", "")) for text in texts(value, skip) for figure in FIGURE.findall(text)}


def leading_date(value):
    """The date a remark begins with: 2020-08 of "2020-08(试行)"."""
    match = re.match(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?(?!\d)", str(value or ""))
    return match.group() if match else None


def test_every_item_that_may_be_served_is_a_record_with_its_id_and_type(facts, records):
    missing = [item["id"] for type_, item in served(facts) if records.get(item["id"], {}).get("type") != type_]
    assert missing == []


def test_there_is_no_record_that_no_item_stands_for(facts, records):
    assert set(records) - {item["id"] for _, item in served(facts)} == set()


def test_no_item_that_must_not_be_served_is_a_record(facts, records):
    withheld = {item["id"] for section in TYPE_OF for item in facts[section] if item.get("serve") is False}
    assert withheld, "the research file withholds at least one item"
    assert withheld & set(records) == set()


def test_every_figure_of_an_item_stands_in_its_record(facts, records):
    lost = {}
    for _, item in served(facts):
        if gone := figures(item, UNSERVED) - figures(records[item["id"]], UNSERVED - {"later"}):
            lost[item["id"]] = gone
    assert lost == {}


def test_no_record_has_a_figure_that_its_item_lacks(facts, records):
    added = {}
    for _, item in served(facts):
        if new := figures(records[item["id"]], UNSERVED - {"later"}) - figures(item):
            added[item["id"]] = new
    assert added == {}


def test_no_value_that_must_not_be_served_appears_in_a_record(facts, records):
    """The whole value and each of its parts, and every telephone number among them."""
    told = {id_: "\n".join(texts(record)) for id_, record in records.items()}
    for banned in facts["do_not_serve"]:
        parts = {banned["value"], *re.split(r"\s+/\s+|(?<=\D)/(?=\D)|、", banned["value"])}
        for part in (p for p in parts if len(p) >= 8):
            assert [id_ for id_, text in told.items() if part in text] == [], part
        for phone in PHONE.findall(banned["value"]):
            bare = phone.replace("-", "")
            assert [id_ for id_, text in told.items() if bare in text.replace("-", "").replace(" ", "")] == [], phone


def test_every_telephone_number_of_a_record_is_one_the_research_holds(facts, records):
    known = {
        phone.replace("-", "") for _, item in served(facts) for text in texts(item) for phone in PHONE.findall(text)
    }
    found = {
        phone.replace("-", "")
        for record in records.values()
        for text in texts(record, {"sources"})
        for phone in PHONE.findall(text)
    }
    assert found <= known


def test_the_city_and_the_dates_of_an_incentive_are_those_of_its_item(facts, records):
    for type_, item in served(facts):
        record = records[item["id"]]
        if item.get("city"):
            assert record["city"] == item["city"], item["id"]
        if type_ == "incentive":
            for key, named in (("effective_from", "effective"), ("effective_until", "expiry")):
                assert record.get(key) == leading_date(item.get(named)), (item["id"], key)
