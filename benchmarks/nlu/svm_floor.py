"""The floor: character n-grams and a linear SVM, no names, no embedding. Interface as rasa_pipeline.py, without CONFIG."""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path


def train(examples: str, folder: str) -> dict[str, float]:
    """Fit on (`text`, `intent`) examples."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows = _rows(examples)
    started = time.perf_counter()
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True), LinearSVC(C=1.0, random_state=20)
    )
    model.fit([r["text"] for r in rows], [r["intent"] for r in rows])
    seconds = time.perf_counter() - started
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "model.pickle").write_bytes(pickle.dumps(model))
    return {"seconds": seconds}


def parse(folder: str, texts: str, out: str) -> dict[str, float]:
    """Ask every text; margins are turned into shares by softmax, which keeps their order."""
    import numpy as np

    model = pickle.loads((Path(folder) / "model.pickle").read_bytes())  # noqa: S301 - written by train() a moment ago
    answers = []
    for row in _rows(texts):
        started = time.perf_counter()
        margins = model.decision_function([row["text"]])[0]
        ms = (time.perf_counter() - started) * 1000
        shares = np.exp(3 * (margins - margins.max()))
        shares /= shares.sum()
        ranking = [[str(model.classes_[i]), float(shares[i])] for i in np.argsort(-shares)]
        answers.append({"ranking": ranking, "ms": ms})
    Path(out).write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers), "utf-8")
    return {"rss_mib": _rss_mib()}


def _rss_mib() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _rows(path: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    print(json.dumps({"train": train, "parse": parse}[sys.argv[1]](*sys.argv[2:])))
