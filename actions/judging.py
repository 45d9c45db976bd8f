"""Judges what a search found: whether it answers, whether the message is ours to answer, which records to tell.

All thresholds are here; they were set on tests/dialogues, whose floors keep them honest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from actions import cues, declining
from actions.planning import Plan
from actions.reply import Reply
from actions.understanding import Turn
from knowledge.model import Incentive
from knowledge.search import Evidence, Hit, Searcher
from knowledge.slots import money
from knowledge.standing import standing_of

ANSWERED = 0.62
"""Score from which the best record may answer; below, the question is declined."""
SAME_TOPIC = 0.82
"""Meaning from which a record is about the same thing as the question."""
_LEAST_FIT, _LEAST_FIT_LATIN = 0.5, 0.25
"""Fit by words and meaning below which a record that was not named does not answer, whatever its score: of 222 right
answers to unnamed questions one in a hundred fits worse. The embedding does not compare Latin text with Chinese."""
_KNOWN_MISSING = 0.9
"""Score from which a gap is what was asked for, so that the refusal can name it."""
_CLEAR = 0.95
"""Score from which a record answers although a name beside it is unclear."""
_PAST = 0.1
"""What an incentive loses for no longer holding."""
_BESIDES, _FITTING_BESIDES = 0.15, 0.7
"""How much better, and how well at least, one record must fit than any site for a list not to be meant."""
_CROWD, _CROWDED = 3, 0.06
"""How many incentives within which score make a list more honest than one of them."""
_FITTER, _FITTING = 0.12, 0.75
"""How much better, and how well at least, a second record must fit than the named one to be told beside it."""
_CLOSE = 0.07
"""Scores that differ by less can hardly be told apart."""
_STRANGE, _STRANGE_IN_CONTEXT = 3.2, 1.5
"""Weight of the nearest outside example beside the classifier's probability, at first and in the middle of a subject,
where short messages lie near short outside examples whatever they mean."""
_MARGIN, _NAMED_MARGIN = 0.38, 0.6
"""How strange a message must be to be declined: at all, where it names a record or speaks of an industry in the way of
business."""
_IN_CONTEXT, _AS_FOLLOW_UP, _OF_A_FACET, _POINTS, _FITS_FOCUS = 0.2, 1.0, 0.35, 0.6, 0.5
"""The same in the middle of a subject, and how much stranger it may be the more it goes on: as the classifier takes
it, by asking for a facet, by opening or closing like a follow-up, by fitting the record in focus. Set by a regression
over the follow-ups of tests/dialogues and the messages from outside of tests/nlu/development.jsonl."""
_SURELY_IMPROPER = 0.4
"""Probability from which a message is told that its wish is improper; nobody is accused on a guess."""
_LATIN_DOUBT = 0.5


def answers(best: Hit, made: Plan) -> bool:
    """Whether the best hit is good enough to be told."""
    told = best.id in (*made.query.named, *made.query.focus)
    least = _LEAST_FIT_LATIN if _mostly_latin(made.query.text) else _LEAST_FIT
    return best.score >= ANSWERED and (told or best.fit >= least)


def known_missing(best: Hit) -> bool:
    """Whether what was asked for is known not to be held."""
    return best.gap and best.score >= _KNOWN_MISSING


def current_first(hits: list[Hit], made: Plan, searcher: Searcher, today: dt.date) -> list[Hit]:
    """Expired incentives step back a little, so that among equals what still holds is told."""

    def standing(hit: Hit) -> float:
        record = searcher.catalogue.records.get(hit.id)
        past = isinstance(record, Incentive) and standing_of(record, today) != "current"
        meant = hit.id in (*made.query.named, *made.query.focus) or searcher.of_year(hit.id, made.query)
        return hit.score - (_PAST if past and not meant else 0.0)

    return sorted(hits, key=lambda h: -standing(h))


def clear_anyway(best: Hit, searcher: Searcher) -> bool:
    """Whether something other than the places an unclear name can mean answers well enough not to ask back."""
    return best.score > _CLEAR and searcher.catalogue.lexicon.types_of[best.id] not in ("site", "district")


def elsewhere(turn: Turn, made: Plan, best: Hit, searcher: Searcher) -> list[str]:
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


def unknown_sites(turn: Turn, made: Plan, searcher: Searcher) -> list[str]:
    """Names like those of sites that are none of ours, where nothing else is named that the question is about."""
    if made.query.named or turn.reading.elsewhere:
        return []
    text = turn.reading.text
    for amount in reversed(money.find(text) if made.project else []):  # 投资5亿建…基地 names no 亿建…基地
        text = f"{text[: amount.start]} {text[amount.end :]}"
    text = cues.TO_BUILD.sub(",", text) if made.project else text
    return searcher.strangers.names_in(text, turn.reading.mentions if text == turn.reading.text else ())


def not_ours(turn: Turn, made: Plan, hits: Sequence[Hit], evidence: Evidence) -> Reply | None:
    """A refusal where the message is about something else, or asks for what must not be helped with.

    Two witnesses, added up: the classifier, and whether the nearest example from outside lies nearer than
    anything held (ADR 0004 has what each is worth).
    """
    if cues.PRIVATE.search(turn.reading.text):
        return declining.improper()
    improper = turn.intents.get("make_improper_request", 0.0)
    outside = turn.intents.get("out_of_scope", 0.0) + improper
    in_context = made.follow_up and bool(made.query.focus)
    # The embedding compares Latin text with Chinese passages poorly, so there the classifier speaks alone.
    nearer = _STRANGE_IN_CONTEXT if in_context else _STRANGE
    strange = outside - _LATIN_DOUBT if _mostly_latin(turn.text) else outside + nearer * evidence.strange
    picks = turn.reading.ordinal or (cues.NEXT_ONE.search(turn.reading.text) and made.query.named)
    if picks or strange <= (_leeway(turn, made, hits) if in_context else _margin(turn, made)):
        return None
    return declining.improper() if improper > max(_SURELY_IMPROPER, outside - improper) else declining.out_of_scope()


def _margin(turn: Turn, made: Plan) -> float:
    """How strange a message that stands on its own may be and still be ours."""
    sure = any(m.how == "exact" for m in turn.reading.mentions) and bool(made.query.named)
    of_business = bool(turn.reading.industries) and cues.BUSINESS.search(turn.reading.text)
    return _NAMED_MARGIN if sure or of_business else _MARGIN


def _leeway(turn: Turn, made: Plan, hits: Sequence[Hit]) -> float:
    """How strange a message may be in the middle of a subject: the more it goes on with it, the stranger."""
    fit = max((h.fit for h in hits if h.id in made.query.focus), default=0.0)
    leeway = _IN_CONTEXT + _AS_FOLLOW_UP * turn.intents.get("ask_follow_up", 0.0) + _FITS_FOCUS * fit
    if turn.reading.facets:  # facets the question before it had do not make this one ours
        leeway += _OF_A_FACET
    return leeway + (_POINTS if cues.POINTING.search(turn.reading.text) else 0.0)


def _mostly_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isascii() for c in letters) > 0.6 * len(letters)


def beside_the_list(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether one record of another type fits words and meaning so much better that the list was not wanted."""
    if made.query.wanted not in ("", "site") or made.query.named or (made.query.industries and not made.project):
        return False
    of = searcher.catalogue.lexicon.types_of
    sites = max((h.meaning + h.words for h in hits if of.get(h.id) == "site"), default=0.0) / 2
    besides = [h.meaning + h.words for h in hits if of.get(h.id) not in ("site", "district", "gap")]
    other = max(besides, default=0.0) / 2
    return other > _FITTING_BESIDES and other > sites + _BESIDES


def crowded(hits: Sequence[Hit], made: Plan, searcher: Searcher) -> bool:
    """Whether several incentives fit about equally, so that a list is more honest than one of them."""
    if not hits or made.query.wanted != "incentive" or made.elsewhere:
        return False
    if hits[0].id in (*made.query.named, *made.query.focus):
        return False
    of = searcher.catalogue.lexicon.types_of
    near = [h for h in hits if of.get(h.id) == "incentive" and hits[0].score - h.score < _CROWDED]
    return hits[0].meaning < SAME_TOPIC and len(near) >= _CROWD


def answering_records(hits: Sequence[Hit], made: Plan) -> list[str]:
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
