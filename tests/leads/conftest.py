"""What the tests of `leads` share: both databases for real, a clock to be set, a written-down outbox, a form to submit."""

from __future__ import annotations

import itertools
import secrets
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from leads import migrating
from leads.model import Details, Draft, Line, Talk
from leads.outbox import REACHED
from leads.routing import load_routing
from leads.scoring import load_scoring
from leads.service import Leads
from leads.settings import Settings
from leads.store import Store
from leads.tables import Activity, Base, Lead
from tests.support.needs import DATABASE, POSTGRES

TIME = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


_EMPTY = "SET session_replication_role = replica;" + ";".join(f"DELETE FROM {t}" for t in Base.metadata.sorted_tables)
"""Without triggers and foreign keys, and in one breath: each of hundreds of tests begins with it."""


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self):
        self.time = TIME

    def __call__(self):
        return self.time

    def passes(self, **span):
        self.time += timedelta(**span)


class Written:
    """An outbox that only writes down what it was told. What is rolled back stays written: tests ask the tables."""

    def __init__(self):
        self.told = []

    def submitted(self, db, lead, now):
        self.told.append(("submitted", lead.number))

    def amended(self, db, lead, now):
        self.told.append(("amended", lead.number))

    def erased(self, db, lead, now):
        self.told.append(("erased", lead.number))

    def inquiry_opened(self, db, inquiry, now):
        self.told.append(("inquiry_opened", inquiry.id))

    def reaches(self, channel):
        return channel in REACHED

    def officer(self, db, inquiry, event, text, name, now):
        self.told.append((event, inquiry.id, text, name))

    def blank_talk(self, db, talk_id):
        self.told.append(("blank_talk", talk_id))

    def blank(self, db, lead_id):
        self.told.append(("blank", lead_id))


def plain(url):
    """The URL as psycopg itself reads it: libpq takes a plus for a plus."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False).replace("+", "%20")


@contextmanager
def connected(url=POSTGRES):
    """A connection to PostgreSQL; a server that went away during the run is told once."""
    try:
        connection = psycopg.connect(plain(url), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        DATABASE.missing(str(error))
    with connection:
        yield connection


@contextmanager
def schema():
    """The URL of an empty schema of its own in a real PostgreSQL; it is dropped afterwards."""
    name = f"leads_test_{secrets.token_hex(6)}"
    with connected() as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    yield (
        make_url(POSTGRES)
        .update_query_dict({"options": f"-csearch_path={name} -csynchronous_commit=off"})
        .render_as_string(hide_password=False)
    )
    with connected() as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The URL of a database without tables, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'storage' / 'leads.sqlite3'}"
    else:
        with schema() as url:
            yield url


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A migrated SQLite file to be copied: a hundred tests need not migrate a hundred times."""
    file = tmp_path_factory.mktemp("template") / "leads.sqlite3"
    migrating.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated():
    """A migrated schema in PostgreSQL, emptied before each test."""
    with schema() as url:
        migrating.upgrade(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of a database with all tables and nothing in them, of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "leads.sqlite3")
        return f"sqlite:///{tmp_path / 'leads.sqlite3'}"
    url = request.getfixturevalue("migrated")
    with connected(url) as connection:
        connection.execute(_EMPTY)
    return url


@pytest.fixture
def store(url):
    made = Store(url)
    yield made
    made.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def outbox():
    return Written()


@pytest.fixture(scope="session")
def rules():
    """The shipped rules, read once."""
    return {"scoring": load_scoring(), "routing": load_routing()}


@pytest.fixture
def leads(store, outbox, clock, rules):
    return Leads(store, outbox, Settings(database="unused"), now=clock, **rules)


_COUNTER = itertools.count(1)
DETAILS = Details(
    contact_name="韩梅梅",
    company="山东远望量子科技有限公司",
    contact="+8613800000001",
    contact_kind="mobile",
    industry="量子科技",
    investment="1到2个亿",
    investment_low=100_000_000,
    investment_high=200_000_000,
    currency="CNY",
    area="济南高新区，200亩",
    notes="希望今年动工",
)


@pytest.fixture
def draft():
    """Makes a form that may be submitted; what is named differs from 韩梅梅's."""

    def make(talk="talk-1", key=None, consented_at=TIME, **details):
        return Draft(
            key=key or f"key-{next(_COUNTER)}",
            talk=Talk(id=talk, channel="rest"),
            details=msgspec.structs.replace(DETAILS, **details),
            consented_at=consented_at,
            notice_version="2026-01",
        )

    return make


def lines(*texts, start=TIME, speaker="investor"):
    """A transcript, a second a line."""
    return [Line(speaker=speaker, text=said, at=start + timedelta(seconds=n)) for n, said in enumerate(texts)]


@pytest.fixture
def submit(leads, draft):
    """Submits a form and gives the number."""
    return lambda **given: leads.submit(draft(**given), lines("你好")).number


@pytest.fixture
def see(store):
    """Looks into the tables."""

    def lead(number):
        with store.reading() as db:
            return db.scalars(select(Lead).where(Lead.number == number)).one()

    def all_of(table, *conditions):
        with store.reading() as db:
            return list(db.scalars(select(table).where(*conditions).order_by(*table.__table__.primary_key)))

    def activities(number):
        return all_of(Activity, Activity.lead_id == lead(number).id)

    def everything():
        """All that stands in the database, as one text."""
        with store.reading() as db:
            rows = [tuple(row) for table in Base.metadata.sorted_tables for row in db.execute(table.select())]
        return "\n".join(repr(row) for row in rows)

    return SimpleNamespace(lead=lead, all=all_of, activities=activities, everything=everything, text=text)
