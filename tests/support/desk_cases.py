"""Cases of a line or two, answered by the desk itself: are these one company, and does the inbox find that."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from leads import migrating
from leads.company_names import same
from leads.duplicates import company_key
from leads.inbox import Inbox
from leads.listing import Filter
from leads.model import Details, Draft, Talk
from leads.settings import Settings
from leads.staff.model import Account, Role, Visitor
from leads.store import Store
from leads.wiring import leads_with, outbox_of

_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_WHO = Visitor(account=Account(id=1, login="root", name="管理员甲", role=Role.ADMIN), sign_in_id=1, address="")


def same_company(text: str) -> bool:
    """Of "A|B": whether a lead of the one is noted as like a lead of the other."""
    one, _, other = text.partition("|")
    return company_key(one) == company_key(other) and same(one, other)


def inbox_finds(text: str) -> bool:
    """Of "sought|kept": whether the inbox finds a lead that holds it as its contact, its company or its name."""
    sought, _, kept = text.partition("|")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'leads.sqlite3'}"
        shutil.copy(_empty(), Path(folder) / "leads.sqlite3")
        store = Store(url)
        try:
            leads = leads_with(Settings(database=url), outbox_of(Settings(database=url)), lambda: _AT)
            details = [Details(contact=kept)] if any(c.isdigit() for c in kept) else []
            details += [Details(company=kept), Details(contact_name=kept)]
            for n, one in enumerate(details):
                talk = Talk(id=f"talk-{n}", channel="web")
                leads.submit(Draft(key=f"key-{n}", talk=talk, details=one, consented_at=_AT, notice_version="x"), [])
            found = Inbox(store, now=lambda: _AT).page(Filter(text=sought), _WHO).rows
            return bool(found) if details[0].contact else len(found) == len(details)
        finally:
            store.close()


@cache
def _empty() -> Path:
    """A migrated database with nothing in it, made once."""
    file = Path(tempfile.mkdtemp()) / "empty.sqlite3"
    migrating.upgrade(f"sqlite:///{file}")
    return file
