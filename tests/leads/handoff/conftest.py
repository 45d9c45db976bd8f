"""A lead full of marked personal data, with its consent, its transcript and its rows in the outbox."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from leads.tables import Consent, Lead, Utterance

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PERSON = {
    "contact_name": "甲乙丙标记人", "company": "标记玄武岩公司", "contact": "+8613912345678", "notes": "标记备注找我本人",
}  # fmt: skip


@pytest.fixture
def add_lead(store):
    """Adds a lead and, with an outbox, its rows, in one transaction; returns the lead's id."""

    def add(outbox=None, at=NOW, **changed):
        unique = uuid.uuid4().hex
        given = {
            "number": unique[:16], "draft_key": unique, "talk_id": f"talk-{unique}", "channel": "web", "created_at": at,
            "updated_at": at, "contact_kind": "mobile", "contact_key": PERSON["contact"], "company_key": "标记玄武岩",
            "industry": "新能源汽车", "investment": "三五千万", "investment_low": 30_000_000,
            "investment_high": 50_000_000, "currency": "CNY", "area": "历下区，200亩", "stage": "NEW",
            "closed_because": "", "score": 75, "reasons": [{"rule": "amount", "points": 20, "why": "金额较大"}],
            "qualified": True, "office": "示例区投资促进局", "extra": {"estimate": {"low": 1}}, **PERSON,
        } | changed  # fmt: skip
        with store.writing() as db:
            lead = Lead(**given)
            db.add(lead)
            db.flush()
            db.add(Consent(lead_id=lead.id, notice_version="2026-01", given_at=at, channel="web"))
            for place, records in enumerate([["jn-gaoxin"], [], ["jn-qbq", "jn-gaoxin"]]):
                db.add(
                    Utterance(
                        talk_id=lead.talk_id,
                        place=place,
                        at=at,
                        speaker="assistant",
                        text="原话不外传",
                        records=records,
                    )
                )
            if outbox:
                outbox.submitted(db, lead, at)
            return lead.id

    return add
