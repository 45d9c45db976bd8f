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

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from leads.engine import WRITING, make_engine
from leads.errors import Conflict, StoreUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)
PATIENCE = 3.0
"""Seconds for which what is passing is tried again."""
CLASHES = 5
"""So often may two writers of the same row get in each other's way before one gives up."""
_PASSING_STATES = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08")
"""PostgreSQL: serialization failure, deadlock, lock not available, shutting down or starting up, connection lost."""
_UNAVAILABLE = "线索库暂时连不上，不能确定内容是否已保存，请稍后再试"
_CLASH = "同一条线索正被别人修改，请再试一次"


class Store:
    """The database of the pipeline. Cheap to make: nothing is connected before the first transaction."""

    def __init__(self, url: str) -> None:
        """`url` is SQLAlchemy's; of a SQLite file the folder is made."""
        self.engine: Engine = make_engine(url)
        self.writer = self.engine.execution_options(**{WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; whatever it changed is thrown away. Raises `StoreUnavailable`."""
        with mapped(), Session(self.engine) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, committed at the end unless something was raised. Tried once: see `write`.

        Raises `StoreUnavailable` or `Conflict`; after `StoreUnavailable` it is unknown whether it was committed.
        """
        with mapped(), Session(self.writer, expire_on_commit=False) as db:
            yield db
            db.commit()

    def read(self, work: Callable[[Session], T]) -> T:
        """What `work` reads; tried again while the fault may pass. Raises `StoreUnavailable`."""
        with mapped():
            return _patiently(lambda: self._once(self.engine, work, commit=False))

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own and commit. `work` may run several times, from the start each time, so
        it must look again at what it depends on; where it inserted what another had just inserted it finds that.

        Raises what `work` raises, `StoreUnavailable` (after which it is unknown whether it was committed) or `Conflict`.
        """
        with mapped():
            return _patiently(lambda: self._once(self.writer, work, commit=True))

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


def _patiently(attempt: Callable[[], T]) -> T:
    until = time.monotonic() + PATIENCE
    pause, clashes = 0.01, 0
    while True:
        try:
            return attempt()
        except DBAPIError as error:
            clashes += isinstance(error, IntegrityError)
            if not _passes(error) or clashes >= CLASHES or time.monotonic() + pause >= until:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads writers out
        pause = min(pause * 2, 0.5)


def _passes(error: DBAPIError) -> bool:
    """Whether the same may succeed a moment later."""
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_PASSING_STATES)
    said = str(error.orig)
    # A connection that PostgreSQL refuses has no state; SQLite has no states at all.
    return "locked" in said or "busy" in said or type(error.orig).__module__.startswith("psycopg")


@contextmanager
def mapped() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        _log(error)
        raise Conflict(_CLASH) from None
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StoreUnavailable(_UNAVAILABLE) from error
    except SQLAlchemyError as error:
        _log(error)
        raise StoreUnavailable(_UNAVAILABLE) from None


def _log(error: SQLAlchemyError) -> None:
    """The kind of an error whose text may quote the row, and with it an investor."""
    orig = getattr(error, "orig", None)
    log.error("database refused a statement: %s %s", type(orig or error).__name__, getattr(orig, "sqlstate", ""))
