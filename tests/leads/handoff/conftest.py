"""Databases of both kinds, a lead full of marked personal data, and receivers that misbehave on purpose."""

from __future__ import annotations

import os
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from leads.tables import Base, Consent, Lead, Utterance

POSTGRES = os.environ.get("LEADS_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PERSON = {
    "contact_name": "甲乙丙标记人", "company": "标记玄武岩公司", "contact": "+8613912345678", "notes": "标记备注找我本人",
}  # fmt: skip


class StandIn:
    """The two transactions the hand-off needs, on a plain engine."""

    def __init__(self, engine):
        self.engine = engine

    @contextmanager
    def reading(self):
        with Session(self.engine) as db:
            yield db

    @contextmanager
    def writing(self):
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield db


def _sqlite(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/leads.sqlite3", hide_parameters=True, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _(connection, _record):
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # no power cut is tested here

    @event.listens_for(engine, "begin")
    def _(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@pytest.fixture(scope="session")
def postgresql():
    """An engine on a schema of this run's own; never skipped: where PostgreSQL can't be reached, that is a failure."""
    schema = f"handoff_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(POSTGRES, hide_parameters=True, connect_args={"options": f"-csearch_path={schema}"})
    try:
        Base.metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()
        with admin.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """An empty store."""
    if request.param == "sqlite":
        engine = _sqlite(tmp_path)
        Base.metadata.create_all(engine)
        yield StandIn(engine)
        engine.dispose()
        return
    engine = request.getfixturevalue("postgresql")
    yield StandIn(engine)
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def add_lead(store):
    """Adds a lead and, with an outbox, its rows, in one transaction; returns the lead's id."""

    def add(outbox=None, at=NOW, **changed):
        unique = uuid.uuid4().hex
        given = {
            "number": unique[:16], "draft_key": unique, "talk_id": f"talk-{unique}", "channel": "web", "created_at": at,
            "updated_at": at, "contact_kind": "mobile", "contact_key": PERSON["contact"], "company_key": "标记玄武岩",
            "industry": "新能源汽车", "investment": "三五千万", "investment_low": 30_000_000,
            "investment_high": 50_000_000, "currency": "CNY", "area": "历下区，200亩", "stage": "NEW",
            "closed_because": "", "score": 75, "reasons": [{"rule": "amount", "points": 20, "why": "金额较大"}],
            "qualified": True, "office": "示例区投资促进局", "extra": {"estimate": {"low": 1}}, **PERSON,
        } | changed  # fmt: skip
        with store.writing() as db:
            lead = Lead(**given)
            db.add(lead)
            db.flush()
            db.add(Consent(lead_id=lead.id, notice_version="2026-01", given_at=at, channel="web"))
            for place, records in enumerate([["jn-gaoxin"], [], ["jn-qbq", "jn-gaoxin"]]):
                db.add(
                    Utterance(
                        talk_id=lead.talk_id, place=place, at=at, speaker="assistant", text="原话不外传", records=records
                    )
                )
            if outbox:
                outbox.submitted(db, lead, at)
            return lead.id

    return add
