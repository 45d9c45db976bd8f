"""The real assistant with WeChat before it: action server, Rasa server, and a socket that outlives the Rasa server."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from deploy import training
from deploy.serve import commands
from deploy.settings import PYTHON, ROOT, Ports, environment, storage_in
from tests.faults.processes import Kept
from tests.servers import wait_until
from tests.support.ports import free_port
from tests.wechat_platform import Platform


@dataclass
class Stack:
    """A running assistant."""

    url: str
    platform: Platform
    bot: Kept
    folder: Path

    @property
    def webhook(self) -> str:
        """Where the platform pushes to."""
        return f"{self.url}/webhooks/wechat/webhook"

    def answers(self) -> bool:
        """Whether the Rasa server is up; a held socket connects even while it is not."""
        try:
            return requests.get(f"{self.url}/webhooks/rest/", timeout=5).ok
        except requests.RequestException:
            return False

    def claims(self, *, unanswered: bool = False) -> int:
        """How many messages the bot has taken on so far; or those of them whose answer is not out for certain."""
        query = "SELECT count(*) FROM claims" + " WHERE about IS NOT NULL" * unanswered
        with closing(sqlite3.connect(self.folder / "channels.sqlite3")) as db:
            (found,) = db.execute(query).fetchone()
            return int(found)

    def kill(self) -> float:
        """kill -9 the Rasa server; returns when, in monotonic seconds. It is started again at once."""
        self.bot.kill()
        return time.monotonic()


@contextmanager
def stack(folder: Path, more: dict[str, str] | None = None) -> Iterator[Stack]:
    """Start, wait until a question is answered, stop."""
    assert training.main() == 0, "the model could not be trained"
    sock = socket.create_server(("127.0.0.1", 0), backlog=1024)
    ports = Ports(sock.getsockname()[1], free_port())
    with Platform().serving() as platform:
        environ = environment(ports, {
            **os.environ, **storage_in(folder), "SANIC_BACKLOG": "1024", "LOG_LEVEL_LIBRARIES": "ERROR",
            **platform.environ(), **(more or {}),
        })  # fmt: skip
        subprocess.run([PYTHON, "-m", "leads", "migrate"], cwd=ROOT, env=environ, check=True)
        known = commands(ports)
        actions = Kept("actions", known["actions"], environ, folder / "actions.log")
        bot = Kept("bot", known["bot"], environ, folder / "bot.log", sock)
        running = Stack(ports.url, platform, bot, folder)
        actions.start()
        bot.start()
        try:
            wait_until(lambda: _up(ports.actions_url) and running.answers(), 300, "the assistant to answer")
            yield running
        finally:
            bot.end()
            actions.end()
            sock.close()


def _up(actions_url: str) -> bool:
    try:
        return requests.get(f"{actions_url}/records", timeout=5).ok
    except requests.RequestException:
        return False
