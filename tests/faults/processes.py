"""The assistant's processes one by one, started again whenever they end, as systemd would; and a PostgreSQL of our own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.settings import ROOT
from tests.servers import wait_until
from tests.support.ports import free_port

_PAUSE = 0.5
"""Seconds before a process that ended is started again."""


class Kept:
    """A process that is started again whenever it ends, unless a test holds it down."""

    def __init__(
        self, name: str, command: list[str], environ: dict[str, str], log: Path, sock: socket.socket | None = None
    ) -> None:
        """`sock`: a listening socket that is held for the process, as systemd does."""
        if sock is not None:
            handed = f'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3<&{sock.fileno()}'
            command = ["bash", "-c", handed, "bash", *command]  # sh knows no descriptor above 9
        self._kept_open = () if sock is None else (sock.fileno(),)
        self.name, self.kills, self.starts = name, 0, 0
        self._command, self._environ, self._log = command, environ, log
        self._starting = threading.Lock()
        """Held by whoever starts the process or decides that it is not started."""
        self._ending, self._wanted = threading.Event(), threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start, and keep it running from now on."""
        self._wanted.set()
        self._thread.start()

    def kill(self) -> None:
        """SIGKILL, with its children; it is started again after a moment."""
        if self._process and self._process.poll() is None:
            self.kills += 1
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @contextmanager
    def down(self) -> Iterator[None]:
        """SIGKILL, with its children; it stays away until the block ends, however long that takes."""
        with self._starting:
            self._wanted.clear()
            self.kill()
        try:
            if self._process:
                self._process.wait()
            yield
        finally:
            self._wanted.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It stands still until the block ends, as on a machine that is held up: what is sent to it waits."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def end(self) -> None:
        """End for good."""
        with self._starting:  # or one might be started that nobody ends
            self._ending.set()
        self._wanted.set()
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        self.kill()

    def _keep(self) -> None:
        with self._log.open("ab") as log:
            while not self._ending.is_set():
                self._wanted.wait()
                with self._starting:
                    if self._ending.is_set() or not self._wanted.is_set():
                        continue
                    self._process = subprocess.Popen(
                        self._command, cwd=ROOT, env=self._environ, stdout=log, stderr=subprocess.STDOUT,
                        start_new_session=True, pass_fds=self._kept_open,
                    )  # fmt: skip
                    self.starts += 1
                self._process.wait()
                self._ending.wait(_PAUSE)


class Postgres:
    """A PostgreSQL server in a folder of its own; killing it kills every one of its processes."""

    def __init__(self) -> None:
        self.name, self.kills, self.port = "postgresql", 0, free_port()
        folder = Path(tempfile.mkdtemp(prefix="faults-postgresql-"))  # where another user than root gets in
        self._folder, self._data = folder, folder / "data"
        self._tools = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
        # initdb refuses to run as root.
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres", "postgres")

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Make the cluster and start it. Raises `RuntimeError` with what PostgreSQL has to say where it can't."""
        try:
            self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-instructions")
            self.start_again()
        except RuntimeError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start_again(self) -> None:
        """Start, recovering from a kill if there was one."""
        # No socket file: its lock would outlive a kill as long as nobody has taken note of the dead process.
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories=''"
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._run(
            "pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log"), "-w", "-t", "60", "-o", options, "start"
        )

    def kill(self) -> None:
        """SIGKILL for the server and all its children; it comes back after a moment."""
        self.kills += 1
        pid = int((self._data / "postmaster.pid").read_text("ascii").splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        for one in [pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        wait_until(lambda: not _alive(pid), 10, "the database to be dead")
        time.sleep(1.0)
        self.start_again()

    def end(self) -> None:
        """Stop for good."""
        subprocess.run(
            [*self._as, str(self._tools / "pg_ctl"), "-D", str(self._data), "-m", "immediate", "stop"], check=False, capture_output=True
        )  # fmt: skip
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, tool: str, *arguments: str) -> None:
        # Its own output goes to a file: a pipe would stay open as long as the server runs.
        told = self._folder / f"{tool}.out"
        with told.open("wb") as out:
            done = subprocess.run([*self._as, str(self._tools / tool), *arguments], stdout=out, stderr=out, check=False)
        if done.returncode:
            raise RuntimeError(
                f"PostgreSQL 起不来（{tool}，退出码 {done.returncode}）：{told.read_text('utf-8', 'replace')}"
            )


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
