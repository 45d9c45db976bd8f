"""Starts what is measured: a Rasa server and its action server, on free ports, with storage of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from deploy.settings import storage_in

_PATIENCE = 300.0
_GRACE = 15.0
_NOT_MEASURED = frozenset(("handoff", "console"))
"""Processes of `make run` that take no part in a turn."""
_ASK_CHECKOUT = """
import json, os, subprocess, sys
from deploy.serve import commands
from deploy.settings import PYTHON, Ports, environment
ports = Ports.of(os.environ)
subprocess.run([PYTHON, "-m", "leads", "migrate"], env=environment(ports), check=True, stdout=sys.stderr)
print(json.dumps({"environment": environment(ports), "commands": commands(ports)}))
"""


@dataclass(frozen=True)
class Start:
    """How a process is started."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Usage:
    """What one process had used at one moment."""

    cpu: float
    """Seconds, its children's included."""
    rss: float
    """MiB."""


@dataclass(frozen=True)
class Running:
    """A system that answers."""

    port: int
    processes: Mapping[str, int]
    """Name of a process → its id."""

    def usage(self) -> dict[str, Usage]:
        """Of every process by its name."""
        return {name: _usage(pid) for name, pid in self.processes.items()}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def starts_of(checkout: Path, bot: int, actions: int, storage: Path) -> dict[str, Start]:
    """The processes of a checkout of this project that take part in a turn, started as its own `make run` does.

    The checkout is asked itself, in its own environment, so that an older or newer one is measured as it is. Its lead
    store in `storage` is made on the way. Raises `SystemExit` where it is not installed and trained.
    """
    python = checkout / ".venv" / "bin" / "python"
    if not python.exists() or not (checkout / "models" / "assistant.tar.gz").exists():
        raise SystemExit(f"{checkout} 还没有安装和训练：请先在那里运行 make train")
    environment = {
        **os.environ, **storage_in(storage), "PYTHONPATH": str(checkout), "BOT_PORT": str(bot),
        "ACTIONS_PORT": str(actions), "CONSOLE_PORT": str(free_port()), "CHANNEL_SECRET": storage.name,
    }  # fmt: skip
    told = subprocess.run(
        [python, "-c", _ASK_CHECKOUT], cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(told.stdout.splitlines()[-1])
    return {
        name: Start(command, checkout, found["environment"])
        for name, command in found["commands"].items()
        if name not in _NOT_MEASURED
    }


@contextmanager
def project(checkout: Path) -> Iterator[Running]:
    """A checkout of this project, running."""
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        bot, actions = free_port(), free_port()
        with running(starts_of(checkout, bot, actions, Path(folder)), bot, Path(folder)) as system:
            yield system


@contextmanager
def running(starts: Mapping[str, Start], port: int, logs: Path) -> Iterator[Running]:
    """The processes, once a question sent to `port` is answered; stopped in the end, whatever happens."""
    with ExitStack() as started:
        processes = {
            name: started.enter_context(_started(start, logs / f"{name}.log")) for name, start in starts.items()
        }
        until = time.monotonic() + _PATIENCE
        while not _answers(port):
            if ended := [name for name, process in processes.items() if process.poll() is not None]:
                raise SystemExit(f"{ended[0]} 自己退出了：\n{(logs / f'{ended[0]}.log').read_text('utf-8')[-3000:]}")
            if time.monotonic() > until:
                raise SystemExit(f"{_PATIENCE:.0f} 秒内没有答复：\n{(logs / 'bot.log').read_text('utf-8')[-3000:]}")
            time.sleep(0.5)
        yield Running(port, {name: process.pid for name, process in processes.items()})


@contextmanager
def _started(start: Start, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            start.command, cwd=start.folder, env=start.environment, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    """Whether a question gets an answer with something in it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    body = json.dumps({"sender": "readiness", "message": "济南高新区在哪里？"})
    try:
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        parts = json.loads(response.read())
        return any(isinstance(p.get("custom"), dict) and p["custom"].get("records") is not None for p in parts)
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()


def _usage(pid: int) -> Usage:
    cpu, rss = 0.0, 0.0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            cpu += times.user + times.system
            rss += one.memory_info().rss / 2**20
    return Usage(cpu, rss)
