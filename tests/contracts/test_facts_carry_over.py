"""What the research found is what the records say: no figure lost, none added, nothing told that must not be told."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from knowledge.loading import read_yaml
from knowledge.paths import RECORDS

SHARED = Path(__file__).parents[2].parent / "shared"
FIRST, SECOND = SHARED / "facts.yml", {"jinan": SHARED / "facts-2-jinan.yml", "lanzhou": SHARED / "facts-2-lanzhou.yml"}
TABLE = Path(__file__).parents[2] / "docs" / "knowledge-items.csv"
pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in (FIRST, *SECOND.values())), reason="the research files are not on this machine"
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
    "costs": "cost",
}
UNSERVED = {"source", "also_sources", "sources", "id", "confidence", "weakest_source", "field_sources", "status_2020_04"} | {
    "review_by", "questions", "aliases", "doc_no_from_memory", "later", "superseded_by", "parks", "sites", "checked",
    "extends", "supersedes", "supersedes_facts", "supersedes_fields", "supersede_note", "fact_sources", "benefit_sources",
    "contradicts", "note", "name_note", "date_note", "expiry_note", "calc_note", "serve_note", "related", "related_note",
    "derived_facts", "history_source",
}  # fmt: skip
"""Keys whose figures an investor is not told: references, dates of review, remarks for those who research."""
OF_RECORDS = (UNSERVED - {"later", "note"}) | {"change", "as_of"}
WITHHELD = {
    "jn-gaoxin": {15},  # minutes to the airport: in a source of quality D alone
    "lz-huagong": {100, 150},  # two plans for its whole area: only the near one is told
    "sd-select": {89013562, 2022},  # the number before the present one
    "e-lz-2020yr": {3, 31},  # the day up to which the first quarter is counted
}
"""Record id → figures of its items that are not told."""
RECKONED = {"c-minwage": {5, 7}, "jn-city": {14000}, "gs-6-2024": {10000}, "gs-award-2020": {50000}}
"""Record id → figures that are counted, or the same amount in another unit."""
BORROWED = {
    "jn-gaoxin": ["t-metro"], "jn-lixia-jkq": ["lixia-u2"], "jn-ai": ["jn-13lian"], "jn-ftz-land": ["jn-m0-2025"],
    "cn-rd": ["cn-rd-2023"], "cn-sme": ["cn-sme-2023"], "cn-wht": ["cn-wht-2025"], "cn-neg2020": ["cn-neg2024"],
    "jn-talent-2022": ["jn-talent-2026"], "cn-wht-2025": ["cn-wht"], "cn-rd-2023": ["cn-rd"], "lz-xigu": ["lz-xigu-hg"],
    "e-jn-wz2025": ["p-jn-fdi-suqiu"],
}  # fmt: skip
"""Record id → items of other records that it tells of too."""
HOW = {"new", "merged", "superseded-old", "not-served"}
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
PHONE = re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")


@pytest.fixture(scope="module")
def facts():
    return read_yaml(FIRST)


@pytest.fixture(scope="module")
def second():
    """Second-round items by file and id: an id may stand in both files."""
    files = {name: read_yaml(path) for name, path in SECOND.items()}
    return {
        (name, item["id"]): item
        for name, file in files.items()
        for section in TYPE_OF
        for item in file.get(section, ())
    }


@pytest.fixture(scope="module")
def table():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["id"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def records():
    return {path.stem: read_yaml(path) for path in RECORDS.glob("*/*.yml")}


@pytest.fixture(scope="module")
def items(facts, second, table):
    """Record id → the research items it is made of, the first round's without what the second overtook."""
    of = {item["id"]: [item] for _, item in served(facts)}
    for key, item in second.items():
        record = table[key]["record"]
        if not record:
            continue
        of[record] = [without(older, item) for older in of.get(record, ())] + [item]
    return of


def without(older, newer):
    """An item without the sentences that a newer one replaces."""
    gone = set(newer.get("supersedes_facts") or ())
    fields = set(newer.get("supersedes_fields") or ())
    kept = {key: value for key, value in older.items() if key not in fields}
    return {key: [one for one in value if one not in gone] if key == "facts" else value for key, value in kept.items()}


def served(facts):
    for section, type_ in TYPE_OF.items():
        for item in facts.get(section, ()):
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
    return match.group() if match and "前" not in str(value) else None


def test_every_item_that_may_be_served_is_a_record_with_its_id_and_type(facts, records):
    missing = [item["id"] for type_, item in served(facts) if records.get(item["id"], {}).get("type") != type_]
    assert missing == []


def test_every_item_of_the_second_round_stands_in_the_table_once(second, table):
    assert len(second) == 139
    assert set(table) == set(second)
    with TABLE.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == len(table) + 1


def test_the_table_says_what_became_of_every_item(second, table, records):
    for key, row in table.items():
        withheld = second[key].get("serve") is False
        assert row["how"] in HOW, key
        assert (row["how"] == "not-served") == (not row["record"]), key
        assert not withheld or not row["record"], key
        assert withheld or row["record"] in records, key
        assert row["record"] or row["why"], key


def test_there_is_no_record_that_no_item_stands_for(items, records):
    assert set(records) - set(items) == set()


def test_no_item_that_must_not_be_served_is_a_record(facts, second, table, records):
    withheld = {item["id"] for section in TYPE_OF for item in facts.get(section, ()) if item.get("serve") is False}
    withheld |= {id_ for (_, id_), item in second.items() if item.get("serve") is False}
    assert withheld, "the research files withhold some items"
    assert withheld & set(records) == set()


def test_every_figure_of_an_item_stands_in_its_record(items, records):
    lost = {}
    for id_, made_of in items.items():
        held = figures(records[id_], OF_RECORDS)
        wanted = set().union(
            *(figures(item, UNSERVED | ({"name"} if "extends" in item else set())) for item in made_of)
        )
        if gone := wanted - held - WITHHELD.get(id_, set()):
            lost[id_] = gone
    assert lost == {}


def test_no_record_has_a_figure_that_its_items_lack(facts, items, records, second):
    first = {item["id"]: item for _, item in served(facts)}
    by_id = first | {id_: item for (_, id_), item in second.items()}
    added = {}
    for id_, made_of in items.items():
        known = [*made_of, first.get(id_, {}), *(by_id[other] for other in BORROWED.get(id_, ()))]
        if new := figures(records[id_], OF_RECORDS) - set().union(*map(figures, known)) - RECKONED.get(id_, set()):
            added[id_] = new
    assert added == {}


def test_no_value_that_must_not_be_served_appears_in_a_record(facts, records):
    """The whole value and each of its parts, and every telephone number among them."""
    told = {id_: "\n".join(texts(record)) for id_, record in records.items()}
    for banned in [*facts["do_not_serve"], *(b for path in SECOND.values() for b in read_yaml(path)["do_not_serve"])]:
        parts = {banned["value"], *re.split(r"\s+/\s+|(?<=\D)/(?=\D)|、", banned["value"])}
        for part in (p for p in parts if len(p) >= 8):
            assert [id_ for id_, text in told.items() if part in text] == [], part
        for phone in PHONE.findall(banned["value"]):
            bare = phone.replace("-", "")
            assert [id_ for id_, text in told.items() if bare in text.replace("-", "").replace(" ", "")] == [], phone


def test_every_telephone_number_of_a_record_is_one_the_research_holds(items, records):
    known = {
        phone.replace("-", "")
        for made_of in items.values()
        for item in made_of
        for text in texts(item)
        for phone in PHONE.findall(text)
    }
    found = {
        phone.replace("-", "")
        for record in records.values()
        for text in texts(record, {"sources"})
        for phone in PHONE.findall(text)
    }
    assert found <= known


def test_the_city_and_the_dates_of_an_incentive_are_those_of_its_newest_item(items, records):
    for id_, made_of in items.items():
        record = records[id_]
        assert record["city"] in {item.get("city", record["city"]) for item in made_of}, id_
        if record["type"] == "incentive":
            for key, named in (("effective_from", "effective"), ("effective_until", "expiry")):
                assert record.get(key) in {leading_date(item.get(named)) for item in made_of}, (id_, key)


def test_no_hijacked_page_is_stored_as_a_link(records):
    hijacked = {id_ for path in SECOND.values() for id_ in hijacked_of(read_yaml(path))}
    assert hijacked
    linked = {
        source["id"]
        for record in records.values()
        for source in record["sources"]
        if source["url"] and source["id"] in hijacked
    }
    assert linked == set()


def hijacked_of(file):
    return (file["meta"].get("hijacked") or {}).get("sources", ())


def test_no_sentence_that_a_newer_one_replaces_is_told(second, table, records, items):
    """The numbers that only a superseded sentence holds stand nowhere in its record."""
    left = {}
    for key, item in second.items():
        record = table[key]["record"]
        for old in item.get("supersedes_facts") or ():
            held = set().union(*(figures(one) for one in items.get(record, ())))
            if still := {f for f in figures(old) - held if f > 99} & figures(records[record], OF_RECORDS):
                left[record] = still
    assert left == {}
