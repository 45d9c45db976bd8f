"""Where this room's files are: shipped beside the code, unless the environment says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
RECORDS = ROOT / "records"
GAPS = ROOT / "gaps.yml"
VOCABULARY = ROOT / "vocabulary"
EXAMPLES = ROOT.parent / "data" / "nlu" / "scope.yml"
"""Training examples of the intents that no record should answer; see `outside`."""


def records_folder() -> Path:
    """`KNOWLEDGE_RECORDS`, or the records shipped here."""
    return Path(os.environ.get("KNOWLEDGE_RECORDS", RECORDS))


def cache_folder() -> Path:
    """`KNOWLEDGE_CACHE`, or `.cache` in the project: vectors and dictionaries that can be made again."""
    return Path(os.environ.get("KNOWLEDGE_CACHE", ROOT.parent / ".cache"))


def encoder_folder() -> Path:
    """`KNOWLEDGE_ENCODER`, or `models/encoder` in the project, where `make train` puts it."""
    return Path(os.environ.get("KNOWLEDGE_ENCODER", ROOT.parent / "models" / "encoder"))


def watched_paths() -> tuple[Path, ...]:
    """Everything whose edit must be taken up by a running server."""
    return records_folder(), GAPS, VOCABULARY, EXAMPLES
