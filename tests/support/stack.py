"""The assistant's real processes, started again whenever they end as systemd would do it, and what tests ask of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import requests

from deploy import training
from deploy.client import ask
from deploy.serve import commands
from deploy.settings import PYTHON, ROOT, Ports, environment, storage_in
from leads.service import Leads
from leads.settings import Settings
from leads.wiring import leads_of
from tests.faults.processes import Kept
from tests.servers import wait_until
from tests.support.ports import free_port

_PATIENCE = 300


class Stack:
    """Rasa server, action server, hand-off worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ports = Ports(free_port(), free_port())
        self.url, self.neighbour = ports.url, free_port()
        self.environ = environment(ports, {
            **os.environ, **storage_in(folder), "LOG_LEVEL": "WARNING",
            "WEB_ORIGINS": f"http://127.0.0.1:{self.neighbour}",
        })  # fmt: skip
        names = ("actions", "handoff", "bot")
        self._kept = {n: Kept(n, commands(ports)[n], self.environ, folder / f"{n}.log") for n in names}

    def __enter__(self) -> Stack:
        assert training.main() == 0, "the model could not be trained"
        subprocess.run([PYTHON, "-m", "leads", "migrate"], cwd=ROOT, env=self.environ, check=True, capture_output=True)
        for process in self._kept.values():
            process.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._kept.values():
            process.end()

    def wait(self) -> None:
        """Until a question is answered."""
        wait_until(self._answers, _PATIENCE, "the assistant to answer")

    @contextmanager
    def bot_down(self) -> Iterator[None]:
        """SIGKILL for the Rasa server, which stays away until the block ends, however long a busy machine takes for it.

        Then it comes back with nothing but what it had written down, and is waited for.
        """
        try:
            with self._kept["bot"].down():
                assert not self.is_up()
                yield
        finally:
            self.wait()

    @contextmanager
    def bot_paused(self) -> Iterator[None]:
        """The Rasa server stands still until the block ends: what browsers send it is on its way for so long."""
        with self._kept["bot"].paused():
            yield

    def is_up(self) -> bool:
        """Whether the Rasa server takes connections."""
        try:
            return requests.get(f"{self.url}/webhooks/web/", timeout=2).ok
        except requests.RequestException:
            return False

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    @property
    def leads(self) -> Leads:
        """The pipeline, as the console uses it."""
        return leads_of(Settings.of(self.environ))

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """From the lead store."""
        with closing(sqlite3.connect(self._folder / "leads.sqlite3")) as db:
            return db.execute(query, values).fetchall()

    def _answers(self) -> bool:
        try:
            return bool(ask(self.url, "readiness", "济南高新区在哪里？").envelope.get("records"))
        except requests.RequestException:
            return False
