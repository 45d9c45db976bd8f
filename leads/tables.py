"""The tables of the pipeline, for SQLite and PostgreSQL alike. `migrations/` makes them; a test holds both to each other.

What an investor left stands in `leads`; whatever is added later hangs on it. `activities` only grow: a trigger of the
migration refuses changes, except that erasing blanks a text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times, kept in UTC. SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody could tell what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text as people type it. NUL and halves of characters, which PostgreSQL refuses, are left out, and what is longer
    than the column is cut: SQLite would keep it, and a lead must not be lost for a stray byte."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        """`length` in characters; without one, as long as it likes."""
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What both databases can keep."""
        if value is None:
            return None
        return value.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")[: self.length]


def _while(condition: str) -> dict[str, Any]:
    """An index over the rows of which something holds, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Base(DeclarativeBase):
    """Base of all tables; constraints have names so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        datetime: UtcDateTime(), dict[str, Any]: JSON(), list[Any]: JSON(), str: Words(200),
    }  # fmt: skip


class Lead(Base):
    """One investor's interest in one project."""

    __tablename__ = "leads"
    __table_args__ = (
        # What the inbox filters and sorts by, in one index that is read instead of the wide rows: see `listing`.
        Index(
            "ix_leads_inbox", "created_at", "stage", "officer", "office", "sector", "channel", "score", "investment_low",
            "due_at", "updated_at", "merged_into_id", "erased_at",
        ),
        Index("ix_leads_stage", "stage", "created_at"),
        Index("ix_leads_officer", "officer", "created_at"),
        Index("ix_leads_due_at", "due_at", **_while("due_at IS NOT NULL")),
        Index("ix_leads_merged_into_id", "merged_into_id", **_while("merged_into_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Words(20), unique=True)
    """What an investor can read out; see `numbering`."""
    draft_key: Mapped[str] = mapped_column(Words(40), unique=True)
    """The draft it was submitted from: a repeated submission finds it here."""
    talk_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(Words(20))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    contact_name: Mapped[str] = mapped_column(Words())
    company: Mapped[str] = mapped_column(Words())
    contact: Mapped[str]
    contact_kind: Mapped[str] = mapped_column(Words(20))
    contact_key: Mapped[str] = mapped_column(index=True)
    """The contact without extension or case, by which duplicates are found; empty when erased."""
    company_key: Mapped[str] = mapped_column(index=True)
    """The company without legal form and place, by which duplicates are found; empty when erased."""
    industry: Mapped[str] = mapped_column(Words())
    investment: Mapped[str] = mapped_column(Words())
    investment_low: Mapped[int | None] = mapped_column(BigInteger)
    investment_high: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Words(3))
    area: Mapped[str] = mapped_column(Words())
    notes: Mapped[str] = mapped_column(Words())
    stage: Mapped[str] = mapped_column(Words(20))
    closed_because: Mapped[str] = mapped_column(Words())
    score: Mapped[int]
    reasons: Mapped[list[Any]]
    """The score's lines: rule, points, why."""
    qualified: Mapped[bool]
    """Whether the score reaches the bar; what does not stands in the inbox all the same."""
    office: Mapped[str] = mapped_column(index=True)
    sector: Mapped[str] = mapped_column(Words(60), default="", server_default=text("''"))
    """The priority industry that `rules/scoring.yml` recognised; empty for others. Inbox and statistics group by it."""
    officer: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """Who holds it now, as the open assignment says, so that a list of thousands need not look there; `working`
    writes both. Empty: nobody."""
    due_at: Mapped[datetime | None]
    """When the earliest of its open deadlines runs out; `duties.settle` works it out. None: nothing is due."""
    contact_due_at: Mapped[datetime | None]
    """Until when somebody was to speak with the investor first; stays, so that it can be told whether he did."""
    contacted_at: Mapped[datetime | None]
    """When somebody first did."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    erased_at: Mapped[datetime | None]
    extra: Mapped[dict[str, Any]]
    """What other journeys add: the estimate and the match that the investor saw."""

    activities: Mapped[list[Activity]] = relationship(order_by="Activity.id", viewonly=True)
    assignments: Mapped[list[Assignment]] = relationship(order_by="Assignment.id", viewonly=True)
    deliveries: Mapped[list[Delivery]] = relationship(order_by="Delivery.id", viewonly=True)
    card: Mapped[Card | None] = relationship(viewonly=True)
    consent: Mapped[Consent | None] = relationship(viewonly=True)


class Consent(Base):
    """An explicit yes: to which text, when, where."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), unique=True)
    notice_version: Mapped[str] = mapped_column(Words(40))
    given_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Words(20))
    withdrawn_at: Mapped[datetime | None]


class Activity(Base):
    """Something that happened to a lead or was done about it. Append-only."""

    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Words(30))
    """submitted, amended, corrected, moved, assigned, merged, unmerged, erased, card, called, visited, wechat, met, noted, planned,
    done, released."""
    actor: Mapped[str]
    """An officer's account, "investor" or "system"."""
    text: Mapped[str] = mapped_column(Words())
    data: Mapped[dict[str, Any]]


class Assignment(Base):
    """Which officer is responsible for a lead, from when to when. The open one counts."""

    __tablename__ = "assignments"
    # The database itself lets only one officer hold a lead: of two who take it at once, one is refused.
    __table_args__ = (Index("uq_assignments_open", "lead_id", unique=True, **_while("until IS NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    officer: Mapped[str] = mapped_column(index=True)
    by: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Card(Base):
    """The 五定 card: officer (the open assignment), project, responsibility, measures, deadline; a leader, a team."""

    __tablename__ = "cards"

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    project: Mapped[str] = mapped_column(Words())
    responsibility: Mapped[str] = mapped_column(Words())
    measures: Mapped[str] = mapped_column(Words())
    deadline: Mapped[datetime | None] = mapped_column(index=True)
    leader: Mapped[str] = mapped_column(Words())
    team: Mapped[str] = mapped_column(Words())
    updated_at: Mapped[datetime]


class NextStep(Base):
    """What is to be done next about a lead, and until when. One is open at a time; those done stay."""

    __tablename__ = "next_steps"
    __table_args__ = (Index("uq_next_steps_open", "lead_id", unique=True, **_while("done_at IS NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    what: Mapped[str] = mapped_column(Words(500))
    due_at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Reminder(Base):
    """Of which deadline somebody was reminded, and how urgently: nobody is told twice."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("lead_id", "due_at", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    due_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(Words(20))
    at: Mapped[datetime]


class SearchText(Base):
    """What the inbox searches of a lead: number, company, name and contact, folded. A narrow table of its own, since
    reading all of it is quick on both databases and finds any part of a Chinese name; blanked by erasing."""

    __tablename__ = "search_texts"

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Words(400))


class Inquiry(Base):
    """A conversation that asked for a person."""

    __tablename__ = "inquiries"
    # A conversation has one open inquiry, however often a person is asked for, and at once.
    __table_args__ = (Index("uq_inquiries_open", "talk_id", unique=True, **_while("closed_at IS NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(Words(20))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"), index=True)
    question: Mapped[str] = mapped_column(Words())
    state: Mapped[str] = mapped_column(Words(20), index=True)
    """OPEN, TAKEN or CLOSED."""
    officer: Mapped[str]
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many of the investor's lines the officer who holds it has not replied to."""
    unanswered_since: Mapped[datetime | None]
    """Since when that officer owes a reply: since the first of those lines, or since he took it over."""


class Utterance(Base):
    """One line of a conversation that a lead or an inquiry hangs on."""

    __tablename__ = "utterances"
    __table_args__ = (UniqueConstraint("talk_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[str]
    place: Mapped[int]
    """Its number in the conversation."""
    at: Mapped[datetime]
    speaker: Mapped[str] = mapped_column(Words(20))
    text: Mapped[str] = mapped_column(Words())
    records: Mapped[list[Any]]


class DraftRow(Base):
    """A form that is being filled in. Personal details stand here only after an explicit yes."""

    __tablename__ = "drafts"

    talk_id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Words(20))
    key: Mapped[str] = mapped_column(Words(40), unique=True)
    details: Mapped[dict[str, Any]]
    asked: Mapped[str] = mapped_column(Words(30))
    skipped: Mapped[list[Any]]
    consented_at: Mapped[datetime | None]
    notice_version: Mapped[str] = mapped_column(Words(40))
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Base):
    """One row of the outbox: one thing that one destination must be sent, written with what it tells of."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"), index=True)
    destination: Mapped[str] = mapped_column(Words(20))
    """crm, wecom or mail."""
    event: Mapped[str] = mapped_column(Words(40))
    """lead.submitted, lead.amended, lead.erased, inquiry.opened."""
    key: Mapped[str] = mapped_column(Words(80), unique=True)
    """The Idempotency-Key: the same for every attempt."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Words(20))
    """WAITING, DELIVERED, DEAD or CANCELLED; see `outbox.DeliveryState`."""
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str] = mapped_column(Words(40))
    """Which worker's attempt holds it; what another wrote in between is not overwritten."""
    error: Mapped[str] = mapped_column(Words())
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    talk_id: Mapped[str | None] = mapped_column(index=True)
    """The conversation that an officer's words go to; they arrive in their order. Empty for all else."""


class Likeness(Base):
    """Two leads that seem to come from the same investor."""

    __tablename__ = "likenesses"
    __table_args__ = (UniqueConstraint("lead_id", "other_id", "why"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    """The later one."""
    other_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    why: Mapped[str] = mapped_column(Words(20))
    """contact or company."""


class TurnRow(Base):
    """One question and what kind of reply it got: what the bureau learns from. Names nobody; see `turnlog`."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_kind_at", "kind", "at"),)

    id: Mapped[str] = mapped_column(Words(32), primary_key=True)
    """As in the envelope."""
    talk_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(Words(20))
    at: Mapped[datetime] = mapped_column(index=True)
    question: Mapped[str] = mapped_column(Words(3000))
    kind: Mapped[str] = mapped_column(Words(20))
    intent: Mapped[str] = mapped_column(Words(60))
    confidence: Mapped[float | None]
    records: Mapped[list[Any]]
    helpful: Mapped[bool | None]
    """What the investor thought of it; empty where he did not say."""
    reason: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(index=True)
    """The task an editor made of it."""


class Task(Base):
    """Questions like one another that the assistant did not answer well, to be mended by an editor. Names nobody."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Words(500))
    """One of them, which stands for all."""
    count: Mapped[int]
    """How often it had been asked when the task was made."""
    editor: Mapped[str] = mapped_column(Words(40))
    """A login; empty until somebody is to do it."""
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    done_by: Mapped[str] = mapped_column(Words(40))
    outcome: Mapped[str] = mapped_column(Words(500))


class Merge(Base):
    """A lead that was joined to another; undone by setting `undone_at`."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Attempt(Base):
    """A look-up of a number that failed, to slow guessing down. `subject` is a digest of a conversation or a number."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Words(64))
    at: Mapped[datetime]
