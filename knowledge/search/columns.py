"""What a search compares of every record and gap, as columns of arrays: no search loops over all records.

Every column has one row for each record, then one for each gap, in the order of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from knowledge.catalogue import Catalogue
from knowledge.model import TYPES, Common, Incentive

PLACES = ("site", "district", "industry")
_DOCUMENT_YEAR = re.compile(r"20([0-3]\d)")
Mask = npt.NDArray[np.bool_]


class Columns:
    """Immutable. A mask has one element for each row."""

    def __init__(self, catalogue: Catalogue) -> None:
        records = list(catalogue.records.values())
        self.ids = [*catalogue.records, *catalogue.gaps]
        self.row_of = {id_: row for row, id_ in enumerate(self.ids)}
        self.order = np.argsort(np.argsort(np.array(self.ids)))
        """The place of each row among the sorted ids."""
        self.gap = np.arange(len(self.ids)) >= len(records)
        types, cities = catalogue.lexicon.types_of, catalogue.lexicon.city_of
        self._types = {kind: self._where(types[id_] == kind for id_ in self.ids) for kind in TYPES}
        self.of_places = self._where(types[id_] in PLACES for id_ in self.ids)
        self._cities = {city: self._where(cities[id_] == city for id_ in self.ids) for city in set(cities.values())}
        told = [{facet for s in catalogue.statements[record.id] for facet in s.facets} for record in records]
        self._facets = {facet: self._where(facet in of_one for of_one in told) for facet in set().union(*told)}
        listed = [_listed(record) for record in records]
        self._industries = {
            industry: self._where(any(word in text for word in tells) for text in listed)
            for industry, tells in catalogue.industry_tells.items()
        }
        years = [_years(record) for record in records]
        self._years = {year: self._where(year in of_one for of_one in years) for year in set().union(*years)}
        self.about = {record.id: _subjects(record, catalogue) for record in records}
        rows_about: dict[str, list[int]] = {}
        for row, places in enumerate(self.about.values()):
            for place in places:
                rows_about.setdefault(place, []).append(row)
        self._rows_about = {place: np.array(rows) for place, rows in rows_about.items()}

    def _where(self, holds: Iterable[bool]) -> Mask:
        """A mask of what holds row by row; rows that are not told of are false."""
        mask = self.nothing()
        told = np.fromiter(holds, np.bool_)
        mask[: len(told)] = told
        return mask

    def nothing(self) -> Mask:
        """A mask in which no row stands."""
        return np.zeros(len(self.ids), np.bool_)

    def these(self, ids: Iterable[str]) -> Mask:
        """The rows of these records and gaps, as far as they exist."""
        mask = self.nothing()
        mask[[self.row_of[id_] for id_ in ids if id_ in self.row_of]] = True
        return mask

    def of_type(self, kind: str) -> Mask:
        """The records of this type."""
        return self._types.get(kind, self.nothing())

    def in_city(self, city: str) -> Mask:
        """What lies in this very city; 全国 is a city of its own."""
        return self._cities.get(city, self.nothing())

    def tells(self, facet: str) -> Mask:
        """The records with a statement on this facet."""
        return self._facets.get(facet, self.nothing())

    def suits(self, industry: str) -> Mask:
        """The records that list this industry, and the incentives that speak of it."""
        return self._industries.get(industry, self.nothing())

    def of_years(self, years: Iterable[str]) -> Mask:
        """The incentives whose document is of one of these years, told by their last two digits."""
        mask = self.nothing()
        for year in years:
            mask |= self._years.get(year, mask)
        return mask

    def about_any(self, places: Iterable[str]) -> Mask:
        """The records that are about one of these places."""
        mask = self.nothing()
        for place in places:
            mask[self._rows_about.get(place, [])] = True
        return mask


def _listed(record: Common) -> str:
    """The text in which a record says for which industries it is."""
    return " ".join(
        getattr(record, "industries", ())
        or getattr(record, "branches", ())
        or (record.name, *(benefit.text for benefit in getattr(record, "benefits", ())), getattr(record, "who", ""))
    )


def _years(record: Common) -> frozenset[str]:
    """The years, in two digits, of an incentive's document; nothing for other records."""
    if not isinstance(record, Incentive):
        return frozenset()
    return frozenset(
        _DOCUMENT_YEAR.findall(f"{record.name} {record.document_number} {(record.effective_from or '')[:4]}")
    )


def _subjects(record: Common, catalogue: Catalogue) -> set[str]:
    """Ids of the places a record is about, by the names that stand in its own defining fields."""
    fields = ("name", "level", "issuing_authority", "who", "location", "apply")
    text = "|".join([*(str(getattr(record, f, "") or "") for f in fields), *record.aliases])
    named = {id_ for mention in catalogue.lexicon.mentions(text) for id_ in mention.ids if id_ in catalogue.records}
    named |= set(getattr(record, "districts", ()))
    named |= {id_ for price in getattr(record, "prices", ()) for id_ in price.applies_in}
    same_city = {id_ for id_ in named if catalogue.records[id_].city in (record.city, "全国")}
    return {id_ for id_ in same_city if catalogue.records[id_].type in PLACES} - {record.id}
