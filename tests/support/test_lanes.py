"""The lanes of `make test` run every test once, and tell what became of each of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from deploy.settings import ROOT
from tests import lanes, side_by_side
from tests.lanes import FAST, PREPARING, TESTING, Lane, command, home

FILES = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests").rglob("test_*.py"))]


def runs(arguments, file):
    """Whether a command of pytest collects a file."""
    named = [argument for argument in arguments if argument.startswith("tests")]
    ignored = [argument.removeprefix("--ignore=") for argument in arguments if argument.startswith("--ignore=")]
    return any(within(file, path) for path in named) and not any(within(file, path) for path in ignored)


def within(file, path):
    return file == path or file.startswith(f"{path}/")


@pytest.mark.parametrize("among", [TESTING, tuple(lane for lane in TESTING if lane.name in FAST)], ids=["all", "fast"])
def test_every_file_of_tests_runs_in_exactly_one_lane(among):
    for file in FILES:
        assert [lane.name for lane in among if runs(command(lane, among), file)] == [home(file, among)], file


def test_the_lanes_name_only_what_there_is():
    assert [path for lane in TESTING for path in lane.paths if not (ROOT / path).exists()] == []
    known = {lane.name for lane in (*PREPARING, *TESTING)}
    assert {name for lane in (*PREPARING, *TESTING) for name in lane.after} | set(FAST) <= known
    assert max(Counter(lane.name for lane in (*PREPARING, *TESTING)).values()) == 1


def script(text):
    return (sys.executable, "-c", text)


def test_a_lane_that_fails_fails_the_run_and_only_what_waits_for_it_is_left_out(tmp_path, capsys):
    made = [
        Lane("breaks", "坏的", script("print('said before'); raise SystemExit(3)")),
        Lane("misses", "缺的", script("raise SystemExit(1)"), must=False),
        Lane("behind", "跟在后面", script("print('never')"), after=("breaks",)),
        Lane("further", "更后面", script("print('never')"), after=("behind",)),
        Lane("all the same", "照样跑", script("print('it ran')"), after=("misses",)),
    ]
    assert side_by_side.run(made, lambda lane: lane.command, tmp_path) == 1
    said = capsys.readouterr().out
    assert "said before" in said
    assert "it ran" in said
    assert "never" not in said
    rows = {line.split()[1]: line.split()[0] for line in said.split("────")[-1].splitlines() if "秒" in line}
    assert {name: rows[name] for name in ("breaks", "misses", "behind", "further")} == {
        "breaks": "失败", "misses": "失败", "behind": "没有跑", "further": "没有跑",
    }  # fmt: skip
    assert "失败：breaks、misses、behind、further" in said


def test_where_all_goes_well_the_run_does_and_no_lines_are_mixed(tmp_path, capsys):
    slowly = "import time\nfor n in range(5): print('{0}', n, flush=True); time.sleep(0.05)"
    made = [Lane(name, name, script(slowly.format(name))) for name in ("one", "other")]
    assert side_by_side.run(made, lambda lane: lane.command, tmp_path) == 0
    said = capsys.readouterr().out
    for name in ("one", "other"):
        assert "\n".join(f"{name} {n}" for n in range(5)) in said
    assert "全部通过" in said


def test_no_more_lanes_run_at_once_than_there_are_cores_but_those_that_only_wait(tmp_path, monkeypatch):
    monkeypatch.setenv("LANES", "1")
    meet = "import pathlib, time\nhere = pathlib.Path({0!r}); (here / {1!r}).touch()\n{2}"
    until = "while not all((here / n).exists() for n in ('idle', 'busy')): time.sleep(0.01)"
    alone = "assert not (here / 'busy').exists() or (here / 'over').exists()"
    made = [
        Lane("idle", "", script(meet.format(str(tmp_path), "idle", until)), idle=True),
        Lane("busy", "", script(meet.format(str(tmp_path), "busy", until + "\n(here / 'over').touch()"))),
        Lane("next", "", script(meet.format(str(tmp_path), "next", alone))),
    ]
    assert side_by_side.run(made, lambda lane: lane.command, tmp_path / "logs") == 0


def test_ctrl_c_stops_every_lane_and_what_it_started(tmp_path):
    program = f"""
import sys
from pathlib import Path
from tests.lanes import Lane
from tests.side_by_side import run
child = "import time; time.sleep(600)"
work = f"import pathlib, subprocess, sys; pathlib.Path({str(tmp_path)!r}, 'pid').write_text(str(subprocess.Popen([sys.executable, '-c', {{child!r}}]).pid)); import time; time.sleep(600)"
sys.exit(run([Lane("long", "", (sys.executable, "-c", work))], lambda lane: lane.command, Path({str(tmp_path)!r})))
"""
    running = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    told = tmp_path / "pid"
    limit = time.monotonic() + 60
    while not (told.exists() and told.read_text(encoding="ascii")):
        assert time.monotonic() < limit
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(90) == 130
    stat = Path(f"/proc/{told.read_text(encoding='ascii')}/stat")
    assert not stat.exists() or stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"


def test_make_runs_the_lanes_and_nothing_else():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target, arguments in (("test", ""), ("test-fast", " --fast")):
        recipe = makefile.partition(f"\n{target}: ")[2].partition("\n\n")[0].splitlines()[1:]
        assert recipe == [f"\t@exec $(PY) -m {lanes.__name__}{arguments}"]
