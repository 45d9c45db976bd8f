"""Brings the database to the tables this version needs, and says how far it is.

Everything happens in one transaction that holds a lock: of two processes that start at once, the second waits and finds
nothing left to do, and a migration that fails leaves the tables as they were, on SQLite too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import leads.staff.tables  # noqa: F401 - the metadata knows all tables only then
from leads.store import Store, mapped, patiently

SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 5_230_914_077
"""PostgreSQL's advisory lock of our migrations: a number nobody else uses."""
_WAIT = 30.0
"""Seconds that another process which migrates, or writes, is waited for."""


def upgrade(url: str, to: str = "head") -> None:
    """Apply what is missing. Raises `StoreUnavailable`."""
    with _locked(url) as connection:
        command.upgrade(_config(connection), to)


def downgrade(url: str, to: str = "base") -> None:
    """Take revisions back; `base` removes all tables with all that is in them. Raises `StoreUnavailable`."""
    with _locked(url) as connection:
        command.downgrade(_config(connection), to)


def current(url: str) -> str | None:
    """The revision the database is at; None where nothing was applied. Raises `StoreUnavailable`."""
    store = Store(url)
    try:
        return store.read(lambda db: MigrationContext.configure(db.connection()).get_current_revision())
    finally:
        store.close()


def is_current(url: str) -> bool:
    """Whether nothing is missing. Raises `StoreUnavailable`."""
    return current(url) == ScriptDirectory(str(SCRIPTS)).get_current_head()


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    store = Store(url)
    try:
        with (
            mapped(),
            patiently(store.writer.connect) as connection,
            patiently(connection.begin, _WAIT),  # on SQLite this takes the write lock
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))  # the other may take its time
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    finally:
        store.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
