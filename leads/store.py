"""Transactions on the pipeline's database, and nothing of its driver above them.

Whatever the driver raises leaves here as an error of `errors`. What is only passing – a lock, two writers on one row, a
connection that broke – is tried again for a few seconds, but never once the commit was asked for: whether it took place
is then unknown, and only the caller, who has a key to find it by, may repeat it.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from leads.engine import BEGIN, is_damage, make_engine
from leads.errors import Conflict, StoreDamaged, StoreUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)
PATIENCE = 3.0
"""Seconds for which what is passing is tried again."""
_PASSING_STATES = ("23505", "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08")
"""PostgreSQL: another inserted the same – run again, the work finds it –, serialization failure, deadlock, lock not available, shutting down or starting up, connection lost."""
_UNAVAILABLE = "线索库暂时连不上，不能确定内容是否已保存，请稍后再试"
_DAMAGED = "线索库的文件损坏，什么也没有保存；要用备份恢复"
_CLASH = "同一条线索正被别人修改，请再试一次"


class Store:
    """The database of the pipeline. Cheap to make: nothing is connected before the first transaction."""

    def __init__(self, url: str) -> None:
        """`url` is SQLAlchemy's; of a SQLite file the folder is made."""
        self.engine: Engine = make_engine(url)
        self.writer = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; whatever it changed is thrown away. Raises `StoreUnavailable`."""
        with mapped(), patiently(lambda: _begun(self.engine)) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, committed at the end unless something was raised. Only its beginning is tried again, since
        the block can't be run twice: see `write`.

        Raises `StoreUnavailable`, after which it is unknown whether it was committed, or `Conflict`.
        """
        with mapped(), patiently(lambda: _begun(self.writer)) as db:
            yield db
            db.commit()

    def glance(self, work: Callable[[Connection], T]) -> T:
        """As `read`, without the object mapper, which costs more than a small read itself."""

        def once() -> T:
            with self.engine.connect() as connection:
                return work(connection)

        with mapped():
            return patiently(once)

    def read(self, work: Callable[[Session], T]) -> T:
        """What `work` reads; tried again while the fault may pass. Raises `StoreUnavailable`."""
        with mapped():
            return patiently(lambda: self._once(self.engine, work, commit=False))

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own and commit. `work` may run several times, from the start each time, so
        it must look again at what it depends on; where it inserted what another had just inserted it finds that.

        Raises what `work` raises, `StoreUnavailable` (after which it is unknown whether it was committed) or `Conflict`.
        """
        with mapped():
            return patiently(lambda: self._once(self.writer, work, commit=True))

    def let_go(self) -> None:
        """After erasing: rid SQLite's log of older copies of what was erased. Where that is not possible now, the next
        time does it. PostgreSQL does so by itself, with autovacuum."""
        if self.engine.dialect.name != "sqlite":
            return
        bare = self.engine.execution_options(**{BEGIN: ""})  # a checkpoint can't run inside a transaction
        try:
            with bare.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except SQLAlchemyError as error:
            _log(error)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @staticmethod
    def _once(engine: Engine, work: Callable[[Session], T], *, commit: bool) -> T:
        with Session(engine, expire_on_commit=False) as db:
            done = work(db)
            if commit:
                db.flush()
                try:
                    db.commit()
                except SQLAlchemyError as error:
                    raise StoreUnavailable(_UNAVAILABLE) from error
            return done


def _begun(engine: Engine) -> Session:
    """A session whose transaction has begun: the connection stands, and on SQLite a writer has its lock."""
    db = Session(engine, expire_on_commit=False)
    try:
        db.connection()
    except SQLAlchemyError:
        db.close()
        raise
    return db


def patiently(attempt: Callable[[], T], seconds: float | None = None) -> T:
    """Try what can be tried again, for so long. Raises what it raised last; `mapped` makes an error of ours of it."""
    until = time.monotonic() + (PATIENCE if seconds is None else seconds)
    pause = 0.01
    while True:
        try:
            return attempt()
        except DBAPIError as error:
            if not _passes(error) or time.monotonic() + pause >= until:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads writers out
        pause = min(pause * 2, 0.5)


def _passes(error: DBAPIError) -> bool:
    """Whether the same may succeed a moment later."""
    if is_damage(error.orig):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_PASSING_STATES)
    # A connection that PostgreSQL refuses has no state; SQLite has no states at all.
    said = str(error.orig)
    if isinstance(error, IntegrityError):
        return said.startswith("UNIQUE")
    return isinstance(error, OperationalError) and (
        isinstance(error.orig, psycopg.Error) or "locked" in said or "busy" in said
    )


@contextmanager
def mapped() -> Iterator[None]:
    """Makes errors of `errors` of the driver's."""
    try:
        yield
    except IntegrityError as error:
        _log(error)
        raise Conflict(_CLASH) from None
    except DBAPIError as error:
        if is_damage(error.orig):
            _log(error)
            raise StoreDamaged(_DAMAGED) from None
        if isinstance(error, OperationalError | InterfaceError):
            raise StoreUnavailable(_UNAVAILABLE) from error
        _log(error)
        raise StoreUnavailable(_UNAVAILABLE) from None
    except PoolTimeout as error:
        raise StoreUnavailable(_UNAVAILABLE) from error
    except SQLAlchemyError as error:
        _log(error)
        raise StoreUnavailable(_UNAVAILABLE) from None


def _log(error: SQLAlchemyError) -> None:
    """The kind of an error whose text may quote the row, and with it an investor."""
    orig = getattr(error, "orig", None)
    log.error("database refused a statement: %s %s", type(orig or error).__name__, getattr(orig, "sqlstate", ""))
