"""Fills what a message leaves out from the conversation, and turns the whole into a Query.

"那税收呢" keeps the records, "换成兰州呢" keeps the question, "第二个呢" picks from the last list. One
mechanism serves every kind of follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from actions.turn import cues
from actions.turn.conversation import Conversation
from actions.turn.message import TYPE_OF_FACET, Message
from knowledge.catalogue import Catalogue
from knowledge.lexicon import Reading
from knowledge.model import District
from knowledge.search import Query
from knowledge.text import fold

Ids = tuple[str, ...]
_LITTLE = 10
"""Characters up to which a follow-up only points, so that the question before it is the one to remember."""
_SAYS_NO_TYPE = 0.3
"""Weight below which no type of record was asked for; an industry alone then asks for sites."""
_OWN_SUBJECT = 0.35
"""How far a message goes on about the records in focus when it brings a subject of its own."""


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands on its own."""

    query: Query
    question: str
    """The question to remember for follow-ups."""
    follow_up: bool = False
    unclear: Ids = ()
    """Records among which one unclear name leaves a choice."""
    misspelt: str = ""
    """The name taken for a misspelt one."""
    elsewhere: str = ""
    """The city a follow-up asks about, where the record in focus belongs to another."""


def resolve(message: Message, talk: Conversation, catalogue: Catalogue) -> Resolved:
    """Read a knowledge question in its conversation."""
    reading = message.reading
    city = reading.cities[0] if len(reading.cities) == 1 else ""
    named, unclear = _named(reading, message.types(), city or talk.city, catalogue)
    picked = _picked(reading, talk)
    if picked:
        named, unclear = (picked,), ()
    follow_up = bool(picked) or _is_follow_up(message, named or unclear, talk)
    lies_within = bool(talk.focus) and not picked and bool(cues.WITHIN.search(reading.text))
    if lies_within and not set(named) & set(talk.focus):
        named, unclear, follow_up = (), (), True
    if follow_up and city and not named and talk.question and _only_switches(reading, catalogue):
        return _asked_before(talk, city, catalogue)
    question, facets, elsewhere, carry = reading.text, reading.facets, "", 0.0
    facets = facets or (("location",) if lies_within else ())
    focus: Ids = ()
    types: Mapping[str, float] = message.types()
    if follow_up and not named:
        focus, carry = _focus(reading, talk), 1.0 if lies_within else _carry(reading)
        unclear = ()
        if focus and city and _belongs_elsewhere(focus[0], city, catalogue):
            focus, elsewhere, city = (focus, city, "") if cues.APPLYING.search(reading.text) else ((), "", city)
        if not facets and len(reading.text) <= _LITTLE and not reading.types:
            facets = talk.facets
        types = _leaning(types, talk)
    elif follow_up and not cues.TELL_ALL.search(reading.text):
        facets = facets or talk.facets
    if unclear and max(types, key=lambda t: types[t], default="") == "incentive":
        named, unclear = unclear, ()  # what is wanted is about the places, whichever of them is meant
    if cues.OWN_PROJECT.search(reading.text) and not _of_incentives(reading) and not named:
        types = {**types, "site": max(0.9, types.get("site", 0.0)), "incentive": 0.0}
    if reading.industries and not focus and max(types.values(), default=0.0) < _SAYS_NO_TYPE:
        types = {**types, "site": 0.6}
    places = {catalogue.lexicon.city_of[i] for i in named if catalogue.lexicon.types_of[i] in ("site", "district")}
    city = city or (next(iter(places)) if len(places) == 1 else "")
    shared = {id_ for mention in reading.mentions if set(mention.ids) & set(named) for id_ in mention.ids}
    query = Query(
        text=question, city=city or ("" if named else talk.city), in_city=bool(city), named=named, focus=focus,
        not_meant=tuple(sorted(shared - set(named))), picked=bool(picked), types=types, facets=facets,
        industries=reading.industries, carry=carry if focus else 0.0,
        outside=message.intents.get("out_of_scope", 0.0) + message.intents.get("make_improper_request", 0.0),
        foreign=bool(reading.elsewhere),
    )  # fmt: skip
    return Resolved(
        query=query,
        question=talk.question if follow_up and len(reading.text) <= _LITTLE and talk.question else question,
        follow_up=follow_up,
        unclear=() if named else unclear,
        misspelt=next((m.meant for m in reading.mentions if m.how == "sound" and set(m.ids) & set(named)), ""),
        elsewhere=elsewhere,
    )


def _asked_before(talk: Conversation, city: str, catalogue: Catalogue) -> Resolved:
    """The conversation's last question put to another city."""
    question = f"{city}{_without_cities(talk.question, catalogue)}"
    earlier = catalogue.lexicon.read(question)
    types = {talk.wanted: 0.9} if talk.wanted else {}
    named, unclear = _named(earlier, types, city, catalogue)
    named = tuple(i for i in named if not _belongs_elsewhere(i, city, catalogue))
    facets = earlier.facets or talk.facets
    query = Query(text=question, city=city, named=named, types=types, facets=facets, industries=earlier.industries)
    return Resolved(
        query=query, question=talk.question, follow_up=True, unclear=() if named else unclear, elsewhere=city
    )


def _named(reading: Reading, types: Mapping[str, float], city: str, catalogue: Catalogue) -> tuple[Ids, Ids]:
    """Ids of the records a message names, and those among which one unclear name leaves a choice."""
    named: list[str] = []
    unclear: Ids = ()
    of = catalogue.lexicon.types_of
    for mention in reading.mentions:
        ids = [i for i in mention.ids if i in of]
        if not ids or all(_is_city(i, catalogue) for i in ids):
            continue
        ids = [i for i in ids if not city or catalogue.lexicon.city_of[i] in (city, "全国")] or ids
        if len(ids) > 1:
            best = max(types.get(of[i], 0) for i in ids)
            ids = [i for i in ids if types.get(of[i], 0) >= best - 0.2]
        if len(ids) > 1 and of[ids[0]] in ("site", "district"):
            unclear = tuple(ids)
        else:
            named += ids[:3]
    if any(of[i] in ("site", "district") for i in named):
        named = [i for i in named if of[i] != "industry"]
    return tuple(dict.fromkeys(named)), unclear


def _picked(reading: Reading, talk: Conversation) -> str:
    """The entry of the last list that a message picks by its place."""
    listing, place = talk.listing, reading.ordinal
    if cues.NEXT_ONE.search(reading.text) and listing:
        place = listing.index(talk.focus[0]) % len(listing) + 2 if talk.focus and talk.focus[0] in listing else 2
        place = 1 if place > len(listing) else place
    elif cues.NEXT_ONE.search(reading.text) and talk.before:
        return talk.before[0]
    if not place or abs(place) > len(listing):
        return ""
    return listing[place] if place < 0 else listing[place - 1]


def _is_follow_up(message: Message, named: Sequence[str], talk: Conversation) -> bool:
    if not talk.focus and not talk.question:
        return False
    text = message.reading.text
    if message.intents.get("ask_follow_up", 0) > 0.5 or cues.POINTING.search(text):
        return True
    return not named and bool(talk.focus) and len(text) <= 24


def _focus(reading: Reading, talk: Conversation) -> Ids:
    """The records a message without names may go on about; none where it asks for a list of its own."""
    if _carry(reading) <= _OWN_SUBJECT and cues.WHOLE_LIST.search(reading.text):
        return ()
    return talk.focus or (talk.listing[:1] if cues.POINTING.search(reading.text) else ())


def _carry(reading: Reading) -> float:
    """How surely a message without names goes on about the same records: the less it says itself, the surer."""
    if cues.POINTED.search(reading.text):
        return 1.0
    if reading.industries or reading.elsewhere or reading.types:
        return _OWN_SUBJECT
    return 0.98 if len(reading.text) <= _LITTLE else 0.6 if len(reading.text) <= 14 else 0.3


def _leaning(types: Mapping[str, float], talk: Conversation) -> Mapping[str, float]:
    """Types of a follow-up: what it says itself, else what was asked for before."""
    own = {kind: weight * 0.8 for kind, weight in types.items()}
    if talk.wanted and max(own.values(), default=0.0) < 0.4:
        own[talk.wanted] = 0.5
    return own


def _of_incentives(reading: Reading) -> bool:
    """Whether a message speaks of incentives, whatever else it says."""
    return "incentive" in reading.types or any(TYPE_OF_FACET.get(f) == "incentive" for f in reading.facets)


def _is_city(record_id: str, catalogue: Catalogue) -> bool:
    record = catalogue.records.get(record_id)
    return isinstance(record, District) and record.kind != "district"


def _belongs_elsewhere(record_id: str, city: str, catalogue: Catalogue) -> bool:
    return catalogue.lexicon.city_of.get(record_id, "全国") not in (city, "全国")


def _only_switches(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether the message says nothing besides another city."""
    return bool(cues.BARE_SWITCH.match(re.sub(r"[,。??!!、\s]", "", _without_cities(reading.text, catalogue))))


def _without_cities(text: str, catalogue: Catalogue) -> str:
    for names in catalogue.vocabulary.places.cities.values():
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(fold(name), "")
    return text
