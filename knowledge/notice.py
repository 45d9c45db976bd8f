"""The privacy notice: what is collected, for what, for how long. Its version is kept with every consent."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).resolve().parent / "privacy_notice.md"
_VERSION = re.compile(r"^版本[:：]\s*(\S+)$", re.MULTILINE)


class PrivacyNotice(msgspec.Struct, frozen=True):
    """The text as it is published, and its version."""

    version: str
    text: str


@lru_cache(maxsize=1)
def privacy_notice() -> PrivacyNotice:
    """The notice shipped here; raises `ValueError` where it names no version."""
    text = _FILE.read_text(encoding="utf-8").replace("{保存天数}", str(kept_days()))
    text = text.replace("{答复记录天数}", str(int(os.environ.get("LEADS_TURN_DAYS") or 180)))
    match = _VERSION.search(text)
    if not match:
        raise ValueError(f"{_FILE.name} 要有一行“版本：…”")
    return PrivacyNotice(match[1], text)


def kept_days() -> int:
    """How many days after the last activity a lead is kept: `LEADS_RETENTION_DAYS`, 730 where it is not set."""
    return int(os.environ.get("LEADS_RETENTION_DAYS") or 730)


def where_to_read_it() -> str:
    """In words for investors: `PRIVACY_NOTICE_URL`, or that it can be asked for in the conversation."""
    return os.environ.get("PRIVACY_NOTICE_URL") or "回复“隐私说明”可看全文"
