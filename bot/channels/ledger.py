"""What the channels must remember across workers, restarts and kill -9: one SQLite file, the standard library alone.

- claims: which message somebody is answering or has answered, so that a message that comes again is answered once;
- frames: what is on its way to an investor, numbered, until it is acknowledged;
- notes: small things with an end, such as the options last shown or a platform's access token.

Every call is one short transaction (well under a millisecond), so it may be made on an event loop; it is safe in
threads and after a fork. Senders are our own ids; keys must hold nothing personal, since they outlive an erasure.
A power cut may lose the last moments (`synchronous = NORMAL`), kill -9 loses nothing. What happens where the file is
damaged or can't be written: see `bot.shared_file`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from enum import Enum
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from bot.shared_file import SharedFile

DEFAULT = Path(__file__).resolve().parents[2] / "storage" / "channels.sqlite3"
_PATIENCE = 5.0
"""Seconds to wait for another writer; each holds the file for less than a millisecond."""
_TABLES = """
CREATE TABLE IF NOT EXISTS claims (
  channel TEXT NOT NULL, key TEXT NOT NULL, sender TEXT NOT NULL, owner TEXT NOT NULL, reply TEXT, at REAL NOT NULL,
  about TEXT, way TEXT, PRIMARY KEY (channel, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_of_sender ON claims (channel, sender);
CREATE TABLE IF NOT EXISTS frames (
  number INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, sender TEXT NOT NULL, key TEXT NOT NULL, body TEXT,
  at REAL NOT NULL, UNIQUE (channel, sender, key)
);
CREATE TABLE IF NOT EXISTS notes (
  channel TEXT NOT NULL, sender TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, until REAL,
  PRIMARY KEY (channel, sender, name)
) WITHOUT ROWID;
"""
_ANEW = """
INSERT INTO sqlite_sequence (name, seq) SELECT 'frames', strftime('%s', 'now') * 1000
WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'frames');
"""
"""Browsers order what they have by its number: in a file that begins anew, numbers are higher than any given before."""


class State(Enum):
    """How it stands with a message."""

    NEW = "new"
    """Ours to answer: nobody had it, or who had it is dead."""
    RUNNING = "running"
    """A living process is at it."""
    DONE = "done"


class Claim(NamedTuple):
    """What `claim` found; `reply` only when done."""

    state: State
    reply: List[Dict[str, Any]]


class Open(NamedTuple):
    """A message that nobody alive is at and whose reply has not gone out for certain."""

    key: str
    sender: str
    about: Dict[str, Any]
    at: float
    """When it was first claimed, in seconds since 1970."""


class Frame(NamedTuple):
    """One thing on its way to an investor."""

    number: int
    key: str
    body: Dict[str, Any]


class Ledger:
    """One file, shared by all channels and all workers of a machine."""

    def __init__(self, file: Union[str, Path], clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._kept, self._clock = SharedFile(Path(file), _TABLES, _PATIENCE, anew=_ANEW), clock

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Ledger:
        """The one that CHANNELS_DATABASE names, else storage/channels.sqlite3."""
        return cls(environ.get("CHANNELS_DATABASE", "").strip() or DEFAULT)

    def now(self) -> float:
        """The ledger's time, in seconds since 1970."""
        return self._clock()

    def claim(self, channel: str, key: str, sender: str, about: Optional[Mapping[str, Any]] = None) -> Claim:
        """Say that we answer the message `key`, unless a living process does or did.

        `about`: what another process needs in order to answer in our place; kept until `close`.
        """
        me, now = _owner(), self._clock()

        def work(db: sqlite3.Connection) -> Claim:
            row = db.execute("SELECT owner, reply FROM claims WHERE channel = ? AND key = ?", (channel, key)).fetchone()
            if row is not None and row[1] is not None:
                return Claim(State.DONE, json.loads(row[1]))
            if row is not None and _alive(row[0]):
                return Claim(State.RUNNING, [])
            db.execute(
                "INSERT INTO claims VALUES (?, ?, ?, ?, NULL, ?, ?, NULL) ON CONFLICT DO UPDATE SET owner = excluded.owner",
                (channel, key, sender, me, now, None if about is None else _dumps(about)),
            )
            return Claim(State.NEW, [])

        return self._kept.write(work)

    def finish(self, channel: str, key: str, reply: List[Dict[str, Any]]) -> None:
        """Keep the reply to a claimed message; the first one given stays."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE claims SET reply = ? WHERE channel = ? AND key = ? AND reply IS NULL",
                (_dumps(reply), channel, key),
            )

        self._kept.write(work)

    def release(self, channel: str, key: str) -> None:
        """Give an unanswered claim up, so that whoever asks again gets it."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM claims WHERE channel = ? AND key = ? AND reply IS NULL", (channel, key))

        self._kept.write(work)

    def settle(self, channel: str, key: str, way: str, *, close: bool = False) -> str:
        """By which way the reply goes out: the first one given stays and is returned. `close`: see there."""

        def work(db: sqlite3.Connection) -> str:
            db.execute(
                "UPDATE claims SET way = coalesce(way, ?) WHERE channel = ? AND key = ?", (way, channel, key)
            )  # fmt: skip
            row = db.execute("SELECT way FROM claims WHERE channel = ? AND key = ?", (channel, key)).fetchone()
            stands = way if row is None else str(row[0])
            if close and stands == way:
                db.execute("UPDATE claims SET about = NULL WHERE channel = ? AND key = ?", (channel, key))
            return stands

        return self._kept.write(work)

    def close(self, channel: str, key: str) -> None:
        """The reply to a message is on its way for certain: nobody has to take care of it any more."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("UPDATE claims SET about = NULL WHERE channel = ? AND key = ?", (channel, key))

        self._kept.write(work)

    def is_open(self, channel: str, key: str) -> bool:
        """Whether a message was claimed with `about` and is not closed."""
        return bool(
            self._rows("SELECT 1 FROM claims WHERE channel = ? AND key = ? AND about IS NOT NULL", channel, key)
        )

    def left_open(self, channel: str) -> List[Open]:
        """Messages that were claimed with `about`, are not closed, and whose owner is dead; the oldest first."""
        rows = self._rows(
            "SELECT key, sender, about, at, owner FROM claims WHERE channel = ? AND about IS NOT NULL ORDER BY at",
            channel,
        )
        return [Open(k, s, json.loads(about), at) for k, s, about, at, owner in rows if not _alive(owner)]

    def append(self, channel: str, sender: str, key: str, frame: Mapping[str, Any]) -> int:
        """Number a frame and keep it until it is acknowledged. The same key again gives the same number."""
        now = self._clock()

        def work(db: sqlite3.Connection) -> int:
            db.execute(
                "INSERT INTO frames (channel, sender, key, body, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (channel, sender, key, _dumps(frame), now),
            )
            row = db.execute(
                "SELECT number FROM frames WHERE channel = ? AND sender = ? AND key = ?", (channel, sender, key)
            ).fetchone()
            return int(row[0])

        return self._kept.write(work)

    def since(self, channel: str, sender: str, number: int = 0) -> List[Frame]:
        """The frames behind `number` that are not acknowledged, in order. Numbers grow and may skip."""
        rows = self._rows(
            "SELECT number, key, body FROM frames WHERE channel = ? AND sender = ? AND number > ? AND body IS NOT NULL "
            "ORDER BY number", channel, sender, number,
        )  # fmt: skip
        return [Frame(int(n), k, json.loads(body)) for n, k, body in rows]

    def acknowledge(self, channel: str, sender: str, number: int) -> None:
        """Blank the frames up to `number`; their keys stay known."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE frames SET body = NULL WHERE channel = ? AND sender = ? AND number <= ? AND body IS NOT NULL",
                (channel, sender, number),
            )

        self._kept.write(work)

    def waiting(self, channel: str) -> List[str]:
        """The senders to whom a frame is still on its way, the longest waiting first."""
        rows = self._rows(
            "SELECT sender FROM frames WHERE channel = ? AND body IS NOT NULL GROUP BY sender ORDER BY min(number)",
            channel,
        )
        return [str(row[0]) for row in rows]

    def note(self, channel: str, sender: str, name: str, value: Any, seconds: Optional[float] = None) -> None:
        """Keep a value (JSON) under a name, for `seconds` or for good; None forgets it."""
        until = None if seconds is None else self._clock() + seconds

        def work(db: sqlite3.Connection) -> None:
            if value is None:
                db.execute("DELETE FROM notes WHERE channel = ? AND sender = ? AND name = ?", (channel, sender, name))
            else:
                db.execute(
                    "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?, ?)",
                    (channel, sender, name, _dumps(value), until),
                )

        self._kept.write(work)

    def note_once(self, channel: str, sender: str, name: str, value: Any, seconds: float) -> Any:
        """Keep a value for `seconds` unless there is one; returns the one that stands."""
        now = self._clock()

        def work(db: sqlite3.Connection) -> Any:
            db.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET value = excluded.value, until = excluded.until WHERE until <= ?",
                (channel, sender, name, _dumps(value), now + seconds, now),
            )
            row = db.execute(
                "SELECT value FROM notes WHERE channel = ? AND sender = ? AND name = ?", (channel, sender, name)
            ).fetchone()
            return json.loads(row[0])

        return self._kept.write(work)

    def noted(self, channel: str, sender: str, name: str) -> Any:
        """The value under a name; None where there is none or its time is over."""
        rows = self._rows(
            "SELECT value FROM notes WHERE channel = ? AND sender = ? AND name = ? AND (until IS NULL OR until > ?)",
            channel, sender, name, self._clock(),
        )  # fmt: skip
        return json.loads(rows[0][0]) if rows else None

    def forget_sender(self, channel: str, sender: str) -> None:
        """Forget what was said to somebody and what was noted; that a message was answered stays known."""
        whose = (channel, sender)

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE claims SET reply = '[]', about = NULL WHERE channel = ? AND sender = ? AND reply IS NOT NULL",
                whose,
            )
            db.execute("UPDATE frames SET body = NULL WHERE channel = ? AND sender = ?", whose)
            db.execute("DELETE FROM notes WHERE channel = ? AND sender = ?", whose)

        self._kept.write(work)
        self._kept.fold_in()

    def forget_replies(self, channel: str, moment: float) -> None:
        """Blank the replies to messages older than `moment` that are closed; that they were answered stays known."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE claims SET reply = '[]' "
                "WHERE channel = ? AND at < ? AND about IS NULL AND reply IS NOT NULL AND reply <> '[]'",
                (channel, moment),
            )

        self._kept.write(work)

    def forget_before(self, moment: float) -> None:
        """Forget answered messages and frames older than `moment` (seconds since 1970), and notes whose end is past."""
        now = self._clock()

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM claims WHERE at < ? AND reply IS NOT NULL", (moment,))
            db.execute("DELETE FROM frames WHERE at < ?", (moment,))
            db.execute("DELETE FROM notes WHERE until < ?", (now,))

        self._kept.write(work)

    def _rows(self, query: str, *values: object) -> List[Tuple[Any, ...]]:
        return self._kept.read(lambda db: db.execute(query, values).fetchall())


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _owner() -> str:
    """This process, told apart from a later one with the same number by the moment it began (boot and clock ticks)."""
    return f"{os.getpid()} {_began(os.getpid())}"


def _alive(owner: str) -> bool:
    pid, _, began = owner.partition(" ")
    return began != "" and _began(int(pid)) == began


def _began(pid: int) -> str:
    """Empty for a process that has ended, a zombie included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return "" if fields[0] in "ZX" else f"{boot} {fields[19]}"
