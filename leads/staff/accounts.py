"""Accounts: made, looked up, changed. Whatever takes rights away also ends what is signed in."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from leads.errors import NotFound, Unacceptable
from leads.staff.model import RIGHTS, Account, Right, Role
from leads.staff.tables import AccountRow, SignIn

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}")
RESERVED = ("investor", "system", "assistant")
"""Actors that are nobody's account."""
_TAKEN = "账号“{}”已经有了，请换一个"


def settled(login: str) -> str:
    """A login as it is compared and kept."""
    return login.strip().lower()


def add(
    db: Session, login: str, name: str, role: Role, password: str, now: datetime, *, must_change: bool
) -> AccountRow:
    """A new account; `password` is hashed already. Raises `Unacceptable`."""
    login = settled(login)
    if not _LOGIN.fullmatch(login) or login in RESERVED:
        raise Unacceptable("账号用 2 到 39 个小写字母、数字、点、短横或下划线，以字母或数字开头")
    if not name.strip():
        raise Unacceptable("请写姓名：页面和交接里显示的是它")
    if db.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None:
        raise Unacceptable(_TAKEN.format(login))
    row = AccountRow(
        login=login, name=name.strip(), role=role, offices=[], sectors=[], password=password, must_change=must_change,
        totp_secret="", totp_step=0, disabled_at=None, away_until=None, deputy="", created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def find(db: Session, login: str) -> AccountRow | None:
    """Without a lock; None where there is none."""
    return db.scalar(select(AccountRow).where(AccountRow.login == settled(login)))


def by_login(db: Session, login: str) -> AccountRow:
    """Locked until the transaction ends. Raises `NotFound`."""
    row = db.scalar(select(AccountRow).where(AccountRow.login == settled(login)).with_for_update())
    if row is None:
        raise NotFound("没有这个账号")
    return row


def change(db: Session, login: str, now: datetime, values: dict[str, Any]) -> list[str]:
    """Put `values` in an account, keys as in `Account`, and say which differ; `disabled` is true or false. The last
    administrator can't be taken away. Raises `NotFound`, `Unacceptable`."""
    row = by_login(db, login)
    if "disabled" in values:
        values = {**values, "disabled_at": (row.disabled_at or now) if values["disabled"] else None}
        del values["disabled"]
    deputy = values.get("deputy")
    if deputy and (deputy == row.login or db.scalar(select(AccountRow.id).where(AccountRow.login == deputy)) is None):
        raise Unacceptable("代理人要是另一个现有的账号")
    changed = [field for field, value in values.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, values[field])
    db.flush()
    if not administrators(db):
        raise Unacceptable("至少要有一名能登录的管理员")
    if {"role", "disabled_at", "offices", "sectors"} & set(changed):
        sign_out_all(db, row.id)
    return changed


def may_hold(row: AccountRow | None) -> bool:
    """Whether somebody can be responsible for leads."""
    return row is not None and row.disabled_at is None and Right.WORK_LEADS in RIGHTS[Role(row.role)]


def sign_out_all(db: Session, account_id: int, but: int = 0) -> None:
    """End whatever is signed in to an account, but for one browser."""
    db.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.id != but))


def administrators(db: Session) -> int:
    """How many administrators can sign in."""
    active = select(func.count()).where(AccountRow.role == Role.ADMIN, AccountRow.disabled_at.is_(None))
    return db.scalar(active) or 0


def everybody(db: Session) -> list[Account]:
    """All accounts by login, disabled ones as well."""
    return [account_of(row) for row in db.scalars(select(AccountRow).order_by(AccountRow.login))]


def account_of(row: AccountRow) -> Account:
    """Without what is secret."""
    return Account(
        id=row.id, login=row.login, name=row.name, role=Role(row.role), offices=tuple(row.offices),
        sectors=tuple(row.sectors), second_factor=bool(row.totp_secret), must_change=row.must_change,
        disabled_at=row.disabled_at, away_until=row.away_until, deputy=row.deputy,
    )  # fmt: skip
