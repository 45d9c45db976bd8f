"""A digest of the records, by which the state of a running server is compared with the files."""

from __future__ import annotations

import hashlib

import msgspec

from knowledge.catalogue import Catalogue


def digest(catalogue: Catalogue) -> str:
    """Equal for equal records and gaps, whatever order they were read in."""
    content = {"records": dict(catalogue.records), "gaps": dict(catalogue.gaps)}
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
