"""What must hold across records: each check fires on its own kind of fault, and the shipped records pass them all."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge import checks
from knowledge.model import Gap

TODAY = dt.date(2026, 11, 22)


def source(**keys):
    return {"id": "S", "title": "t", "url": None, "as_of": "2021", "quality": "A"} | keys


def test_the_shipped_records_have_no_error(shipped, gaps):
    """Also with tomorrow's clock nothing but due reviews may appear."""
    assert [str(f) for f in checks.check_all(shipped, gaps, TODAY) if f.severity == "error"] == []


def test_every_check_is_run():
    named = {name for name, value in vars(checks).items() if getattr(value, "__module__", "") == checks.__name__}
    run = {check.__name__ for check in checks.CHECKS} | {
        "gaps_have_a_way_on", "rules_can_be_worked_out", "statistics_can_be_used", "check_all",
    }  # fmt: skip
    assert {name for name in named if not name.startswith("_")} - {"Check"} == run


FAULTS = [
    ("ids_are_unique", "site", {"id": "JN_X"}, "id"),
    ("sources_are_complete", "site", {"sources": []}, "sources"),
    ("sources_are_complete", "site", {"sources": [source(quality="D")]}, "sources"),
    ("sources_are_complete", "site", {"sources": [source(), source()]}, "sources[S]"),
    ("sources_are_complete", "site", {"sources": [source(url="www.x.cn")]}, "sources[S]"),
    ("sources_are_complete", "site", {"sources": [source(as_of=None)]}, "sources[S]"),
    ("sources_are_complete", "site", {"sources": [source(as_of="2021-13")]}, "sources[S]"),
    ("sources_are_complete", "site", {"field_sources": {"location": "T"}}, "field_sources.location"),
    ("sources_are_complete", "site", {"field_sources": {"locaton": "S"}}, "field_sources.locaton"),
    ("dates_are_dates", "site", {"checked": "2027-05"}, "checked"),
    ("dates_are_dates", "incentive", {"effective_until": "2021-02-30"}, "effective_until"),
    ("references_exist", "site", {"districts": ["nowhere"]}, "districts"),
    ("references_exist", "district", {"sites": ["nowhere"]}, "sites"),
    ("references_exist", "incentive", {"superseded_by": "nowhere"}, "superseded_by"),
    ("texts_are_written", "site", {"summary": ""}, "summary"),
    ("texts_are_written", "site", {"facts": [{"text": "面积待写。", "source": "S"}]}, ""),
    ("texts_are_legible", "site", {"name": "济\ufffd南示范园"}, "name"),
    ("texts_are_legible", "site", {"aliases": ["æµŽå—…"]}, "aliases"),
    ("texts_are_legible", "site", {"sources": [source(title="娴庡崡公报")]}, "sources"),
    ("texts_are_legible", "site", {"questions": ["锟斤拷在哪"]}, "questions"),
    ("texts_are_legible", "site", {"facts": [{"text": "有企业???家。", "source": "S"}]}, "facts"),
    ("texts_are_legible", "contact", {"address": "工业北路&nbsp;1号"}, "address"),
    ("aliases_are_usable", "site", {"aliases": ["园"]}, "aliases"),
    ("aliases_are_usable", "site", {"aliases": ["园区"]}, "aliases"),
    ("aliases_are_usable", "site", {"aliases": ["药谷", "药谷"]}, "aliases"),
    ("phones_are_phones", "contact", {"phone": "见官网"}, "phone"),
    ("phones_are_phones", "contact", {"phone": "5316660000"}, "phone"),
    ("phones_are_phones", "contact", {"phone": "53166600000"}, "phone"),
    ("phones_are_phones", "contact", {"phone": "0531-6660000"}, "phone"),
    ("phones_are_phones", "contact", {"phone": "1380000000"}, "phone"),
    ("phones_are_phones", "contact", {"phone": "0531-66600000 66600001"}, "phone"),
    ("incentives_say_what_to_verify", "incentive", {"verify": {"what": "", "why": "w"}}, "verify"),
    ("incentives_say_what_to_verify", "incentive", {"benefits": []}, "benefits"),
    (
        "facts_are_no_newer_than_their_sources",
        "site",
        {"facts": [{"text": "2023年，园区有企业21家。", "source": "S"}]},
        "facts",
    ),
    ("reviews_are_due", "site", {"checked": "2025-11-21"}, "checked"),
]


@pytest.mark.parametrize(("check", "type_", "keys", "field"), FAULTS, ids=lambda v: str(v)[:40])
def test_a_fault_is_found_by_its_check_with_a_field_and_a_way_to_mend_it(make, check, type_, keys, field):
    found = list(getattr(checks, check)([make(type_, **keys)], TODAY))
    assert {f.field for f in found} == {field}
    assert all(f.where and f.problem and f.mend for f in found)


@pytest.mark.parametrize(
    "phone",
    [
        "0531-66600000",
        "053166600000",
        "(0531)66600000",
        "+86 531 66600000",
        "0531-66600000转802",
        "12345",
        "96888",
        "400-123-4567",
        "51705768",
        "0531",
        "13800000000",
    ],
)
def test_a_number_that_can_be_dialled_passes(make, phone):
    assert list(checks.phones_are_phones([make("contact", phone=phone)], TODAY)) == []


@pytest.mark.parametrize("text", ["Müller Söhne GmbH", "Île-de-France", "联通漯河浠水", "“引号”——……，5€", "真的吗??"])
def test_a_text_that_only_looks_unusual_is_not_called_broken(make, text):
    assert list(checks.texts_are_legible([make(summary=text)], TODAY)) == []


@pytest.mark.parametrize(
    "type_", ["site", "district", "industry", "incentive", "contact", "procedure", "event", "transport", "cost"]
)
def test_a_sound_record_of_any_type_passes_every_check(make, type_):
    assert checks.check_all([make(type_)], [], TODAY) == []


def test_every_check_has_an_example_that_fails_it():
    assert {check.__name__ for check in checks.CHECKS} == {fault[0] for fault in FAULTS}


def test_two_records_with_one_id_are_found(make):
    assert [f.problem for f in checks.ids_are_unique([make(), make()], TODAY)] == ["2 条记录用了同一个 id"]


def test_a_reference_to_a_record_of_another_type_is_a_fault(make):
    records = [make(id="a", districts=["b"]), make(id="b")]
    assert [f.field for f in checks.references_exist(records, TODAY)] == ["districts"]


def test_a_review_that_is_due_is_a_warning_and_not_an_error(make):
    (finding,) = checks.check_all([make(checked="2020-01-01")], [], TODAY)
    assert finding.severity == "warning"
    assert "2021-01-01" in finding.problem


def test_a_gap_without_a_way_on_is_found(make):
    gap = Gap(id="g", city="济南", topic="租金", missing="没有", contacts=[])
    lost = Gap(id="h", city="济南", topic="租金", missing="没有", contacts=["nobody"])
    assert [f.field for f in checks.gaps_have_a_way_on([make("contact")], [gap, lost])] == ["g", "h"]


def test_errors_come_before_warnings(make):
    found = checks.check_all([make(checked="2020-01-01", summary="")], [], TODAY)
    assert [f.severity for f in found] == ["error", "warning"]


RULE_FAULTS = [
    {"kind": "percent", "bases": ["营业额"], "rate": 0.01},
    {"kind": "fixed", "needs": ["五百强企业"], "amount_wan": 10},
    {"kind": "fixed", "needs": ["总部企业"]},
    {"kind": "percent", "bases": ["到账外资"]},
    {"kind": "cap", "needs": ["总部企业"]},
    {"kind": "fixed", "amount_wan": 10},
    {"kind": "fixed", "needs": ["总部企业"], "amount_wan": 10, "limits": [{"base": "楼层", "at_least": 3}]},
]


@pytest.mark.parametrize("rule", RULE_FAULTS, ids=lambda rule: str(rule)[:60])
def test_a_rule_that_cannot_be_worked_out_is_a_finding(make, catalogue, rule):
    found = list(checks.rules_can_be_worked_out([make("incentive", rules=[rule])], catalogue.vocabulary.inputs))
    assert [f.field.partition(".")[0] for f in found] == ["rules[0]"]


def test_a_place_where_an_incentive_applies_must_be_a_record(make, catalogue):
    found = list(
        checks.rules_can_be_worked_out([make("incentive", applies_in=["nowhere"])], catalogue.vocabulary.inputs)
    )
    assert [f.field for f in found] == ["applies_in"]
