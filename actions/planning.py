"""Decides what a knowledge question asks for: one record, a list, a comparison, or an ask-back.

The conversation fills what the message leaves out: "那税收呢" keeps the records, "换成兰州呢" keeps the
question, "第二个呢" picks from the last list. One mechanism serves every kind of follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from actions.conversation import Conversation
from actions.understanding import Turn
from knowledge.catalogue import Catalogue
from knowledge.model import District
from knowledge.search import Query
from knowledge.text import fold

Wanted = Literal["answer", "list", "compare", "clarify"]

_POINTING = re.compile(r"^(那|它|这|该|其|还有|换|再|另外|同样|对了那|ok那|哦那|嗯那)|它|这个|那个|这家|那家|该园|该区|这里|那里|这项|那项|这份|上面|刚才|前面|呢[??]?$")
_COMPARING = re.compile(r"比较|对比|相比|区别|不同|差别|差异|哪个(更|大|好|早|近|强|多|级别|面积)|谁(大|更|早|强|多)|哪家(更|大|好)|vs|compare|一样吗|跟.+比|和.+比|比.+(大|小|早|晚|多|少|强|好)")
_LISTING = re.compile(r"哪些|哪几|有没有|有啥|有什么|有无|推荐|合适|适合|放哪|落哪|落在哪|选哪|去哪|列一下|列出|都有|几个|什么园|哪个园|哪里有|which|list|数一数|清单")
_SWITCHING = re.compile(r"^(那|换成?|改成?|要是|如果是?|不是|不对|我问的是|我说的是|,|,|。|呢|的|在|放在|放到|市|那边|这边|情况|怎么样|怎样|有|吗|么|同样的?问题|也|一样|又|看看|说|我|指|是)*$")
_PROJECT = re.compile(r"(想|要|准备|打算|计划|拟|我们?|公司|厂).{0,30}(建|上|投|搬|落|选址|办|设|开|做).{0,40}(哪|合适|适合|推荐|园区|选)|投资.{0,6}亿|\d+亩|找(个|一个|块)?(地方|园区|厂房|地)")


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


def plan(turn: Turn, talk: Conversation, catalogue: Catalogue) -> Plan:
    """Plan the reply to a knowledge question."""
    reading = turn.reading
    city = reading.cities[0] if len(reading.cities) == 1 else ""
    named, unclear = _named(turn, city or talk.city, catalogue)
    if unclear and (picked := [i for i in unclear if i in talk.focus]):
        named, unclear = (*named, *picked[:1]), ()
    picked_one = _picked(reading.ordinal, talk)
    if picked_one:
        named = (picked_one,)
    follow_up = bool(picked_one) or _is_follow_up(turn, named or unclear, talk)
    question, types, facets, industries = reading.text, turn.types(), reading.facets, reading.industries
    focus: tuple[str, ...] = ()
    if follow_up and city and city != talk.city and not named and _says_little(turn, city, catalogue) and talk.question:
        earlier = catalogue.lexicon.read(talk.question)
        question = f"{city}{_without_cities(talk.question, catalogue)}"
        facets, industries = earlier.facets or talk.facets, earlier.industries
        types = {talk.wanted: 0.9} if talk.wanted else types
    elif follow_up and not named:
        focus = talk.focus
        facets = facets or (talk.facets if len(reading.text) <= 6 else ())
    if not city and not named:
        city = talk.city
    misspelt = next((m.meant for m in reading.mentions if m.how == "sound" and set(m.ids) & set(named)), "")
    query = Query(text=question, city=city, named=named, focus=focus, types=types, facets=facets, industries=industries)
    made = Plan(
        wanted="answer", query=query, question=question, follow_up=follow_up, misspelt=misspelt,
        project=bool(_PROJECT.search(reading.text)) and turn.intents.get("find_site", 0) > 0.3,
    )  # fmt: skip
    if unclear and not named:
        return msgspec.structs.replace(made, wanted="clarify", options=unclear[:3])
    return _shaped(made, turn, talk, catalogue)


def _shaped(made: Plan, turn: Turn, talk: Conversation, catalogue: Catalogue) -> Plan:
    """Turn an answer into a comparison or a list where the wording asks for one."""
    query, text = made.query, turn.reading.text
    comparing = bool(_COMPARING.search(text)) or turn.intents.get("compare_records", 0) > 0.6
    if comparing:
        both = tuple(dict.fromkeys((*query.named, *(talk.focus[:2] if len(query.named) < 2 else ()))))
        if not query.named and len(talk.focus) < 2:
            both = talk.listing[:2]
        if len(both) >= 2:
            compared = msgspec.structs.replace(query, named=both[:4], facets=query.facets or talk.facets)
            return msgspec.structs.replace(made, wanted="compare", query=compared)
    if len(query.named) >= 2 and _same_type(query.named, catalogue) and not query.wanted.startswith("incentive"):
        return msgspec.structs.replace(made, wanted="compare", query=msgspec.structs.replace(query, named=query.named[:4]))
    listing = bool(_LISTING.search(text)) or turn.intents.get("find_site", 0) > 0.5
    specific = [i for i in query.named if catalogue.records[i].type not in ("district", "industry")]
    if listing and not specific and not query.focus and turn.reading.ordinal == 0:
        if query.types.get("site", 0) >= 0.45 and not _asks_of_district(made, turn, catalogue):
            return msgspec.structs.replace(made, wanted="list")
        if query.wanted == "incentive" and not _narrow(made):
            return msgspec.structs.replace(made, wanted="list")
    return made


def _asks_of_district(made: Plan, turn: Turn, catalogue: Catalogue) -> bool:
    """Whether a district itself is asked about (its industries, companies…), not the sites in it."""
    districts = [i for i in made.query.named if isinstance(catalogue.records[i], District)]
    return bool(districts) and "site" not in turn.reading.types and made.query.types.get("district", 0) >= 0.3


def _narrow(made: Plan) -> bool:
    """Whether an incentive question has a point of its own, so that one record should answer it."""
    return bool(set(made.query.facets) - {"amount", "industries", "tenants", "land", "projects"}) or len(made.question) > 40


def _named(turn: Turn, city: str, catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the records a message names, and those among which one unclear name leaves a choice."""
    named: list[str] = []
    unclear: tuple[str, ...] = ()
    types = turn.types()
    for mention in turn.reading.mentions:
        ids = [i for i in mention.ids if i in catalogue.records]
        if ids and all(_is_city(i, catalogue) for i in ids):
            if types.get("district", 0) >= 0.5 and len(turn.reading.mentions) == 1:
                named += ids
            continue
        here = [i for i in ids if not city or catalogue.records[i].city in (city, "全国")]
        ids = here or ids
        if len(ids) > 1:
            best = max(types.get(catalogue.records[i].type, 0) for i in ids)
            ids = [i for i in ids if types.get(catalogue.records[i].type, 0) >= best - 0.2]
        if len(ids) > 1 and catalogue.records[ids[0]].type in ("site", "district"):
            unclear = tuple(ids)
        else:
            named += ids[:3]
    return tuple(dict.fromkeys(named)), unclear


def _is_city(record_id: str, catalogue: Catalogue) -> bool:
    record = catalogue.records[record_id]
    return isinstance(record, District) and record.kind == "city"


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
    if turn.intents.get("ask_follow_up", 0) > 0.5 or _POINTING.search(text):
        return True
    return not named and len(text) <= 12


def _says_little(turn: Turn, city: str, catalogue: Catalogue) -> bool:
    """Whether the message says nothing besides another city."""
    return bool(_SWITCHING.match(_without_cities(turn.reading.text, catalogue).strip("?? 。,,!")))


def _without_cities(text: str, catalogue: Catalogue) -> str:
    for names in catalogue.vocabulary.places.cities.values():
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(fold(name), "")
    return text


def _same_type(ids: Sequence[str], catalogue: Catalogue) -> bool:
    kinds = {catalogue.records[i].type for i in ids}
    return len(kinds) == 1 and kinds <= {"site", "district", "incentive"}
