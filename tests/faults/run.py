"""Registers leads while everything fails, and counts: `make faults`.

    python -m tests.faults.run [--database sqlite|postgresql|both] [--leads 200] [--at-once 8] [--seed 1]

The CRM answers 503, hangs, or commits and drops the line. The action server, the worker and (PostgreSQL) the database
are killed with -9 at random and come back. Afterwards every lead confirmed to an investor must stand exactly once in
the store and exactly once at the receiver, and none confirmed may be missing. Exit code 0 only if so.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import create_engine, text

from deploy import training
from deploy.crm_demo import Faults, Receiver
from deploy.serve import commands
from deploy.settings import PYTHON, ROOT, Ports, environment, storage_in
from tests.faults.investor import Told, register
from tests.faults.processes import Kept, Postgres
from tests.servers import wait_until
from tests.support.ports import free_port

_DRAINED = 600.0
"""Seconds the hand-off has to catch up once the killing is over."""


@dataclass
class Outcome:
    """The figures of one run."""

    database: str
    told: list[Told]
    stored: Counter[str]
    received: Counter[str]
    open_rows: int
    kills: dict[str, int]
    seconds: float
    logs: Path
    faults_met: dict[str, int] = field(default_factory=dict)

    @property
    def confirmed(self) -> list[str]:
        """Numbers told to investors."""
        return [t.number for t in self.told if t.number]

    def wrong(self) -> list[str]:
        """What must not be, in words; empty where every promise was kept."""
        found = []
        numbers = self.confirmed
        found += [f"{n} was told to {c} investors" for n, c in Counter(numbers).items() if c > 1]
        found += [
            f"{n} was confirmed and stands {self.stored[n]} times in the store" for n in numbers if self.stored[n] != 1
        ]
        found += [f"{n} was confirmed and came {self.received[n]} times" for n in numbers if self.received[n] != 1]
        found += [f"{n} came {c} times" for n, c in self.received.items() if c > 1]
        found += [f"{n} came and is not in the store" for n in self.received if n not in self.stored]
        found += [f"{self.open_rows} deliveries were not made"] * (self.open_rows > 0)
        found += [f"{t.sender} got no number in {t.turns} turns" for t in self.told if not t.number]
        return found

    def row(self) -> str:
        """One line of the table."""
        kills = "、".join(f"{name} {count}" for name, count in self.kills.items())
        return (
            f"| {self.database} | {len(self.told)} | {len(self.confirmed)} | {sum(self.stored.values())} | {sum(self.received.values())} | "
            f"{len(self.wrong())} | {kills} | {sum(t.failures for t in self.told)} | {self.seconds:.0f} |"
        )


HEAD = (
    "| 数据库 | 登记 | 告知编号 | 库中线索 | 对方收到（去重后） | 违背承诺 | kill -9 | 投资者遇到的失败 | 秒 |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |"
)


def run(database: str, leads: int, at_once: int, seed: int, folder: Path, *, every: float = 4.0) -> Outcome:
    """One run; `every` is the mean of seconds from the assistant's answering again to the next kill.

    Investors go on registering beyond `leads` until everything was killed at least once, however quick they are.
    """
    chance, started = random.Random(seed), time.monotonic()  # noqa: S311 - a test's own dice
    victims: list[Kept | Postgres] = []
    postgres = Postgres() if database == "postgresql" else None
    if postgres:
        postgres.start()
        victims.append(postgres)
    url = postgres.url if postgres else f"sqlite:///{folder / 'leads.sqlite3'}"
    journal, secret = folder / "received.jsonl", secrets.token_hex()
    receiver = Receiver(
        secret, faults=Faults(fail_rate=0.2, hang_rate=0.05, drop_after_commit_rate=0.2, hang_seconds=8, seed=seed),
        journal=journal, say=lambda line: None,
    )  # fmt: skip
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    ports = Ports(free_port(), free_port(), free_port())
    environ = environment(ports, {
        **os.environ, **storage_in(folder), "LEADS_DATABASE": url, "LEADS_CRM_URL": f"http://127.0.0.1:{receiver.port}/leads",
        "LEADS_CRM_SECRET": secret, "LEADS_CRM_SECONDS": "2", "LEADS_RETRY_BASE": "0.05",
    })  # fmt: skip
    subprocess.run([PYTHON, "-m", "leads", "migrate"], cwd=ROOT, env=environ, check=True)
    kept = {name: Kept(name, command, environ, folder / f"{name}.log") for name, command in commands(ports).items()}
    for process in kept.values():
        process.start()
    try:
        wait_until(lambda: _answers(ports), 300, "the assistant to answer")
        victims += [kept["actions"], kept["handoff"]]
        over = threading.Event()
        killer = threading.Thread(target=_kill, args=(victims, chance, over, ports, every), daemon=True)
        killer.start()
        told, numbers = list[Told](), itertools.count()

        def investor(_: int) -> None:
            while (n := next(numbers)) < leads or not all(victim.kills for victim in victims):
                told.append(register(ports.url, n, seed))

        with ThreadPoolExecutor(at_once) as investors:
            list(investors.map(investor, range(at_once)))
        over.set()
        killer.join(120)
        receiver.faults = Faults()  # the storm is over; what waits goes out with its next attempt
        open_rows = _drained(url)
        stored = Counter(_column(url, "SELECT number FROM leads"))
        entries = [json.loads(line) for line in journal.read_text("utf-8").splitlines()] if journal.exists() else []
        submitted = [e["payload"] for e in entries if e["payload"]["event"] == "lead.submitted"]
        return Outcome(
            database, told, stored, Counter(p["lead"]["number"] for p in submitted), open_rows,
            {v.name: v.kills for v in victims}, time.monotonic() - started, folder,
        )  # fmt: skip
    finally:
        for process in kept.values():
            process.end()
        receiver.shutdown()
        if postgres:
            postgres.end()


def _kill(
    victims: list[Kept | Postgres], chance: random.Random, over: threading.Event, ports: Ports, every: float
) -> None:
    """Kill at random until it is over; the next only when the assistant answers again, or nobody would get anywhere."""
    turn: list[Kept | Postgres] = []
    while not over.wait(chance.uniform(0.1, 1.9) * every):
        turn = turn or chance.sample(victims, len(victims))
        turn.pop().kill()
        while not over.is_set() and not _answers(ports):
            time.sleep(0.2)


def _answers(ports: Ports) -> bool:
    try:
        requests.get(f"{ports.actions_url}/records", timeout=5).raise_for_status()
        return requests.get(f"{ports.url}/webhooks/rest/", timeout=5).ok
    except requests.RequestException:
        return False


def _drained(url: str) -> int:
    """Wait until nothing is left to be sent; returns how many rows are."""
    limit = time.monotonic() + _DRAINED
    while time.monotonic() < limit:
        (left,) = _column(url, "SELECT count(*) FROM deliveries WHERE state <> 'DELIVERED'")
        if not int(left):
            return 0
        time.sleep(1)
    return int(left)


def _column(url: str, statement: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as db:
        found = [str(row[0]) for row in db.execute(text(statement))]
    engine.dispose()
    return found


def main() -> int:
    """Run what was asked for, print the table, and say what went wrong."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options.add_argument("--leads", type=int, default=200)
    options.add_argument("--at-once", type=int, default=8)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    if training.main():
        return 1
    outcomes = []
    for database in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        folder = Path(tempfile.mkdtemp(prefix=f"faults-{database}-"))
        print(f"{database}：{given.leads} 条登记，{given.at_once} 路并行，日志在 {folder}……", flush=True)
        outcomes.append(run(database, given.leads, given.at_once, given.seed, folder))
        print("\n".join(outcomes[-1].wrong()), flush=True)
    print("\n".join([HEAD, *(o.row() for o in outcomes)]))
    return 1 if any(o.wrong() for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
