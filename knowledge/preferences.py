"""The shape of `vocabulary/matching.yml`: what weighs how much when sites are chosen, and the needs there are."""

from __future__ import annotations

import msgspec


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a project may ask of a site besides industry and size."""

    id: str
    cues: list[str]
    tells: list[str]
    strict: bool = False
    """Whether it speaks against a site that its record does not mention it."""
    covers: list[str] = []
    """Industries whose words are the same (保税): with another industry they are only this need."""


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of the criteria, and the needs there are."""

    weights: dict[str, float]
    needs: list[Need]
