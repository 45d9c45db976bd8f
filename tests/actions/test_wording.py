"""Source lines and ways on: every title, date, number and address in them stands in a record."""

from __future__ import annotations

import re

from actions.turn.wording import FIRST_QUESTIONS, WAY_ON, source_line, ways_on
from knowledge.model import Contact
from tests.shopper import normal


def test_a_source_line_names_title_and_date(catalogue):
    record = catalogue.get("jn-fdi-covid")
    line = source_line([record], [])
    source = record.sources[0]
    assert line.startswith("来源")
    assert "\n" not in line
    assert source.title in line
    assert source.as_of in line


def test_every_record_has_a_source_line_with_a_date_or_the_word_that_none_is_known(catalogue):
    for record in catalogue.records.values():
        line = normal(source_line([record], catalogue.statements[record.id]))
        assert re.search(r"\((\d{4}|未标日期)", line), record.id


def test_the_sources_of_the_statements_shown_come_first(catalogue):
    record, statement = next(
        (record, s)
        for record in catalogue.records.values()
        for s in catalogue.statements[record.id]
        if s.source_id and s.source_id != record.sources[0].id
    )
    resting_on = next(source for source in record.sources if source.id == statement.source_id)
    assert normal(source_line([record], [statement])).removeprefix("来源:").startswith(normal(resting_on.title))


def test_a_source_is_named_once_however_many_statements_rest_on_it(catalogue):
    record = catalogue.get("jn-cbd")
    line = source_line([record], catalogue.statements[record.id] * 3)
    assert line.count(record.sources[0].title) == 1


def test_rehosted_sources_are_marked_as_to_be_checked(catalogue):
    for record in catalogue.records.values():
        if record.sources[0].quality in ("C", "D"):
            assert "核对" in source_line([record], [])


def test_each_record_answered_from_has_its_source_where_there_is_room(catalogue):
    two = [catalogue.get("jn-cbd"), catalogue.get("lz-xinqu")]
    line = source_line(two, [])
    assert all(record.sources[0].title in line for record in two)


def test_ways_on_tell_only_what_the_contact_records_hold(catalogue):
    for contact in catalogue.of_type(Contact):
        told = ways_on([contact])
        for held in (contact.phone, contact.website):
            assert held is None or held in told, contact.id
        numbers = re.findall(r"\d{7,}", re.sub(r"https?://[\w./?=&%#-]+", "", told))
        assert all(number in str(contact) for number in numbers), contact.id


def test_there_is_a_way_on_even_without_a_contact():
    assert ways_on([]) == WAY_ON
    assert "12345" in WAY_ON


def test_addresses_in_the_general_way_on_stand_in_contact_records(catalogue):
    held = {contact.website for contact in catalogue.of_type(Contact)}
    assert set(re.findall(r"https?://[\w.]+", WAY_ON)) <= held


def test_first_questions_are_four_and_plain_text():
    assert len(FIRST_QUESTIONS) == len(set(FIRST_QUESTIONS)) == 4
    assert not any(question.startswith("/") for question in FIRST_QUESTIONS)
