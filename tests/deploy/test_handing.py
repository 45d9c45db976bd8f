"""A socket that systemd holds reaches the bot, and nobody else."""

from __future__ import annotations

import os
import socket
import subprocess

import pytest

from deploy.handing import held
from deploy.settings import PYTHON, ROOT

_SUPERVISED = """
import sys
from honcho.printer import Printer
from deploy import handing
from deploy.supervisor import Supervisor
supervisor = Supervisor(Printer(sys.stdout), frozenset({{"bot", "other"}}))
supervisor._process_ctor = handing.Handing
look = 'exec {python} -c "{code}"'
supervisor.add_process("bot", handing.FOR_ITSELF + look)
supervisor.add_process("other", look)
sys.exit(0 if handing.held() and supervisor.run() is not None else 1)
"""
_CODE = (
    "import os, pathlib, socket, stat, time; right = os.environ['LISTEN_PID'] == str(os.getpid()); "
    "there = os.path.exists('/proc/self/fd/3') and stat.S_ISSOCK(os.stat('/proc/self/fd/3').st_mode); "
    "print('LOOKED', right, there and socket.socket(fileno=3).getsockname()[1], flush=True); "
    "here = pathlib.Path(os.environ['LOOKED_IN']); (here / str(os.getpid())).touch(); "
    "[time.sleep(0.02) for _ in range(3000) if len(list(here.iterdir())) < 2]"
)
"""Says what it sees, and stays until the other has looked too: the supervisor stops all as soon as one ends."""


def test_the_bot_gets_the_socket_and_nobody_else_does(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as sock:
        supervised = _SUPERVISED.format(python=PYTHON, code=_CODE.replace("'", "\\'"))
        handed = f'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3<&{sock.fileno()}'
        done = subprocess.run(
            ["bash", "-c", handed, "bash", str(PYTHON), "-c", supervised], cwd=ROOT, pass_fds=(sock.fileno(),),
            env={**os.environ, "PYTHONPATH": str(ROOT), "LOOKED_IN": str(tmp_path)}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        port = sock.getsockname()[1]
    lines = {
        line.split("|")[0].split()[1]: line.split("LOOKED ")[1] for line in done.stdout.splitlines() if "LOOKED" in line
    }
    assert lines == {"bot": f"True {port}", "other": "False False"}, done.stdout + done.stderr


@pytest.mark.parametrize(
    "environ", [{}, {"LISTEN_PID": "1", "LISTEN_FDS": "1"}, {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"}]
)
def test_a_socket_for_somebody_else_is_none(environ):
    assert not held(environ)
    assert held({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
