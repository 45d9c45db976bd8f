"""The main journey: a question about sites, incentives, places, procedures, contacts or events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rasa_sdk import Action

from actions import answering, comparing, declining, listing, smalltalk
from actions.conversation import Conversation
from actions.planning import Plan, plan
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from knowledge.search import Evidence, Hit, Searcher
from knowledge.text import has_words

ANSWERED = 0.62
"""Score from which the best record may answer; below, the question is declined."""
_OTHER_CITY_BETTER = 0.35
_CLOSE = 0.07
_MORE = 6


class ActionAnswerQuestion(Replies, Action):
    """Answers from the records, lists, compares, asks back or declines."""

    def name(self) -> str:
        return "action_answer_question"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return respond(turn, talk, searcher, dt.date.today())


class ActionShowMore(Replies, Action):
    """Goes on with the last list or answer."""

    def name(self) -> str:
        return "action_show_more"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return show_more(talk, searcher)


def respond(turn: Turn, talk: Conversation, searcher: Searcher, today: dt.date) -> tuple[Reply, Conversation]:
    """Reply to a knowledge question; `today` decides what has expired."""
    if not has_words(turn.text):
        return smalltalk.greeting(), talk
    if talk.options and (chosen := _chosen(turn, talk, searcher)):
        return chosen
    catalogue = searcher.catalogue
    foreign = [place.name for place in turn.reading.elsewhere if not place.origin]
    known = [m for m in turn.reading.mentions if len(m.ids) == 1]
    if foreign and not turn.reading.cities and not known:
        return declining.elsewhere(foreign), talk
    made = plan(turn, talk, catalogue)
    hits, evidence, made = _search(made, turn, searcher)
    best = hits[0] if hits else Hit("", 0.0, 0.0, 0.0)
    if _strange(turn, best, made):
        return declining.out_of_scope(), talk
    if made.wanted == "clarify":
        options = catalogue.existing(made.options)
        return declining.which_one(options), talk.changed(options=made.options, question=made.question)
    after = talk.changed(
        city=made.query.city or talk.city, question=made.question, facets=made.query.facets,
        wanted=made.query.wanted or talk.wanted, listing=(), shown=0, untold=(), options=(),
    )  # fmt: skip
    if best.gap:
        return declining.missing(catalogue.gaps[best.id], searcher), after.changed(focus=talk.focus)
    if made.wanted == "compare":
        records = catalogue.existing(made.query.named)
        focus = tuple(r.id for r in records)
        return comparing.compare(searcher, records, made.query, evidence, today), after.changed(focus=focus, listing=focus)
    if made.wanted == "list":
        listed = listing.list_for(made, searcher, today)
        if listed.records:
            ids = tuple(r.id for r in listed.records)
            reply = listing.page_of(listed, searcher, 0, match=made.project)
            return reply, after.changed(listing=ids, shown=min(listing.PAGE, len(ids)), focus=ids[:1])
    if best.score < ANSWERED:
        short = len(turn.reading.text) <= 4
        return (declining.which_topic() if short else declining.nothing_found()), talk
    records = catalogue.existing(_answering(hits, made))
    lead = f"(按“{catalogue.names[records[0].id]}”理解。)" if made.misspelt else ""
    given = answering.answer(searcher, records, made.query, evidence, today, lead)
    places = {s: i for i, s in enumerate(catalogue.statements[records[0].id])}
    untold = tuple(places[s] for s in given.order[given.shown :] if s in places)
    city = records[0].city if records[0].city != "全国" else after.city
    return given.reply, after.changed(focus=tuple(r.id for r in records), untold=untold, city=city)


def show_more(talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
    """The next page of a list, or what an answer left out."""
    catalogue = searcher.catalogue
    if talk.listing[talk.shown :]:
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


def _search(made: Plan, turn: Turn, searcher: Searcher) -> tuple[list[Hit], Evidence, Plan]:
    """Search in the conversation's city; leave it when another place answers much better."""
    import msgspec

    hits, evidence = searcher.search(made.query)
    if made.query.city and not turn.reading.cities and not made.query.focus:
        anywhere = msgspec.structs.replace(made.query, city="")
        wider, _ = searcher.search(anywhere)
        if wider and (not hits or wider[0].score > hits[0].score + _OTHER_CITY_BETTER):
            return wider, evidence, msgspec.structs.replace(made, query=anywhere)
    return hits, evidence, made


def _strange(turn: Turn, best: Hit, made: Plan) -> bool:
    """Whether the message is about something else altogether, however well some words fit."""
    outside = turn.intents.get("out_of_scope", 0.0)
    if made.follow_up and made.query.focus and outside < 0.8:
        return False
    return outside > 0.5 and best.score < 1.0 + outside


def _answering(hits: Sequence[Hit], made: Plan) -> list[str]:
    """The record that answers, and a second one where the two can hardly be told apart."""
    best = hits[0]
    close = [
        h.id for h in hits[1:3] if not h.gap and best.score - h.score < _CLOSE and h.meaning >= 0.5 and not made.query.named
    ]
    return [best.id, *close[:1]]


def _chosen(turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation] | None:
    """Answer the earlier question once the investor has said which of the options was meant."""
    options = searcher.catalogue.existing(talk.options)
    text = turn.reading.text
    number = turn.reading.ordinal or (int(text) if text in ("1", "2", "3") else 0)
    picked = [options[number - 1]] if 0 < number <= len(options) else []
    cities = turn.reading.cities
    picked = picked or [o for o in options if any(o.id in m.ids for m in turn.reading.mentions if len(m.ids) == 1)]
    picked = picked or ([o for o in options if o.city in cities] if len(cities) == 1 and len(text) <= 8 else [])
    if len(picked) != 1 or len(text) > 24 or (turn.reading.facets and len(text) > 12):
        return None
    earlier = searcher.catalogue.lexicon.read(talk.question)
    query_turn = Turn(talk.question, earlier, {})
    made = plan(query_turn, talk.changed(options=(), focus=(picked[0].id,)), searcher.catalogue)
    import msgspec

    query = msgspec.structs.replace(made.query, named=(picked[0].id,), focus=(), city=picked[0].city)
    hits, evidence = searcher.search(query)
    given = answering.answer(searcher, picked, query, evidence, dt.date.today())
    return given.reply, talk.changed(options=(), focus=(picked[0].id,), city=picked[0].city, facets=query.facets)
