"""Measures estimates and matches: `make bench-estimate`.

One estimate turn of the served assistant, as the caller waits for it; and the library alone with 10,000 synthetic
incentives and 10,000 synthetic sites. The incentives are the shipped ones over and over under other ids, so that
every question touches its share of them. Writes a dated table beside this file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

import msgspec
from synthetic import records as synthetic_records

from benchmarks.bench import _free_port as free_port
from deploy.client import ask
from deploy.serve import answers
from deploy.settings import PYTHON, ROOT, Ports, storage_in
from knowledge.catalogue import Catalogue
from knowledge.estimating import reading
from knowledge.estimating.reach import Estimator
from knowledge.matching import Matcher, wishes_of
from knowledge.model import Incentive, Site

COUNT = 10_000
TURN_LIMIT, SCALE_LIMIT = 150.0, 300.0
"""Milliseconds at the 95th percentile: one served turn, and the library with ten thousand of each."""
_ROUNDS = 5
_PROJECTS = (
    ("想在济南建一个激光设备厂,投资3亿,要80亩地", ("激光",)),
    ("做生物医药,要保税和靠近机场,3000平厂房", ("生物医药",)),
    ("投资10亿的新能源汽车零部件项目,500亩,要铁路", ("新能源汽车", "汽车")),
    ("找地方", ()),
)


def main() -> int:
    """Measure, print and write the table."""
    today = dt.date.today()
    turns, greetings = served_turns()
    lines = [
        "# 政策测算和选园的耗时",
        "",
        f"`make bench-estimate`，{today.isoformat()}，提交 {_commit()}，{os.cpu_count()} 核，Python {platform.python_version()}。系统负载（1分钟）{os.getloadavg()[0]:.1f}。毫秒，写作 p50 / p95。",
        "",
    ]
    lines += ["| 测什么 | p50 / p95 | 界限（p95） |", "| --- | ---: | ---: |"]
    rows = [("一轮测算（REST，从发出到收完，" + f"{len(turns)} 次）", turns, TURN_LIMIT)] if turns else []
    rows += [("一轮问候（同一次运行，不测算，作对照）", greetings, TURN_LIMIT)] if greetings else []
    for count in (0, COUNT):
        made = estimate_times(count, today)
        name = f"{count:,} 项优惠政策" if count else "现有的优惠政策"
        rows.append((f"读一句话并测算，{name}（只是库）", made, SCALE_LIMIT))
    for count in (0, COUNT):
        made = match_times(count)
        rows.append((f"排园区并给理由，{f'{count:,} 个园区' if count else '现有的园区'}（只是库）", made, SCALE_LIMIT))
    lines += [f"| {name} | {median(times):.1f} / {p95(times):.1f} | {limit:.0f} |" for name, times, limit in rows]
    lines += [
        "",
        f"合成数据：优惠政策是现有 {len(shipped(Incentive))} 项反复换编号，园区由 `benchmarks/synthetic.py` 生成，都不对外。",
    ]
    text = "\n".join(lines) + "\n"
    path = Path(__file__).parent / f"{today.isoformat()}-estimates.md"
    path.write_text(text, encoding="utf-8")
    print(text)
    print(f"已写入 {path.relative_to(ROOT)}")
    return int(any(p95(times) > limit for _, times, limit in rows))


def served_turns() -> tuple[list[float], list[float]]:
    """The first turn of every estimate dialogue, and as many greetings, asked of a running assistant, in milliseconds."""
    questions = [d["turns"][0]["user"] for d in dialogues("estimates")]
    ports = Ports(free_port(), free_port(), free_port())
    store = tempfile.TemporaryDirectory()
    environ = {
        **os.environ, **storage_in(Path(store.name)), "BOT_PORT": str(ports.bot),
        "ACTIONS_PORT": str(ports.actions), "CONSOLE_PORT": str(ports.console),
    }  # fmt: skip
    process = subprocess.Popen([PYTHON, "-m", "deploy.serve"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        started = time.monotonic()
        while not answers(ports):
            if process.poll() is not None or time.monotonic() - started > 300:
                print("助手没有启动，请先运行 make run 查看原因。", file=sys.stderr)
                return [], []
            time.sleep(0.2)
        for question in questions:
            ask(ports.url, uuid.uuid4().hex, question)
        pairs = [[timed(lambda t=t: ask(ports.url, uuid.uuid4().hex, t)) for t in (q, "你好")] for q in questions]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        store.cleanup()


def dialogues(name: str) -> list[dict[str, list[dict[str, str]]]]:
    """The dialogues of a file of our own."""
    lines = (ROOT / "tests" / "dialogues" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def estimate_times(count: int, today: dt.date) -> list[float]:
    """Reading and estimating the first turn of every estimate dialogue, with this many incentives (0: those shipped)."""
    catalogue = Catalogue.load()
    incentives = list(islice(copies(), count)) if count else shipped(Incentive)
    estimator = Estimator(incentives, catalogue.vocabulary.inputs, catalogue.names)
    questions = [d["turns"][0]["user"] for d in dialogues("estimates")]

    def one(question: str) -> object:
        told = reading.read(question, estimator.terms)
        return estimator.estimates(told.inputs, (), today)

    return [timed(lambda q=q: one(q)) for _ in range(_ROUNDS) for q in questions]


def match_times(count: int) -> list[float]:
    """Ranking for a few projects, with this many sites (0: those shipped)."""
    catalogue = Catalogue.load()
    sites: list[Site] = shipped(Site)
    if count:
        sites = list(islice((r for r in synthetic_records(count * 2) if isinstance(r, Site)), count))
    tells = catalogue.industry_tells
    matcher = Matcher(
        sites, catalogue.vocabulary.matching,
        lambda site, asked: [i for i in asked if any(t in " ".join(getattr(site, "industries", ())) for t in tells.get(i, ()))], tells,
    )  # fmt: skip
    projects = [
        (wishes_of(text, catalogue.vocabulary.matching, "济南", industries, ())) for text, industries in _PROJECTS
    ]
    for wishes in projects:  # the first question of an industry fills its column
        matcher.ranked(wishes)
    return [timed(lambda w=w: matcher.ranked(w)) for _ in range(_ROUNDS * 10) for w in projects]


def copies() -> Iterator[Incentive]:
    """The shipped incentives over and over, each with an id of its own."""
    for number, incentive in enumerate(cycle(shipped(Incentive))):
        yield msgspec.structs.replace(incentive, id=f"i{number}")


def shipped(kind: type) -> list:  # type: ignore[type-arg]
    """The shipped records of a class."""
    return Catalogue.load().of_type(kind)


def timed(call: Callable[[], object]) -> float:
    """How long a call takes, in milliseconds."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[18]


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
