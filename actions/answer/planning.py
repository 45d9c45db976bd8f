"""Decides what kind of reply a resolved question asks for: one record, a list, a comparison, or an ask-back."""

from __future__ import annotations

from typing import Literal

import msgspec

from actions.answer.refer import Resolved, resolve
from actions.turn import cues
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from knowledge.catalogue import Catalogue
from knowledge.lexicon import Reading
from knowledge.model import District, Site
from knowledge.search import Query
from knowledge.slots import area, money

Wanted = Literal["answer", "list", "compare", "clarify"]
_MOST_COMPARED, _MOST_OPTIONS = 6, 3
_SURELY_COMPARES = 0.9
"""Confidence from which the intent alone makes a comparison, where the wording does not ask for one."""
_OF_ALL_INCENTIVES = {"amount", "industries", "tenants", "land", "projects"}
"""Facets that a wish for all incentives may seem to have; any other makes it a question about one."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, and the query to do it with."""

    wanted: Wanted
    query: Query
    question: str
    """The question to remember for follow-ups."""
    follow_up: bool = False
    options: tuple[str, ...] = ()
    """Record ids to choose from, when asking back."""
    misspelt: str = ""
    """The name taken for a misspelt one."""
    project: bool = False
    """Whether the investor describes a project of their own."""
    elsewhere: str = ""
    """The city a follow-up asks about, where the record in focus belongs to another."""


def plan(message: Message, talk: Conversation, catalogue: Catalogue) -> Plan:
    """Plan the reply to a knowledge question."""
    resolved = resolve(message, talk, catalogue)
    text = message.reading.text
    of_sites = resolved.query.wanted in ("", "site")
    made = Plan(
        wanted="answer", query=resolved.query, question=resolved.question, follow_up=resolved.follow_up,
        misspelt=resolved.misspelt, elsewhere=resolved.elsewhere,
        project=of_sites and _describes_project(text),
    )  # fmt: skip
    if resolved.unclear:
        return _unclear(made, resolved, text)
    return _compared(made, message, talk, catalogue) or _listed(made, message, talk, catalogue) or made


def _describes_project(text: str) -> bool:
    """Whether a message looks for a place for a project, or says how much is invested or how much land is needed."""
    sized = bool(area.find(text)) or ("投" in text and bool(money.find(text)))
    return sized or bool(cues.PROJECT.search(text) or cues.OWN_PROJECT.search(text))


def districts_of(record_id: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the districts a site lies in; empty for anything else."""
    record = catalogue.records.get(record_id)
    return tuple(record.districts) if isinstance(record, Site) else ()


def _unclear(made: Plan, resolved: Resolved, text: str) -> Plan:
    """All that an unclear name can mean, side by side where several were wanted, else to choose from."""
    if made.project and cues.LISTING.search(text) and resolved.query.wanted in ("", "site"):
        return msgspec.structs.replace(made, wanted="list")
    if cues.LISTING.search(text) or cues.COMPARING.search(text):
        return _side_by_side(made, resolved.unclear)
    return msgspec.structs.replace(made, wanted="clarify", options=resolved.unclear[:_MOST_OPTIONS])


def _side_by_side(made: Plan, ids: tuple[str, ...]) -> Plan:
    query = msgspec.structs.replace(made.query, named=ids[:_MOST_COMPARED])
    return msgspec.structs.replace(made, wanted="compare", query=query)


def _compared(made: Plan, message: Message, talk: Conversation, catalogue: Catalogue) -> Plan | None:
    """A comparison, where the wording asks for one and at least two records are at hand."""
    query = made.query
    if query.wanted == "incentive" and all(catalogue.lexicon.types_of[i] != "incentive" for i in query.named):
        return None  # the places named are only where the incentive is wanted
    if cues.COMPARING.search(message.reading.text) or message.intents.get("compare_records", 0) > _SURELY_COMPARES:
        both = tuple(dict.fromkeys((*query.named, *(talk.focus[:2] if len(query.named) < 2 else ()))))
        both = talk.listing[:2] if not query.named and len(both) < 2 and talk.listing else both
        both = tuple(dict.fromkeys((*both, *talk.before))) if len(both) == 1 else both
        if len(both) >= 2:
            facets = query.facets or (() if query.industries else talk.facets)
            return _side_by_side(
                msgspec.structs.replace(made, query=msgspec.structs.replace(query, facets=facets)), both
            )
    if len(query.named) >= 2 and _joined(message.reading, catalogue) and query.wanted != "incentive":
        return _side_by_side(made, query.named)
    return None


def _listed(made: Plan, message: Message, talk: Conversation, catalogue: Catalogue) -> Plan | None:
    """A list of sites or incentives, where the wording asks for one."""
    query, text = made.query, message.reading.text
    if talk.listed and not query.named and cues.NARROWING.search(text):
        again = msgspec.structs.replace(
            query, text=f"{talk.question},{text}", focus=(), facets=(), types={"site": 1.0},
            industries=query.industries or catalogue.lexicon.read(talk.question).industries,
        )  # fmt: skip
        return msgspec.structs.replace(made, wanted="list", query=again, question=again.text, project=True)
    if query.wanted == "incentive" and cues.WHOLE_LIST.search(text) and not _narrow(made):
        if not query.focus:
            return msgspec.structs.replace(made, wanted="list")
        if catalogue.lexicon.types_of[query.focus[0]] in ("site", "district"):  # those of the place talked about
            there = msgspec.structs.replace(query, named=query.focus[:1], focus=())
            return msgspec.structs.replace(made, wanted="list", query=there)
    wished = bool(cues.LISTING.search(text)) or message.intents.get("find_site", 0) > 0.5 or made.project
    specific = [i for i in query.named if catalogue.lexicon.types_of[i] not in ("district", "industry")]
    if not wished or cues.WHERE.search(text) or specific or message.reading.ordinal:
        return None
    if query.focus:
        nearby = districts_of(query.focus[0], catalogue) if cues.SAME_DISTRICT.search(text) else ()
        query = msgspec.structs.replace(query, named=nearby, focus=(), industries=())
        return msgspec.structs.replace(made, wanted="list", query=query) if nearby else None
    of_sites = query.wanted in ("", "site") and (query.types.get("site", 0) >= 0.45 or made.project)
    if of_sites and not _asks_of_district(made, message, catalogue):
        return msgspec.structs.replace(made, wanted="list")
    return None


def _asks_of_district(made: Plan, message: Message, catalogue: Catalogue) -> bool:
    """Whether a district itself is asked about (its industries, companies…), not the sites in it."""
    districts = [i for i in made.query.named if isinstance(catalogue.records.get(i), District)]
    said = "site" in message.reading.types and "subparks" not in message.reading.facets
    return bool(districts) and not said and message.intents.get("find_site", 0) < 0.5


def _narrow(made: Plan) -> bool:
    """Whether an incentive question has a point of its own, so that one record should answer it."""
    return bool(set(made.query.facets) - _OF_ALL_INCENTIVES) or len(made.question) > 40


def _joined(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether two names of one type stand joined: A和B, A、B."""
    of = catalogue.lexicon.types_of
    return any(
        cues.JOINED.match(reading.text[a.end : b.start]) and of.get(a.ids[0]) == of.get(b.ids[0])
        for a, b in zip(reading.mentions, reading.mentions[1:], strict=False)
    )
