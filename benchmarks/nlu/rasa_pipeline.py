"""Trains and asks a Rasa pipeline: ours (config.yml) in bot's environment, the stock one (stock.yml) in benchmarks/stock's.

    python rasa_pipeline.py train CONFIG EXAMPLES.jsonl MODEL_FOLDER
    python rasa_pipeline.py parse MODEL_FOLDER TEXTS.jsonl RANKINGS.jsonl

The last line printed is a JSON object of what was measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import warnings
from importlib.util import find_spec
from pathlib import Path

warnings.filterwarnings("ignore")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")


def train(config: str, examples: str, folder: str) -> dict[str, float]:
    """Train the NLU part of a configuration on (`text`, `intent`) examples."""
    _prepare()
    import yaml
    from rasa.model_training import train_nlu

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    by_intent: dict[str, list[str]] = {}
    for example in _rows(examples):
        by_intent.setdefault(example["intent"], []).append(" ".join(example["text"].split()))
    intents = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()
    ]
    data = target / "nlu.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": intents}, allow_unicode=True, width=10_000), "utf-8")
    started = time.perf_counter()
    train_nlu(config, str(data), str(target), fixed_model_name="model", additional_arguments={})
    return {"seconds": time.perf_counter() - started}


def parse(folder: str, texts: str, out: str) -> dict[str, float]:
    """Ask the trained model every text; write its ranking and the milliseconds it took."""
    _prepare()
    from rasa.core.agent import Agent

    agent = Agent.load(str(Path(folder) / "model.tar.gz"))
    rows = [row["text"] for row in _rows(texts)]

    async def ask() -> list[dict[str, object]]:
        for text in rows[:20]:
            await agent.parse_message(text)
        answers = []
        for text in rows:
            started = time.perf_counter()
            parsed = await agent.parse_message(text)
            ms = (time.perf_counter() - started) * 1000
            ranking = [[i["name"], i["confidence"]] for i in parsed.get("intent_ranking") or [parsed["intent"]]]
            answers.append({"ranking": ranking, "ms": ms})
        return answers

    answers = asyncio.run(ask())
    Path(out).write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers), "utf-8")
    return {"rss_mib": _rss_mib()}


def _prepare() -> None:
    """Before Rasa is imported. Where TensorFlow is installed, this is the stock environment and Rasa stays as it is."""
    if find_spec("tensorflow") is None:
        from bot import lean

        lean.apply()


def _rss_mib() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _rows(path: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    print(json.dumps({"train": train, "parse": parse}[sys.argv[1]](*sys.argv[2:])))
