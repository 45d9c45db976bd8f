"""What the service needs from outside, as protocols: the outbox that hands a lead on."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from leads.tables import Inquiry, Lead


class Outbox(Protocol):
    """Writes what the destinations must be sent, in the transaction of what it tells of. `leads.outbox.Outbox` is one."""

    def submitted(self, db: Session, lead: Lead, now: datetime) -> None:
        """A lead was submitted; its consent and transcript stand in the database already."""

    def amended(self, db: Session, lead: Lead, now: datetime) -> None:
        """An investor put right what had been submitted."""

    def erased(self, db: Session, lead: Lead, now: datetime) -> None:
        """A lead was erased: who was sent it must erase it as well. Holds its number alone."""

    def inquiry_opened(self, db: Session, inquiry: Inquiry, now: datetime) -> None:
        """A conversation asks for a person. Holds nothing the investor said, so that erasing has nothing to forget."""

    def reaches(self, channel: str) -> bool:
        """Whether what an officer writes gets to investors of a channel."""

    def officer(self, db: Session, inquiry: Inquiry, event: str, text: str, name: str, now: datetime) -> None:
        """An officer joined a conversation, said something in it or left it; the investor is to read it."""

    def blank_talk(self, db: Session, talk_id: str) -> None:
        """Forget what officers said in a conversation, and call off what was not sent yet."""

    def blank(self, db: Session, lead_id: int) -> None:
        """Forget what of a lead stands in the outbox: payloads are emptied, what waits to be sent is called off."""
