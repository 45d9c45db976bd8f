"""Finds record names that were misspelt by sound or by one slip, in time that hardly grows with the number of names.

Every name of three or more Chinese characters is filed under the sounds of its syllables (sounds that
dialects and input methods confuse count as one: zh/z, ch/c, sh/s, n/l, -ng/-n, f/h), and, from six
characters, also under its sounds with any one syllable left out, so that one missing or superfluous
character is found too. A window of the question is looked up under its own sounds. A character
replaced by one of another sound is no slip but mostly another name (兰州新区产业, 兰州新区工业).

Sounds are filed as 64-bit hashes in sorted arrays: 20 to 28 bytes for each way of writing a name. The hash
of s0 s1 s2 … is s0·B + s1·B² + s2·B³ + … modulo 2⁶⁴, so that the hash of every window of a text, and of every
window with one syllable left out, comes of a few array operations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

_SHORTEST, _SHORTEST_SLIP, _LONGEST = 3, 6, 16
_LONGEST_TEXT = 400
_CONFUSED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"))

Hashes = npt.NDArray[np.uint64]
_BASE = 0x9E3779B97F4A7C15
"""Any odd number will do that is large and irregular."""
_POWERS: Hashes = np.cumprod(np.full(_LONGEST, _BASE, np.uint64), dtype=np.uint64)
_ONE_DOWN = np.uint64(pow(_BASE, -1, 2**64))
"""Moves a hash one place to the left."""
_LENGTHS = np.arange(1, _LONGEST + 1)
_LEFT_OUT = np.arange(1, _LONGEST)
"""Which syllable is left out of a hash in the last axis of `_one_left_out`; the first and the last never are."""


class Hit(msgspec.Struct, frozen=True):
    """A misspelt name: offsets in the text, the name meant, and how alike the two are (0 to 1)."""

    start: int
    end: int
    name: str
    score: float


@lru_cache(maxsize=20_000)
def sound(char: str) -> str:
    """The syllable of a Chinese character with confusable sounds made one; other characters sound as they are."""
    syllable = str(lazy_pinyin(char, style=Style.NORMAL, errors=lambda c: c)[0])
    for long, short in _CONFUSED_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    if syllable == "f":
        return "fu"  # 湖 as 福
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@lru_cache(maxsize=20_000)
def _code(char: str) -> int:
    """A number for the sound of a Chinese character; 0 for any other character."""
    if not "\u4e00" <= char <= "\u9fff":
        return 0
    return int.from_bytes(hashlib.blake2b(sound(char).encode(), digest_size=8).digest(), "big")


def _beginnings(codes: Hashes) -> Hashes:
    """Rows of `_LONGEST` codes → the hashes of the first 1, 2, … codes of each row, in the same shape."""
    return np.cumsum(codes * _POWERS, axis=-1, dtype=np.uint64)


def _one_left_out(beginnings: Hashes, wholes: Hashes) -> Hashes:
    """The hash of each whole without one of its codes: along the last axis the second, the third, … (`_LEFT_OUT`)."""
    return beginnings[..., :-1] + (wholes[..., None] - beginnings[..., 1:]) * _ONE_DOWN


class _Table:
    """Names by hash: arrays sorted by hash, looked up by halving, after a look at the leading bits.

    Nearly every window of a text is no name; the leading bits tell so in one step, however many names there are.
    """

    def __init__(self, hashes: Hashes, names: npt.NDArray[np.int64]) -> None:
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._names = names[order].astype(np.int32)
        bits = len(hashes).bit_length() + 3  # of those that are filed nowhere, at most one in eight passes
        self._unread = np.uint64(64 - bits)
        self._leading = np.zeros(2**bits, np.bool_)
        self._leading[self._hashes >> self._unread] = True

    def find(self, hashes: Hashes) -> Iterator[tuple[int, int]]:
        """Yield (position in `hashes`, number of a name filed under it) for all that are found."""
        possible = np.flatnonzero(self._leading[hashes >> self._unread])
        first = np.searchsorted(self._hashes, hashes[possible])
        found = self._hashes[np.minimum(first, len(self._hashes) - 1)] == hashes[possible]
        for position, at in zip(possible[found].tolist(), first[found].tolist(), strict=True):
            last = int(np.searchsorted(self._hashes, hashes[position], side="right"))
            for number in self._names[at:last].tolist():
                yield position, number


class SoundIndex:
    """Names filed by sound. Immutable."""

    def __init__(self, names: Iterable[str] | Mapping[str, object]) -> None:
        self._names = [
            name
            for name in names
            if _SHORTEST <= len(name) <= _LONGEST and all("\u4e00" <= char <= "\u9fff" for char in name)
        ]
        lengths = np.array([len(name) for name in self._names], np.int64)[:, None]
        codes = np.zeros((len(self._names), _LONGEST), np.uint64)
        codes[lengths >= _LENGTHS] = np.array([_code(char) for name in self._names for char in name], np.uint64)
        beginnings = _beginnings(codes)
        wholes = beginnings[:, -1]
        self._whole = _Table(wholes, np.arange(len(self._names)))
        slips = _one_left_out(beginnings, wholes)
        row, left_out = np.nonzero((lengths >= _SHORTEST_SLIP) & (lengths - 2 >= _LEFT_OUT))
        self._slip = _Table(slips[row, left_out], row)

    def find(self, text: str) -> list[Hit]:
        """Return the best misspelt names in a folded text, none overlapping. `\\0` marks what is already read."""
        text = text[:_LONGEST_TEXT]
        hits = sorted(self._hits(text), key=lambda h: (-h.score * len(h.name), h.start, -h.score, h.name))
        taken: list[Hit] = []
        for hit in hits:
            if all(hit.end <= t.start or hit.start >= t.end for t in taken):
                taken.append(hit)
        return taken

    def _hits(self, text: str) -> Iterator[Hit]:
        for start, end, number in self._candidates(text):
            surface, name = text[start:end], self._names[number]
            if surface != name and (score := likeness(surface, name)) >= _needed(name):
                yield Hit(start, end, name, score)

    def _candidates(self, text: str) -> set[tuple[int, int, int]]:
        """Windows of the text and the numbers of the names that sound like them, but for one syllable."""
        codes = np.zeros(len(text) + _LONGEST, np.uint64)
        codes[: len(text)] = [_code(char) for char in text]
        windows = np.lib.stride_tricks.sliding_window_view(codes, _LONGEST)[: len(text)]
        # A window ends before the first sign that is not Chinese, but for one right behind its first character.
        chinese = np.logical_and.accumulate((windows != 0) | (_LENGTHS <= 2), axis=1)
        beginnings = _beginnings(windows)
        start, last = np.nonzero(chinese & (_LENGTHS >= _SHORTEST))
        whole = beginnings[start, last]
        within = (_LENGTHS[:, None] > _SHORTEST_SLIP) & (_LENGTHS[:, None] - 2 >= _LEFT_OUT)
        longer, its_last, left_out = np.nonzero(chinese[:, :, None] & within)
        shortened = _one_left_out(beginnings[:, None, :], beginnings)[longer, its_last, left_out]
        return {
            (int(starts[at]), int(starts[at] + lasts[at] + 1), number)
            for table, hashes, starts, lasts in (
                (self._whole, whole, start, last),
                (self._slip, whole, start, last),
                (self._whole, shortened, longer, its_last),
            )
            for at, number in table.find(hashes)
        }


def likeness(surface: str, name: str) -> float:
    """How alike a stretch of text is to a name: 1 for the same character, .75 for the same sound, by best alignment."""
    rows = [[0.0] * (len(name) + 1) for _ in range(len(surface) + 1)]
    for i, a in enumerate(surface, 1):
        for j, b in enumerate(name, 1):
            pair = 1.0 if a == b else 0.75 if sound(a) == sound(b) else 0.0
            rows[i][j] = max(rows[i - 1][j - 1] + pair, rows[i - 1][j], rows[i][j - 1])
    return rows[-1][-1] / max(len(surface), len(name))


def _needed(name: str) -> float:
    """Short names need more likeness: in three characters at least two must be written right."""
    return 0.91 if len(name) == 3 else 0.8 if len(name) <= 5 else 0.74
