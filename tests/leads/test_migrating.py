"""Migrations make exactly the tables the code reads, on both databases, also when two start at once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from leads import migrating
from leads.errors import StoreUnavailable
from leads.inbox import Inbox
from leads.listing import Filter
from leads.model import Details, Draft, Stage, Talk
from leads.settings import Settings
from leads.staff.model import Account, Role, Visitor
from leads.store import Store
from leads.tables import Base
from leads.wiring import leads_with, outbox_of
from tests.leads.conftest import TIME


def test_the_migrations_make_the_tables_of_the_code(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(empty):
    assert migrating.current(empty) is None
    assert not migrating.is_current(empty)
    migrating.upgrade(empty)
    migrating.upgrade(empty)
    assert migrating.is_current(empty)


def test_a_downgrade_leaves_nothing_and_the_way_up_stays_open(empty):
    migrating.upgrade(empty)
    migrating.downgrade(empty)
    store = Store(empty)
    assert inspect(store.engine).get_table_names() == ["alembic_version"]
    store.close()
    migrating.upgrade(empty)
    assert migrating.is_current(empty)


def test_two_that_upgrade_at_once_do_not_disturb_each_other(empty):
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(migrating.upgrade, empty) for _ in range(3)]:
            done.result()
    assert migrating.is_current(empty)


def test_a_migration_that_fails_leaves_nothing(empty, monkeypatch):
    from alembic import op

    monkeypatch.setattr(op, "execute", lambda _: 1 / 0)  # the triggers come after the tables
    with pytest.raises(ZeroDivisionError):
        migrating.upgrade(empty)
    store = Store(empty)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def test_a_database_that_is_not_there_is_told_as_such():
    with pytest.raises(StoreUnavailable):
        migrating.upgrade("postgresql+psycopg://postgres@127.0.0.1:1/none")


def test_nobody_else_may_read_the_embedded_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'deep' / 'er' / 'leads.sqlite3'}"
    migrating.upgrade(url)
    store = Store(url)
    with store.writing() as db:
        db.execute(text("DELETE FROM attempts"))
        files = list(Path(make_url(url).database).parent.iterdir())
        assert len(files) == 3  # with -wal and -shm
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


CHANGES = (
    "UPDATE activities SET text = 'x'", "UPDATE activities SET kind = 'x', text = '', data = '{}'",
    "UPDATE activities SET actor = 'x', text = '', data = '{}'", "UPDATE activities SET text = ''",
    "UPDATE activities SET data = '{}'", "DELETE FROM activities",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_activities_only_grow(leads, submit, store, see, change):
    number = submit()
    leads.move(number, Stage.CONTACTED, "li", "打过电话")
    before = see.everything()
    with pytest.raises(DBAPIError, match="only grow"), store.engine.begin() as connection:
        connection.execute(text(change + " WHERE kind = 'moved'"))
    assert see.everything() == before


def test_activities_may_be_blanked(leads, submit, store, see):
    number = submit()
    leads.note(number, "li", "called", "他叫韩梅梅")
    with store.writing() as db:
        db.execute(text("UPDATE activities SET text = '', data = '{}'"))
    assert [row.text for row in see.activities(number)] == ["", ""]


def test_what_was_kept_before_is_found_and_told_alike_as_what_is_kept_now(empty):
    migrating.upgrade(empty)
    store = Store(empty)
    leads = leads_with(Settings(database=empty), outbox_of(Settings(database=empty)), lambda: TIME)
    numbers = []
    for n, company in enumerate(("鴻海示例股份有限公司", "鸿海示例", "济南银行", "青岛银行")):
        draft = Draft(
            key=f"k{n}", talk=Talk(id=f"t{n}", channel="web"), consented_at=TIME, notice_version="x",
            details=Details(company=company, contact=f"+8653166600{n:03}"),
        )  # fmt: skip
        numbers.append(leads.submit(draft, []).number)
    migrating.downgrade(empty, "0006_tokens")
    with store.writing() as db:
        db.execute(text("UPDATE leads SET company_key = 'before'"))
        db.execute(text("UPDATE search_texts SET text = 'before'"))
        db.execute(text("DELETE FROM likenesses"))
    migrating.upgrade(empty)
    who = Visitor(account=Account(id=1, login="root", name="管理员甲", role=Role.ADMIN), sign_in_id=1, address="")
    inbox = Inbox(store)
    assert [row.number for row in inbox.page(Filter(text="0531-66600001"), who).rows] == [numbers[1]]
    assert len(inbox.page(Filter(text="鴻海"), who).rows) == 2
    assert [one.number for one in inbox.open(numbers[1], who).alike] == [numbers[0]]
    assert inbox.open(numbers[3], who).alike == ()
    store.close()
