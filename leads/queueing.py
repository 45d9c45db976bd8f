"""The outbox as a queue: who may send what, and what came of it.

A row is leased, not locked: sending happens outside any transaction, and a worker that dies leaves a lease that runs
out. Whoever holds the lease may mark the row; a mark that comes too late changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, CursorResult, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from leads import backoff
from leads.errors import NotFound
from leads.outbox import Channel, DeliveryState
from leads.tables import Delivery


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A row that this worker, and no other, may send until `leased_until`."""

    id: int
    lease: str
    leased_until: datetime
    destination: str
    event: str
    key: str
    payload: dict[str, Any]
    attempts: int
    """This attempt included."""


def due(db: Session, now: datetime, destination: str) -> bool:
    """Whether there is anything to claim; takes no lock, so that an idle worker is in nobody's way."""
    return db.scalar(select(exists().where(*_claimable(now, destination)))) or False


def claim(db: Session, now: datetime, destination: str, lease_for: float, limit: int = 1) -> list[Claimed]:
    """Lease up to `limit` rows for `lease_for` seconds.

    PostgreSQL passes over what another worker is claiming; on SQLite the caller's transaction is the only writer.
    An earlier row of the same lead (or conversation) to the same destination goes first, also when it was cancelled while an attempt
    was under way. Claiming counts as an attempt, so that a row which kills its worker comes to an end.
    """
    first = select(Delivery).where(*_claimable(now, destination)).order_by(Delivery.due_at, Delivery.id).limit(limit)
    rows = db.scalars(first.with_for_update(of=Delivery, skip_locked=True)).all()
    for row in rows:
        row.lease, row.leased_until, row.attempts = (
            uuid.uuid4().hex,
            now + timedelta(seconds=lease_for),
            row.attempts + 1,
        )
    db.flush()
    return [
        Claimed(
            id=row.id, lease=row.lease, leased_until=now + timedelta(seconds=lease_for), destination=row.destination,
            event=row.event, key=row.key, payload=row.payload, attempts=row.attempts,
        )
        for row in rows
    ]  # fmt: skip


def _claimable(now: datetime, destination: str) -> tuple[ColumnElement[bool], ...]:
    earlier = aliased(Delivery)
    under_way = and_(earlier.state == DeliveryState.CANCELLED, earlier.leased_until > now)
    # What officers say in one conversation keeps its order, as does what is told of one lead.
    same = (
        earlier.talk_id == Delivery.talk_id if destination == Channel.INVESTOR else earlier.lead_id == Delivery.lead_id
    )
    blocked = exists().where(
        same,
        earlier.destination == Delivery.destination,
        earlier.id < Delivery.id,
        or_(earlier.state == DeliveryState.WAITING, under_way),
    )
    return (
        Delivery.state == DeliveryState.WAITING,
        Delivery.destination == destination,
        Delivery.due_at <= now,
        or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now),
        ~blocked,
    )


def delivered(db: Session, id_: int, lease: str, now: datetime) -> bool:
    """The receiver has it. False where the lease no longer holds; then nothing was changed."""
    return _mark(db, id_, lease, state=DeliveryState.DELIVERED, delivered_at=now, error="")


def failed(
    db: Session, id_: int, lease: str, now: datetime, error: str, retry_after: float | None = None,
    final: bool = False, base: float = backoff.BASE,
    cap: float = backoff.CAP,
) -> bool:  # fmt: skip
    """It did not arrive; `error` must hold no personal data. `final`, or too many attempts: dead. `base` and `cap`:
    seconds, see `backoff`.

    False where the lease no longer holds; then nothing was changed.
    """
    attempts = db.scalar(select(Delivery.attempts).where(Delivery.id == id_)) or 1
    if final or attempts >= backoff.ATTEMPTS:
        return _mark(db, id_, lease, state=DeliveryState.DEAD, error=error)
    wait = backoff.delay(attempts, retry_after, base, cap=cap)
    return _mark(db, id_, lease, error=error, due_at=now + timedelta(seconds=wait))


def _mark(db: Session, id_: int, lease: str, **values: Any) -> bool:
    held = update(Delivery).where(
        Delivery.id == id_, Delivery.lease == lease, Delivery.state == DeliveryState.WAITING
    )  # fmt: skip
    done = db.execute(held.values(lease="", leased_until=None, **values))
    if isinstance(done, CursorResult) and done.rowcount:
        return True
    # The lead was erased meanwhile. The attempt is over all the same: whatever waits for its end may go.
    over = update(Delivery).where(Delivery.id == id_, Delivery.lease == lease)
    db.execute(over.values(lease="", leased_until=None))
    return False


def dead(db: Session) -> Sequence[Delivery]:
    """The dead letters, newest first."""
    return db.scalars(select(Delivery).where(Delivery.state == DeliveryState.DEAD).order_by(Delivery.id.desc())).all()


def latest(db: Session, most: int) -> Sequence[Delivery]:
    """The newest rows, newest first."""
    return db.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(most)).all()


def counts(db: Session) -> dict[str, int]:
    """How many rows are in each state."""
    found = db.execute(select(Delivery.state, func.count()).group_by(Delivery.state).order_by(Delivery.state))
    return dict(found.tuples().all())


def resend(db: Session, id_: int, now: datetime) -> None:
    """Send a dead letter again, from the start and with the same key. Raises `NotFound` where there is no such one."""
    again = update(Delivery).where(Delivery.id == id_, Delivery.state == DeliveryState.DEAD)
    done = db.execute(
        again.values(state=DeliveryState.WAITING, attempts=0, due_at=now, lease="", leased_until=None)
    )  # fmt: skip
    if not (isinstance(done, CursorResult) and done.rowcount):
        raise NotFound(f"没有编号为 {id_} 的死信。先用 python -m leads deliveries --dead 查看。")
