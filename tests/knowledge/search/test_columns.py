"""The columns a search compares say of every row just what its record says."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.search.columns import PLACES, Columns


@pytest.fixture(scope="module")
def columns(catalogue):
    return Columns(catalogue)


def ids(columns, mask):
    return {columns.ids[row] for row in np.flatnonzero(mask)}


def test_every_record_and_gap_has_one_row(columns, catalogue):
    assert columns.ids == [*catalogue.records, *catalogue.gaps]
    assert ids(columns, columns.gap) == set(catalogue.gaps)


def test_types_places_and_cities_are_those_of_the_records(columns, catalogue):
    for kind in ("site", "incentive", "transport"):
        assert ids(columns, columns.of_type(kind)) == {r.id for r in catalogue.records.values() if r.type == kind}
    assert ids(columns, columns.of_places) == {r.id for r in catalogue.records.values() if r.type in PLACES}
    held = [*catalogue.records.values(), *catalogue.gaps.values()]
    assert ids(columns, columns.in_city("兰州")) == {one.id for one in held if one.city == "兰州"}


def test_a_record_tells_of_a_facet_when_one_of_its_statements_does(columns, catalogue):
    told = {id_ for id_, statements in catalogue.statements.items() if any("area" in s.facets for s in statements)}
    assert ids(columns, columns.tells("area")) == told


def test_a_record_is_about_a_place_that_its_fields_name(columns):
    for place in ("jn-gaoxin", "lz-xinqu"):
        about = {id_ for id_, places in columns.about.items() if place in places}
        assert about
        assert ids(columns, columns.about_any([place])) == about


def test_what_is_not_known_stands_in_no_row(columns):
    for mask in (
        columns.these(["nobody"]),
        columns.of_type("moon"),
        columns.in_city("火星"),
        columns.tells("no"),
        columns.suits("no"),
        columns.about_any(["nobody"]),
    ):
        assert not mask.any()


def test_the_order_of_rows_is_that_of_their_ids(columns):
    assert [columns.ids[row] for row in np.argsort(columns.order)] == sorted(columns.ids)
