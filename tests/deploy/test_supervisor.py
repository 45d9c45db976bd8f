"""What ends is started again; what ends again and again is given up with its code; nothing is left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from honcho.printer import Printer

from deploy.settings import ROOT
from deploy.supervisor import LONGEST_PAUSE, MOST_FAILURES, STEADY, Restarts, Supervisor, true_code
from tests.servers import wait_until


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def ends(restarts, clock, name, after):
    """It was started, ran for so long and ended; when it is to be started again."""
    restarts.began(name)
    clock.now += after
    return restarts.pause(name)


def test_the_desk_is_started_again_for_ever_with_longer_and_longer_pauses(clock):
    restarts = Restarts(frozenset({"bot"}), clock)
    pauses = [ends(restarts, clock, "console", 1.0) for _ in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, LONGEST_PAUSE)


def test_what_ran_well_for_a_while_is_started_again_at_once(clock):
    restarts = Restarts(frozenset({"bot"}), clock)
    restarts.ready = True
    assert [ends(restarts, clock, "bot", STEADY + 1) for _ in range(50)] == [0.5] * 50


def test_what_is_needed_and_ends_again_and_again_is_given_up(clock):
    restarts = Restarts(frozenset({"bot"}), clock)
    restarts.ready = True
    pauses = [ends(restarts, clock, "bot", 2.0) for _ in range(MOST_FAILURES + 1)]
    assert None not in pauses[:-1]
    assert pauses[-1] is None


def test_before_the_first_answer_what_is_needed_is_not_started_again_and_the_desk_is(clock):
    restarts = Restarts(frozenset({"bot"}), clock)
    assert ends(restarts, clock, "bot", 2.0) is None
    assert ends(restarts, clock, "console", 2.0) == 0.5


@pytest.mark.parametrize(("code", "told"), [(1, 1), (3, 3), (-9, 137), (-15, 143), (-6, 134), (0, 1)])
def test_the_code_is_that_of_a_shell_and_never_says_that_all_was_well(code, told):
    assert true_code(code) == told


class Supervised:
    """A supervisor of small processes, in a process of its own; what it says."""

    def __init__(self, ready=True, **scripts):
        code = (
            "import sys; from honcho.printer import Printer; from deploy.supervisor import Supervisor\n"
            "s = Supervisor(Printer(sys.stdout), frozenset({'bot'}))\n"
            + ("s.answered()\n" if ready else "")
            + "".join(f"s.add_process({name!r}, {'exec ' + script!r})\n" for name, script in scripts.items())
            + "sys.exit(s.run())"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.said = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.said += line

    def pids(self, name):
        """Of every time it was started."""
        return [
            int(line.split("(pid=")[1].rstrip(")\n")) for line in self.said.splitlines() if f"{name} started" in line
        ]

    def until(self, true):
        wait_until(lambda: true(self), 20, self.said)


@pytest.mark.parametrize("name", ["console", "bot"])
def test_a_process_that_is_killed_comes_back_and_the_others_notice_nothing(name):
    supervised = Supervised(bot="sleep 60", console="sleep 60")
    supervised.until(lambda s: s.pids("bot") and s.pids("console"))
    os.kill(supervised.pids(name)[0], signal.SIGKILL)
    supervised.until(lambda s: len(s.pids(name)) == 2)
    other = {"bot": "console", "console": "bot"}[name]
    assert len(supervised.pids(other)) == 1
    assert f"{name} stopped (rc=-9)" in supervised.said
    supervised.process.send_signal(signal.SIGTERM)
    assert supervised.process.wait(20) == 0
    assert not any(alive(pid) for one in ("bot", "console") for pid in supervised.pids(one))


def test_what_does_not_start_is_given_up_with_its_code_and_the_others_are_stopped():
    supervised = Supervised(ready=False, bot="sh -c 'exit 3'", console="sleep 60")
    assert supervised.process.wait(20) == 3
    assert not any(alive(pid) for pid in supervised.pids("console"))


def test_children_of_a_process_that_was_killed_do_not_keep_its_port_nor_hinder_its_return():
    supervised = Supervised(bot="""sh -c 'sleep 61 & echo CHILD $!; wait'""")
    supervised.until(lambda s: "CHILD" in s.said)
    child = int(supervised.said.split("CHILD ")[1].split()[0])
    os.kill(supervised.pids("bot")[0], signal.SIGKILL)
    supervised.until(lambda s: len(s.pids("bot")) == 2)
    assert not alive(child)
    supervised.process.send_signal(signal.SIGINT)
    assert supervised.process.wait(20) == 0


def test_a_wish_to_end_while_something_is_about_to_be_started_again_ends_everything():
    supervised = Supervised(bot="sleep 60", console="sh -c 'exit 1'")
    supervised.until(lambda s: s.said.count("console stopped") >= 3)
    supervised.process.send_signal(signal.SIGINT)
    assert supervised.process.wait(20) == 0


def test_giving_up_is_no_good_end():
    supervisor = Supervisor(Printer(io.StringIO()), frozenset())
    supervisor.add_process("bot", "exec sleep 60")
    threading.Timer(0.5, supervisor.give_up, (1,)).start()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert supervisor.run() == 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
