"""The ports that tests give to servers."""

from __future__ import annotations

import socket
import subprocess
import sys

from deploy.settings import ROOT
from tests.support.ports import free_port


def test_two_runs_side_by_side_never_get_the_same_port():
    program = "import sys; from tests.support import ports; ports._RANGE = range(int(sys.argv[1]), int(sys.argv[1]) + 1); print(ports.free_port())"
    mine = free_port()
    other = subprocess.run([sys.executable, "-c", program, str(mine)], cwd=ROOT, capture_output=True, text=True)
    assert "no free port" in other.stderr, other


def test_a_port_that_is_given_can_be_listened_on():
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.getsockname()[1] < 32_768
