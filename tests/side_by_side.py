"""Runs lanes beside each other, each into a file of its own, and shows what each has said when it has ended.

Every lane is run to its end whatever becomes of the others, but those that wait for it. Ctrl-C stops all.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.settings import LOGS, ROOT
from tests.lanes import Lane

_LONGEST = 1800.0
"""Seconds after which a lane counts as hanging."""
_GRACE = 60.0
"""Seconds that a lane has to stop its servers once it is told to."""
_HEARTBEAT = 30.0


@dataclass(frozen=True)
class Outcome:
    """How a lane ended. `code` None: it was not run, since what it waits for failed."""

    lane: Lane
    code: int | None
    seconds: float = 0.0
    last: str = ""
    """The last line it wrote, where pytest counts."""

    @property
    def blocks(self) -> bool:
        """Whether what waits for it can not be run."""
        return self.code != 0 and self.lane.must

    def __str__(self) -> str:
        how = "没有跑" if self.code is None else "失败" if self.code else "通过"
        return f"{how}  {self.lane.name:<12}{self.seconds:>5.0f} 秒  {self.lane.title}  {self.last}".rstrip()


class Going:
    """A lane that runs."""

    def __init__(self, lane: Lane, command: Sequence[str], log: Path) -> None:
        self.lane, self._log, self._began = lane, log, time.monotonic()
        environ = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", **os.environ, "PYTHONPATH": str(ROOT)}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    @property
    def is_over(self) -> bool:
        """Whether it has ended; one that hangs is ended here."""
        if self._process.poll() is None and time.monotonic() - self._began > _LONGEST:
            end([self])
        return self._process.poll() is not None

    def show(self) -> Outcome:
        """Print what it said, at one go."""
        said = self._log.read_text(encoding="utf-8", errors="replace").rstrip()
        last = said.rpartition("\n")[2].strip("= ") if self.lane.paths else ""
        outcome = Outcome(self.lane, self._process.returncode, time.monotonic() - self._began, last)
        print(f"\n──── {outcome}\n{said}\n", flush=True)
        return outcome

    def signal(self, number: int) -> None:
        """To it and what it started; servers of tests have sessions of their own and are ended by their tests."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def wait(self, seconds: float) -> None:
        """Until it has ended, or for so long."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, seconds))


def end(going: Sequence[Going]) -> None:
    """As Ctrl-C does: pytest says where it was and ends the servers it started; then whatever is left."""
    limit = time.monotonic() + _GRACE
    for one in going:
        one.signal(signal.SIGINT)
    for one in going:
        one.wait(limit - time.monotonic())
        one.signal(signal.SIGKILL)


def run(lanes: Sequence[Lane], command: Callable[[Lane], Sequence[str]], logs: Path = LOGS / "tests") -> int:
    """0 if all went well, 1 if one failed, 130 after Ctrl-C."""
    logs.mkdir(parents=True, exist_ok=True)
    # Also where a shell in the background had us ignore the first.
    handlers = {n: signal.signal(n, signal.default_int_handler) for n in (signal.SIGINT, signal.SIGTERM)}
    going, done, began, told = list[Going](), dict[str, Outcome](), time.monotonic(), time.monotonic()
    try:
        while len(done) < len(lanes):
            for lane in startable(lanes, going, done):
                print(f"开始  {lane.name}  {lane.title}", flush=True)
                going.append(Going(lane, command(lane), logs / f"{lane.name}.log"))
            time.sleep(0.1)
            for one in [one for one in going if one.is_over]:
                going.remove(one)
                done[one.lane.name], told = one.show(), time.monotonic()
            if time.monotonic() - told > _HEARTBEAT:
                told = time.monotonic()
                print(f"…… {told - began:.0f} 秒，正在跑：{'、'.join(one.lane.name for one in going)}", flush=True)
    except KeyboardInterrupt:
        print("停止……", flush=True)
        return 130
    finally:
        end(going)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return sum_up([done[lane.name] for lane in lanes], time.monotonic() - began, logs)


def startable(lanes: Sequence[Lane], going: Sequence[Going], done: dict[str, Outcome]) -> list[Lane]:
    """The lanes to start now; those that never can are done with here."""
    known, started = {lane.name for lane in lanes}, list[Lane]()
    busy = sum(not one.lane.idle for one in going)
    for lane in lanes:
        before = known.intersection(lane.after)
        if lane.name in done or any(one.lane is lane for one in going):
            continue
        if any(done[name].blocks for name in before & done.keys()):
            done[lane.name] = Outcome(lane, None)
        elif before <= done.keys() and (lane.idle or busy < cores()):
            started.append(lane)
            busy += not lane.idle
    return started


def cores() -> int:
    """How many lanes run at once, beside those that only wait: LANES, or as many as there are cores."""
    return int(os.environ.get("LANES") or len(os.sched_getaffinity(0)))


def sum_up(outcomes: Sequence[Outcome], seconds: float, logs: Path) -> int:
    """Print how all ended; returns the exit code."""
    print("\n".join(map(str, outcomes)))
    failed = [one.lane.name for one in outcomes if one.code != 0]
    where = logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs
    print(f"{'失败：' + '、'.join(failed) if failed else '全部通过'}，用时 {seconds:.0f} 秒，日志在 {where}/")
    return 1 if failed else 0
