"""Statements are all an answer may say: whatever they tell stands in the record."""

from __future__ import annotations

import re

import msgspec

from knowledge.model import OF_FACTS
from knowledge.statements import area_of, number, source_of, statements_of

FIGURE = re.compile(r"\d+(?:\.\d+)?")


def figures(text):
    return {float(figure) for figure in FIGURE.findall(text)}


def texts_in(value):
    if isinstance(value, dict):
        return " ".join(texts_in(v) for v in value.values())
    if isinstance(value, list):
        return " ".join(texts_in(v) for v in value)
    return str(value)


def test_every_figure_of_every_statement_comes_from_its_record(catalogue):
    """Names of other records that a statement mentions count as theirs, step numbers as order."""
    invented = {}
    for record in catalogue.records.values():
        known = figures(texts_in(msgspec.to_builtins(record))) | figures(" ".join(catalogue.names.values()))
        for statement in catalogue.statements[record.id]:
            text = re.sub(r"^\d+\. ", "", statement.text) if statement.field == "steps" else statement.text
            if missing := figures(text) - known:
                invented[record.id, statement.field] = missing
    assert invented == {}


def test_every_record_has_at_least_two_statements(catalogue):
    assert [id_ for id_, statements in catalogue.statements.items() if len(statements) < 2] == []


def test_every_statement_names_a_source_of_its_own_record(catalogue):
    for record in catalogue.records.values():
        ids = {source.id for source in record.sources}
        assert {s.source_id for s in catalogue.statements[record.id]} <= ids


def test_every_facet_of_a_statement_is_in_the_vocabulary(catalogue):
    used = {facet for statements in catalogue.statements.values() for s in statements for facet in s.facets}
    assert used - set(catalogue.facet_labels) == set()


def test_every_statement_is_one_line_that_ends(catalogue):
    for statements in catalogue.statements.values():
        for statement in statements:
            assert statement.text.strip() == statement.text
            assert "\n" not in statement.text
            assert "。。" not in statement.text


def test_a_time_that_is_told_in_words_is_not_wrapped_in_more(catalogue):
    texts = [s.text for statements in catalogue.statements.values() for s in statements if s.field == "valid"]
    assert texts
    assert [text for text in texts if "起起" in text or "起适用起" in text or "适用起。" in text] == []


def test_no_fact_of_a_record_goes_untold(catalogue):
    for record in catalogue.records.values():
        told = " ".join(statement.text for statement in catalogue.statements[record.id])
        for fact in (fact.text for field in OF_FACTS for fact in getattr(record, field, ())):
            assert fact.rstrip("。;；,，") in told


def test_a_field_that_rests_on_another_source_says_so(make):
    sources = [{"id": i, "title": "t", "url": None, "as_of": "2021", "quality": "A"} for i in ("S", "T")]
    record = make(area_km2=3, sources=sources, field_sources={"area_km2": "T"})
    by_field = {s.field: s.source_id for s in statements_of(record, {}, {})}
    assert by_field["area"] == "T"
    assert by_field["summary"] == "S"
    assert source_of(record, "T").id == "T"
    assert source_of(record, "gone").id == "S"


def test_figures_are_written_without_trailing_zeros_and_with_their_unit(make):
    assert [number(x) for x in (318.0, 3.20, 0.01, 1291.5)] == ["318", "3.2", "0.01", "1291.5"]
    assert area_of(make(area_mu=500.0)) == "500亩"
    assert area_of(make(area_ha=2.5)) == "2.5公顷"
    assert area_of(make()) == ""


def test_an_incentive_without_a_document_number_says_that_none_was_seen(make):
    texts = [s.text for s in statements_of(make("incentive"), {}, {}) if s.field == "document_number"]
    assert len(texts) == 1
    assert "未见" in texts[0]


def test_what_was_superseded_names_its_successor(make):
    texts = [s.text for s in statements_of(make(superseded_by="new"), {}, {"new": "新园区"})]
    assert any("新园区" in text for text in texts)
