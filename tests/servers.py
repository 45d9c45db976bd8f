"""Starts the real assistant for tests, the way `make run` does, on free ports and a copy of the records."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy import training
from deploy.settings import PYTHON, ROOT, Ports, storage_in
from knowledge.paths import records_folder
from tests.support.ports import free_port

_PATIENCE = 300


@dataclass(frozen=True)
class Running:
    """A running assistant."""

    url: str
    actions_url: str
    records: Path
    """The copy of the records it serves; a test may edit it and must put it back."""
    log: Path
    database: str
    """URL of its lead store."""

    @contextmanager
    def both_log(self, what: str, seconds: float = 60) -> Iterator[None]:
        """What is done in the block makes each of the two servers log `what`; the block ends when both have.

        A process logs in order: whatever it had to write before that line is in the log by then.
        """
        before = len(self.log.read_text(encoding="utf-8"))
        yield
        for name in ("actions", "bot"):
            line = re.compile(rf"\b{name} +\| .*{re.escape(what)}")
            wait_until(
                lambda line=line: line.search(self.log.read_text(encoding="utf-8")[before:]), seconds, f"{name}: {what}"
            )


def wait_until(true, seconds: float, what: str) -> None:
    """Look five times a second; fails the test when the time is over."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"not within {seconds} s: {what}"
        time.sleep(0.2)


@contextmanager
def serving(folder: Path, log_level: str = "INFO") -> Iterator[Running]:
    """Train if needed, start under the supervisor, wait for its word that it is ready; stop with Ctrl-C's signal."""
    assert training.main() == 0, "the model could not be trained"
    records = folder / "records"
    shutil.copytree(records_folder(), records)
    ports = Ports(free_port(), free_port(), free_port())
    environ = {
        **os.environ, "BOT_PORT": str(ports.bot), "ACTIONS_PORT": str(ports.actions), "CONSOLE_PORT": str(ports.console), "KNOWLEDGE_RECORDS": str(records),
        "LOG_LEVEL": log_level, "LOG_LEVEL_LIBRARIES": log_level if log_level == "DEBUG" else "ERROR",
        **storage_in(folder),
    }  # fmt: skip
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PYTHON, "-m", "deploy.serve"], cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until(
            lambda: "已就绪" in log.read_text(encoding="utf-8") or process.poll() is not None,
            _PATIENCE,
            "a first answer",
        )
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        yield Running(ports.url, ports.actions_url, records, log, environ["LEADS_DATABASE"])
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(30)
    assert code == 0, "Ctrl-C must stop everything cleanly:\n" + log.read_text(encoding="utf-8")[-2000:]
