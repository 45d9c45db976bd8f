"""What the tests of `bot` share. They run in Rasa's environment: `bot/.venv/bin/python -m pytest tests/bot`."""

from __future__ import annotations

import json
import os
import warnings
from importlib import import_module
from pathlib import Path

import pytest

os.environ.update(RASA_TELEMETRY_ENABLED="false", OMP_NUM_THREADS="1", SQLALCHEMY_SILENCE_UBER_WARNING="1")
with warnings.catch_warnings(record=True):  # Rasa's pinned libraries warn of each other when they are imported
    import_module("bot.__main__")

ROOT = Path(__file__).resolve().parents[2]
NAUGHTY = ROOT.parent / "shared" / "data" / "badinput" / "blns.json"
"""The Big List of Naughty Strings, where the machine has it."""


def naughty_strings():
    """Strings that have broken programs; a few of them where the list is missing."""
    if NAUGHTY.exists():
        return json.loads(NAUGHTY.read_text(encoding="utf-8"))
    return [
        "",
        "undefined",
        "\x00",
        "﷽",
        "Ω≈ç√∫",
        "田中さんにあげて下さい",
        "\u202e test",
        "<script>alert(0)</script>",
        "%s%n",
        "/dev/null",
    ]


@pytest.fixture(scope="session")
def naughty():
    return naughty_strings()


@pytest.fixture(autouse=True)
def storage(tmp_path, monkeypatch):
    """What the server keeps stands in a folder of the test's own."""
    monkeypatch.setenv("CONVERSATIONS_DATABASE", str(tmp_path / "conversations.sqlite3"))
    return tmp_path
