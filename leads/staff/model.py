"""The words of the desk as types: who may sign in, as what, and which leads he may see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Role(StrEnum):
    """What somebody is at the bureau. `label` is what people read."""

    OFFICER = "officer"
    LEADER = "leader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in Chinese."""
        return _LABELS[self]


_LABELS = {Role.OFFICER: "招商专员", Role.LEADER: "领导", Role.EDITOR: "知识编辑", Role.ADMIN: "管理员"}


class Right(StrEnum):
    """One thing that may be done at the desk. Every route names the one it needs."""

    OWN_ACCOUNT = "own_account"
    """One's own password and second factor: whoever is signed in."""
    SEE_LEADS = "see_leads"
    """List, board and pages of the leads within one's scope."""
    WORK_LEADS = "work_leads"
    """Take, note, move, merge, fill in the card – within one's scope."""
    ASSIGN_LEADS = "assign_leads"
    """Make somebody else responsible."""
    EXPORT_LEADS = "export_leads"
    ANSWER_INQUIRIES = "answer_inquiries"
    DIRECT_INQUIRIES = "direct_inquiries"
    """Read a conversation that another holds, hand it back for him, pass it on."""
    SEE_STATISTICS = "see_statistics"
    TEND_KNOWLEDGE = "tend_knowledge"
    """Gaps, feedback, records past their review."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """Accounts, tokens, settings."""
    READ_AUDIT = "read_audit"


_WORK = frozenset({Right.OWN_ACCOUNT, Right.SEE_LEADS, Right.WORK_LEADS, Right.EXPORT_LEADS, Right.ANSWER_INQUIRIES})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: _WORK,
    Role.LEADER: _WORK | {Right.ASSIGN_LEADS, Right.DIRECT_INQUIRIES, Right.SEE_STATISTICS},
    Role.EDITOR: frozenset({Right.OWN_ACCOUNT, Right.TEND_KNOWLEDGE}),
    Role.ADMIN: frozenset(Right),
}
"""What each role may do; which leads it may do it to, `Scope` says."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The leads somebody may see: those that meet any of these."""

    everything: bool = False
    officer: str = ""
    """Those that this officer is responsible for."""
    unassigned: bool = False
    offices: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in. `login` is what leads, activities and the audit know him by."""

    id: int
    login: str
    name: str
    role: Role
    offices: tuple[str, ...] = ()
    """Districts or departments a leader answers for: names of `rules/routing.yml`."""
    sectors: tuple[str, ...] = ()
    """Industries a leader answers for: names of `rules/scoring.yml`."""
    second_factor: bool = False
    must_change: bool = False
    """The password was set by somebody else and has to be changed first."""
    disabled_at: datetime | None = None
    away_until: datetime | None = None
    deputy: str = ""
    """Login of whoever stands in meanwhile."""

    def may(self, right: Right) -> bool:
        """Whether the role has a right."""
        return right in RIGHTS[self.role]

    @property
    def scope(self) -> Scope:
        """Officers: their own and unassigned leads; leaders: their districts and industries; admins: all; editors: none."""
        match self.role:
            case Role.ADMIN:
                return Scope(everything=True)
            case Role.OFFICER:
                return Scope(officer=self.login, unassigned=True)
            case Role.LEADER:
                return Scope(officer=self.login, offices=self.offices, sectors=self.sectors)
            case Role.EDITOR:
                return Scope()


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is signed in, and from where."""

    account: Account
    sign_in_id: int
    address: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit. Holds numbers and names of fields, never what an investor said."""

    at: datetime
    who: str
    role: str
    address: str
    act: str
    subject: str
    data: dict[str, Any]
