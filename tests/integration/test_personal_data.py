"""Whatever investors tell of themselves between their questions stands nowhere that the assistant writes to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from deploy.client import ask
from deploy.settings import ROOT
from knowledge.slots.digits import runs
from knowledge.text import fold
from tests.servers import wait_until
from tests.support.personal import digits_of, messages
from tests.support.webchat import WebChat

_CHUNK, _OVERLAP = 3000, 100
_SEPARATOR = "\n\n;\n\n"
"""Longer than anything that stands inside a number."""
_SETTLED = "这是最后一句：济南高新区面积多大"


def test_no_file_and_no_table_holds_what_six_hundred_messages_tell_of_persons(running):
    told = messages()
    assert len(told) >= 600
    with ThreadPoolExecutor(4) as visitors:
        turns = list(visitors.map(lambda one: ask(running.url, f"personal-{one[0]}", one[1].said), enumerate(told)))
    assert [one.said for one, turn in zip(told, turns, strict=True) if len(turn.envelopes) != 1] == []
    WebChat(running.url).ask(told[0].said)  # only web and WeChat write to the ledger of the channels
    ask(running.url, "personal-last", _SETTLED)
    folder = running.log.parent
    wait_until(lambda: _SETTLED in "".join(_cells(folder / "leads.sqlite3")), 30, "the log of turns")
    written = {place: _SEPARATOR.join(texts) for place, texts in _places(folder)}
    assert {"leads.sqlite3", "conversations.sqlite3", "channels.sqlite3", "serve.log"} <= written.keys()
    assert _SETTLED in written["conversations.sqlite3"]  # what is looked into is what was written
    found = [
        (place, secret, one.said)
        for place, text in written.items()
        for spelled in [(text, *_spellings(text))]
        for one in told
        for secret in one.secrets
        if _stands_in(secret, *spelled)
    ]
    assert found == [], found


def _places(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Every file of this run and of the working folder: tables cell by cell, files as they are."""
    for file in sorted([*folder.glob("*"), *(ROOT / "var").rglob("*")]):
        if file.is_file() and file.suffix == ".sqlite3":
            yield file.name, [*_cells(file), file.read_bytes().decode("utf-8", "ignore")]
        elif file.is_file():
            yield file.name, [file.read_bytes().decode("utf-8", "ignore")]


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


def _stands_in(secret: str, text: str, folded: str, digits: str) -> bool:
    own = digits_of(secret)
    return secret in text or fold(secret) in folded or (len(own) >= 7 and own in digits)
