"""Whatever investors tell of themselves between their questions stands nowhere that the assistant writes to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from deploy.client import ask
from deploy.settings import ROOT
from knowledge.slots.digits import runs
from knowledge.text import fold
from tests.servers import serving, wait_until
from tests.support.personal import digits_of, messages
from tests.support.webchat import WebChat

_CHUNK, _OVERLAP = 3000, 100
_SEPARATOR = "\n\n;\n\n"
"""Longer than anything that stands inside a number."""
_SETTLED = "这是最后一句：济南高新区面积多大"


@pytest.fixture
def alone(tmp_path):
    """An assistant of its own: in a shared one, leads of other tests hold names that are theirs by right."""
    with serving(tmp_path) as assistant:
        yield assistant


def test_no_file_and_no_table_holds_what_six_hundred_messages_tell_of_persons(alone):
    told = messages()
    assert len(told) >= 600
    with ThreadPoolExecutor(4) as visitors:
        turns = list(visitors.map(lambda one: ask(alone.url, f"personal-{one[0]}", one[1].said), enumerate(told)))
    assert [one.said for one, turn in zip(told, turns, strict=True) if len(turn.envelopes) != 1] == []
    WebChat(alone.url).ask(told[0].said)  # only web and WeChat write to the ledger of the channels
    ask(alone.url, "personal-last", _SETTLED)
    folder = alone.log.parent
    wait_until(lambda: _SETTLED in "".join(_cells(folder / "leads.sqlite3")), 30, "the log of turns")
    cells = {path.name: _SEPARATOR.join(_cells(path)) for path in _files(folder) if path.suffix == ".sqlite3"}
    assert {"leads.sqlite3", "conversations.sqlite3", "channels.sqlite3"} <= cells.keys()
    assert _SETTLED in cells["conversations.sqlite3"]  # what is looked into is what was written
    files = {path.name: path.read_bytes().decode("utf-8", "ignore") for path in _files(folder)}
    assert "serve.log" in files
    logs = {name: text for name, text in files.items() if ".sqlite3" not in name}
    spelled = {name: _spellings(text) for name, text in {**cells, **logs}.items()}
    found = [
        (place, secret, one.said)
        for one in told
        for secret in one.secrets
        for place in [*(n for n, text in files.items() if secret in text), *_where(secret, spelled)]
    ]
    assert found == [], found


def _where(secret: str, spelled: dict[str, tuple[str, str]]) -> Iterator[str]:
    """The places where a secret stands in any spelling."""
    own, folded = digits_of(secret), fold(secret)
    for place, (text, digits) in spelled.items():
        if folded in text or (len(own) >= 7 and own in digits):
            yield place


def _files(folder: Path) -> list[Path]:
    """Every file of this run and of the working folder; SQLite's shared memory holds numbers of pages, no content."""
    found = [*folder.glob("*"), *(ROOT / "var").rglob("*")]
    return sorted(path for path in found if path.is_file() and not path.name.endswith("-shm"))


def _cells(file: Path) -> Iterator[str]:
    """All texts of a database; what JSON escapes is told plainly."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    if isinstance(cell, bytes):
                        yield _plain(cell.decode("utf-8", "ignore"))
                    elif isinstance(cell, str):  # of a confidence's sixteen digits some are any number
                        yield _plain(cell)


def _plain(text: str) -> str:
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _spellings(text: str) -> tuple[str, str]:
    """Folded, and the digits of each run."""
    chunks = [fold(text[at : at + _CHUNK + _OVERLAP]) for at in range(0, len(text), _CHUNK)]
    return _SEPARATOR.join(chunks), _SEPARATOR.join(run.digits for chunk in chunks for run in runs(chunk))
