"""Makes the engine for either database: an embedded SQLite file, or PostgreSQL by its URL."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url

BUSY_MS = 2_000
"""How long SQLite itself waits for another writer, in milliseconds."""
STATEMENT_MS = 10_000
"""No statement of ours is that slow; one that is waits for something that won't come."""
CONNECT_S = 3
POOL_S = 5
"""How long a transaction waits for a free connection, in seconds; an investor is waiting too."""
BEGIN = "leads_begin"
"""Execution option: how SQLite begins. Who will write takes the lock at once (`BEGIN IMMEDIATE`), so that no transaction
has to be given up halfway because another wrote in between; "" begins nothing."""


def make_engine(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; of a SQLite file, the folder and the file (readable by us alone) are made when it
    is first connected. Where they can't be made, that is a database that can't be reached, as for any other reason.

    Raises `sqlalchemy.exc.ArgumentError` for a URL that is none. Nothing is connected yet.
    """
    parsed = make_url(url)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_as_json,
        hide_parameters=True,
        pool_timeout=POOL_S,
        connect_args={"timeout": BUSY_MS / 1000},
    )
    if url.database and url.database != ":memory:":
        file = Path(url.database)
        event.listen(engine, "do_connect", lambda *_: _made(file))
    event.listen(engine, "handle_error", _let_go_of_damage)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    options = f"-c statement_timeout={STATEMENT_MS} -c idle_in_transaction_session_timeout=60000"
    given = url.query.get("options", "")
    return create_engine(
        url.difference_update_query(["options"]),
        json_serializer=_as_json,
        hide_parameters=True,  # what investors typed belongs in no message of an error
        pool_pre_ping=True,
        pool_timeout=POOL_S,
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": f"{given if isinstance(given, str) else ' '.join(given)} {options}".strip(),
        },
    )


def _made(file: Path) -> None:
    """A file that is there is not opened: closing it would give up the locks that our other connections hold on it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # the -wal and -shm files take after it
    except FileExistsError:
        return
    except OSError as error:
        raise sqlite3.OperationalError(f"{error.strerror}: {file}") from error


def is_damage(error: BaseException | None) -> bool:
    """Whether an error of the driver says that the file is damaged, or no database."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )


def _let_go_of_damage(context: ExceptionContext) -> None:
    """Connections to a damaged file are closed, so that the backup that takes its place is read without a restart."""
    if is_damage(context.original_exception):
        context.is_disconnect = True


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and without the lock; see `_begin`
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what was confirmed must survive a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only let go
    cursor.close()


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


def _as_json(value: Any) -> str:
    """Chinese stays readable to whoever opens the database; halves of characters are left out, as in `tables.Words`."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore").decode("utf-8")
