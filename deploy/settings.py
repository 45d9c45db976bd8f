"""Where things are and which ports are used: the one place that reads the environment for `make run` and friends."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "assistant.tar.gz"
ENCODER = ROOT / "models" / "encoder"
PYTHON = ROOT / ".venv" / "bin" / "python"
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
LOGS = ROOT / "var"
CHANNEL_SECRET = ROOT / "storage" / "channel.secret"

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    # Threads of the embedding engine and of numpy spin while they wait; one each is faster on a shared machine.
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True)
class Ports:
    """Loopback ports; `BOT_PORT`, `ACTIONS_PORT` and `CONSOLE_PORT` change them."""

    bot: int = 5005
    actions: int = 5055
    console: int = 8080

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Ports:
        """Raises `ValueError` where a port is not a number."""
        return cls(
            int(environ.get("BOT_PORT") or cls.bot),
            int(environ.get("ACTIONS_PORT") or cls.actions),
            int(environ.get("CONSOLE_PORT") or cls.console),
        )

    @property
    def url(self) -> str:
        """Address of the assistant."""
        return f"http://127.0.0.1:{self.bot}"

    @property
    def actions_url(self) -> str:
        """Address of the action server."""
        return f"http://127.0.0.1:{self.actions}"

    @property
    def console_url(self) -> str:
        """Address of the staff's desk."""
        return f"http://127.0.0.1:{self.console}"


def environment(ports: Ports, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of every process we start."""
    return {
        **environ,
        **QUIET,
        "BOT_PORT": str(ports.bot),
        "ACTIONS_PORT": str(ports.actions),
        "CONSOLE_PORT": str(ports.console),
        "ACTION_ENDPOINT": f"{ports.actions_url}/webhook",
        "BOT_URL": environ.get("BOT_URL") or ports.url,
        "CHANNEL_SECRET": environ.get("CHANNEL_SECRET") or channel_secret(),
    }


def channel_secret(file: Path = CHANNEL_SECRET) -> str:
    """The secret by which our processes know each other and visitors' sessions are signed; made when it is missing.

    Where it can't be written or read, one that lasts as long as this process: visitors begin anew after a restart.
    """
    try:
        return _kept_secret(file)
    except OSError as error:
        logging.getLogger(__name__).warning(
            "%s 不能用（%s），用一个临时的：重启后网页访客从新的对话开始", file, error.strerror
        )
        return _passing_secret()


@cache
def _passing_secret() -> str:
    return secrets.token_urlsafe(32)


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
        # Named only once it is written: who starts at the same moment must not read half of it.
        with suppress(FileExistsError):
            file.hardlink_to(whole)
        whole.unlink()
    return file.read_text(encoding="ascii").strip()


def storage_in(folder: Path) -> dict[str, str]:
    """The settings that keep everything a run writes in a folder of its own, for tests and benchmarks."""
    return {
        "LEADS_DATABASE": f"sqlite:///{folder / 'leads.sqlite3'}",
        "CONVERSATIONS_DATABASE": str(folder / "conversations.sqlite3"),
        "CHANNELS_DATABASE": str(folder / "channels.sqlite3"),
    }
