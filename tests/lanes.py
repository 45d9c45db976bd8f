"""The lanes of `make test`: what is done, what each part waits for, which tests it runs. The one place that tells.

    python -m tests.lanes          everything (`make test`)
    python -m tests.lanes --fast   what starts neither servers nor a browser (`make test-fast`)

A file of tests runs in the lane that names its path, or the nearest folder above it: none is left out, none runs twice.
`tests/side_by_side.py` runs the lanes, as many at once as there are cores.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import PurePosixPath

from deploy.settings import BOT_PYTHON, PYTHON


@dataclass(frozen=True)
class Lane:
    """Something that runs beside others. `title` is for people."""

    name: str
    title: str
    command: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Files and folders of tests; a lane that has some is run by pytest."""
    after: tuple[str, ...] = ()
    """Lanes that must have ended well."""
    idle: bool = False
    """It waits for networks, disks or timers most of the time, and shares its core."""
    must: bool = True
    """Whether lanes behind it are left out when it fails; tests that miss something of the machine say so themselves."""
    python: str = str(PYTHON)


# What others wait for stands first, then what takes long: in this order free cores are given away.
PREPARING = (
    Lane("environment", "Rasa 的环境", ("make", "bot/.venv/.installed"), idle=True),
    Lane("machine", "PostgreSQL、Chromium", ("bash", "-c", "r=0; .ci/postgresql || r=1; .ci/browser || r=1; exit $r"), idle=True, must=False),
    Lane("index", "句向量模型、知识库的语义索引", ("bash", "-c", f"{PYTHON} -m knowledge encoder && exec {PYTHON} -m knowledge index")),
    Lane("model", "训练模型", (str(PYTHON), "-m", "deploy.training"), after=("environment", "index")),
    Lane("lint", "风格、类型、依赖方向", ("make", "lint"), after=("environment",)),
)  # fmt: skip
TESTING = (
    Lane("faults", "故障：kill -9、断线、端口、停止", paths=("tests/faults", "tests/integration/test_wechat.py", "tests/deploy/test_serve.py"), after=("model",), idle=True),
    Lane("pages", "网页：挂件和后台，在 Chromium 里", paths=("tests/browser",), after=("model", "machine")),
    Lane("talks", "整段对话、集成，对着运行中的助手", paths=("tests/conversations", "tests/integration"), after=("model",)),
    Lane("leads", "线索和后台，两种数据库", paths=("tests/leads", "tests/console"), after=("machine",)),
    Lane("rooms", "知识库、动作、契约和其余", paths=("tests",), after=("index",)),
    Lane("rasa", "Rasa 的数据检查和协议", paths=("tests/contracts/test_rasa_data.py", "tests/integration/test_protocol.py"), after=("environment",)),
    Lane("bot", "Rasa 环境里的测试", paths=("tests/bot",), after=("environment", "index"), python=str(BOT_PYTHON)),
)  # fmt: skip
FAST = ("leads", "rooms", "bot")
"""The lanes of `--fast`; files of lanes that do not run fall to the folder above, their slow tests are left out."""


def home(path: str, lanes: tuple[Lane, ...] = TESTING) -> str:
    """The name of the lane that runs a file of tests."""
    above = {path, *map(str, PurePosixPath(path).parents)}
    return max((place, lane.name) for lane in lanes for place in lane.paths if place in above)[1]


def command(lane: Lane, among: tuple[Lane, ...] = TESTING, *more: str) -> tuple[str, ...]:
    """What to run; where a folder of the lane holds what another one runs, that is left to it."""
    if not lane.paths:
        return lane.command
    others = (path for other in among if other is not lane for path in other.paths)
    ignored = [f"--ignore={path}" for path in others if any(path.startswith(f"{own}/") for own in lane.paths)]
    return (lane.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=5", *more, *lane.paths, *ignored)


def main(arguments: list[str]) -> int:
    """Run them; 0 only if everything in all of them went well."""
    from tests.side_by_side import run

    if arguments == ["--fast"]:
        lanes = tuple(lane for lane in TESTING if lane.name in FAST)
        wanted = {name for lane in lanes for name in lane.after}
        preparing = tuple(lane for lane in PREPARING if lane.name in wanted)
        return run([*preparing, *lanes], lambda lane: command(lane, lanes, "-m", "not slow"))
    return run([*PREPARING, *TESTING], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
