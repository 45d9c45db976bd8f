"""What a bureau may set, read from the environment in one place. Nothing is connected here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
EMBEDDED = ROOT / "storage" / "leads.sqlite3"
"""The database where none is configured; the folder holds what can't be made again and is never cleaned."""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server that leads are sent through."""

    to: str
    sender: str
    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Destinations without an address are not used; leads then stand in the inbox alone."""

    database: str
    """SQLAlchemy's URL: sqlite:///… or postgresql+psycopg://…"""
    retention_days: int = 730
    draft_hours: int = 24
    """How long a form that was begun and not submitted is kept."""
    turn_days: int = 180
    """How long the log of turns, which names nobody, is kept."""
    office_hours: str = ""
    """As investors are told, e.g. 工作日 9:00–17:00; deadlines run in them."""
    first_contact_days: int = 1
    """Working days within which somebody is to speak with an investor."""
    remind_hours: float = 2.0
    """Hours before a deadline at which its officer is reminded."""
    escalate_days: int = 1
    """Working days after a deadline at which the leader is told."""
    takeover_minutes: float = 30.0
    """For so long may an officer who took a conversation over owe a reply; then the assistant answers again."""
    crm_url: str = ""
    crm_secret: str = ""
    crm_seconds: float = 10.0
    """Time-out of one attempt, connecting and answering each."""
    wecom_url: str = ""
    """Address of a WeCom group robot, its key included."""
    mail: Mail | None = None
    bot_url: str = ""
    """The Rasa server's address, where an officer's words are pushed; without it nobody can write to investors."""
    channel_secret: str = ""
    """What vouches for those pushes."""
    retry_base: float = 2.0
    """Seconds; the first wait after a failed hand-off is anything up to this. Tests make it short."""

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises `ValueError` where a number or an address is none, or the CRM or mail is set by halves."""
        given = {name: environ.get(f"LEADS_{name}", "").strip() for name in _NAMES}
        if given["DATABASE"] and not given["DATABASE"].startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("LEADS_DATABASE 要以 sqlite:/// 或 postgresql+psycopg:// 开头")
        if bool(given["MAIL_TO"]) != bool(given["MAIL_HOST"]):
            raise ValueError("LEADS_MAIL_TO 和 LEADS_MAIL_HOST 要么都设，要么都不设")
        if given["CRM_URL"] and not given["CRM_SECRET"]:
            raise ValueError("设了 LEADS_CRM_URL 就要设 LEADS_CRM_SECRET：没有签名，CRM 无从知道是谁发来的")
        for name in ("CRM_URL", "WECOM_URL"):
            if given[name] and not given[name].startswith(("http://", "https://")):
                raise ValueError(f"LEADS_{name} 要以 http:// 或 https:// 开头")
        # These two belong to the whole assistant, so they carry no LEADS_.
        bot_url, secret = environ.get("BOT_URL", "").strip(), environ.get("CHANNEL_SECRET", "").strip()
        if bot_url and not secret:
            raise ValueError("设了 BOT_URL 就要设 CHANNEL_SECRET：没有签名，渠道不收工作人员的话")
        mail = Mail(
            to=given["MAIL_TO"], sender=given["MAIL_FROM"] or given["MAIL_TO"], host=given["MAIL_HOST"],
            port=int(given["MAIL_PORT"] or 25), user=given["MAIL_USER"], password=given["MAIL_PASSWORD"],
            tls=given["MAIL_TLS"] == "1",
        )  # fmt: skip
        return cls(
            database=given["DATABASE"] or f"sqlite:///{EMBEDDED}",
            retention_days=int(given["RETENTION_DAYS"] or 730),
            draft_hours=int(given["DRAFT_HOURS"] or 24),
            turn_days=int(given["TURN_DAYS"] or 180),
            office_hours=environ.get("OFFICE_HOURS", "").strip(),
            first_contact_days=int(given["FIRST_CONTACT_DAYS"] or 1),
            remind_hours=float(given["REMIND_HOURS"] or 2),
            escalate_days=int(given["ESCALATE_DAYS"] or 1),
            takeover_minutes=_positive(given["TAKEOVER_MINUTES"], 30.0, "LEADS_TAKEOVER_MINUTES"),
            crm_url=given["CRM_URL"],
            crm_secret=given["CRM_SECRET"],
            crm_seconds=float(given["CRM_SECONDS"] or 10),
            wecom_url=given["WECOM_URL"],
            mail=mail if given["MAIL_TO"] else None,
            bot_url=bot_url,
            channel_secret=secret,
            retry_base=float(given["RETRY_BASE"] or 2),
        )


_NAMES = (
    "DATABASE", "RETENTION_DAYS", "DRAFT_HOURS", "TURN_DAYS", "FIRST_CONTACT_DAYS",
    "REMIND_HOURS", "ESCALATE_DAYS", "TAKEOVER_MINUTES", "CRM_URL", "CRM_SECRET", "CRM_SECONDS", "WECOM_URL", "MAIL_TO",
    "MAIL_FROM", "MAIL_HOST", "MAIL_PORT", "MAIL_USER", "MAIL_PASSWORD", "MAIL_TLS", "RETRY_BASE",
)  # fmt: skip


def _positive(given: str, otherwise: float, name: str) -> float:
    """A number above zero. Raises `ValueError`."""
    value = float(given) if given else otherwise
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} 要大于 0")
    return value
