"""Makes the engine for either database: an embedded SQLite file, or PostgreSQL by its URL."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

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
    """An engine for a SQLAlchemy URL; of a SQLite file, the folder and the file (readable by us alone) are made.

    Raises `sqlalchemy.exc.ArgumentError` for a URL that is none, and `OSError` where the folder can't be made. Nothing
    is connected yet.
    """
    parsed = make_url(url)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        file = Path(url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))  # the -wal and -shm files take after it
    engine = create_engine(
        url,
        json_serializer=_as_json,
        hide_parameters=True,
        pool_timeout=POOL_S,
        connect_args={"timeout": BUSY_MS / 1000},
    )
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
