"""Transactions are kept whole, passing faults are sat out, and nothing of the driver escapes."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from leads.errors import Conflict, NotFound, StoreUnavailable
from leads.store import Store
from leads.tables import Attempt
from tests.leads.conftest import TIME, plain


def attempts(store):
    return store.read(lambda db: list(db.scalars(select(Attempt.subject).order_by(Attempt.id))))


def add(subject):
    return lambda db: db.add(Attempt(subject=subject, at=TIME))


def test_what_is_written_is_kept(store):
    store.write(add("a"))
    with store.writing() as db:
        db.add(Attempt(subject="b", at=TIME))
    assert attempts(store) == ["a", "b"]


@pytest.mark.parametrize("fault", [NotFound("x"), KeyError("x")])
def test_what_is_interrupted_is_not_kept_and_the_fault_is_heard(store, fault):
    def work(db):
        add("a")(db)
        db.flush()
        raise fault

    with pytest.raises(type(fault)):
        store.write(work)
    with pytest.raises(type(fault)), store.writing() as db:
        work(db)
    assert attempts(store) == []


def test_a_reader_changes_nothing(store):
    with store.reading() as db:
        db.add(Attempt(subject="a", at=TIME))
        db.flush()
    assert attempts(store) == []


def test_times_come_back_aware_and_naive_ones_are_refused(store):
    store.write(add("a"))
    assert store.read(lambda db: db.scalar(select(Attempt.at))) == TIME
    with pytest.raises(StoreUnavailable):
        store.write(lambda db: db.add(Attempt(subject="a", at=TIME.replace(tzinfo=None))))


@pytest.mark.parametrize(
    "error",
    [
        *(
            kind("SELECT 1", {}, Exception("x"))
            for kind in (OperationalError, InterfaceError, DataError, InternalError)
        ),
        ProgrammingError("SELECT 1", {}, Exception("x")),
        PoolTimeout("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_of_the_driver_escapes(store, error):
    def work(db):
        raise error

    for attempt in (lambda: store.write(work), lambda: store.read(work)):
        with pytest.raises(StoreUnavailable):
            attempt()
    with pytest.raises(StoreUnavailable), store.reading() as db:
        work(db)
    with pytest.raises(StoreUnavailable), store.writing() as db:
        work(db)


@pytest.mark.parametrize(("said", "once"), [("UNIQUE constraint failed: x.y", False), ("NOT NULL", True)])
def test_a_broken_constraint_that_stays_broken_is_a_conflict(store, monkeypatch, said, once):
    monkeypatch.setattr("leads.store.PATIENCE", 0.1)
    ran = []

    def work(db):
        ran.append(1)
        raise IntegrityError("INSERT", {}, Exception(said))

    with pytest.raises(Conflict):
        store.write(work)
    assert (len(ran) == 1) is once


def test_errors_and_logs_quote_nothing_that_was_to_be_kept(store, caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises((StoreUnavailable, Conflict)) as raised:
        store.write(lambda db: db.execute(text("INSERT INTO attempts (subject) VALUES (:it)"), {"it": "韩梅梅"}))
    assert "韩梅梅" not in caplog.text
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_a_clash_is_tried_again_from_the_start(store):
    ran = []

    def work(db):
        ran.append(len(ran))
        add(f"try-{len(ran)}")(db)
        if len(ran) < 3:
            raise IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed: attempts.id"))
        return "done"

    assert store.write(work) == "done"
    assert attempts(store) == ["try-3"]


def test_a_commit_whose_outcome_is_unknown_is_not_tried_again(store):
    ran = []

    def work(db):
        ran.append(1)

        @event.listens_for(db, "before_commit", once=True)
        def lost(_session):
            raise OperationalError("COMMIT", {}, psycopg.OperationalError("server closed the connection"))

    with pytest.raises(StoreUnavailable):
        store.write(work)
    assert len(ran) == 1


def test_a_lock_that_is_released_in_time_is_waited_for(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    store.write(lambda db: db.execute(text("CREATE TABLE t (x INTEGER)")))
    held, let_go = threading.Event(), threading.Event()

    def holder():
        with store.writing() as db:
            db.execute(text("INSERT INTO t VALUES (1)"))
            held.set()
            let_go.wait(10)

    thread = threading.Thread(target=holder)
    thread.start()
    held.wait(10)
    threading.Timer(0.3, let_go.set).start()
    store.write(lambda db: db.execute(text("INSERT INTO t VALUES (2)")))
    thread.join()
    assert store.read(lambda db: db.scalar(text("SELECT count(*) FROM t"))) == 2


def test_a_block_that_writes_waits_for_the_lock_too(tmp_path, monkeypatch):
    monkeypatch.setattr("leads.engine.BUSY_MS", 1)
    store, other = (Store(f"sqlite:///{tmp_path / 'a.sqlite3'}") for _ in range(2))
    store.write(lambda db: db.execute(text("CREATE TABLE t (x INTEGER)")))
    with store.writing() as db:
        db.execute(text("INSERT INTO t VALUES (1)"))
        timer = threading.Thread(target=lambda: other.write(lambda db: db.execute(text("INSERT INTO t VALUES (2)"))))
        timer.start()
        time.sleep(0.2)
    with other.writing() as db:
        db.execute(text("INSERT INTO t VALUES (3)"))
    timer.join()
    assert store.read(lambda db: db.scalar(text("SELECT count(*) FROM t"))) == 3


def test_a_lock_that_is_never_released_ends_the_patience(tmp_path):
    store, other = (Store(f"sqlite:///{tmp_path / 'a.sqlite3'}") for _ in range(2))
    store.write(lambda db: db.execute(text("CREATE TABLE t (x INTEGER)")))
    with other.writing() as db:
        db.execute(text("INSERT INTO t VALUES (1)"))
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.write(lambda db: db.execute(text("INSERT INTO t VALUES (2)")))
        assert time.monotonic() - began < 8
        assert store.read(lambda db: db.scalar(text("SELECT count(*) FROM t"))) == 0, "readers never wait"


def test_connections_that_postgresql_cut_are_made_anew(migrated):
    store = Store(migrated)
    mine = store.read(lambda db: db.scalar(text("SELECT pg_backend_pid()")))
    with psycopg.connect(plain(migrated), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (mine,))
    assert store.read(lambda db: db.scalar(text("SELECT 1"))) == 1
    cut = []

    def work(db):
        pid = db.scalar(text("SELECT pg_backend_pid()"))
        if not cut:
            cut.append(pid)
            with psycopg.connect(plain(migrated), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        return db.scalar(text("SELECT 2"))

    assert store.write(work) == 2
    store.close()


def test_a_log_that_can_not_be_cut_off_now_is_no_fault(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    store.write(lambda db: db.execute(text("CREATE TABLE t (x INTEGER)")))
    with store.reading() as db:
        db.execute(text("SELECT * FROM t"))
        store.write(lambda db: db.execute(text("INSERT INTO t VALUES (1)")))
        store.let_go()
    assert (tmp_path / "a.sqlite3-wal").stat().st_size > 0
    store.let_go()
    assert (tmp_path / "a.sqlite3-wal").stat().st_size == 0


def test_what_can_not_pass_is_not_tried_again(store):
    ran = []

    def work(db):
        ran.append(1)
        db.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(StoreUnavailable):
        store.write(work)
    assert len(ran) == 1


def test_the_embedded_database_survives_a_power_cut_and_checks_references(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with store.reading() as db:
        settings = [db.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert settings == ["wal", 2, 1]


def test_what_is_written_by_many_threads_is_not_lost_when_others_look_at_the_file_and_go(tmp_path):
    """SQLite's locks are the process's: whoever opens and closes the file beside it gives them up, and what is written
    afterwards goes into a log that another process has removed."""
    file = tmp_path / "leads.sqlite3"
    store = Store(f"sqlite:///{file}")
    store.write(lambda db: db.execute(text("CREATE TABLE noted (n INTEGER)")))
    look = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM noted').fetchall(); db.close()"
    for round_ in range(3):
        with ThreadPoolExecutor(4) as several:
            list(
                several.map(
                    lambda n: store.write(lambda db: db.execute(text(f"INSERT INTO noted VALUES ({n})"))), range(8)
                )
            )
        subprocess.run([sys.executable, "-c", look, file], check=True)
        assert len(list(file.parent.glob("*-wal"))) == 1, "it is in use"
        seen = sqlite3.connect(file)
        assert seen.execute("SELECT count(*) FROM noted").fetchone() == (8 * (round_ + 1),)
        seen.close()
    store.close()
