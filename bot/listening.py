"""Serves on a socket that the supervisor holds, so that a restart refuses nobody.

systemd hands sockets over as `sd_listen_fds(3)` describes: LISTEN_PID is ours, LISTEN_FDS is 1, the socket is
descriptor 3. While we are away, the kernel takes the connections and keeps what is written to them; we answer them
when we are back. Without such a socket nothing changes.
"""

from __future__ import annotations

import os
import socket
from typing import Any, Mapping

from sanic import Sanic

_FIRST = 3


def adopt(environ: Mapping[str, str] = os.environ) -> bool:
    """Have Sanic serve on the socket that was handed over; returns whether there was one."""
    if environ.get("LISTEN_PID") != str(os.getpid()) or environ.get("LISTEN_FDS") != "1":
        return False
    held, run = socket.socket(fileno=_FIRST), Sanic.run

    def run_on_it(self: Any, *given: Any, **named: Any) -> None:
        run(self, *given, **{**named, "host": None, "port": None, "sock": held})

    Sanic.run = run_on_it  # type: ignore[method-assign]
    return True
