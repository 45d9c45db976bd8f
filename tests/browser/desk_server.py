"""The desk for a browser: the real application behind uvicorn, on an empty store of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from console.app import create_app
from console.desk import Desk, desk_of
from console.settings import Settings
from deploy.settings import ROOT
from leads import migrating
from leads.settings import Settings as LeadsSettings
from leads.staff.model import Role
from tests.servers import wait_until
from tests.support.ports import free_port

PASSWORD = "长城 雨伞 73 望远镜"
SHOTS = os.environ.get("CONSOLE_SCREENSHOTS")
"""A folder, such as docs/console; pictures are only taken where it is named."""


@dataclass(frozen=True)
class Served:
    """A desk that listens; `desk` are the doors behind it."""

    url: str
    desk: Desk


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Migrate a new store, serve, stop."""
    database = f"sqlite:///{folder / 'leads.sqlite3'}"
    migrating.upgrade(database)
    port = free_port()
    leads = LeadsSettings(database=database, bot_url="http://127.0.0.1:9", channel_secret="of the tests alone")  # noqa: S106
    desk = desk_of(Settings(port=port), leads)
    server = uvicorn.Server(uvicorn.Config(create_app(desk), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, 30, "the desk listens")
    try:
        for login, name, role in (
            ("admin", "演示管理员", Role.ADMIN), ("officer1", "演示专员01", Role.OFFICER),
            ("officer2", "演示专员02", Role.OFFICER), ("editor1", "演示编辑01", Role.EDITOR),
        ):  # fmt: skip
            desk.staff.add(login, name, role, PASSWORD)
        yield Served(f"http://127.0.0.1:{port}", desk)
    finally:
        server.should_exit = True
        thread.join(20)


def sign_in(context, url, login):
    """A page of somebody who has signed in; what breaks the content policy, or any script, fails the test."""
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    return page


def shot(page, name):
    """A picture for the documentation."""
    if SHOTS:
        page.screenshot(path=str(ROOT / SHOTS / f"{name}.png"))


def flaws(page):
    """What axe finds: rule, how bad, and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3]) for one in found]
