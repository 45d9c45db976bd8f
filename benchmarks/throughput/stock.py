"""Rasa as it comes, to compare with: its default Chinese pipeline and policies, plain `rasa run`, before our action server.

It learns from the same examples and rules as we do, in an environment of its own (benchmarks/stock), and has one rule
more: a message the NLU is not sure of is a question, as with us. We have no stories, and without any TEDPolicy and
UnexpecTEDIntentPolicy learn nothing and cost next to nothing; `stories` gives them every rule as a story, as a project
that relies on them would have. Our readers of names and cities are not part of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from benchmarks.throughput.stacks import Running, Start, free_port, running, starts_of
from deploy.settings import ROOT

_ENVIRONMENT = ROOT / "benchmarks" / "stock"
_RASA = _ENVIRONMENT / ".venv" / "bin" / "rasa"
_PIPELINE = ROOT / "benchmarks" / "nlu" / "stock.yml"
_KEPT = ROOT / ".cache" / "bench-throughput"
_HEARTBEAT = 60.0
_POLICIES = """
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: {epochs}
  - name: TEDPolicy
    max_history: 5
    epochs: {epochs}
    constrain_similarities: true
"""
"""Those that Rasa 3.6 takes where a project names none (its default_config.yml), with our number of epochs."""
_UNSURE = """
  - rule: What was not understood for sure is a question
    steps:
      - intent: nlu_fallback
      - action: action_answer_question
"""
_ENDPOINTS = "action_endpoint:\n  url: ${ACTION_ENDPOINT}\n"
_CREDENTIALS = "rest:\n"
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}
"""Nothing that changes what it does; the number of threads is left to it."""


@contextmanager
def stock(project: Path) -> Iterator[Running]:
    """The stock Rasa server of a folder made by `trained`, before an action server of ours."""
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        bot, actions = free_port(), free_port()
        ours = starts_of(ROOT, bot, actions, Path(folder))
        environment = {**os.environ, **_QUIET, "ACTION_ENDPOINT": f"http://127.0.0.1:{actions}/webhook"}
        environment.pop("PYTHONPATH", None)
        command = [
            str(_RASA), "run", "--interface", "127.0.0.1", "--port", str(bot), "--model", "models/stock.tar.gz",
            "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
        ]  # fmt: skip
        starts = {**ours, "bot": Start(command, project, environment)}
        with running(starts, bot, Path(folder)) as system:
            yield system


def trained(epochs: int, *, stories: bool) -> Path:
    """A folder with a model trained for so many epochs; kept until something it is made of changes.

    What a turn costs does not depend on the number of epochs, only how well it is understood does.
    """
    files = project_files(epochs, stories=stories)
    digest = hashlib.sha256((_ENVIRONMENT / "uv.lock").read_bytes())
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    folder = _KEPT / f"stock-{digest.hexdigest()[:16]}"
    if not (folder / "models" / "stock.tar.gz").exists():
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        _train(folder)
    return folder


def project_files(epochs: int, *, stories: bool) -> dict[str, str]:
    """Name → contents of every file the stock project is made of."""
    pipeline, replaced = re.subn(r"epochs: \d+", f"epochs: {epochs}", _PIPELINE.read_text("utf-8"))
    if replaced != 1:
        raise SystemExit(f"{_PIPELINE} names no number of epochs")
    rules = [rule for file in _data("rules") for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]]
    files = {
        "config.yml": pipeline + _POLICIES.format(epochs=epochs),
        "domain.yml": (ROOT / "domain.yml").read_text("utf-8"),
        "endpoints.yml": _ENDPOINTS,
        "credentials.yml": _CREDENTIALS,
        "data/unsure.yml": f'version: "3.1"\nrules:{_UNSURE}',
        **{f"data/{kind}/{f.name}": f.read_text("utf-8") for kind in ("nlu", "rules") for f in _data(kind)},
    }
    if stories:
        files["data/stories.yml"] = yaml.safe_dump({"version": "3.1", "stories": [_story(rule) for rule in rules]})
    return files


def _story(rule: dict[str, Any]) -> dict[str, Any]:
    return {"story": rule["rule"], "steps": rule["steps"]}


def _data(kind: str) -> list[Path]:
    return sorted((ROOT / "data" / kind).glob("*.yml"))


def _train(folder: Path) -> None:
    """Raises `SystemExit` with the end of the log where it fails; nothing half-made stays."""
    print("正在训练 Rasa 默认管道（只在第一次，约十分钟）……", file=sys.stderr, flush=True)
    command = [str(_RASA), "train", "--fixed-model-name", "stock"]
    # Rasa's own cache, common to all of them: with or without stories, the NLU is trained once.
    environment = {**os.environ, **_QUIET, "RASA_CACHE_DIRECTORY": str(_KEPT / "rasa")}
    environment.pop("PYTHONPATH", None)
    log, started = folder / "train.log", time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        while True:
            try:
                code = process.wait(_HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                print(f"训练中……{time.monotonic() - started:.0f} 秒", file=sys.stderr, flush=True)
    if code:
        raise SystemExit(f"训练失败：\n{log.read_text('utf-8')[-3000:]}")
