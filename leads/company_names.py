"""What tells which company a name means: without legal form, branch and place – unless nothing distinctive is left.

济南市历下区示例科技有限公司   示例科技, in 济南历下
示例股份有限公司北京办事处     示例
Siemens Ltd., China            siemens
济南银行                       济南银行: 银行 alone is a trade, and many places have one
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from leads import places
from leads.company_words import vocabulary
from leads.folding import of_japanese, settled
from leads.places import Path, Places

LONGEST = 200
"""Characters of a name that are read; no register has a longer one."""
_SHORTEST = 2
"""Fewer characters name no company."""
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_NO_PLACES: Places = frozenset()


class Company(msgspec.Struct, frozen=True):
    """A name as it was read."""

    core: str
    """What is left of it, in one piece."""
    distinctive: bool
    """Whether that alone tells which company it is; otherwise its place belongs to its name."""
    home: Places = _NO_PLACES
    """Where the name begins by saying that it is."""
    arm: Places = _NO_PLACES
    """Where it says so in brackets or at its end."""
    called: str = ""
    """The home in short, as it stands in the key."""

    @property
    def key(self) -> str:
        """By which candidates are found: the same for all names that may mean the same company."""
        return self.core if self.distinctive else self.called + self.core

    def same(self, other: Company) -> bool:
        """Whether both names mean one company: a place counts as left out only where the other has none, or one that
        lies in it or around it."""
        if self.core != other.core:
            return False
        if not (self.distinctive and other.distinctive):
            return self.key == other.key and (self.home == other.home or bool(self.home & other.home))
        mine, others = self.home | self.arm, other.home | other.arm
        return not mine or not others or places.nested(mine, others)


def read(name: str) -> Company:
    """A company's name, taken apart. Linear in its length, of which `LONGEST` characters are read."""
    text = settled(name[:LONGEST])[:LONGEST]
    if "会社" in text:
        text = settled(of_japanese(text))
    arm: set[Path] = set()
    bare = _IN_BRACKETS.sub(lambda found: _note(found[1], arm), text)
    tokens = _tokens(bare) or _tokens(text)
    tokens, said = _foreign(tokens)
    arm |= said
    return _chinese("".join(tokens), frozenset(arm))


def _note(inside: str, arm: set[Path]) -> str:
    """Brackets are left out; the place in them is noted."""
    inside = inside.strip()
    if inside in vocabulary().weak:
        return " "
    name, found = places.leading(inside, anywhere=True)
    if name and name == inside:
        arm |= found
    elif inside in vocabulary().foreign_places:
        arm.add((inside,))
    return " "


def _tokens(text: str) -> list[str]:
    """Runs of Chinese, Japanese or Korean characters, and words of letters and digits; letters with dots are one word."""
    made: list[str] = []
    single = False
    for token in _split(text):
        if token in ("and", "und", "et"):
            continue
        alone = len(token) == 1 and not _is_cjk(token)
        if alone and single:
            made[-1] += token
        else:
            made.append(token)
        single = alone
    return made


def _split(text: str) -> Iterator[str]:
    start, kind = 0, 0
    for at, character in enumerate(f"{text} "):
        now = 0 if not character.isalnum() else 1 if _is_cjk(character) else 2
        if now != kind:
            if kind:
                yield text[start:at]
            start, kind = at, now


def _is_cjk(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _foreign(tokens: list[str]) -> tuple[list[str], set[Path]]:
    """Without foreign legal forms at the end and before, and without the country at the end; with the places left out."""
    words, said = vocabulary(), set[Path]()
    tokens = list(tokens)
    while len(tokens) > 1:
        last = tokens[-1]
        if not _is_cjk(last[0]) and (
            last in words.foreign_forms or (last in words.foreign_branches and _tells(tokens[:-1]))
        ):
            tokens.pop()
        elif (many := _place_at(tokens, behind=True)) and _tells(tokens[:-many]):
            said |= _strict("".join(tokens[-many:]))
            del tokens[-many:]
        elif tokens[0] in words.foreign_forms_before:
            tokens.pop(0)
        elif (many := _place_at(tokens, behind=False)) and _tells(tokens[many:]):
            said |= _strict("".join(tokens[:many]))
            del tokens[:many]
        else:
            break
    return tokens, said


def _place_at(tokens: list[str], *, behind: bool) -> int:
    """How many tokens at the end, or before, are a foreign place; none where none are."""
    words = vocabulary()
    for many in (2, 1):
        some = tokens[-many:] if behind else tokens[:many]
        name = "".join(some)
        if len(tokens) > many and not _is_cjk(name[0]) and (name in words.weak or name in words.foreign_places):
            return many
    return 0


def _strict(place: str) -> set[Path]:
    """A place that tells companies apart: 中国 is only the arm of one."""
    return set() if place in vocabulary().weak else {(place,)}


def _tells(tokens: list[str]) -> bool:
    """Whether words without their place, or their branch, still tell which company they mean."""
    words = vocabulary()
    if not tokens or tokens[-1] in ("of", "de"):
        return False
    common = (words.foreign_trades, words.foreign_forms, words.foreign_branches, words.foreign_places, words.weak)
    return any(all(token not in some for some in common) for token in tokens)


def _chinese(text: str, arm: Places) -> Company:
    """Take a name in one piece apart: forms and branches from its end, places from its beginning."""
    text = _without_form_before(_without_end(text))
    home, called, core = _NO_PLACES, "", text
    while True:
        name, found = _place_before(core, home)
        rest = core[len(name) :]
        if not name or len(rest) < _SHORTEST:
            break
        home, called, core = (places.within(home, found) or found) if home else found, places.shortest(name), rest
    return Company(core, _distinctive(core), home, arm, called)


def _place_before(text: str, home: Places) -> tuple[str, Places]:
    """The place a name begins with: of this country, another one, or a part of the town that stood before it."""
    name, found = places.leading(text)
    if name:
        return name, found
    if home:
        name, found = places.leading(text, anywhere=True)
        if inside := places.within(home, found):
            return name, inside
        if name := places.zone(text):
            return name, frozenset((*one, name) for one in home)
    words = vocabulary()
    name = next((text[:n] for n in range(5, 1, -1) if text[:n] in words.foreign_places or text[:n] == "中国"), "")
    return name, frozenset(((name,),)) if name else _NO_PLACES


def _without_end(text: str) -> str:
    """Without legal forms, branches and the places of branches at its end, as long as something remains."""
    while True:
        shorter = _without_branch(text)
        form = _ending(shorter, vocabulary().forms)
        if form and len(shorter) - len(form) >= _SHORTEST:
            shorter = shorter[: -len(form)]
            arm = shorter.removesuffix("中国")
            shorter = arm if len(arm) >= _SHORTEST and _distinctive(arm) else shorter
        if shorter == text:
            return text
        text = shorter


def _without_branch(text: str) -> str:
    """Without 北京办事处 or, behind a legal form, without 北京."""
    words = vocabulary()
    branch = _ending(text, words.branches)
    rest = text[: len(text) - len(branch)]
    while said := places.trailing(rest) or _ending(rest, words.regions):
        shorter = rest[: -len(said)].removesuffix("驻")
        if not branch and not _ending(shorter, words.forms):
            break
        if len(shorter) < _SHORTEST or _is_place(shorter):
            break
        rest = shorter
    return rest if len(rest) >= _SHORTEST and not _is_place(rest) else text


def _is_place(text: str) -> bool:
    return places.leading(text)[0] == text


def _without_form_before(text: str) -> str:
    form = next((one for one in vocabulary().forms_before if text.startswith(one)), "")
    return text[len(form) :] if len(text) - len(form) >= _SHORTEST else text


def _ending(text: str, words: tuple[str, ...]) -> str:
    return next((word for word in words if text.endswith(word)), "")


def _distinctive(core: str) -> bool:
    """Whether a name holds anything besides words of a trade: some way of cutting it into those there is not."""
    words = vocabulary()
    if core in words.foreign_trades:
        return False
    reached = [True] + [False] * len(core)
    for end in range(1, len(core) + 1):
        start = max(0, end - words.longest_trade)
        reached[end] = any(reached[at] and core[at:end] in words.trades for at in range(start, end))
    return not reached[-1]


def same(one: str, other: str) -> bool:
    """Whether two names mean one company; two empty names mean none."""
    return bool(one.strip()) and bool(other.strip()) and read(one).same(read(other))
