"""Tokens by which the bureau's other systems come in: what each may do, until when, when it last came."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from leads.errors import NotFound, Unacceptable
from leads.staff import auditing
from leads.staff.model import Visitor
from leads.staff.tables import Audit, TokenRow
from leads.store import Store

_PREFIX = "zs_"
_STALE = timedelta(minutes=1)
"""So seldom is it written down that a token was used."""
LONGEST_DAYS = 730
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class TokenScope(StrEnum):
    """One thing another system may do."""

    READ_LEADS = "leads:read"
    WRITE_LEADS = "leads:write"
    READ_STATISTICS = "statistics:read"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {
            TokenScope.READ_LEADS: "读线索（含联系方式）", TokenScope.WRITE_LEADS: "记跟进、改阶段",
            TokenScope.READ_STATISTICS: "读统计",
        }[self]  # fmt: skip


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """Without its secret, which nobody can look up."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def actor(self) -> str:
        """Who did it, in activities and in the audit."""
        return f"api:{self.name}"


class Tokens:
    """Made and revoked by administrators, looked up with every call. Any method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    def add(self, name: str, scopes: Sequence[str], days: int, by: Visitor) -> str:
        """A new token; its secret is given once and never again. Raises `Unacceptable`."""
        name = name.strip()
        if not name or len(name) > 32:
            raise Unacceptable("请写明给哪个系统用，32 个字以内")
        if not scopes or set(scopes) - set(TokenScope):
            raise Unacceptable("至少选一项权限")
        if not 1 <= days <= LONGEST_DAYS:
            raise Unacceptable(f"有效期是 1 到 {LONGEST_DAYS} 天")
        secret, now = _PREFIX + secrets.token_urlsafe(32), self._now()

        def work(db: Session) -> None:
            alive = TokenRow.revoked_at.is_(None), TokenRow.expires_at > now
            if db.scalar(select(TokenRow.id).where(TokenRow.name == name, *alive)) is not None:
                raise Unacceptable(f"“{name}”已有有效的令牌；换新的请先停用旧的")
            db.add(
                TokenRow(
                    name=name, digest=_digest(secret), scopes=sorted(set(scopes)), created_by=by.account.login,
                    created_at=now, expires_at=now + timedelta(days=days), revoked_at=None, last_used_at=None,
                )
            )  # fmt: skip
            auditing.write(db, by, "token.added", name, {"scopes": sorted(set(scopes)), "days": days}, now)

        self._store.write(work)
        return secret

    def revoke(self, id_: int, by: Visitor) -> None:
        """End a token at once; twice is no fault. Raises `NotFound`."""

        def work(db: Session) -> None:
            row = db.get(TokenRow, id_)
            if row is None:
                raise NotFound("没有这个令牌")
            if row.revoked_at is None:
                row.revoked_at = self._now()
                auditing.write(db, by, "token.revoked", row.name, {}, self._now())

        self._store.write(work)

    def all(self) -> list[Token]:
        """Newest first, those that ended as well."""
        return self._store.read(
            lambda db: [_of(row) for row in db.scalars(select(TokenRow).order_by(TokenRow.id.desc()))]
        )

    def admit(self, secret: str) -> Token | None:
        """Whose secret this is, if it holds."""
        now = self._now()
        wanted = select(TokenRow).where(
            TokenRow.digest == _digest(secret), TokenRow.revoked_at.is_(None), TokenRow.expires_at > now
        )

        def look(db: Session) -> Token | None:
            row = db.scalar(wanted)
            return None if row is None else _of(row)

        found = self._store.read(look)
        if found is not None and (found.last_used_at is None or now - found.last_used_at > _STALE):
            used = update(TokenRow).where(TokenRow.id == found.id).values(last_used_at=now)
            self._store.write(lambda db: db.execute(used))
        return found

    def audit(self, token: Token, address: str, act: str, subject: str, data: Mapping[str, Any] = _NOTHING) -> None:
        """Write down what another system read or changed."""
        line = {"act": act, "subject": subject, "data": dict(data)}
        self._store.write(
            lambda db: db.add(Audit(at=self._now(), who=token.actor, role="api", address=address, **line))
        )


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "ignore")).hexdigest()


def _of(row: TokenRow) -> Token:
    return Token(
        id=row.id, name=row.name, scopes=tuple(row.scopes), created_by=row.created_by, created_at=row.created_at,
        expires_at=row.expires_at, revoked_at=row.revoked_at, last_used_at=row.last_used_at,
    )  # fmt: skip
