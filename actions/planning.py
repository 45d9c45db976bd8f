"""Decides what a knowledge question asks for: one record, a list, a comparison, or an ask-back.

The conversation fills what the message leaves out: "那税收呢" keeps the records, "换成兰州呢" keeps the
question, "第二个呢" picks from the last list. One mechanism serves every kind of follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from actions import cues
from actions.conversation import Conversation
from actions.understanding import TYPE_OF_FACET, Turn
from knowledge.catalogue import Catalogue
from knowledge.lexicon import Reading
from knowledge.model import District, Site
from knowledge.search import Query
from knowledge.text import fold

Wanted = Literal["answer", "list", "compare", "clarify"]

_LITTLE = 10
"""Characters up to which a follow-up only points, so that the question before it is the one to remember."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, and the query to do it with."""

    wanted: Wanted
    query: Query
    question: str
    """The question as it stands on its own; remembered for follow-ups."""
    follow_up: bool = False
    options: tuple[str, ...] = ()
    """Record ids to choose from, when asking back."""
    misspelt: str = ""
    """The name taken for a misspelt one."""
    project: bool = False
    """Whether the investor describes a project of their own."""
    elsewhere: str = ""
    """The city a follow-up asks about, where the record in focus belongs to another."""


def plan(turn: Turn, talk: Conversation, catalogue: Catalogue) -> Plan:
    """Plan the reply to a knowledge question."""
    reading = turn.reading
    city = reading.cities[0] if len(reading.cities) == 1 else ""
    named, unclear = _named(reading, turn.types(), city or talk.city, catalogue)
    if picked := _picked(reading.ordinal, talk):
        named, unclear = (picked,), ()
    follow_up = bool(picked) or _is_follow_up(turn, named or unclear, talk)
    question, facets, industries = reading.text, reading.facets, reading.industries
    types: Mapping[str, float] = turn.types()
    focus: tuple[str, ...] = ()
    asks_elsewhere = ""
    if follow_up and city and not named and talk.question and _only_switches(reading, catalogue):
        question, types, facets, industries, named, unclear = _asked_before(talk, city, catalogue)
        asks_elsewhere = city
    elif follow_up and not named:
        focus, unclear = talk.focus or (talk.listing[:1] if cues.POINTING.search(reading.text) else ()), ()
        facets = facets or (talk.facets if len(reading.text) <= _LITTLE and not reading.types else ())
        types = _leaning(types, talk)
        if focus and city and _belongs_elsewhere(focus[0], city, catalogue):
            if cues.APPLYING.search(reading.text):
                asks_elsewhere, city = city, ""
            else:
                focus = ()
    elif follow_up and not cues.TELL_ALL.search(reading.text):
        facets = facets or talk.facets
    if unclear and types and max(types, key=lambda t: types[t]) == "incentive":
        named, unclear = unclear, ()
    if cues.OWN_PROJECT.search(reading.text) and not facets_of_incentives(reading) and not named:
        types = {**types, "site": max(0.9, types.get("site", 0.0)), "incentive": 0.0}
    query = Query(
        text=question, city=city or ("" if named else talk.city), named=named, focus=focus, types=types, facets=facets,
        industries=industries, carry=_carry(reading) if focus else 0.0,
    )  # fmt: skip
    made = Plan(
        wanted="answer",
        query=query,
        question=talk.question if follow_up and len(reading.text) <= _LITTLE and talk.question else question,
        follow_up=follow_up,
        misspelt=next((m.meant for m in reading.mentions if m.how == "sound" and set(m.ids) & set(named)), ""),
        project=bool(cues.PROJECT.search(reading.text) or cues.OWN_PROJECT.search(reading.text))
        and query.wanted in ("", "site"),
        elsewhere=asks_elsewhere,
    )
    if unclear and (cues.LISTING.search(reading.text) or cues.COMPARING.search(reading.text)):
        return msgspec.structs.replace(made, wanted="compare", query=msgspec.structs.replace(query, named=unclear[:6]))
    if unclear and not named:
        return msgspec.structs.replace(made, wanted="clarify", options=unclear[:3])
    return _shaped(made, turn, talk, catalogue)


def _shaped(made: Plan, turn: Turn, talk: Conversation, catalogue: Catalogue) -> Plan:
    """Turn an answer into a comparison or a list where the wording asks for one."""
    query, text = made.query, turn.reading.text
    if cues.COMPARING.search(text) or turn.intents.get("compare_records", 0) > 0.6:
        both = tuple(dict.fromkeys((*query.named, *(talk.focus[:2] if len(query.named) < 2 else ()))))
        both = both if len(both) >= 2 else talk.listing[:2] if not query.named else both
        if len(both) >= 2:
            compared = msgspec.structs.replace(query, named=both[:4], facets=query.facets or talk.facets)
            return msgspec.structs.replace(made, wanted="compare", query=compared)
    if len(query.named) >= 2 and _side_by_side(turn.reading, catalogue) and query.wanted != "incentive":
        return msgspec.structs.replace(
            made, wanted="compare", query=msgspec.structs.replace(query, named=query.named[:4])
        )
    listing = bool(cues.LISTING.search(text)) or turn.intents.get("find_site", 0) > 0.5 or made.project
    listing = listing and not cues.WHERE.search(text)
    if talk.listed and not query.named and cues.NARROWING.search(text):
        again = msgspec.structs.replace(
            query, text=f"{talk.question},{text}", focus=(), facets=(), types={"site": 1.0},
            industries=query.industries or catalogue.lexicon.read(talk.question).industries,
        )  # fmt: skip
        return msgspec.structs.replace(made, wanted="list", query=again, question=again.text, project=True)
    if query.wanted == "incentive" and not query.focus and cues.WHOLE_LIST.search(text) and not _narrow(made):
        return msgspec.structs.replace(made, wanted="list")
    specific = [i for i in query.named if catalogue.lexicon.types_of[i] not in ("district", "industry")]
    if not listing or specific or turn.reading.ordinal:
        return made
    if query.focus and cues.SAME_DISTRICT.search(text) and (districts := districts_of(query.focus[0], catalogue)):
        nearby = msgspec.structs.replace(query, named=districts, focus=(), industries=())
        return msgspec.structs.replace(made, wanted="list", query=nearby)
    if query.focus:
        return made
    of_sites = query.wanted in ("", "site") and (query.types.get("site", 0) >= 0.45 or made.project)
    if of_sites and not _asks_of_district(made, turn, catalogue):
        return msgspec.structs.replace(made, wanted="list")
    return made


def _asked_before(
    talk: Conversation, city: str, catalogue: Catalogue
) -> tuple[str, Mapping[str, float], tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The conversation's last question put to another city."""
    question = f"{city}{_without_cities(talk.question, catalogue)}"
    earlier = catalogue.lexicon.read(question)
    types = {talk.wanted: 0.9} if talk.wanted else {}
    named, unclear = _named(earlier, types, city, catalogue)
    named = tuple(i for i in named if not _belongs_elsewhere(i, city, catalogue))
    return question, types, earlier.facets or talk.facets, earlier.industries, named, unclear


def _leaning(types: Mapping[str, float], talk: Conversation) -> Mapping[str, float]:
    """Types of a follow-up: what it says itself, else what was asked for before."""
    own = {kind: weight * 0.8 for kind, weight in types.items()}
    if talk.wanted and max(own.values(), default=0.0) < 0.4:
        own[talk.wanted] = 0.5
    return own


def _carry(reading: Reading) -> float:
    """How surely a message without names goes on about the same records: the less it says itself, the surer."""
    if cues.POINTED.search(reading.text):
        return 1.0
    if reading.industries or reading.elsewhere or reading.types:
        return 0.35
    return 1.0 if len(reading.text) <= _LITTLE else 0.6 if len(reading.text) <= 14 else 0.3


def facets_of_incentives(reading: Reading) -> bool:
    """Whether a message speaks of incentives, whatever else it says."""
    return "incentive" in reading.types or any(TYPE_OF_FACET.get(f) == "incentive" for f in reading.facets)


def _asks_of_district(made: Plan, turn: Turn, catalogue: Catalogue) -> bool:
    """Whether a district itself is asked about (its industries, companies…), not the sites in it."""
    districts = [i for i in made.query.named if isinstance(catalogue.records.get(i), District)]
    said = "site" in turn.reading.types and "subparks" not in turn.reading.facets
    return bool(districts) and not said and turn.intents.get("find_site", 0) < 0.5


def _narrow(made: Plan) -> bool:
    """Whether an incentive question has a point of its own, so that one record should answer it."""
    return (
        bool(set(made.query.facets) - {"amount", "industries", "tenants", "land", "projects"})
        or len(made.question) > 40
    )


def _named(
    reading: Reading, types: Mapping[str, float], city: str, catalogue: Catalogue
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the records a message names, and those among which one unclear name leaves a choice."""
    named: list[str] = []
    unclear: tuple[str, ...] = ()
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


def _is_city(record_id: str, catalogue: Catalogue) -> bool:
    record = catalogue.records.get(record_id)
    return isinstance(record, District) and record.kind == "city"


def _belongs_elsewhere(record_id: str, city: str, catalogue: Catalogue) -> bool:
    return catalogue.lexicon.city_of.get(record_id, "全国") not in (city, "全国")


def districts_of(record_id: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the districts a site lies in; empty for anything else."""
    record = catalogue.records.get(record_id)
    return tuple(record.districts) if isinstance(record, Site) else ()


def _picked(ordinal: int, talk: Conversation) -> str:
    if not ordinal or not talk.listing:
        return ""
    if ordinal == -1:
        return talk.listing[-1]
    return talk.listing[ordinal - 1] if ordinal <= len(talk.listing) else ""


def _is_follow_up(turn: Turn, named: Sequence[str], talk: Conversation) -> bool:
    if not talk.focus and not talk.question:
        return False
    text = turn.reading.text
    if turn.intents.get("ask_follow_up", 0) > 0.5 or cues.POINTING.search(text):
        return True
    return not named and bool(talk.focus) and len(text) <= 24


def _only_switches(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether the message says nothing besides another city."""
    return bool(cues.BARE_SWITCH.match(re.sub(r"[,。??!!、\s]", "", _without_cities(reading.text, catalogue))))


def _without_cities(text: str, catalogue: Catalogue) -> str:
    for names in catalogue.vocabulary.places.cities.values():
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(fold(name), "")
    return text


def _side_by_side(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether two names of one type stand joined: A和B, A、B."""
    pairs = zip(reading.mentions, reading.mentions[1:], strict=False)
    of = catalogue.lexicon.types_of
    return any(
        cues.JOINED.match(reading.text[a.end : b.start]) and of.get(a.ids[0]) == of.get(b.ids[0]) for a, b in pairs
    )
