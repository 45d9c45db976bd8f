"""A small SQLite file that all workers of the server share, and that never takes the server down with it.

A damaged file is set aside under a new name, and an empty one takes its place. While the file can't be written (a full
disk, one that is read-only), the process goes on in memory with what the file held, tries the file again every few
seconds and then writes into it, in order, what was written meanwhile: erasing included. Only what a process had in
memory when it ended in such a time is lost.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from contextlib import closing, suppress
from pathlib import Path
from typing import Callable, Deque, Optional, Sequence, TypeVar

import structlog

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""One short transaction. It may run again, on another connection, so it depends on nothing but what it is given."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOLFS,
    }
)  # fmt: skip
_TRIES = 4
"""A file is set aside, the one in its place can't be written: two tries, and two more for what comes and goes."""
_COMPANIONS = ("", "-wal", "-shm")
_LOOK_AGAIN = 5.0
"""Seconds between two looks at a file that could not be written."""
_MOST_WRITES = 50_000
"""Writes that are remembered for a file that is away; the oldest go first."""
structlogger = structlog.get_logger()


class SharedFile:
    """One file with its tables. Safe in threads and after a fork."""

    def __init__(
        self, file: Path, tables: str, patience: float, *, anew: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`tables`: the script that makes them where they are not there; `anew`: a script for a file that takes the place
        of a damaged one. `patience`: seconds to wait for another writer."""
        self._file, self._tables, self._patience, self._clock = file.absolute(), tables, patience, clock
        self._anew, self._begins_anew = anew, False
        self._mine = threading.local()
        self._changing = threading.RLock()
        self._stand_in: Optional[_StandIn] = None
        self._age = 0
        """Grows when connections that are open must not be used any more."""

    def read(self, work: Work[T]) -> T:
        """What `work` reads."""
        return self._run(work, writing=False)

    def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own and commit."""
        return self._run(work, writing=True)

    def fold_in(self) -> None:
        """After erasing: what was overwritten still stands in the write-ahead log until it is folded in."""
        self._run(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), writing=False)

    def _run(self, work: Work[T], writing: bool) -> T:
        failed: Exception | None = None
        for _ in range(_TRIES):
            if not self._in_file():
                with self._changing:
                    if self._stand_in is not None:
                        return self._stand_in.run(work, writing)
                continue  # another thread has just come back to the file
            try:
                db = self._connection()
                return _transaction(db, work) if writing else work(db)
            except (sqlite3.Error, OSError) as error:
                self._cope(error)
                failed = error
        raise failed or sqlite3.OperationalError("the file comes and goes")

    def _cope(self, error: Exception) -> None:
        """Make the next try go better. Raises the error where nothing can be done about it."""
        code = _code(error)
        if code not in _DAMAGED | _UNUSABLE:
            raise error
        with self._changing:
            opened = getattr(self._mine, "inode", ())
            self._forget_connection()
            if opened and opened != _inode(self._file):
                return  # somebody has put another file in its place, perhaps another worker that found the damage
            if code in _UNUSABLE or not self._set_aside():
                self._stand_in_for(error)

    def _set_aside(self) -> bool:
        """Rename the file, so that nothing of it is lost to whoever wants to look; whether that was possible."""
        name = f"{self._file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
        try:
            for suffix in _COMPANIONS:
                with suppress(FileNotFoundError):
                    self._file.with_name(self._file.name + suffix).rename(self._file.with_name(name + suffix))
        except OSError:
            return False
        self._age += 1
        self._begins_anew = True
        structlogger.error(
            "file.damaged", file=str(self._file), set_aside_as=name, note="文件损坏，已改名留存，换用新文件"
        )
        return True

    def _stand_in_for(self, error: Exception) -> None:
        if self._stand_in is None:
            self._stand_in = _StandIn(self._file, self._tables, self._clock() + _LOOK_AGAIN)
            structlogger.error(
                "file.unusable", file=str(self._file), error=f"{type(error).__name__}: {error}",
                note="文件写不进去（磁盘满或只读），暂用内存，恢复后自动补写",
            )  # fmt: skip

    def _in_file(self) -> bool:
        """Whether the file is in use, perhaps again, and then with all that was written meanwhile."""
        if self._standing_in() is None:
            return True
        with self._changing:
            if (stand_in := self._standing_in()) is None:
                return True
            if self._clock() < stand_in.look_again:
                return False
            stand_in.look_again = self._clock() + _LOOK_AGAIN
            try:
                self._forget_connection()
                _transaction(self._connection(), stand_in.repeat)
            except (sqlite3.Error, OSError):
                self._forget_connection()
                return False
            self._stand_in = None
            self._age += 1
        structlogger.info("file.usable_again", file=str(self._file), writes=len(stand_in.writes))
        return True

    def _standing_in(self) -> Optional[_StandIn]:
        """It changes in other threads, which a type checker does not expect of an attribute."""
        return self._stand_in

    def _connection(self) -> sqlite3.Connection:
        """This thread's in this process: SQLite's must not be carried over a fork."""
        if getattr(self._mine, "of", None) != (os.getpid(), self._age):
            self._mine.of, self._mine.db = None, None
            self._mine.db = self._open()
            self._mine.of = (os.getpid(), self._age)
        db: sqlite3.Connection = self._mine.db
        return db

    def _forget_connection(self) -> None:
        self._mine.of, self._mine.db = None, None

    def _open(self) -> sqlite3.Connection:
        self._mine.inode = ()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # A file that is there is not opened: closing it would give up the locks that our other connections hold on it.
        with suppress(FileExistsError):
            os.close(
                os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            )  # its companions take over its rights
        self._mine.inode = _inode(self._file)
        until = time.monotonic() + self._patience
        while True:
            db = sqlite3.connect(self._file, timeout=self._patience, isolation_level=None)
            try:
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                    db.execute(f"PRAGMA {pragma}").fetchall()
                db.executescript(self._tables + (self._anew if self._begins_anew else ""))
                return db
            except sqlite3.Error as error:
                # Whoever opens the file first makes it; SQLite does not let the others wait for that.
                db.close()
                if _code(error) in _DAMAGED | _UNUSABLE or time.monotonic() > until:
                    raise
                time.sleep(0.02)


class _StandIn:
    """A copy in memory of a file that can't be written, and what was written to it."""

    def __init__(self, file: Path, tables: str, look_again: float) -> None:
        self.look_again = look_again
        self.writes: Deque[Work[object]] = deque(maxlen=_MOST_WRITES)
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for how in ("mode=ro", "immutable=1"):  # the second for a disk on which not even a lock can be written
            with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)) as held:
                held.backup(self._db)
                break
        try:
            self._db.executescript(tables)
        except sqlite3.Error:  # what was copied is damaged as well
            self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._db.executescript(tables)

    def run(self, work: Work[T], writing: bool) -> T:
        if not writing:
            return work(self._db)
        done = _transaction(self._db, work)
        self.writes.append(work)
        return done

    def repeat(self, db: sqlite3.Connection) -> None:
        for work in self.writes:
            work(db)


def _transaction(db: sqlite3.Connection, work: Work[T]) -> T:
    db.execute("BEGIN IMMEDIATE")
    try:
        done = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # where the disk is full, SQLite has rolled back by itself
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        raise
    return done


def _code(error: Exception) -> int:
    """SQLite's primary code; of a file that can't even be opened, that of a file that can't be opened."""
    if isinstance(error, OSError):
        return sqlite3.SQLITE_CANTOPEN
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _inode(file: Path) -> Sequence[int]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino)
