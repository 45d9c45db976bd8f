"""Askers in a closed loop: each asks, waits for the whole answer, and asks the next, over one connection it keeps.

The askers share the machine with what they measure, so they are as light as can be: threads over `http.client`,
requests made before the clock starts, answers only looked through after it has stopped.
"""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median, quantiles

_PATIENCE = 60.0
"""Seconds an asker waits for one answer."""
_HEAD = {"Content-Type": "application/json"}
Dialogue = tuple[str, ...]
"""What one investor says, turn by turn."""


@dataclass(frozen=True)
class Asked:
    """What a number of askers saw."""

    seconds: tuple[float, ...]
    """Of every turn, as the asker waited for it."""
    wall: float
    """Seconds from the first question to the last answer."""
    own_cpu: float
    """Processor seconds that the askers themselves took."""
    kinds: Counter[str]
    """Kind of reply (the envelope's) → turns; `none` where no envelope came, `error` where no answer came."""
    on_records: int
    """Turns whose reply rests on at least one record."""

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.seconds) / self.wall

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return quantiles(self.seconds, n=20)[18] * 1000


def dialogues(files: Sequence[Path], *, whole: bool = False, seed: int = 20) -> list[Dialogue]:
    """What is said in the dialogues of these files, shuffled; the first turns only unless `whole`. Turns that a real
    visitor could not send (no words at all) are left out."""
    lines = [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
    said = [tuple(turn["user"] for turn in json.loads(line)["turns"] if turn["user"].strip()) for line in lines]
    held = [told if whole else told[:1] for told in said if told]
    random.Random(seed).shuffle(held)  # noqa: S311 - no secret
    return held


def ask(port: int, taken: Iterator[Dialogue], askers: int, turns: int) -> Asked:
    """Have so many askers ask at least so many turns between them, each dialogue under a sender of its own."""
    bodies, held = [], 0
    for told in taken:
        sender = uuid.uuid4().hex
        bodies.append([json.dumps({"sender": sender, "message": text}).encode() for text in told])
        held += len(told)
        if held >= turns:
            break
    waiting, results = iter(bodies), list[tuple[float, bytes]]()
    guard, ready = threading.Lock(), threading.Barrier(askers + 1)

    def asker() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        connection.connect()
        ready.wait()
        while True:
            with guard:
                told = next(waiting, None)
            if told is None:
                break
            results.extend([_asked(connection, body) for body in told])
        connection.close()

    threads = [threading.Thread(target=asker, daemon=True) for _ in range(askers)]
    for thread in threads:
        thread.start()
    ready.wait()
    started, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    replies = [_told(answer) for _, answer in results]
    kinds = Counter(kind for kind, _ in replies)
    return Asked(tuple(s for s, _ in results), wall, cpu, kinds, sum(on_records for _, on_records in replies))


def _asked(connection: HTTPConnection, body: bytes) -> tuple[float, bytes]:
    """Seconds and the answer; an empty answer where the server refused or went away."""
    started = time.perf_counter()
    try:
        connection.request("POST", "/webhooks/rest/webhook", body, _HEAD)
        response = connection.getresponse()
        answer = response.read()
        return time.perf_counter() - started, answer if response.status == 200 else b""
    except (OSError, HTTPException):
        connection.close()
        return time.perf_counter() - started, b""


def _told(answer: bytes) -> tuple[str, bool]:
    """Kind of a reply, and whether it rests on records."""
    try:
        parts = json.loads(answer)
    except ValueError:
        return "error", False
    envelopes = [p["custom"] for p in parts if isinstance(p.get("custom"), dict) and p["custom"].get("kind")]
    return (str(envelopes[-1]["kind"]), bool(envelopes[-1].get("records"))) if envelopes else ("none", False)
