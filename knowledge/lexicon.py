"""What the records' names and the vocabulary make of a question, before anything is searched.

The Lexicon is built from all loaded records and from `vocabulary/*.yml`; both environments use it (the
Rasa server to read entities, the action server to search), so it needs neither Rasa nor an embedding.
Offsets are in the *folded* text (`text.fold`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import ahocorasick_rs
import msgspec

from knowledge.misspelling import SoundIndex
from knowledge.slots.ordinals import chinese, place_in
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary

if TYPE_CHECKING:
    from knowledge.model import Common, Gap

T = TypeVar("T")

_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})号")
_CLAUSE = re.compile(r"[,。;!?、\s]")
_MASK = {
    "site": "某园区",
    "district": "某区",
    "industry": "某产业",
    "incentive": "某政策",
    "contact": "某单位",
    "procedure": "某手续",
    "event": "某活动",
    "transport": "某枢纽",
    "cost": "某成本",
    "gap": "某园区",
}


class Mention(msgspec.Struct, frozen=True):
    """A stretch of a question that names one record, or several that share a name."""

    start: int
    end: int
    surface: str
    ids: tuple[str, ...]
    how: Literal["exact", "sound"] = "exact"
    meant: str = ""
    """The name that a misspelt mention most probably means."""
    type: str = ""
    """Type of the record; of the first one, where several share the name."""


class Place(msgspec.Struct, frozen=True):
    """A place of which the knowledge base holds nothing."""

    name: str
    origin: bool
    """Whether the investor only comes from there."""


class Reading(msgspec.Struct, frozen=True):
    """Everything the lexicon sees in one question."""

    text: str
    masked: str
    mentions: tuple[Mention, ...] = ()
    cities: tuple[str, ...] = ()
    elsewhere: tuple[Place, ...] = ()
    facets: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    ordinal: int = 0
    """1 for the first; -1 for the last; -2 for the last but one; 0 for none."""


class _Finder(Generic[T]):
    """Finds the longest of many words in a text, left to right."""

    def __init__(self, words: dict[str, T]) -> None:
        self._values = list(words.values())
        self._words = list(words)
        self._automaton = (
            ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if self._words
            else None
        )

    def find(self, text: str) -> Iterable[tuple[int, int, T]]:
        if self._automaton is None:
            return
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            if _whole_word(text, start, end):
                yield start, end, self._values[index]


def _whole_word(text: str, start: int, end: int) -> bool:
    """Latin words and numbers must not be found inside longer ones; Chinese has no word bounds."""
    before = start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isascii()
    after = end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isascii()
    return not (before or after)


def _cuts(mention: Mention, start: int, end: int) -> bool:
    """Whether a word takes part of a mention away, so that the mention is none."""
    overlaps = mention.start < end and start < mention.end
    return overlaps and not (mention.start <= start and end <= mention.end)


def _cues(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for value, cues in entries:
        for cue in cues:
            words[fold(cue)].append(value)
    return dict(words)


class Lexicon:
    """Reads questions. Immutable; a reload builds a new one."""

    def __init__(
        self, records: Iterable[Common], vocabulary: Vocabulary | None = None, gaps: Iterable[Gap] = ()
    ) -> None:
        vocabulary = vocabulary or Vocabulary.load()
        self.types_of: dict[str, str] = {}
        self.city_of: dict[str, str] = {}
        names: dict[str, list[str]] = defaultdict(list)
        for record in records:
            self.types_of[record.id] = record.type
            self.city_of[record.id] = record.city
            for name in names_of(record):
                if record.id not in names[name]:
                    names[name].append(record.id)
        for gap in gaps:
            self.types_of[gap.id] = "gap"
            self.city_of[gap.id] = gap.city
            for name in gap.names:
                names[fold(name)].append(gap.id)
        self.names = {name: tuple(ids) for name, ids in names.items()}
        places = vocabulary.places
        self._names = _Finder(self.names)
        self._sounds = SoundIndex(self.names)
        self._cities = _Finder(_cues(places.cities.items()))
        self._elsewhere = _Finder({fold(place): fold(place) for place in places.elsewhere})
        self._no_names = _Finder({fold(word): True for word in places.no_names})
        self._comes_from = _Finder({fold(word): True for word in places.comes_from})
        self._belongs = _Finder({fold(word): True for word in places.belongs})
        self._set_against = tuple(fold(word) for word in places.set_against)
        self._facets = _Finder(_cues((facet.id, facet.cues) for facet in vocabulary.facets))
        self._types = _Finder(_cues(vocabulary.types.items()))
        self._industries = _Finder(_cues((industry.id, industry.cues) for industry in vocabulary.industries))

    def read(self, question: str) -> Reading:
        """Read one question; never fails, whatever was typed."""
        text = fold(question)
        mentions = self._mentions(text)
        rest = blank(text, mentions)
        cities = _unique(city for _, _, found in self._cities.find(text) for city in found)
        chance = [(start, end) for start, end, _ in self._no_names.find(text)]
        elsewhere = tuple(
            Place(name, self._is_origin(text, start, end))
            for start, end, name in self._elsewhere.find(rest)
            if not any(begin <= start and end <= until for begin, until in chance)
        )
        return Reading(
            text=text,
            masked=self._mask(text, mentions),
            mentions=mentions,
            cities=cities,
            elsewhere=elsewhere,
            facets=_unique(f for _, _, found in self._facets.find(rest) for f in found),
            types=_unique(t for _, _, found in self._types.find(rest) for t in found),
            industries=_unique(i for _, _, found in self._industries.find(rest) for i in found),
            ordinal=place_in(text),
        )

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Only the names in a text; offsets are in the folded text."""
        return self._mentions(fold(text))

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        found = [
            Mention(start, end, text[start:end], ids, type=self.types_of[ids[0]])
            for start, end, ids in self._names.find(text)
        ]
        for hit in self._sounds.find(text):
            covered = [m for m in found if m.start < hit.end and hit.start < m.end]
            if any(m.surface == hit.name for m in covered):
                continue
            if (hit.end - hit.start) * hit.score > sum(m.end - m.start for m in covered):
                found = [m for m in found if m not in covered]
                ids = self.names[hit.name]
                surface = text[hit.start : hit.end]
                found.append(Mention(hit.start, hit.end, surface, ids, "sound", hit.name, self.types_of[ids[0]]))
        chance = [(start, end) for start, end, _ in self._no_names.find(text)]
        named = [m for m in found if not any(_cuts(m, start, end) for start, end in chance)]
        return tuple(sorted(named, key=lambda m: m.start))

    def _is_origin(self, text: str, start: int, end: int) -> bool:
        if text.startswith(self._set_against, end):
            return False
        before = _CLAUSE.split(text[max(0, start - 5) : start])[-1]
        after = _CLAUSE.split(text[end : end + 5])[0]
        return any(True for _ in self._comes_from.find(before)) or any(True for _ in self._belongs.find(after))

    def _mask(self, text: str, mentions: Iterable[Mention]) -> str:
        out, at = [], 0
        for m in mentions:
            out += [text[at : m.start], _MASK[self.types_of[m.ids[0]]]]
            at = m.end
        return "".join([*out, text[at:]])


def names_of(record: Common) -> list[str]:
    """All folded names by which a record may be called: its name, its aliases, and each without its city."""
    names = []
    for name in (record.name, *record.aliases):
        folded = fold(name)
        names.append(folded)
        if (number := _NUMBERED.search(folded)) and 0 < int(number[1]) < 100:
            names.append(folded.replace(number[0], f"{chinese(int(number[1]))}号"))  # 四十五号文
        bare = folded.removeprefix(fold(record.city))
        if record.type == "site" and len(bare) >= 4:
            names.append(bare)
    return list(dict.fromkeys(n for n in names if len(n) >= 2))


def blank(text: str, mentions: Iterable[Mention]) -> str:
    """The text with mentions struck out, offsets kept."""
    for m in mentions:
        text = text[: m.start] + "\0" * (m.end - m.start) + text[m.end :]
    return text


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
