"""The editable word lists beside this file, as strict models. Read again whenever the records are."""

from __future__ import annotations

from pathlib import Path

import msgspec

from knowledge.estimating.terms import Terms
from knowledge.loading import parse_yaml
from knowledge.paths import VOCABULARY
from knowledge.preferences import Preferences


class Facet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that can be asked about a record."""

    id: str
    label: str
    cues: list[str]
    tells: list[str]


class IndustryWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An industry as investors say it (`cues`) and as records do (`tells`)."""

    id: str
    cues: list[str]
    tells: list[str]


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a typed number measures: its name for people, its units, and how investors say it (`cues`)."""

    id: str
    label: str
    units: list[str]
    cues: list[str] = []


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """City → its names; places of which nothing is held; words before or behind such a place that make it
    the place an investor comes from; words behind it that set it against ours; words that contain a record's name by
    chance."""

    cities: dict[str, list[str]]
    elsewhere: list[str]
    no_names: list[str]
    comes_from: list[str]
    belongs: list[str]
    set_against: list[str]


class Vocabulary(msgspec.Struct, frozen=True):
    """All word lists."""

    facets: list[Facet]
    types: dict[str, list[str]]
    places: Places
    industries: list[IndustryWord]
    indicators: list[Indicator]
    inputs: Terms
    matching: Preferences

    @classmethod
    def load(cls, folder: Path = VOCABULARY) -> Vocabulary:
        """Read all lists; raises `msgspec.ValidationError` or `yaml.YAMLError` where one is malformed."""
        return msgspec.convert(
            {name: parse_yaml((folder / f"{name}.yml").read_text(encoding="utf-8")) for name in cls.__struct_fields__},
            cls,
        )
