"""The desk's tables. Audit lines only grow: a trigger of the migration refuses every change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from leads.tables import Base, Words


class AccountRow(Base):
    """Somebody who may sign in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Words(40), unique=True)
    name: Mapped[str] = mapped_column(Words(60))
    role: Mapped[str] = mapped_column(Words(20))
    offices: Mapped[list[Any]]
    sectors: Mapped[list[Any]]
    password: Mapped[str]
    """argon2id, with its parameters and salt."""
    must_change: Mapped[bool]
    totp_secret: Mapped[str] = mapped_column(Words(64))
    """Base 32; empty without a second factor."""
    totp_step: Mapped[int]
    """The time step of the last code that was accepted: a code counts once."""
    disabled_at: Mapped[datetime | None]
    away_until: Mapped[datetime | None]
    deputy: Mapped[str] = mapped_column(Words(40))
    created_at: Mapped[datetime]


class SignIn(Base):
    """A browser that is signed in. The cookie holds the secret, the table only its digest."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(Words(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(Words(60))


class Audit(Base):
    """Who looked at, changed or took out what. Append-only."""

    __tablename__ = "audits"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(Words(40), index=True)
    role: Mapped[str] = mapped_column(Words(20))
    address: Mapped[str] = mapped_column(Words(60))
    act: Mapped[str] = mapped_column(Words(40))
    subject: Mapped[str] = mapped_column(Words(80), index=True)
    data: Mapped[dict[str, Any]]


class TokenRow(Base):
    """Another system of the bureau that may ask the desk. The table holds only a digest of its secret."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words(60))
    digest: Mapped[str] = mapped_column(Words(64), unique=True)
    scopes: Mapped[list[Any]]
    created_by: Mapped[str] = mapped_column(Words(40))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class View(Base):
    """A filter of the inbox that an officer gave a name. What was searched for is not kept: it may name somebody."""

    __tablename__ = "views"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(Words(30))
    query: Mapped[str] = mapped_column(Words(1000))
