"""Measures turns, training, start-up and memory of the real assistant: `make bench`.

Starts its own servers on free ports, asks every first question of tests/dialogues once to warm up and once more
to measure, and writes a dated table beside this file. Absolute figures depend on the machine; the ratio of an
answer (search over all records) to a greeting (no search) in the same run does not.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import psutil

from deploy import training
from deploy.client import ask
from deploy.serve import answers
from deploy.settings import MODEL, PYTHON, ROOT, Ports, storage_in

_GREETINGS = 100
_REGISTRATIONS = 30
_FORM = ("同意", "李先生", "示例有限公司", "13800138000", "软件", "2000万元", "历下区", "没有了", "确认提交")
_PATIENCE = 300.0


def main() -> int:
    """Measure, print and write the table."""
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as folder:
        started = time.monotonic()
        if not training.train(Path(folder) / MODEL.name):
            return 1
        training_seconds = time.monotonic() - started
    ports = Ports(_free_port(), _free_port(), _free_port())
    store = tempfile.TemporaryDirectory()
    environ = {
        **os.environ, "BOT_PORT": str(ports.bot), "ACTIONS_PORT": str(ports.actions),
        "CONSOLE_PORT": str(ports.console),
        **storage_in(Path(store.name)),
    }  # fmt: skip
    started = time.monotonic()
    process = subprocess.Popen([PYTHON, "-m", "deploy.serve"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        while not answers(ports):
            if process.poll() is not None or time.monotonic() - started > _PATIENCE:
                print("助手没有启动，请先运行 make run 查看原因。", file=sys.stderr)
                return 1
            time.sleep(0.2)
        ready_seconds = time.monotonic() - started
        questions = _questions()
        for question in questions:
            ask(ports.url, uuid.uuid4().hex, question)
        asked = [_seconds(ports.url, question) for question in questions]
        greeted = [_seconds(ports.url, "你好") for _ in range(_GREETINGS)]
        registered = [seconds for _ in range(_REGISTRATIONS) for seconds in _registration(ports.url)]
        memory = _memory(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        store.cleanup()
    table = _table(training_seconds, ready_seconds, asked, greeted, registered, memory)
    path = Path(__file__).parent / f"{datetime.now().astimezone():%Y-%m-%d}-turns.md"
    path.write_text(table, encoding="utf-8")
    print(table)
    print(f"已写入 {path.relative_to(ROOT)}")
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _questions() -> list[str]:
    """The first question of every dialogue of our own."""
    lines = [
        line for path in sorted((ROOT / "tests" / "dialogues").glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    return [json.loads(line)["turns"][0]["user"] for line in lines if line.strip()]


def _seconds(url: str, question: str) -> float:
    """One turn of a new conversation, as the caller waits for it."""
    started = time.perf_counter()
    ask(url, uuid.uuid4().hex, question)
    return time.perf_counter() - started


def _registration(url: str) -> list[float]:
    """The turns inside one lead form, the last of which submits."""
    sender, seconds = uuid.uuid4().hex, []
    ask(url, sender, "我要登记")
    for said in _FORM:
        started = time.perf_counter()
        ask(url, sender, said)
        seconds.append(time.perf_counter() - started)
    return seconds


def _memory(pid: int) -> dict[str, float]:
    """Resident MiB of the supervisor and each process below it."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    named: dict[str, float] = {}
    for process in processes:
        line = " ".join(process.cmdline())
        name = (
            "bot"
            if "-m bot" in line
            else "actions"
            if "action_server" in line
            else "handoff"
            if "leads worker" in line
            else "supervisor"
        )
        named[name] = named.get(name, 0.0) + process.memory_info().rss / 2**20
    return named


def _table(
    training_s: float,
    ready_s: float,
    asked: list[float],
    greeted: list[float],
    registered: list[float],
    memory: dict[str, float],
) -> str:
    rows = [
        ("训练", f"{training_s:.0f} s"),
        ("启动到能答第一个问题（模型已有）", f"{ready_s:.1f} s"),
        (f"提问一轮 p50 / p95（{len(asked)} 个问题，各用新会话）", f"{_p50(asked)} / {_p95(asked)} ms"),
        (f"问候一轮 p50 / p95（{len(greeted)} 次）", f"{_p50(greeted)} / {_p95(greeted)} ms"),
        ("提问 ÷ 问候（p50）", f"{median(asked) / median(greeted):.2f}"),
        (f"登记表内一轮 p50 / p95（{len(registered)} 轮，含提交）", f"{_p50(registered)} / {_p95(registered)} ms"),
        (
            "登记 ÷ 提问（p50 / p95）",
            f"{median(registered) / median(asked):.2f} / {_tail(registered) / _tail(asked):.2f}",
        ),
        *((f"常驻内存 {name}", f"{mib:.0f} MiB") for name, mib in sorted(memory.items())),
        ("常驻内存合计", f"{sum(memory.values()):.0f} MiB"),
    ]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    machine = f"{_processor()}，{psutil.cpu_count()} 核，{psutil.virtual_memory().total / 2**30:.0f} GiB"
    head = (
        f"# 单轮时延、训练、内存\n\n`make bench`，{datetime.now().astimezone():%Y-%m-%d %H:%M}，"
        f"提交 {commit.stdout.strip()}，{machine}，Python {platform.python_version()}\n\n| 项目 | 值 |\n| --- | --- |\n"
    )
    return head + "".join(f"| {name} | {value} |\n" for name, value in rows)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


def _p50(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.0f}"


def _p95(seconds: list[float]) -> str:
    return f"{_tail(seconds) * 1000:.0f}"


def _tail(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[18]


if __name__ == "__main__":
    sys.exit(main())
