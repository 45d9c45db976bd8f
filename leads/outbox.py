"""The outbox: what the bureau's systems must be told, written in the transaction of what it tells of.

Either both are committed or neither is. One row per destination, so that each is retried alone; the worker sends them
(`leads.queueing`, `leads.worker`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from leads import payloads
from leads.model import Payload
from leads.tables import Consent, Delivery, Inquiry, Lead, Utterance


class DeliveryState(StrEnum):
    """What has become of a row."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"
    """Refused for good, or tried for days; staff see it and may send it again."""
    CANCELLED = "CANCELLED"
    """Its lead was erased before it went out; never sent."""


class Channel(StrEnum):
    """The destinations there are."""

    CRM = "crm"
    WECOM = "wecom"
    MAIL = "mail"
    INVESTOR = "channel"
    """The channel an investor speaks in: an officer's words go there."""


SUBMITTED, AMENDED, ERASED, INQUIRY = "lead.submitted", "lead.amended", "lead.erased", "inquiry.opened"
DUE = "leads.due"
SAID, JOINED, LEFT = "officer.said", "officer.joined", "officer.left"
REACHED = frozenset({"web", "wechat", "wecom"})
"""Channels in which an officer can write to an investor."""
_WANTED = {
    Channel.CRM: {SUBMITTED, AMENDED, ERASED, INQUIRY},
    # People read these: that something was put right or erased concerns only the system that holds it.
    Channel.WECOM: {SUBMITTED, INQUIRY, DUE},
    Channel.MAIL: {SUBMITTED, INQUIRY, DUE},
    Channel.INVESTOR: {SAID, JOINED, LEFT},
}


class Outbox:
    """Writes rows for the destinations in use. Without any it writes nothing: leads stand in the inbox alone."""

    def __init__(self, destinations: Collection[str] = ()) -> None:
        """`destinations`: names of `Channel`; raises `ValueError` for others."""
        self._destinations = [Channel(name) for name in destinations]

    def submitted(self, db: Session, lead: Lead, now: datetime) -> None:
        """A lead was submitted. Its consent and its transcript have to be in the session already."""
        self._whole(db, SUBMITTED, lead, now)

    def amended(self, db: Session, lead: Lead, now: datetime) -> None:
        """A lead was put right by its investor: the CRM is sent all of it again, after what it was sent before."""
        self._whole(db, AMENDED, lead, now)

    def _whole(self, db: Session, event: str, lead: Lead, now: datetime) -> None:
        db.flush()
        db.refresh(lead)  # what is sent is what was kept: the columns leave out what PostgreSQL can't hold
        consent = db.scalar(select(Consent).where(Consent.lead_id == lead.id))
        told = db.scalars(select(Utterance.records).where(Utterance.talk_id == lead.talk_id).order_by(Utterance.place))
        shown = list(dict.fromkeys(str(record) for records in told for record in records))

        def payload(destination: Channel, key: str) -> Payload:
            if destination is Channel.CRM:
                tell = payloads.lead_submitted if event == SUBMITTED else payloads.lead_amended
                return tell(key, lead, consent, shown, now)
            return payloads.lead_notice(key, lead, now)

        self._write(db, event, lead.id, now, payload)

    def erased(self, db: Session, lead: Lead, now: datetime) -> None:
        """A lead was erased: its number goes to the CRM, after whatever went there before."""
        db.flush()
        self._write(db, ERASED, lead.id, now, lambda _destination, key: payloads.lead_erased(key, lead.number, now))

    def inquiry_opened(self, db: Session, inquiry: Inquiry, now: datetime) -> None:
        """Somebody asked for a person; nothing he said is in it, so erasing has nothing to forget here."""
        db.flush()
        lead = db.get(Lead, inquiry.lead_id) if inquiry.lead_id is not None else None
        number = lead.number if lead else None
        self._write(
            db, INQUIRY, inquiry.lead_id, now,
            lambda _destination, key: payloads.inquiry_opened(key, inquiry, number, now),
        )  # fmt: skip

    def due(self, db: Session, what: str, leads: Sequence[payloads.Due], now: datetime) -> None:
        """Deadlines that come up, ran out or were passed on; `what` says which, in Chinese. One message for all."""
        self._write(db, DUE, None, now, lambda _destination, key: payloads.leads_due(key, what, leads, now))

    def reaches(self, channel: str) -> bool:
        """Whether what an officer writes gets to investors of a channel: it can be pushed there, and we know where to."""
        return channel in REACHED and Channel.INVESTOR in self._destinations

    def officer(self, db: Session, inquiry: Inquiry, event: str, text: str, name: str, now: datetime) -> None:
        """An officer joined, said something or left; `name` is what the investor reads. Nothing is written for a
        channel in which nobody can write to an investor."""
        if inquiry.channel in REACHED:
            self._write(
                db, event, None, now,
                lambda _destination, key: payloads.officer_spoke(
                    key, inquiry.channel, inquiry.talk_id, event, text, name, now
                ),
                talk_id=inquiry.talk_id,
            )  # fmt: skip

    def blank_talk(self, db: Session, talk_id: str) -> None:
        """Forget what officers said in an erased conversation; what was not delivered never will be."""
        db.flush()
        rows = Delivery.talk_id == talk_id
        undelivered = Delivery.state.in_((DeliveryState.WAITING, DeliveryState.DEAD))
        db.execute(update(Delivery).where(rows, undelivered).values(state=DeliveryState.CANCELLED))
        db.execute(update(Delivery).where(rows).values(payload={}, talk_id=None))

    def blank(self, db: Session, lead_id: int) -> None:
        """Forget what an erased lead had said: its payloads are emptied, and what was not delivered never will be.

        Rows of other events hold numbers only and stay. A lease is left in place: an attempt may be under way, and
        the word that the lead was erased has to wait for its end (`queueing.claim`).
        """
        db.flush()
        rows = (Delivery.lead_id == lead_id, Delivery.event.in_((SUBMITTED, AMENDED)))
        undelivered = Delivery.state.in_((DeliveryState.WAITING, DeliveryState.DEAD))
        db.execute(update(Delivery).where(*rows, undelivered).values(state=DeliveryState.CANCELLED))
        db.execute(update(Delivery).where(*rows).values(payload={}))

    def _write(
        self, db: Session, event: str, lead_id: int | None, now: datetime, payload: Callable[[Channel, str], Payload],
        talk_id: str | None = None,
    ) -> None:  # fmt: skip
        for destination in self._destinations:
            if event not in _WANTED[destination]:
                continue
            key = uuid.uuid4().hex
            db.add(
                Delivery(
                    lead_id=lead_id, destination=destination, event=event, key=key,
                    payload=dict(payload(destination, key)), state=DeliveryState.WAITING, attempts=0, due_at=now,
                    leased_until=None, lease="", error="", created_at=now, delivered_at=None,
                    talk_id=talk_id,
                )
            )  # fmt: skip
        db.flush()
