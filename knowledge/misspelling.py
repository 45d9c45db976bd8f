"""Finds record names that were misspelt by sound or by one slip, in time independent of the number of names.

Every name of three or more Chinese characters is filed under the sounds of its syllables (sounds that
dialects and input methods confuse count as one: zh/z, ch/c, sh/s, n/l, -ng/-n, f/h), and, from six
characters, also under its sounds with any one syllable left out, so that one missing or superfluous
character is found too. A window of the question is looked up under its own sounds. A character
replaced by one of another sound is no slip but mostly another name (兰州新区产业, 兰州新区工业).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec
from pypinyin import Style, lazy_pinyin

_SHORTEST, _SHORTEST_SLIP, _LONGEST = 3, 6, 16
_LONGEST_TEXT = 400
_CONFUSED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("hu", "f"))


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


class SoundIndex:
    """Names filed by sound. Immutable."""

    def __init__(self, names: Iterable[str] | Mapping[str, object]) -> None:
        self._whole: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._slip: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._lengths: set[int] = set()
        for name in names:
            if not _SHORTEST <= len(name) <= _LONGEST or not all("\u4e00" <= c <= "\u9fff" for c in name):
                continue
            sounds = tuple(map(sound, name))
            self._whole[sounds].append(name)
            self._lengths.add(len(name))
            if len(name) >= _SHORTEST_SLIP:
                for i in range(1, len(sounds) - 1):
                    self._slip[sounds[:i] + sounds[i + 1 :]].append(name)

    def find(self, text: str) -> list[Hit]:
        """Return the best misspelt names in a folded text, none overlapping. `\\0` marks what is already read."""
        text = text[:_LONGEST_TEXT]
        sounds = [sound(c) if "\u4e00" <= c <= "\u9fff" else "" for c in text]
        hits = sorted(self._hits(text, sounds), key=lambda h: (-h.score * len(h.name), h.start))
        taken: list[Hit] = []
        for hit in hits:
            if all(hit.end <= t.start or hit.start >= t.end for t in taken):
                taken.append(hit)
        return taken

    def _hits(self, text: str, sounds: list[str]) -> Iterable[Hit]:
        for start in range(len(text)):
            for length in range(_SHORTEST, _LONGEST + 1):
                end = start + length
                if end > len(text) or not sounds[end - 1]:
                    break
                window = tuple(sounds[start:end])
                names: set[str] = set()
                if length in self._lengths:
                    names.update(self._whole.get(window, ()))
                if length >= _SHORTEST_SLIP - 1:
                    names.update(self._slip.get(window, ()))
                if length > _SHORTEST_SLIP:
                    for i in range(1, length - 1):
                        names.update(self._whole.get(window[:i] + window[i + 1 :], ()))
                surface = text[start:end]
                for name in names - {surface}:
                    score = likeness(surface, name)
                    if score >= _needed(name):
                        yield Hit(start, end, name, score)


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
