"""The one door to the pipeline, for the assistant's actions and the console alike.

When a method returns, what it did is kept; when it raises, nothing is. Errors are those of `errors`: besides those named
here, any method may raise `Conflict`, and `StoreUnavailable`, after which it is unknown whether a change was kept. To
repeat it is safe; only `note` and `say` would then write the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from leads import amending, drafts, duties, glancing, merging, rights, transcripts, turnlog, working
from leads.absences import Absences
from leads.erasing import Erasing
from leads.feed import Feed
from leads.handling import Handling
from leads.inquiries import Inquiries
from leads.model import Draft, Line, LoggedTurn, Receipt, Stage, Standing, State, Talk
from leads.ports import Outbox
from leads.routing import Routing, load_routing
from leads.scoring import Scoring, load_scoring
from leads.settings import Settings
from leads.shortfalls import Shortfalls
from leads.staff.model import Visitor
from leads.statistics import Statistics
from leads.store import Store
from leads.submitting import Submitting
from leads.supervision import Supervision
from leads.workdays import hours_of, load_workdays

INVESTOR = "investor"
SOMEBODY = "工作人员"
"""What investors read where an officer gives no name of his own."""
_BATCH = 50
"""So many leads are erased in one transaction when their time is up: writers must not wait long."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


def hours_until(settings: Settings) -> Callable[[datetime], datetime]:
    """Until when somebody is to speak with an investor who submits at a time. Raises `ValueError` where the calendar's
    file is wrong."""
    hours = hours_of(settings.office_hours, load_workdays())
    return lambda at: hours.after(at, settings.first_contact_days)


class Leads:
    """The pipeline's use cases. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        settings: Settings,
        *,
        scoring: Scoring | None = None,
        routing: Routing | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Rules are read from `rules/` unless given. Raises `ValueError` where they are wrong."""
        self._store = store
        self._settings = settings
        self._now = now
        scoring, routing = scoring or load_scoring(), routing or load_routing()
        self.offices, self.sectors = routing.offices, scoring.sectors
        """Names of all offices that leads go to, and of all priority industries."""
        self._submitting = Submitting(outbox, scoring, routing, hours_until(settings))
        self.silence = timedelta(minutes=settings.takeover_minutes)
        """For so long may an officer owe an investor a reply."""
        self._handling = Handling(outbox, self.silence)
        self.absences = Absences(store, self._handling)
        """What is left behind by whoever is not at the desk any more."""
        self.supervision = Supervision(store, load_workdays())
        """What is overdue."""
        self.statistics = Statistics(store, now)
        """What the bureau achieves, in figures."""
        self.shortfalls = Shortfalls(store, now)
        """Questions that were not answered well."""
        self.feed = Feed(store)
        """Leads as other systems read them."""
        self.inquiries = Inquiries(store, outbox.reaches)
        """What the desk sees of conversations that asked for a person."""
        self._erasing = Erasing(outbox)

    def now(self) -> datetime:
        """The time of day that everything here goes by, aware."""
        return self._now()

    # --- the form -------------------------------------------------------------------------------------------------

    def state_of(self, talk_id: str) -> State:
        """All that a turn must know of its conversation: two statements, since every turn asks."""
        return self._store.glance(lambda connection: glancing.state_of(connection, talk_id))

    def keep_draft(self, draft: Draft) -> None:
        """Keep a form as far as it is filled in. Raises `ConsentMissing` where it holds what is personal without an
        explicit yes."""
        drafts.check_consent(draft)
        self._store.write(lambda db: drafts.keep(db, draft, self._now()))

    def drop_draft(self, talk_id: str) -> None:
        """Forget the form that was begun, if there is one."""
        self._store.write(lambda db: drafts.drop(db, talk_id))

    def submit(self, draft: Draft, transcript: Sequence[Line], extra: Mapping[str, Any] = _NOTHING) -> Receipt:
        """Make a lead of a form, with consent, transcript, score, office, likenesses and what the outbox must send.

        The same draft, by its key, gives the same number, also at once from two sides. Raises `ConsentMissing`.
        """
        return self._store.write(lambda db: self._submitting.submit(db, draft, transcript, extra, self._now()))

    def reopened(self, number: str, talk: Talk) -> Draft:
        """The form of a lead, to be corrected in the conversation it was submitted in; submitting it again amends the
        lead. Raises `NotFound`."""
        return self._store.read(lambda db: amending.reopened(db, number, talk))

    # --- the investor's rights ------------------------------------------------------------------------------------

    def standing(self, number: str, talk_id: str, contact: str = "") -> Standing:
        """How far a lead is, for the conversation it was submitted in or whoever names its contact; with details for
        the former alone. A lead joined to another tells of that one. Raises `NotFound` and `TooManyAttempts`."""
        return rights.ask(self._store, number, talk_id, contact, self._now()).standing

    def standings_of(self, talk_id: str) -> list[Standing]:
        """All that was submitted in a conversation, newest first, with details."""
        return self._store.read(lambda db: rights.of_talk(db, talk_id))

    def erase(self, number: str, talk_id: str = "", contact: str = "", actor: str = INVESTOR) -> None:
        """Remove who somebody is from a lead and the conversation it comes from; a trace without it remains.

        An investor must be allowed to know the lead, as for `standing`, and hears `NotFound` or `TooManyAttempts`
        otherwise; staff need not. Erasing twice is no fault, but of an erased lead nobody is the investor any more.
        """
        if actor == INVESTOR:
            rights.ask(self._store, number, talk_id, contact, self._now())
        self._store.write(lambda db: self._erasing.lead(db, number, actor, self._now()))
        self._store.let_go()

    def erase_talk(self, talk_id: str) -> int:
        """Erase all leads of a conversation, its draft, inquiries and transcript; says how many leads."""
        erased = self._store.write(lambda db: self._erasing.talk(db, talk_id, self._now()))
        self._store.let_go()
        return erased

    def retain(self, now: datetime) -> tuple[int, int]:
        """Apply the periods of the settings: erase leads to which nothing happened for `retention_days`, and forget
        drafts older than `draft_hours` and turns older than `turn_days`. Says how many leads and drafts."""
        before = now - timedelta(days=self._settings.retention_days)
        erased = 0
        while batch := self._store.write(lambda db: self._erasing.expired(db, before, now, _BATCH)):
            erased += batch
        self._store.write(lambda db: self._erasing.expired_talks(db, before, now))
        self._store.write(lambda db: rights.forget_attempts(db, now))
        self._store.write(lambda db: turnlog.forget(db, now - timedelta(days=self._settings.turn_days)))
        dropped = self._store.write(lambda db: drafts.drop_old(db, now, self._settings.draft_hours))
        self._store.let_go()
        return erased, dropped

    # --- what the bureau learns from ------------------------------------------------------------------------------

    def log_turns(self, turns: Sequence[LoggedTurn]) -> None:
        """Keep what was asked and how it was replied to; the same turn, by its id, stands once."""
        self._store.write(lambda db: turnlog.add(db, turns))

    def rate_turn(self, id_: str, talk_id: str, *, helpful: bool, reason: str = "") -> None:
        """Keep whether a reply helped. Raises `NotFound` where this conversation has no such turn."""
        self._store.write(lambda db: turnlog.rate(db, id_, talk_id, helpful, reason))

    # --- a person takes over --------------------------------------------------------------------------------------

    def ask_for_person(self, talk: Talk, question: str, transcript: Sequence[Line]) -> int:
        """Open an inquiry; a conversation has one open at a time, whose id is given again. Its transcript grows."""
        return self._store.write(lambda db: self._handling.ask(db, talk, question, transcript, self._now()))

    def follow(self, talk: Talk, transcript: Sequence[Line]) -> None:
        """Join what was said since to a conversation that waits for a person."""
        self._store.write(lambda db: transcripts.keep(db, talk.id, transcript))

    def hear(self, talk: Talk, line: Line) -> bool:
        """Add what the investor says while a person handles the conversation. False where none does any more – he was
        disabled, has signed off, or owed a reply for too long –: then the assistant has to reply."""
        return self._store.write(lambda db: self._handling.hear(db, talk, line, self._now()))

    def take_over(self, inquiry_id: int, officer: str, name: str = SOMEBODY) -> None:
        """Let an officer speak and the assistant be silent; the investor is told, by the name he may read. Raises
        `AlreadyTaken`, `NotFound`, `IllegalMove` – also where his words would not get to the investor."""
        self._store.write(lambda db: self._handling.take_over(db, inquiry_id, officer, name, self._now()))

    def say(self, inquiry_id: int, officer: str, text: str, name: str = SOMEBODY) -> None:
        """Add what the officer says and send it to the investor. Raises `AlreadyTaken`, `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: self._handling.say(db, inquiry_id, officer, text, name, self._now()))

    def hand_back(self, inquiry_id: int, officer: str, name: str = SOMEBODY, *, directing: bool = False) -> None:
        """Let the assistant speak again; the investor is told. Who is `directing` may do it for another. Raises
        `AlreadyTaken`, `NotFound`, `IllegalMove`."""
        self._store.write(
            lambda db: self._handling.hand_back(db, inquiry_id, officer, name, self._now(), directing=directing)
        )

    def transfer(
        self, inquiry_id: int, officer: str, to: str, name: str = SOMEBODY, *, directing: bool = False
    ) -> None:
        """Let another officer speak, who has to be signed in; the investor is told his name. As `hand_back`."""
        self._store.write(
            lambda db: self._handling.transfer(db, inquiry_id, officer, to, name, self._now(), directing=directing)
        )

    def close_inquiry(self, inquiry_id: int) -> None:
        """Say that an investor was spoken with otherwise, where nobody can write to him. Raises `NotFound`,
        `IllegalMove`."""
        self._store.write(lambda db: self._handling.close(db, inquiry_id, self._now()))

    # --- officers at work -----------------------------------------------------------------------------------------

    def take(self, number: str, officer: str) -> None:
        """Make an officer responsible for a lead that nobody has. Raises `AlreadyTaken`, `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: working.take(db, number, officer, self._now()))

    def assign(self, number: str, officer: str, by: str, seen: datetime | None = None) -> None:
        """Make an officer responsible, whoever was so before; `seen` as for `move`. Raises `NotFound`, `IllegalMove`,
        `ChangedMeanwhile`."""
        self._store.write(lambda db: working.assign(db, number, officer, by, self._now(), seen))

    def release(self, number: str, by: str) -> None:
        """Nobody is responsible any more. Raises `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: working.release(db, number, by, self._now()))

    def plan(self, number: str, actor: str, what: str, due_at: datetime) -> None:
        """Say what is to be done next and until when, in the place of what was planned before. Raises `NotFound`,
        `IllegalMove`."""
        self._store.write(lambda db: duties.plan(db, number, actor, what, due_at, self._now()))

    def finish(self, number: str, actor: str) -> None:
        """The next step is done. Raises `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: duties.finish(db, number, actor, self._now()))

    def move(self, number: str, stage: Stage, actor: str, because: str = "", seen: datetime | None = None) -> None:
        """Put a lead into another stage; closing needs a reason. `seen` is the lead's `updated_at` when it was looked
        at. Raises `NotFound`, `IllegalMove`, `ChangedMeanwhile`."""
        self._store.write(lambda db: working.move(db, number, stage, actor, because, self._now(), seen))

    def note(self, number: str, actor: str, kind: str, text: str) -> None:
        """Write down what was done: called, visited, wechat, met, noted. Raises `NotFound`, `IllegalMove`, and
        `ValueError` for another kind."""
        self._store.write(lambda db: working.note(db, number, actor, kind, text, self._now()))

    def fill_card(
        self,
        number: str,
        actor: str,
        *,
        project: str,
        responsibility: str,
        measures: str,
        deadline: datetime | None,
        leader: str,
        team: str,
        seen: datetime | None = None,
    ) -> None:
        """Put the 五定 card in the place of the one before; `seen` as for `move`. Raises `NotFound`, `IllegalMove`,
        `ChangedMeanwhile`."""
        card = {"project": project, "responsibility": responsibility, "measures": measures, "leader": leader}
        self._store.write(
            lambda db: working.fill_card(
                db, number, actor, self._now(), **card, deadline=deadline, team=team, seen=seen
            )
        )

    def correct(self, number: str, given: Mapping[str, Any], who: Visitor, seen: datetime) -> list[str]:
        """Put right what a lead says of its investor: `given` are fields of `Details`; the others stay. Gives the fields
        that changed. Raises `NotFound` outside of one's scope, `IllegalMove`, `ChangedMeanwhile`, `Unacceptable`."""
        return self._store.write(lambda db: self._submitting.correct(db, number, given, who, seen, self._now()))

    def merge(self, survivor_no: str, merged_no: str, by: str) -> None:
        """Join one lead to another that comes from the same investor. Raises `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: merging.merge(db, survivor_no, merged_no, by, self._now()))

    def unmerge(self, merged_no: str, by: str) -> None:
        """Take a lead out of the one it was joined to. Raises `NotFound`, `IllegalMove`."""
        self._store.write(lambda db: merging.unmerge(db, merged_no, by, self._now()))
