"""Signing in, and who is signed in. Wrong guesses are counted per account and per address before the password is looked
at, so that many at once gain nothing; what is told is the same whatever was wrong."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from leads.staff.accounts import account_of, settled
from leads.staff.model import Visitor
from leads.staff.tables import AccountRow, SignIn
from leads.tables import Attempt

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
_TOUCH = timedelta(minutes=1)
"""So old may `seen_at` grow before it is written again."""
WINDOW = timedelta(minutes=15)
FAILURES_OF_AN_ACCOUNT = 5
FAILURES_OF_AN_ADDRESS = 30
"""Many officers may share one address."""
REFUSED = "没有登录：账号、密码或动态口令不对，账号已停用，或尝试过多。连错 5 次要等 15 分钟"


def digest(token: str) -> str:
    """What the tables know of a secret."""
    return sha256(token.encode()).hexdigest()


def subjects(login: str, address: str) -> tuple[str, str]:
    """What attempts are counted by."""
    return digest(f"sign-in:{settled(login)}"), digest(f"sign-in-from:{address}")


def count_attempt(db: Session, login: str, address: str, now: datetime) -> None:
    """Count an attempt as failed until it succeeds."""
    db.add_all([Attempt(subject=subject, at=now) for subject in subjects(login, address)])


def too_many(db: Session, login: str, address: str, now: datetime) -> bool:
    """Whether there were too many attempts, the present one included."""
    counted = dict(
        db.execute(
            select(Attempt.subject, func.count())
            .where(Attempt.subject.in_(subjects(login, address)), Attempt.at > now - WINDOW)
            .group_by(Attempt.subject)
        )
        .tuples()
        .all()
    )
    account, source = subjects(login, address)
    return counted.get(account, 0) > FAILURES_OF_AN_ACCOUNT or counted.get(source, 0) > FAILURES_OF_AN_ADDRESS


def forgive(db: Session, login: str, address: str) -> None:
    """After success the account starts anew, and of its address's attempts one is taken back."""
    account, source = subjects(login, address)
    db.execute(delete(Attempt).where(Attempt.subject == account))
    last = db.scalar(select(func.max(Attempt.id)).where(Attempt.subject == source))
    db.execute(delete(Attempt).where(Attempt.id == last))


def begin(db: Session, account_id: int, address: str, now: datetime) -> str:
    """Sign a browser in; gives the secret of its cookie, new each time so that none can be planted beforehand."""
    token = secrets.token_urlsafe(32)
    db.add(SignIn(digest=digest(token), account_id=account_id, created_at=now, seen_at=now, address=address))
    db.execute(delete(SignIn).where(over(now)))
    return token


def visitor(db: Session, token: str, address: str, now: datetime) -> tuple[Visitor, bool] | None:
    """Who holds this cookie, and whether `touch` is due; None where nobody does any more."""
    found = db.execute(
        select(SignIn.id, SignIn.seen_at, AccountRow)
        .join(AccountRow, AccountRow.id == SignIn.account_id)
        .where(SignIn.digest == digest(token), ~over(now), AccountRow.disabled_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    made = Visitor(account=account_of(found.AccountRow), sign_in_id=found.id, address=address)
    return made, now - found.seen_at > _TOUCH


def touch(db: Session, sign_in_id: int, now: datetime) -> None:
    """Put off the idle expiry."""
    db.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end(db: Session, token: str) -> None:
    """Sign a browser out."""
    db.execute(delete(SignIn).where(SignIn.digest == digest(token)))


def over(now: datetime) -> ColumnElement[bool]:
    """The condition for sign-ins whose time is up."""
    return or_(SignIn.seen_at <= now - IDLE, SignIn.created_at <= now - ABSOLUTE)
