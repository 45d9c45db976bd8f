"""Carries out a plan: searches, then answers, lists, compares, asks back or declines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from actions import answering, comparing, declining, listing
from actions.conversation import Conversation
from actions.planning import Plan, districts_of, plan
from actions.reply import Reply
from actions.understanding import Turn
from actions.welcoming import greeting
from knowledge.model import Incentive
from knowledge.search import Evidence, Hit, Query, Searcher
from knowledge.standing import standing_of
from knowledge.text import has_words

ANSWERED = 0.62
"""Score from which the best record may answer; below, the question is declined."""
_CITY_MATTERS = 0.35
"""By how much a record of another city than the conversation's must be better to be told."""
_APPLIES_THERE = 0.1
"""By how much the record in focus must fit better than any of the other city for the question to be about it."""
_SAME_TOPIC = 0.82
"""Meaning from which a record of the other city is about the same thing."""
_BESIDES, _CROWD, _CROWDED = 0.15, 3, 0.06
_CLEAR = 0.95
_KNOWN_MISSING = 0.9
_PAST = 0.1
_LEAST_FIT = 0.3
"""Fit by words and meaning below which a record that was not named does not answer, whatever its score."""
_LATIN_DOUBT = 0.5
_STRANGE = 3.2
"""Weight of the nearest outside example beside the classifier's probability."""
_MARGIN, _NAMED_MARGIN, _IN_CONTEXT = 0.06, 0.15, 0.5
"""How strange a message must be to be declined: at all, where it names a record, in the middle of a subject."""
_FITTER, _FITTING = 0.12, 0.75
_CLOSE = 0.07
_MORE = 6

Outcome = tuple[Reply, Conversation]


def answer_turn(turn: Turn, talk: Conversation, searcher: Searcher) -> Outcome:
    """Reply to a knowledge question as of today."""
    return respond(turn, talk, searcher, dt.date.today())


def respond(turn: Turn, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome:
    """Reply to a knowledge question; `today` decides what has expired."""
    if not has_words(turn.text):
        return greeting(), talk
    catalogue = searcher.catalogue
    talk = _of_today(talk, searcher)
    if talk.options and (chosen := _chosen(turn, talk, searcher, today)):
        return chosen
    made = plan(turn, talk, catalogue)
    hits, evidence, made = _search(made, turn, talk, searcher)
    hits = _current_first(hits, made, searcher, today)
    best = hits[0] if hits else Hit("", 0.0, 0.0, 0.0)
    if foreign := _elsewhere(turn, made, best, searcher):
        return declining.elsewhere(foreign), talk
    known_missing = best.gap and best.score >= _KNOWN_MISSING
    if not known_missing and (declined := _not_ours(turn, made, evidence)):
        return declined, talk
    if made.wanted == "clarify" and not _clear_anyway(best, searcher):
        options = catalogue.existing(made.options)
        return declining.which_one(options), talk.changed(options=made.options, question=made.question)
    after = talk.changed(
        city=made.query.city or talk.city, question=made.question, facets=made.query.facets,
        wanted=made.query.wanted or talk.wanted, listing=(), shown=0, untold=(), options=(), listed=False,
    )  # fmt: skip
    if made.wanted == "compare":
        return _compared(made, after, searcher, evidence, today)
    if best.gap and best.score >= ANSWERED:
        return declining.missing(catalogue.gaps[best.id], searcher), after.changed(focus=made.query.named or talk.focus)
    if _crowded(hits, made, searcher):
        made = msgspec.structs.replace(
            made, wanted="list", query=msgspec.structs.replace(made.query, types={"incentive": 1.0})
        )
    if made.wanted == "list" and not _beside_the_list(hits, made, searcher):
        listed = listing.list_for(made, searcher, today)
        if listed.records:
            ids = tuple(r.id for r in listed.records)
            reply = listing.page_of(listed, searcher, 0, match=made.project)
            sites = listed.records[0].type == "site"
            return reply, after.changed(listing=ids, shown=min(listing.PAGE, len(ids)), focus=(), listed=sites)
    told = best.id in (*made.query.named, *made.query.focus)
    if best.score < ANSWERED or (best.fit < _LEAST_FIT and not told):
        short = len(turn.reading.text) <= 4
        return (declining.which_topic() if short else declining.nothing_found()), talk
    return _answered(made, hits, after, searcher, evidence, today)


def show_more(talk: Conversation, searcher: Searcher) -> Outcome:
    """The next page of a list, or what an answer left out."""
    catalogue, talk = searcher.catalogue, _of_today(talk, searcher)
    if talk.listing[talk.shown :] and talk.shown:
        records = tuple(catalogue.existing(talk.listing))
        listed = listing.Listed(records, {r.id: r.summary for r in records}, "")
        reply = listing.page_of(listed, searcher, talk.shown)
        return reply, talk.changed(shown=talk.shown + listing.PAGE)
    if talk.untold and (records := tuple(catalogue.existing(talk.focus[:1]))):
        all_statements = catalogue.statements[records[0].id]
        now = [all_statements[i] for i in talk.untold[:_MORE] if i < len(all_statements)]
        left = talk.untold[_MORE:]
        return answering.more_of(records[0], now, len(left)), talk.changed(untold=left)
    return declining.nothing_more(), talk


def _of_today(talk: Conversation, searcher: Searcher) -> Conversation:
    """The conversation without records that are gone since its last turn."""
    held, named = searcher.catalogue.records, searcher.catalogue.lexicon.types_of
    return talk.changed(
        focus=tuple(i for i in talk.focus if i in named),
        listing=tuple(i for i in talk.listing if i in held),
        shown=sum(i in held for i in talk.listing[: talk.shown]),
        untold=talk.untold if talk.focus and talk.focus[0] in held else (),
        options=tuple(i for i in talk.options if i in held),
    )


def _search(made: Plan, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[list[Hit], Evidence, Plan]:
    """Search in the conversation's city; leave it when another place answers much better."""
    query = made.query
    if query.focus and not query.named and made.follow_up and query.wanted == "contact":
        around = [*query.focus[:1], *districts_of(query.focus[0], searcher.catalogue)]
        topic = " ".join(searcher.catalogue.names.get(i, "") for i in around)
        query = msgspec.structs.replace(query, text=f"{query.text} {topic}")
    hits, evidence = searcher.search(query)
    if made.elsewhere and query.city and (talk_focus := set(talk.focus)):
        wider, _ = searcher.search(msgspec.structs.replace(query, city=""))
        poor = not hits or (hits[0].meaning < _SAME_TOPIC and wider and wider[0].score > hits[0].score + _APPLIES_THERE)
        if wider and wider[0].id in talk_focus and poor:
            return wider, evidence, made
    if query.city and not turn.reading.cities and not query.focus:
        anywhere = msgspec.structs.replace(query, city="")
        wider, _ = searcher.search(anywhere)
        if wider and (not hits or wider[0].score > hits[0].score + _CITY_MATTERS):
            return wider, evidence, msgspec.structs.replace(made, query=anywhere)
    return hits, evidence, made


def _current_first(hits: list[Hit], made: Plan, searcher: Searcher, today: dt.date) -> list[Hit]:
    """Expired incentives step back a little, so that among equals what still holds is told."""

    def standing(hit: Hit) -> float:
        record = searcher.catalogue.records.get(hit.id)
        past = isinstance(record, Incentive) and standing_of(record, today) != "current"
        return hit.score - (_PAST if past and hit.id not in (*made.query.named, *made.query.focus) else 0.0)

    return sorted(hits, key=lambda h: -standing(h))


def _clear_anyway(best: Hit, searcher: Searcher) -> bool:
    """Whether something other than the places an unclear name can mean answers well enough not to ask back."""
    return best.score > _CLEAR and searcher.catalogue.lexicon.types_of[best.id] not in ("site", "district")


def _elsewhere(turn: Turn, made: Plan, best: Hit, searcher: Searcher) -> list[str]:
    """Places asked about of which nothing is held; empty when the best record itself speaks of the place."""
    foreign = [place.name for place in turn.reading.elsewhere if not place.origin]
    of = searcher.catalogue.lexicon.types_of
    ours = [
        m for m in turn.reading.mentions
        if len(m.ids) == 1 and of.get(m.ids[0]) in ("site", "district", "contact", "event", "transport")
        and not any(turn.reading.text[: m.start].endswith(name) for name in foreign)
    ]  # fmt: skip
    if not foreign or turn.reading.cities or ours:
        return []
    spoken = " ".join(s.text for s in searcher.catalogue.statements.get(best.id, ()))
    if best.score >= ANSWERED and any(name in spoken for name in foreign) and (made.query.focus or best.words > 0.5):
        return []
    return foreign


def _not_ours(turn: Turn, made: Plan, evidence: Evidence) -> Reply | None:
    """A refusal where the message is about something else, or asks for what must not be helped with.

    Two witnesses, added up: the classifier, and whether the nearest example from outside lies nearer than
    anything held (ADR 0004 has what each is worth).
    """
    improper = turn.intents.get("make_improper_request", 0.0)
    outside = turn.intents.get("out_of_scope", 0.0) + improper
    # The embedding compares Latin text with Chinese passages poorly, so there the classifier speaks alone.
    strange = outside - _LATIN_DOUBT if _mostly_latin(turn.text) else outside + _STRANGE * evidence.strange
    if made.follow_up and made.query.focus and (strange < _IN_CONTEXT or made.query.facets):
        return None
    sure = any(m.how == "exact" for m in turn.reading.mentions) and bool(made.query.named)
    if strange <= (_NAMED_MARGIN if sure else _MARGIN) or turn.reading.ordinal:
        return None
    bad = improper + (0.5 if evidence.strange_kind == "make_improper_request" else 0.0)
    return declining.improper() if bad > outside - improper else declining.out_of_scope()


def _mostly_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isascii() for c in letters) > 0.6 * len(letters)


def _beside_the_list(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether one record of another type fits words and meaning so much better that the list was not wanted."""
    if made.query.wanted not in ("", "site") or made.query.named or (made.query.industries and not made.project):
        return False
    of = searcher.catalogue.lexicon.types_of
    sites = max((h.meaning + h.words for h in hits if of.get(h.id) == "site"), default=0.0) / 2
    others = (
        max((h.meaning + h.words for h in hits if of.get(h.id) not in ("site", "district", "gap")), default=0.0) / 2
    )
    return others > 0.7 and others > sites + _BESIDES


def _crowded(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether several incentives fit about equally, so that a list is more honest than one of them."""
    if not hits or made.query.wanted != "incentive" or made.elsewhere:
        return False
    if hits[0].id in (*made.query.named, *made.query.focus):
        return False
    of = searcher.catalogue.lexicon.types_of
    near = [h for h in hits if of.get(h.id) == "incentive" and hits[0].score - h.score < _CROWDED]
    return hits[0].meaning < _SAME_TOPIC and len(near) >= _CROWD


def _compared(made: Plan, after: Conversation, searcher: Searcher, evidence: Evidence, today: dt.date) -> Outcome:
    records = searcher.catalogue.existing(made.query.named)
    ids = tuple(r.id for r in records)
    reply = comparing.compare(searcher, records, made.query, evidence, today)
    return reply, after.changed(focus=ids, listing=ids)


def _answered(
    made: Plan, hits: Sequence[Hit], after: Conversation, searcher: Searcher, evidence: Evidence, today: dt.date
) -> Outcome:
    catalogue = searcher.catalogue
    records = catalogue.existing(_answering(hits, made))
    main = records[0]
    lead = f"（按“{main.name}”理解。）" if made.misspelt and main.id in made.query.named else ""
    if made.elsewhere and main.city not in (made.elsewhere, "全国"):
        lead = (
            f"下面这条记录属于{main.city}，不能据此认为适用于{made.elsewhere}；{made.elsewhere}的同类规定本库没有查到。"
        )
    given = answering.answer(searcher, records, made.query, evidence, today, lead)
    places = {s: i for i, s in enumerate(catalogue.statements[main.id])}
    untold = tuple(places[s] for s in given.order[given.shown :] if s in places)
    city = main.city if main.city != "全国" else after.city
    return given.reply, after.changed(focus=tuple(r.id for r in records), untold=untold, city=city)


def _answering(hits: Sequence[Hit], made: Plan) -> list[str]:
    """The record that answers, and a second one where the two can hardly be told apart.

    That is so where their scores are close, or where structure speaks for the one (its name was said) and words
    and meaning clearly speak for the other.
    """
    best, *others = [h for h in hits[:5] if not h.gap]
    fitter = [h for h in others if h.fit > best.fit + _FITTER and h.fit > _FITTING]
    if fitter:
        return [best.id, max(fitter, key=lambda h: h.fit).id]
    if best.id in (*made.query.named, *made.query.focus):
        return [best.id]
    close = [h.id for h in others[:2] if best.score - h.score < _CLOSE and h.meaning >= 0.5]
    return [best.id, *close[:1]]


def _chosen(turn: Turn, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    """Answer the earlier question once the investor has said which of the options was meant."""
    options = searcher.catalogue.existing(talk.options)
    text, cities = turn.reading.text, turn.reading.cities
    number = turn.reading.ordinal or (int(text) if text in ("1", "2", "3") else 0)
    picked = [options[number - 1]] if 0 < number <= len(options) else []
    picked = picked or [o for o in options if any(m.ids == (o.id,) for m in turn.reading.mentions)]
    picked = picked or ([o for o in options if o.city in cities] if len(cities) == 1 and len(text) <= 8 else [])
    if len(picked) != 1 or len(text) > 24 or (turn.reading.facets and len(text) > 12):
        return None
    main = picked[0]
    earlier = searcher.catalogue.lexicon.read(talk.question)
    query = Query(text=earlier.text, city=main.city, named=(main.id,), facets=earlier.facets)
    _, evidence = searcher.search(query)
    made = Plan(wanted="answer", query=query, question=talk.question)
    return _answered(made, [Hit(main.id, 1.0, 1.0, 1.0)], talk.changed(options=()), searcher, evidence, today)
