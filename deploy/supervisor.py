"""Keeps the assistant's processes running: one that ends is started again, and none takes the others with it.

What staff use (the desk, the hand-off of leads) is started again for ever, with longer and longer pauses: investors
must not notice that it was away. The two processes that answer investors are started again too, unless nothing has
been answered yet, or they end again and again within moments: then the supervisor ends as they did, with their code,
and whoever has started it (a person, systemd, compose) learns of it.
"""

from __future__ import annotations

import errno
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer

GRACE = 10.0
"""Seconds a process has to end by itself."""
STEADY = 60.0
"""Seconds after which a process that ends is no longer one that does not even start."""
LONGEST_PAUSE = 30.0
MOST_FAILURES = 5
"""Ends within moments, one after the other, after which a process that is needed is given up."""
_FIRST_PAUSE = 0.5
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Restarts:
    """When a process that has ended is to be started again."""

    def __init__(self, needed: frozenset[str], clock: Callable[[], float] = time.monotonic) -> None:
        """`needed`: those without which no investor is answered."""
        self._needed, self._clock = needed, clock
        self._began: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        self.ready = False
        """Whether a first question was answered: before, whoever starts it is looking, and a fault is no accident."""

    def began(self, name: str) -> None:
        """It was started."""
        self._began[name] = self._clock()

    def pause(self, name: str) -> float | None:
        """It has ended: the seconds until it is to be started again, None where it is given up."""
        ran = self._clock() - self._began.get(name, self._clock())
        self.failures[name] = 1 if ran >= STEADY else self.failures.get(name, 0) + 1
        if name in self._needed and (not self.ready or self.failures[name] > MOST_FAILURES):
            return None
        return float(min(LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self.failures[name] - 1, 10)))


class Supervisor(Manager):
    """honcho's manager, which prints and stops; started again and stopped by a wish instead of inside a signal handler.

    honcho's own handler prints and kills at once. When the signal comes while a line is printed, that raises; when
    it comes before a process has told its id, too; both times the processes were left running.
    """

    def __init__(self, printer: Printer, needed: frozenset[str]) -> None:
        super().__init__(printer)
        self.events: queue.Queue[Any] = queue.Queue()
        self._restarts = Restarts(needed)
        self._due: dict[str, float] = {}
        """Processes that have ended → when to start them again."""
        self._told: set[tuple[str, signal.Signals]] = set()
        self._ending_since: float | None = None

    def run(self) -> int:
        """Supervise until the end; returns 0 when it was wished for, else how the process ended that was given up."""
        try:
            self.loop()
        except OSError as error:
            if error.errno not in (errno.EIO, errno.EPIPE):
                raise
            self._wish()  # the terminal is gone, and nobody is left to tell
        finally:
            for name, process in self._processes.items():
                if self._runs(name):
                    with suppress(ProcessLookupError):
                        os.killpg(process["pid"], signal.SIGKILL)
        return int(self.returncode or 0)

    def loop(self) -> None:
        """See honcho's, which ends everything when one process ends."""
        for number in _STOPS:
            signal.signal(number, self._wish)
        for name in self._processes:
            self._begin(name)
        while not self._over():
            with suppress(queue.Empty):
                self._take(self.events.get(timeout=0.1))
            self._bury()
            self._begin_what_is_due()
            if self._ending_since is not None:
                self._end()

    def answered(self) -> None:
        """The first question was answered: from now on what ends is started again."""
        self._restarts.ready = True

    def give_up(self, code: int) -> None:
        """End everything and return this code, unless the end was wished for before."""
        if self._ending_since is None:
            self.returncode = code
            self._wish()

    def say(self, text: str) -> None:
        """Print a line from any thread."""
        self.events.put(Message("line", text, self._clock.now().astimezone(), "assistant", None))

    def _wish(self, *_: object) -> None:
        self._ending_since = self._ending_since or time.monotonic()

    def _begin(self, name: str) -> None:
        """A thread starts the process and reads what it says."""
        held = self._processes[name]
        held.pop("pid", None)
        held.pop("returncode", None)
        self._restarts.began(name)
        held["process"] = threading.Thread(name=name, target=held["obj"].run, args=(self.events,), daemon=True)
        held["process"].start()

    def _bury(self) -> None:
        """Of a process that has died suddenly, its own children may go on, hold its port and what it said to us."""
        for name, process in self._processes.items():
            child = process["obj"]._child
            if self._runs(name) and child is not None and child.poll() is not None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)

    def _begin_what_is_due(self) -> None:
        for name in [name for name, due in self._due.items() if due <= time.monotonic()]:
            del self._due[name]
            self._begin(name)

    def _take(self, told: Message) -> None:
        if told.type == "line":
            self._printer.write(told)
        elif told.type == "start":
            self._processes[told.name]["pid"] = told.data["pid"]
            self._system_print(f"{told.name} started (pid={told.data['pid']})\n")
        elif told.type == "stop":
            code = int(told.data["returncode"])
            self._processes[told.name]["returncode"] = code
            self._system_print(f"{told.name} stopped (rc={code})\n")
            if self._ending_since is None:
                self._ended(told.name, code)

    def _ended(self, name: str, code: int) -> None:
        pause = self._restarts.pause(name)
        if pause is None:
            self.give_up(true_code(code))
            return
        self._due[name] = time.monotonic() + pause
        self._system_print(f"{name} 自己退出了（代码 {code}），{pause:g} 秒后重新启动\n")

    def _end(self) -> None:
        """Tell each process once to end, and kill what has not ended in time."""
        self._due.clear()
        late = time.monotonic() - (self._ending_since or 0.0) > GRACE
        how = signal.SIGKILL if late else signal.SIGTERM
        for name, process in self._processes.items():
            if self._runs(name) and (name, how) not in self._told:
                self._told.add((name, how))
                self._system_print(f"sending {how.name} to {name} (pid {process['pid']})\n")
                with suppress(ProcessLookupError):
                    os.killpg(process["pid"], how)

    def _runs(self, name: str) -> bool:
        return "pid" in self._processes[name] and "returncode" not in self._processes[name]

    def _over(self) -> bool:
        return (
            self._ending_since is not None
            and all("returncode" in process for process in self._processes.values())
            and self.events.empty()
        )


def true_code(code: int) -> int:
    """As a shell tells it: 128 and the signal for a process that was killed; never 0, since it was not to end."""
    return 128 - code if code < 0 else code or 1
