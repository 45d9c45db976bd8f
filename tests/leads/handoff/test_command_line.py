"""The commands an IT officer types: they work on a real database, and say in Chinese what to do when they can't."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest
from sqlalchemy import select, update

from deploy.settings import PYTHON, ROOT
from leads.__main__ import main
from leads.outbox import Outbox
from leads.settings import Settings
from leads.tables import Delivery
from tests.leads.handoff.conftest import NOW, PERSON
from tests.leads.handoff.test_worker import eventually, now, receiving


@pytest.fixture(autouse=True)
def _environment(monkeypatch, url):
    for name in [name for name in os.environ if name.startswith("LEADS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LEADS_DATABASE", url)


def dead_letter(store, add_lead):
    add_lead(Outbox(["crm"]), now())
    with store.writing() as db:
        db.execute(update(Delivery).values(state="DEAD", error="HTTP 401"))
        return db.scalars(select(Delivery.id)).one()


def test_dead_letters_are_listed_without_personal_data_and_sent_again(store, add_lead, capsys):
    id_ = dead_letter(store, add_lead)
    assert main(["deliveries", "--dead"]) == 0
    listed = capsys.readouterr().out
    assert "HTTP 401" in listed
    assert f"{id_} " in listed
    assert "resend" in listed
    assert not [value for value in PERSON.values() if value in listed]
    assert main(["resend", str(id_)]) == 0
    with store.reading() as db:
        assert db.scalars(select(Delivery.state)).one() == "WAITING"
    assert main(["deliveries"]) == 0
    assert "WAITING 1" in capsys.readouterr().out


def test_of_several_letters_to_send_again_all_go_or_none(store, add_lead, capsys):
    id_ = dead_letter(store, add_lead)
    assert main(["resend", str(id_), "999999"]) == 1
    assert "999999" in capsys.readouterr().err
    with store.reading() as db:
        assert db.scalars(select(Delivery.state)).one() == "DEAD"


def test_the_database_is_made_and_retention_applied(store, add_lead, capsys, monkeypatch):
    monkeypatch.setenv("LEADS_CRM_URL", "http://127.0.0.1:1/leads")
    monkeypatch.setenv("LEADS_CRM_SECRET", "a-key")
    assert main(["migrate"]) == 0
    add_lead(Outbox(["crm"]), NOW.replace(year=2020))
    assert main(["retain"]) == 0
    assert "1 条" in capsys.readouterr().out
    with store.reading() as db:
        states = dict(db.execute(select(Delivery.event, Delivery.state)).tuples().all())
    assert states == {"lead.submitted": "CANCELLED", "lead.erased": "WAITING"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"LEADS_CRM_URL": "http://x/"}, "LEADS_CRM_SECRET"),
        ({"LEADS_CRM_URL": "x.cn", "LEADS_CRM_SECRET": "k"}, "LEADS_CRM_URL"),
        ({"LEADS_WECOM_URL": "qyapi"}, "LEADS_WECOM_URL"),
        ({"LEADS_MAIL_TO": "a@b.cn"}, "LEADS_MAIL_HOST"),
        ({"LEADS_CRM_URL": "http://x/", "LEADS_CRM_SECRET": "whsec_"}, "密钥"),
    ],
)
def test_a_setting_that_is_wrong_is_named(monkeypatch, capsys, variables, named):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["worker"]) == 2
    assert named in capsys.readouterr().err


@pytest.mark.parametrize("database", ["nonsense", "sqlite:////proc/no/such/place.sqlite3", "oracle://x"])
def test_a_database_that_is_none_is_named_and_no_traceback_shown(monkeypatch, capsys, database):
    monkeypatch.setenv("LEADS_DATABASE", database)
    assert main(["deliveries"]) != 0
    assert "LEADS_DATABASE" in capsys.readouterr().err


def test_a_database_that_is_away_is_named(monkeypatch, capsys):
    monkeypatch.setenv("LEADS_DATABASE", "postgresql+psycopg://x@127.0.0.1:1/x")
    assert main(["deliveries"]) == 1
    assert "连不上线索库" in capsys.readouterr().err


def test_a_retry_base_may_be_set():
    assert Settings.of({"LEADS_RETRY_BASE": "0.1"}).retry_base == 0.1


def test_the_worker_process_delivers_and_ends_on_sigterm(store, url, add_lead):
    add_lead(Outbox(["crm"]), now())
    with receiving() as (receiver, address):
        environ = {
            **os.environ, "PYTHONPATH": str(ROOT), "LEADS_CRM_URL": address, "LEADS_CRM_SECRET": "a-key",
        }  # fmt: skip
        process = subprocess.Popen(
            [PYTHON, "-m", "leads", "worker"], cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True
        )
        try:
            eventually(receiver.memory.all)
            process.send_signal(signal.SIGTERM)  # perhaps before it has written down that it arrived
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert "送达" in said
    assert not [value for value in PERSON.values() if value in said]
    with store.reading() as db:
        assert db.scalars(select(Delivery.state)).one() == "DELIVERED"
