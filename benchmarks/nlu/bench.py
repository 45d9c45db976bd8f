"""Compares this project's understanding with others on the same data in one run: `make bench-nlu`.

    python benchmarks/nlu/bench.py [--data FOLDER] [--systems ours stock nlpjs svm] [--sets own smp2017 massive_zh]

Every system is trained in one process and asked in another, so that memory is what serving takes. Trained models and
their measurements stay in .cache/bench-nlu: `--keep` takes what an earlier run left there instead of training again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WORK = ROOT / ".cache" / "bench-nlu"
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
STOCK_PYTHON = ROOT / "benchmarks" / "stock" / ".venv" / "bin" / "python"
"""Rasa whole, with TensorFlow; made by `make bench-nlu`."""
NLPJS = WORK / "nlpjs-app"
OWN_TEST = ROOT / "tests" / "nlu" / "test.jsonl"
OUTSIDE = frozenset(("out_of_scope", "make_improper_request"))
SMALL_TALK = frozenset(
    "greet say_goodbye thank ask_capability affirm deny complain send_blank request_human ask_more".split()
)
"""Intents that are not answered from the knowledge base: to take a message for one of them is no false accept."""
PUBLIC = ("smp2017", "massive_zh")
IN_SCOPE_RECALL = 0.95
FALLBACKS = frozenset(("nlu_fallback", "None"))
"""What Rasa and nlp.js say where they would rather say nothing."""
SEED = 20
SYSTEMS: dict[str, tuple[str, list[Any], list[Any]]] = {
    "ours": ("本项目", [BOT_PYTHON, HERE / "rasa_pipeline.py"], [ROOT / "config.yml"]),
    "stock": ("Rasa 默认中文管道（jieba、CountVectors、DIET）", [STOCK_PYTHON, HERE / "rasa_pipeline.py"], [HERE / "stock.yml"]),
    "nlpjs": ("nlp.js（node-nlp，lang-zh）", ["node", NLPJS / "pipeline.mjs"], []),
    "svm": ("下限：字符 n-gram + 线性 SVM", [BOT_PYTHON, HERE / "svm_floor.py"], []),
}  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """One system trained and asked on one set."""

    seconds: float
    rss_mib: float
    answers: list[Row]

    @property
    def ms(self) -> list[float]:
        return [a["ms"] for a in self.answers]


def main() -> int:
    """Measure what was asked for, print one table, and write it beside this file's folder."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("BENCH_DATA", ROOT.parent / "shared" / "data"))
    )
    options.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS))
    options.add_argument("--sets", nargs="+", default=["own", *PUBLIC], choices=["own", *PUBLIC])
    options.add_argument("--keep", action="store_true", help="take measurements that an earlier run left")
    options.add_argument("--per-intent", type=int, default=0, help="at most so many of our own examples an intent")
    options.add_argument(
        "--stock-epochs", type=int, default=0, help="train Rasa's default pipeline for so many epochs instead of 100"
    )
    options.add_argument("--note", action="append", default=[], help="a line to stand below the table")
    given = options.parse_args()
    if given.stock_epochs:
        SYSTEMS["stock"] = shortened(given.stock_epochs)
    if "stock" in given.systems and not given.keep and not STOCK_PYTHON.exists():
        raise SystemExit("默认管道的环境还没有装：make benchmarks/stock/.venv/.installed")
    lines = []
    if "nlpjs" in given.systems and not given.keep:
        shutil.copytree(HERE / "nlpjs", NLPJS, dirs_exist_ok=True)
        subprocess.run(["npm", "ci", "--silent"], cwd=NLPJS, check=True)
    for system in given.systems:
        measured = {
            name: measure(system, name, given.data, keep=given.keep, per_intent=given.per_intent) for name in given.sets
        }
        lines.append(row(system, measured, given.data))
    table = report(lines, given.note)
    print(table)
    few = f"-{given.per_intent}-per-intent" if given.per_intent else ""
    few += f"-stock-{given.stock_epochs}-epochs" if given.stock_epochs else ""
    (ROOT / "benchmarks" / f"{datetime.now().astimezone():%Y-%m-%d}-nlu{few}.md").write_text(table, "utf-8")
    return 0


def shortened(epochs: int) -> tuple[str, list[Any], list[Any]]:
    """Rasa's default pipeline trained for fewer epochs: all of its hundred take hours on two cores."""
    label, command, (config, *_) = SYSTEMS["stock"]
    text, replaced = re.subn(r"epochs: \d+", f"epochs: {epochs}", config.read_text("utf-8"))
    if replaced != 1:
        raise SystemExit(f"{config} names no number of epochs")
    WORK.mkdir(parents=True, exist_ok=True)
    short = WORK / f"stock-{epochs}-epochs.yml"
    short.write_text(text, "utf-8")
    return f"{label}，只训练 {epochs} 轮（默认 100 轮）", command, [short]


def measure(system: str, name: str, data: Path, *, keep: bool, per_intent: int = 0) -> Measured | None:
    """Train one system on one set and ask it the set's test texts (and, for our own, the public outside texts)."""
    few = name == "own" and per_intent > 0
    folder = WORK / system / (f"{name}-{per_intent}" if few else name)
    kept = folder / "measured.json"
    if keep and not kept.exists():
        return None
    if not keep:
        folder.mkdir(parents=True, exist_ok=True)
        train, test = examples(name, data)
        # nlp.js learns example by example: sorted by intent, as our files are, it ends up knowing the last ones only.
        random.Random(SEED).shuffle(train)  # noqa: S311 - no secret
        train = _at_most(per_intent, train) if few else train
        _write(folder / "train.jsonl", train)
        _write(folder / "test.jsonl", test + (outside(data) if name == "own" else []))
        _, command, config = SYSTEMS[system]
        print(f"{system} / {name}: {len(train)} 条例句，训练中……", file=sys.stderr, flush=True)
        log = folder / "log.txt"
        trained = _run([*command, "train", *config, folder / "train.jsonl", folder / "model"], log)
        asked = _run([*command, "parse", folder / "model", folder / "test.jsonl", folder / "rankings.jsonl"], log)
        kept.write_text(json.dumps(trained | asked), "utf-8")
    figures = json.loads(kept.read_text("utf-8"))
    return Measured(figures["seconds"], figures["rss_mib"], _rows(folder / "rankings.jsonl"))


def _at_most(count: int, rows: list[Row]) -> list[Row]:
    """The first rows of each intent."""
    taken: Counter[str] = Counter()
    kept = []
    for row in rows:
        taken[row["intent"]] += 1
        kept += [row] if taken[row["intent"]] <= count else []
    return kept


def examples(name: str, data: Path) -> tuple[list[Row], list[Row]]:
    """Training and test rows (`text`, `intent`) of a set."""
    if name == "own":
        files = sorted((ROOT / "data" / "nlu").glob("*.yml"))
        intents = [i for file in files for i in yaml.safe_load(file.read_text("utf-8"))["nlu"]]
        train = [
            {"text": line.removeprefix("- "), "intent": i["intent"]}
            for i in intents
            for line in i["examples"].splitlines()
        ]
        return train, _rows(OWN_TEST)
    parts = [
        [{"text": r["text"], "intent": r["label"]} for r in _rows(data / name / f"{part}.jsonl")]
        for part in ("train", "test")
    ]
    return parts[0], parts[1]


def outside(data: Path) -> list[Row]:
    """Public texts that the assistant must not answer from its knowledge base."""
    return [{"text": r["text"], "intent": "public"} for r in _rows(data / "oos" / "oos_public.jsonl")]


def row(system: str, measured: dict[str, Measured | None], data: Path) -> list[str]:
    """One line of the table."""
    cells = [SYSTEMS[system][0]]
    own = measured.get("own")
    if own:
        _, test = examples("own", data)
        asked, public = own.answers[: len(test)], own.answers[len(test) :]
        inside = [(t["intent"], a) for t, a in zip(test, asked, strict=True) if t["intent"] not in OUTSIDE]
        out = [a for t, a in zip(test, asked, strict=True) if t["intent"] in OUTSIDE]
        limit = sorted(strangeness(a) for _, a in inside)[min(len(inside) - 1, int(IN_SCOPE_RECALL * len(inside)))]
        accepted = [a for a in public if strangeness(a) <= limit and top(a) not in SMALL_TALK | OUTSIDE]
        cells += [
            _percent([intent == top(a) for intent, a in inside]),
            f"{100 * macro_f1([(intent, top(a)) for intent, a in inside]):.1f}",
            _percent([t["intent"] == top(a) for t, a in zip(test, asked, strict=True)]),
            _percent([strangeness(a) > limit for a in out]),
            f"{100 * len(accepted) / max(1, len(public)):.1f}",
        ]
    else:
        cells += ["–"] * 5
    for name in PUBLIC:
        if found := measured.get(name):
            pairs = [(t["intent"], top(a)) for t, a in zip(examples(name, data)[1], found.answers, strict=True)]
            cells.append(f"{_percent([w == g for w, g in pairs])} / {100 * macro_f1(pairs):.1f}")
        else:
            cells.append("–")
    if own:
        ms = own.ms
        cells += [
            f"{own.seconds:.0f}",
            f"{statistics.median(ms):.1f} / {statistics.quantiles(ms, n=20)[18]:.1f}",
            f"{own.rss_mib:.0f}",
        ]
    else:
        cells += ["–"] * 3
    return cells


def top(answer: Row) -> str:
    """The intent a system gives first; what it would have said had it not fallen back."""
    named = [pair for pair in answer["ranking"] if pair[0] not in FALLBACKS]
    return str(max(named, key=lambda pair: pair[1])[0]) if named else ""


def strangeness(answer: Row) -> float:
    """How sure a system is that a message is not its business: what it gives the outside intents, and fallback."""
    ranking = dict(answer["ranking"])
    return sum(ranking.get(intent, 0.0) for intent in (*OUTSIDE, "None")) - 1e-6 * max(ranking.values(), default=0.0)


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean of the F1 of the intents that the test set holds."""
    scores = []
    for intent in {wanted for wanted, _ in pairs}:
        hit = sum(w == g == intent for w, g in pairs)
        wanted, given = sum(w == intent for w, _ in pairs), sum(g == intent for _, g in pairs)
        scores.append(2 * hit / (wanted + given))
    return statistics.mean(scores)


def report(lines: list[list[str]], notes: list[str]) -> str:
    """The table with its head, and the notes below it."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    head = [
        "管道", "范围内准确率 %", "宏平均 F1", "连范围外准确率 %", "范围外召回 %（范围内召回 95%）", "公开范围外误受 %",
        "SMP2017 准确率 / F1", "MASSIVE zh-CN 准确率 / F1", "训练 s", "解析 p50 / p95 ms", "常驻内存 MiB",
    ]  # fmt: skip
    rows = "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *lines])
    below = "".join(f"\n{note}\n" for note in notes)
    return (
        f"# 理解能力对比\n\n`make bench-nlu`，{datetime.now().astimezone():%Y-%m-%d %H:%M}，提交 {commit.stdout.strip()}，"
        f"{os.cpu_count()} 核，Python {platform.python_version()}\n\n{rows}\n{below}"
    )


def _run(command: list[Any], log: Path) -> dict[str, float]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "20", "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive",
                   "TF_CPP_MIN_LOG_LEVEL": "3", "KNOWLEDGE_CACHE": str(ROOT / ".cache"), "RASA_MAX_CACHE_SIZE": "0"}  # fmt: skip
    with log.open("w", encoding="utf-8") as errors:  # hours may pass: the file tells how far a training has come
        done = subprocess.run(
            [str(c) for c in command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
            check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{log.read_text('utf-8')[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")


def _percent(hits: list[bool]) -> str:
    return f"{100 * sum(hits) / max(1, len(hits)):.1f}"


if __name__ == "__main__":
    sys.exit(main())
