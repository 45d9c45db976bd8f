"""The dated table of `make bench-throughput`, in Chinese like those beside it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import psutil

from benchmarks.throughput.measuring import Measured, Results, ratios
from deploy.settings import ROOT

_PROCESSES = {"bot": "Rasa", "actions": "动作"}
_KINDS = {
    "answer": "答复", "clarify": "反问", "refuse": "拒答", "match": "选园", "estimate": "测算", "form": "登记",
    "lead": "已提交", "status": "进度", "handoff": "转人工", "privacy": "个人信息", "smalltalk": "寒暄",
    "none": "没有信封", "error": "没有答复",
}  # fmt: skip


def table(
    results: Results, labels: Mapping[str, str], command: str, loads: tuple[float, float], notes: Sequence[str]
) -> str:
    """Markdown. `labels`: system → its name; the first is ours. `loads`: the machine's load averages of a minute, before and after the run."""
    ours, *others = results
    head = [
        "# 同时提问时每秒几轮\n",
        (
            f"`make bench-throughput`（`{command}`），{datetime.now().astimezone():%Y-%m-%d %H:%M}，提交 {commit_of(ROOT)}，"
            f"{os.cpu_count()} 核，{psutil.virtual_memory().total / 2**30:.0f} GiB，Python {platform.python_version()}，"
            f"一分钟平均负载开始前 {loads[0]:.1f}、结束时 {loads[1]:.1f}\n"
        ),
    ]
    figures = _grid(
        ("系统", "同时提问", "轮/秒", "p50 / p95 ms", "CPU ms/轮", "其中", "常驻内存 MiB"),
        [_figures(labels[name], askers, measured) for name, by in results.items() for askers, measured in by.items()],
    )
    compared = _grid(
        ("本项目 ÷", *(f"{askers} 人：轮/秒，p50，CPU" for askers in results[ours])),
        [
            (
                labels[other],
                *("{:.2f}，{:.2f}，{:.2f}".format(*ratios(m, results[other][n])) for n, m in results[ours].items()),
            )
            for other in others
        ],
    )
    return "\n".join([*head, figures, *([compared] if others else []), *_replies(results, labels), "", *notes, ""])


def commit_of(checkout: Path) -> str:
    """Short id of what is checked out there, marked where files were changed."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"], cwd=checkout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return told.stdout.strip() or "?"


def _figures(label: str, askers: int, m: Measured) -> tuple[str, ...]:
    return (
        label, str(askers), f"{m.rate:.1f}", f"{m.p50:.0f} / {m.p95:.0f}", f"{sum(m.cpu.values()):.1f}",
        "，".join(f"{_named(name)} {used:.1f}" for name, used in sorted(m.cpu.items(), reverse=True)),
        "，".join(f"{_named(name)} {mib:.0f}" for name, mib in sorted(m.rss.items(), reverse=True)),
    )  # fmt: skip


def _replies(results: Results, labels: Mapping[str, str]) -> list[str]:
    """One line a system: what was replied, over all loads."""
    lines = []
    for name, by in results.items():
        every = list(by.values())
        turns = sum(m.turns for m in every)
        kinds = sum((m.kinds for m in every[1:]), every[0].kinds)
        told = "，".join(f"{_KINDS.get(kind, kind)} {100 * count / turns:.1f}%" for kind, count in kinds.most_common())
        grounded = sum(m.on_records * m.turns for m in every) / turns
        lines.append(f"- {labels[name]}，{turns} 轮的答复：{told}；{100 * grounded:.1f}% 以记录为依据。")
    return lines


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, ["---"] * len(head), *rows))


def _named(process: str) -> str:
    return _PROCESSES.get(process, process)
