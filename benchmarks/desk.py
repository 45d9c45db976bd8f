"""Measures the desk with 100,000 leads on SQLite and PostgreSQL: `make bench-console`.

Whole requests through the real application – session, rights, statements, template – by an officer, a leader and an
administrator; one at a time. Writes a dated table beside this file. LEADS_TEST_POSTGRES names the PostgreSQL server.
"""

from __future__ import annotations

import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import psycopg
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from benchmarks.synthetic_leads import NOW, OFFICERS, fill
from console.app import create_app
from console.desk import Desk
from console.settings import Settings as ConsoleSettings
from knowledge.catalogue import Catalogue
from leads import migrating
from leads.inbox import Inbox
from leads.outbox import Outbox
from leads.service import Leads
from leads.settings import Settings
from leads.staff.model import Role
from leads.staff.service import Staff
from leads.store import Store

_MANY = int(os.environ.get("BENCH_LEADS") or 100_000)
_TIMES = 20
_HOST = "http://127.0.0.1:8080"
_GIVEN = "bench " * 4
_POSTGRES = os.environ.get("LEADS_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
_PATHS = {
    "list": ("/leads", "/leads?sort=score", "/leads?sort=amount&from_wan=1000", "/leads?overdue=1&sort=due", "/leads?officer=-&open=1", "/leads?office=历城区人民政府&channel=wechat&score=90", "/leads?sector=量子科技&sort=updated", "/leads?since=7d"),
    "search": ("/leads?q=量子科技99", "/leads?q=科技", "/leads?q=云帆", "/leads?q=13800012345", "/leads?q=不存在的公司", "/leads?q=合成4321"),
    "board": ("/leads/board", "/leads/board?office=历城区人民政府", "/leads/board?officer=me", "/leads/board?q=云帆"),
}  # fmt: skip


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    url = make_url(_POSTGRES).set(database="bench_console")
    admin = make_url(_POSTGRES).set(drivername="postgresql").render_as_string(hide_password=False)
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_console WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_console")
        try:
            yield {
                "SQLite": f"sqlite:///{folder}/leads.sqlite3",
                "PostgreSQL": url.render_as_string(hide_password=False),
            }
        finally:
            connection.execute("DROP DATABASE IF EXISTS bench_console WITH (FORCE)")


def _measure(url: str) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds by kind of page."""
    migrating.upgrade(url)
    store = Store(url)
    numbers = fill(store, _MANY)
    catalogue = Catalogue.load()
    staff = Staff(store, now=lambda: NOW)
    desk = Desk(
        settings=ConsoleSettings(), leads=Leads(store, Outbox(), Settings(database=url), now=lambda: NOW), staff=staff,
        inbox=Inbox(store, now=lambda: NOW), catalogue=lambda: catalogue,
    )  # fmt: skip
    chance, found = random.Random(1), {}  # noqa: S311 - which pages are measured
    app = create_app(desk)
    for login, role in ((OFFICERS[3], Role.OFFICER), ("leader", Role.LEADER), ("root", Role.ADMIN)):
        staff.add(login, login, role, _GIVEN)
    staff.change("leader", offices=["历城区人民政府", "天桥区投资促进局"], sectors=["量子科技"])
    for login in (OFFICERS[3], "leader", "root"):
        browser = TestClient(app, base_url=_HOST, follow_redirects=False)
        browser.post("/sign-in", data={"login": login, "password": _GIVEN}, headers={"origin": _HOST})
        for kind, paths in _PATHS.items():
            for path in paths:
                found.setdefault(kind, []).extend(_times(browser, path))
        if login == "root":
            pages = [f"/leads/{number}" for number in chance.sample(numbers, _TIMES * 3)]
            found["lead"] = [taken for path in pages for taken in _times(browser, path, 1)]
            first = browser.get("/leads").text.partition("after=")[2].partition('"')[0].replace("&amp;", "&")
            found["next page"] = _times(browser, f"/leads?after={first}")
    store.close()
    return found


def _times(browser: TestClient, path: str, times: int = _TIMES) -> list[tuple[float, float]]:
    """Milliseconds by the clock, and of this process's own work: on a busy machine the two differ."""
    taken = []
    for turn in range(times + (times > 1)):
        started, worked = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        if turn or times == 1:  # the first one warms up
            taken.append(((time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000))
    return taken


def main() -> int:
    """Measure both, print and write the table."""
    now = datetime.now().astimezone()
    how = (
        f"`make bench-console`, {now:%Y-%m-%d %H:%M}, {os.cpu_count()} cores, Python {platform.python_version()}; load average "
        f"at the start {os.getloadavg()[0]:.1f}. Whole requests, one at a time, milliseconds; {_TIMES} of each address by an "
        "officer, a leader and an administrator."
    )
    lines = [f"# The desk with {_MANY:,} leads", "", how, ""]
    lines += [
        "| database | page | requests | median | p95 | slowest | p95 of the desk's own processor time |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    with _databases() as databases:
        for name, url in databases.items():
            for kind, taken in _measure(url).items():
                clock, own = zip(*taken, strict=True)
                lines.append(
                    f"| {name} | {kind} | {len(taken)} | {median(clock):.0f} | {quantiles(clock, n=20)[-1]:.0f} "
                    f"| {max(clock):.0f} | {quantiles(own, n=20)[-1]:.0f} |"
                )
                print(lines[-1], flush=True)
    lines += ["", f"Load average at the end {os.getloadavg()[0]:.1f}."]
    Path(__file__).with_name(f"{now:%Y-%m-%d}-console.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
