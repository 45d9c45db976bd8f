"""The desk as its staff meet it: the real application on a real store, driven through Starlette's client."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from console.app import create_app
from console.desk import Desk
from console.settings import Settings
from knowledge.catalogue import Catalogue
from leads.inbox import Inbox
from leads.staff import passwords
from leads.staff.model import Role
from leads.staff.service import Staff
from leads.store import Store
from tests.leads.conftest import (  # noqa: F401 - fixtures: the store, its clock and the forms to submit
    clock,
    draft,
    leads,
    migrated,
    outbox,
    rules,
    see,
    submit,
    template,
    url,
)

HOST = "http://127.0.0.1:8080"
PASSWORD = "长城 雨伞 73 望远镜"


@pytest.fixture(scope="session")
def catalogue():
    return Catalogue.load()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """The same algorithm with a thousandth of the work; `test_passwords` looks at the real one."""
    quick = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody's"))


@pytest.fixture
def store(url):
    """As in `tests.leads`, but SQLite does not wait for the disk: whether what is kept survives a power cut is proved
    there, and a disk shared with others is slow."""
    made = Store(url)
    if made.engine.dialect.name == "sqlite":
        event.listen(made.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield made
    made.close()


@pytest.fixture
def staff(store, clock):
    return Staff(store, now=clock)


@pytest.fixture
def desk(store, clock, leads, staff, catalogue):
    return Desk(
        settings=Settings(), leads=leads, staff=staff, inbox=Inbox(store, now=clock), catalogue=lambda: catalogue
    )


@pytest.fixture
def app(desk):
    return create_app(desk)


class Browser(TestClient):
    """Comes from the desk's own pages, keeps cookies, and takes the token of the page it saw last along."""

    def post(self, url, data=None, **more):
        data = {"csrf": self.csrf, **(data or {})} if hasattr(self, "csrf") else data
        more.setdefault("headers", {}).setdefault("origin", HOST)
        return super().post(url, data=data, **more)

    def get(self, url, **more):
        answer = super().get(url, **more)
        if found := re.search(r'name="csrf" value="(\w+)"', answer.text):
            self.csrf = found[1]
        return answer


@pytest.fixture
def visit(app):
    """A browser nobody has signed in."""
    return lambda: Browser(app, base_url=HOST, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def signed_in(visit, staff):
    """A browser of somebody of that role; his account is made where there is none."""

    def enter(login="officer", role=Role.OFFICER, **values):
        if login not in {account.login for account in staff.accounts()}:
            staff.add("root", "管理员甲", Role.ADMIN, PASSWORD) if login != "root" and not staff.accounts() else None
            staff.add(login, f"{role.label}{login}", role, PASSWORD)
            if values:
                staff.change(login, **values)
        browser = visit()
        answer = browser.post("/sign-in", {"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        browser.get("/me")
        return browser

    return enter
