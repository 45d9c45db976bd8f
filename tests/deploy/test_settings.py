"""The settings that all processes share."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from deploy.settings import channel_secret


def test_processes_that_start_at_once_agree_on_the_secret_and_nobody_else_may_read_it(tmp_path):
    for n in range(30):
        file, start = tmp_path / str(n) / "channel.secret", Barrier(4)

        def read(_, file=file, start=start):
            start.wait(60)
            return channel_secret(file)

        with ThreadPoolExecutor(4) as processes:
            (secret,) = set(processes.map(read, range(4)))
        assert len(secret) >= 32
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert list(file.parent.iterdir()) == [file]
