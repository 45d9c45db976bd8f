"""Who is at the desk: may sign in, and is signed in somewhere.

Signing off is the end of the last sign-in: by 退出, by being idle for an hour or signed in for twelve (a page that is open
asks every few seconds, so that only a closed browser is idle), or by whatever ends sign-ins, such as disabling.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from leads.staff.model import RIGHTS, Right, Role
from leads.staff.signing_in import over
from leads.staff.tables import AccountRow, SignIn

_SPEAK = [role for role in Role if Right.ANSWER_INQUIRIES in RIGHTS[role]]


class Gone(StrEnum):
    """Why somebody can't be spoken with."""

    DISABLED = "disabled"
    """Also: may answer no inquiries any more."""
    SIGNED_OFF = "signed_off"


def gone(db: Session, logins: Collection[str], now: datetime) -> dict[str, Gone]:
    """Those of some people who are not at the desk. A login without an account is nobody that could sign off."""
    signed_in = exists().where(SignIn.account_id == AccountRow.id, ~over(now))
    rows = db.execute(
        select(AccountRow.login, AccountRow.role, AccountRow.disabled_at, signed_in).where(AccountRow.login.in_(logins))
    ).tuples()
    made = {}
    for login, role, disabled_at, there in rows:
        if disabled_at is not None or role not in _SPEAK:
            made[login] = Gone.DISABLED
        elif not there:
            made[login] = Gone.SIGNED_OFF
    return made


def present(db: Session, now: datetime) -> frozenset[str]:
    """Logins of all who are signed in and may answer inquiries."""
    wanted = select(AccountRow.login).join(SignIn, SignIn.account_id == AccountRow.id)
    there = wanted.where(~over(now), AccountRow.disabled_at.is_(None), AccountRow.role.in_(_SPEAK))
    return frozenset(db.scalars(there))
