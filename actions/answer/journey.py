"""Carries out a plan: searches, then answers, lists, compares, asks back or declines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from actions.answer import comparison, listing, refusals, tell, verdict
from actions.answer.planning import Plan, districts_of, plan
from actions.investor.smalltalk import greeting
from actions.match import sites
from actions.turn import cues
from actions.turn.case import Case, Outcome
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Reply
from knowledge.search import Evidence, Hit, Query, Searcher
from knowledge.slots.ordinals import only_a_place
from knowledge.slots.years import dated
from knowledge.text import has_words

_MORE = 6
"""Statements of an answer shown for each 更多."""


def take(case: Case) -> Outcome:
    """Reply to a knowledge question; nothing is left to others."""
    message, talk, searcher, today = case.message, case.talk, case.searcher, case.today
    catalogue = searcher.catalogue
    talk = _of_today(talk, searcher)
    if unasked := _nothing_asked(message, talk):
        return unasked, talk
    if talk.options and (chosen := _chosen(message, talk, searcher, today)):
        return chosen
    if talk.listed and (sorted_ := listing.shown_by_area(message.reading.text, talk.listing, searcher)):
        ids = tuple(r.id for r in sorted_.records)
        return listing.page_of(sorted_, searcher, 0), talk.changed(listing=ids, shown=min(listing.PAGE, len(ids)))
    made = plan(message, talk, catalogue)
    made = msgspec.structs.replace(made, query=msgspec.structs.replace(made.query, text=dated(made.query.text, today)))
    hits, evidence = _search(made, searcher)
    best = hits[0] if hits else Hit("", 0.0, 0.0, 0.0)
    if not verdict.surely(best, evidence):
        if foreign := verdict.elsewhere(message, made, best, searcher):
            return refusals.elsewhere(foreign), talk
        if unknown := verdict.unknown_sites(message, made, searcher):
            return refusals.unknown_sites(unknown), talk
    if declined := verdict.not_ours(message, made, evidence):
        return declined, talk
    if made.wanted == "clarify" and not verdict.clear_anyway(best, searcher):
        options = catalogue.existing(made.options)
        return refusals.which_one(options), talk.changed(options=made.options, question=made.question)
    after = talk.changed(
        city=made.query.city or talk.city, question=made.question, facets=made.query.facets,
        wanted=made.query.wanted or talk.wanted, listing=_kept(made, talk), shown=0, untold=(), options=(), listed=False,
    )  # fmt: skip
    if made.wanted == "compare":
        return _compared(made, after, searcher, evidence, today)
    if verdict.known_missing(best, made, searcher):
        return refusals.missing(catalogue.gaps[best.id], searcher), after.changed(focus=made.query.named or talk.focus)
    if verdict.crowded(hits, made, searcher):
        made = msgspec.structs.replace(
            made, wanted="list", query=msgspec.structs.replace(made.query, types={"incentive": 1.0})
        )
    if (
        made.project
        and cues.FITTING.search(message.reading.text)
        and (held := sites.assessed(made, after, searcher, today))
    ):
        return held
    if made.wanted == "list" and not verdict.beside_the_list(hits, made, searcher):
        if made.project and (chosen := sites.matched(made, after, searcher, today)):
            return chosen
        listed = listing.list_for(made, searcher, today)
        if listed.records:
            ids = tuple(r.id for r in listed.records)
            reply = listing.page_of(listed, searcher, 0, match=made.project)
            of_sites = listed.records[0].type == "site"
            return reply, after.changed(listing=ids, shown=min(listing.PAGE, len(ids)), focus=(), listed=of_sites)
    if not verdict.answers(evidence) and not (made.query.named or made.query.focus):
        short = len(message.reading.text) <= verdict.SHORT
        return (refusals.which_topic() if short else refusals.nothing_found()), talk
    return _answered(made, hits, after, searcher, evidence, today)


def _nothing_asked(message: Message, talk: Conversation) -> Reply | None:
    """The reply to a message that cannot be a question: no words, no referent, a place behind the end of the list."""
    if not has_words(message.text):
        return greeting()
    if _points_at_nothing(message, talk):
        alone = only_a_place(message.reading.text)
        return refusals.which_topic() if alone else refusals.which_referent()
    beyond = bool(talk.listing) and abs(message.reading.ordinal) > len(talk.listing) and not talk.options
    return refusals.no_such_place(len(talk.listing)) if beyond and only_a_place(message.reading.text) else None


def _points_at_nothing(message: Message, talk: Conversation) -> bool:
    """Whether a message is about what was talked about before, and nothing was."""
    if talk.focus or talk.listing or talk.question or talk.options:
        return False
    reading = message.reading
    own = reading.mentions or reading.cities or reading.industries or reading.elsewhere
    return not own and (bool(cues.POINTS_FIRST.search(reading.text)) or only_a_place(reading.text))


def show_more(case: Case) -> Outcome:
    """The next page of a list, or what an answer left out."""
    searcher, catalogue, talk = case.searcher, case.searcher.catalogue, _of_today(case.talk, case.searcher)
    if talk.listing[talk.shown :] and talk.shown:
        records = tuple(catalogue.existing(talk.listing))
        listed = listing.listed_again(records, case.today)
        reply = listing.page_of(listed, searcher, talk.shown)
        return reply, talk.changed(shown=talk.shown + listing.PAGE)
    if talk.untold and (records := tuple(catalogue.existing(talk.focus[:1]))):
        all_statements = catalogue.statements[records[0].id]
        now = [all_statements[i] for i in talk.untold[:_MORE] if i < len(all_statements)]
        left = talk.untold[_MORE:]
        return tell.more_of(records[0], now, len(left)), talk.changed(untold=left)
    return refusals.nothing_more(), talk


def _kept(made: Plan, talk: Conversation) -> tuple[str, ...]:
    """The last list, as long as the conversation goes through its entries."""
    return talk.listing if set(made.query.named or made.query.focus) & set(talk.listing) else ()


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


def _search(made: Plan, searcher: Searcher) -> tuple[list[Hit], Evidence]:
    """Search; who asks for an office while something is talked about is shown those around it."""
    query = made.query
    hits, evidence = searcher.search(query)
    if query.focus and not query.named and made.follow_up and query.wanted == "contact":
        hits = _around(query, hits, searcher)
    return hits, evidence


def _around(query: Query, hits: Sequence[Hit], searcher: Searcher) -> list[Hit]:
    """The offices of what is talked about and of its districts, found by their names.

    These names say nothing of a place or an office that is itself talked about, so it keeps the score it has without
    them; an incentive or a procedure tells itself who is in charge.
    """
    focus, catalogue = query.focus, searcher.catalogue
    if catalogue.lexicon.types_of[focus[0]] == "contact" and query.carry < 1.0:  # another office than this
        return searcher.search(msgspec.structs.replace(query, focus=()))[0]
    topic = " ".join(catalogue.names.get(i, "") for i in (*focus[:1], *districts_of(focus[0], catalogue)))
    around, _ = searcher.search(msgspec.structs.replace(query, text=f"{query.text} {topic}"))
    if catalogue.lexicon.types_of[focus[0]] in ("incentive", "procedure"):
        return around
    kept = [h for h in hits if h.id in focus]
    return sorted([*kept, *(h for h in around if h.id not in focus)], key=lambda h: -h.probability)


def _compared(made: Plan, after: Conversation, searcher: Searcher, evidence: Evidence, today: dt.date) -> Outcome:
    records = searcher.catalogue.existing(made.query.named)
    ids = tuple(r.id for r in records)
    reply = comparison.compare(searcher, records, made.query, evidence, today)
    return reply, after.changed(focus=ids, listing=ids)


def _answered(
    made: Plan, hits: Sequence[Hit], after: Conversation, searcher: Searcher, evidence: Evidence, today: dt.date
) -> Outcome:
    catalogue = searcher.catalogue
    records = catalogue.existing(verdict.answering_records(hits))
    main = records[0]
    lead = f"（按“{main.name}”理解。）" if made.misspelt and main.id in made.query.named else ""
    if made.elsewhere and main.city not in (made.elsewhere, "全国"):
        lead = (
            f"下面这条记录属于{main.city}，不能据此认为适用于{made.elsewhere}；{made.elsewhere}的同类规定本库没有查到。"
        )
    given = tell.answer(searcher, records, made.query, evidence, today, lead)
    places = {s: i for i, s in enumerate(catalogue.statements[main.id])}
    untold = tuple(places[s] for s in given.order[given.shown :] if s in places)
    city = main.city if main.city != "全国" else after.city
    new_subject = bool(after.focus) and main.id not in after.focus
    return given.reply, after.changed(
        focus=tuple(r.id for r in records), untold=untold, city=city,
        before=after.focus[:1] if new_subject else after.before,
        question=made.query.text if new_subject else after.question,
    )  # fmt: skip


def _chosen(message: Message, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    """Answer the earlier question once the investor has said which of the options was meant."""
    options = searcher.catalogue.existing(talk.options)
    text, cities = message.reading.text, message.reading.cities
    number = message.reading.ordinal
    picked = [options[number if number < 0 else number - 1]] if 0 < abs(number) <= len(options) else []
    picked = picked or [o for o in options if any(m.ids == (o.id,) for m in message.reading.mentions)]
    picked = picked or ([o for o in options if o.city in cities] if len(cities) == 1 and len(text) <= 8 else [])
    if len(picked) != 1 or len(text) > 24 or (message.reading.facets and len(text) > 12):
        return None
    main = picked[0]
    earlier = searcher.catalogue.lexicon.read(talk.question)
    query = Query(text=earlier.text, city=main.city, named=(main.id,), facets=earlier.facets)
    _, evidence = searcher.search(query)
    made = Plan(wanted="answer", query=query, question=talk.question)
    return _answered(
        made, [Hit(main.id, 1.0, 1.0, 1.0)], talk.changed(options=(), facets=query.facets), searcher, evidence, today
    )
