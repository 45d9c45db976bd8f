"""Ports for servers that tests start: nobody else gets one between its being named and its being listened on."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

_RANGE = range(20_000, 30_000)
"""Below those that Linux hands out to outgoing connections, or any of these might take the port meanwhile."""
_LOCKS = Path(tempfile.gettempdir()) / f"assistant-test-ports-{os.getuid()}"
_held: list[int] = []
"""Locked files, one a port; the system lets them go with the process, however that ends."""


def free_port() -> int:
    """A port nobody listens on, kept for this process: runs of tests side by side never share one."""
    _LOCKS.mkdir(exist_ok=True)
    for port in random.sample(_RANGE, len(_RANGE)):
        lock = os.open(_LOCKS / str(port), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            os.close(lock)
            continue
        _held.append(lock)
        return port
    raise AssertionError(f"no free port from {_RANGE.start} to {_RANGE.stop}")
