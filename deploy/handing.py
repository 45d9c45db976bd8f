"""Hands the bot a listening socket that systemd holds for it, so that a restart refuses nobody.

systemd passes sockets to the process it starts, which is the supervisor; the bot is that one's child. The socket goes
on as descriptor 3, and LISTEN_PID is set to the bot's own number by the shell that becomes it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from honcho.process import Popen, Process

_FIRST = 3
FOR_ITSELF = "export LISTEN_PID=$$; "
"""In front of the command that gets the socket."""


def held(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a socket was passed to this process."""
    return environ.get("LISTEN_PID") == str(os.getpid()) and environ.get("LISTEN_FDS") == "1"


class Handing(Process):
    """honcho's process; where a command asks for the socket, it is not closed."""

    def __init__(self, command: str, **given: Any) -> None:
        super().__init__(command, **given)
        if command.startswith(FOR_ITSELF):
            self._child_ctor = partial(Popen, pass_fds=(_FIRST,))
