"""Judges what a search found: whether it answers, whether the message is ours to answer, which records to tell.

Probabilities come from the learned ranking of `knowledge.search`; what is decided on them is all here.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.answer import refusals
from actions.answer.planning import Plan
from actions.turn import cues
from actions.turn.message import Message
from actions.turn.reply import Reply
from knowledge.search import Evidence, Hit, Searcher
from knowledge.slots import money
from knowledge.text import fold

DECLINED = 0.35
"""Probability that nothing held is asked for from which the question is declined: to answer what is none of ours is
held to be about twice as bad as to decline what is."""
_MISSING = 0.7
"""Probability from which a gap is what was asked for, so that the refusal can name it."""
_SURELY_OUTSIDE = 0.6
"""Probability of the classifier from which a wish for a list, a word alone or what follows on is none of ours."""
_SURE, _HARDLY = 0.6, 0.1
"""Probabilities of the best record and of nothing from which a record is surely what was asked for."""
_OF_MANY = frozenset(("subparks", "industries", "tenants", "land", "building", "level", "investment"))
"""Facets that a wish for a list of sites may seem to have; any other asks something of one thing."""
SHORT = 4
"""Characters up to which a message says little."""
_SURELY = 0.8
"""Probability from which a record answers although a name beside it is unclear."""
_ALIKE, _CROWD, _UNSURE = 0.5, 3, 0.4
"""A record this likely beside the likeliest is about as good; so many of them, none likelier than that, are a list."""
_SECOND, _OTHERS = 0.3, 2
"""How likely, beside the first, another record must be to be told with it, and how many are."""
_BESIDE_SITES = 3.0
"""How much likelier one record must be than any site for a list not to be meant."""
_CERTAINLY_IMPROPER, _PROBABLY_IMPROPER = 0.8, 0.4
"""Probabilities of the classifier from which a message is told that its wish is improper: whatever else it may be, and
where it is declined anyway; nobody is accused on a guess."""


def answers(evidence: Evidence) -> bool:
    """Whether something that is held was asked for."""
    return evidence.nothing < DECLINED


def surely(best: Hit, evidence: Evidence) -> bool:
    """Whether the ranking has hardly a doubt, so that a strange name or a place beside it is no reason to decline."""
    return not best.gap and best.probability > _SURE and evidence.nothing < _HARDLY


def clear_anyway(best: Hit, searcher: Searcher) -> bool:
    """Whether something other than the places an unclear name can mean answers well enough not to ask back."""
    return best.probability > _SURELY and searcher.catalogue.lexicon.types_of[best.id] not in ("site", "district")


def elsewhere(message: Message, made: Plan, best: Hit, searcher: Searcher) -> list[str]:
    """Places asked about of which nothing is held; empty when the best record itself speaks of the place."""
    foreign = [place.name for place in message.reading.elsewhere if not place.origin]
    of = searcher.catalogue.lexicon.types_of
    ours = [
        m for m in message.reading.mentions
        if len(m.ids) == 1 and of.get(m.ids[0]) in ("site", "district", "contact", "event", "transport")
        and not any(message.reading.text[: m.start].endswith(name) for name in foreign)
    ]  # fmt: skip
    if not foreign or message.reading.cities or ours:
        return []
    spoken = " ".join(s.text for s in searcher.catalogue.statements.get(best.id, ()))
    if any(name in spoken for name in foreign) and (made.query.focus or best.words > 0.5):
        return []
    return foreign


def unknown_sites(message: Message, made: Plan, searcher: Searcher) -> list[str]:
    """Names like those of sites that are none of ours, where nothing else is named that the question is about."""
    if made.query.named or message.reading.elsewhere:
        return []
    text = message.reading.text
    for amount in reversed(money.find(text) if made.project else []):  # 投资5亿建…基地 names no 亿建…基地
        text = f"{text[: amount.start]} {text[amount.end :]}"
    text = cues.TO_BUILD.sub(",", text) if made.project else text
    return searcher.strangers.names_in(text, message.reading.mentions if text == message.reading.text else ())


def not_ours(message: Message, made: Plan, evidence: Evidence) -> Reply | None:
    """A refusal where the message is about something else, or asks for what must not be helped with."""
    if cues.PRIVATE.search(message.reading.text):
        return refusals.improper()
    improper = message.intents.get("make_improper_request", 0.0)
    if improper > _CERTAINLY_IMPROPER:
        return refusals.improper()
    vague = made.wanted != "answer" or len(message.reading.text) <= SHORT or bool(made.query.focus)
    if made.query.picked or answers(evidence) or (vague and made.query.outside < _SURELY_OUTSIDE):
        return None
    likely = improper > max(_PROBABLY_IMPROPER, made.query.outside - improper)
    return refusals.improper() if likely else refusals.out_of_scope()


def known_missing(best: Hit, made: Plan, searcher: Searcher) -> bool:
    """Whether what was asked for is known not to be held; where a list was wanted, only if a word of the gap was said."""
    if made.wanted == "answer":
        return best.gap and best.probability > _MISSING
    return best.gap and any(fold(cue) in made.query.text for cue in searcher.catalogue.gaps[best.id].cues)


def beside_the_list(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether one site is surely meant, or one record of another type so much likelier that no list was wanted."""
    of = searcher.catalogue.lexicon.types_of
    if hits and hits[0].probability > _SURE and not (hits[0].gap or made.project):
        asks = made.query.wanted in ("", "site") and set(made.query.facets) - _OF_MANY
        if of.get(hits[0].id) == "site" or asks:
            return True
    if made.query.wanted not in ("", "site") or made.query.named or (made.query.industries and not made.project):
        return False
    sites = max((h.probability for h in hits if of.get(h.id) == "site"), default=0.0)
    other = max((h.probability for h in hits if of.get(h.id) not in ("site", "district", "gap")), default=0.0)
    return other > _BESIDE_SITES * sites


def crowded(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether several incentives are about equally likely, so that a list is more honest than one of them."""
    if not hits or made.query.wanted != "incentive" or made.elsewhere or hits[0].probability > _UNSURE:
        return False
    of = searcher.catalogue.lexicon.types_of
    near = [h for h in hits if of.get(h.id) == "incentive" and h.probability > _ALIKE * hits[0].probability]
    return hits[0].id not in (*made.query.named, *made.query.focus) and len(near) >= _CROWD


def answering_records(hits: Sequence[Hit]) -> list[str]:
    """The record that answers, and others that may be meant as well."""
    best, *others = [h for h in hits if not h.gap]
    return [best.id, *(h.id for h in others[:_OTHERS] if h.probability > _SECOND * best.probability)]
