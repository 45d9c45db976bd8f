"""Where conversations are kept between turns: one small SQLite file that all workers of the server share.

It survives a restart and kill -9. Nothing in it can tell who somebody is (`bot.trackers` sees to that), so losing it
costs the thread of running conversations and nothing else: writes are not flushed to the disk one by one, and neither a
damaged file nor a full disk makes the server mute (`bot.shared_file`).
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Iterator, MutableMapping, Optional

import structlog

from bot.shared_file import SharedFile

_DEFAULT = Path("storage") / "conversations.sqlite3"
_BUSY_SECONDS = 1.0
"""A turn is waiting; no write here takes more than a few milliseconds."""
_TABLE = """
CREATE TABLE IF NOT EXISTS conversations (sender TEXT PRIMARY KEY, kept TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_at ON conversations (at);
"""
structlogger = structlog.get_logger()


def file_of_conversations() -> Path:
    """Where they are kept: `CONVERSATIONS_DATABASE`, or a file in `storage/`."""
    return Path(os.environ.get("CONVERSATIONS_DATABASE") or _DEFAULT)


class Conversations(MutableMapping[str, str]):
    """Serialised conversations by sender id."""

    def __init__(self, file: Optional[Path] = None) -> None:
        """`file`: that of `file_of_conversations` unless given. Nothing is opened before the first use."""
        self._kept = SharedFile(file or file_of_conversations(), _TABLE, _BUSY_SECONDS)

    def __getitem__(self, sender: str) -> str:
        rows = self._run("SELECT kept FROM conversations WHERE sender = ?", sender)
        if not rows:
            raise KeyError(sender)
        return str(rows[0][0])

    def __setitem__(self, sender: str, kept: str) -> None:
        self._run(
            "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET kept = excluded.kept, at = excluded.at",
            sender, kept, time.time(),
        )  # fmt: skip

    def __delitem__(self, sender: str) -> None:
        self._run("DELETE FROM conversations WHERE sender = ?", sender)

    def __iter__(self) -> Iterator[str]:
        return iter([str(row[0]) for row in self._run("SELECT sender FROM conversations")])

    def __len__(self) -> int:
        rows = self._run("SELECT count(*) FROM conversations")
        return int(rows[0][0]) if rows else 0

    def forget_before(self, at: float) -> None:
        """Forget conversations nothing was added to since then (seconds since 1970)."""
        self._run("DELETE FROM conversations WHERE at < ?", at)

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement; none where another worker holds the file for too long, which the log tells."""
        use = self._kept.read if statement.startswith("SELECT") else self._kept.write
        try:
            return use(lambda db: db.execute(statement, values).fetchall())
        except sqlite3.Error as error:
            structlogger.error("conversations.unusable", error=type(error).__name__)
            return []
