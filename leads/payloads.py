"""What destinations are sent, as JSON: the types, and the JSON Schema made from them.

`docs/crm-payload.schema.json` is generated (`python -m leads schema`) and a test says it is current. Fields are only
ever added: a receiver ignores those it does not know. Times are ISO 8601 in UTC; amounts are whole units of the
currency named beside them (yuan for CNY).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from leads.model import Payload, Stage
from leads.tables import Consent, Inquiry, Lead

DOCS = Path(__file__).resolve().parent.parent / "docs"
_NAMED = 10
SCHEMA_FILE = DOCS / "crm-payload.schema.json"
EXAMPLE_FILE = DOCS / "crm-payload.example.json"

Id = Annotated[str, Meta(description="本次推送的编号，与 Idempotency-Key、webhook-id 相同；重试时不变")]
Time = Annotated[datetime, Meta(tz=True, description="ISO 8601，UTC")]
Number = Annotated[str, Meta(description="线索编号，投资者手里的也是它")]
Whole = Annotated[int, Meta(description="以 currency 的一个单位计，人民币为元")]


class Investment(msgspec.Struct, frozen=True, kw_only=True):
    """投资额：原话，以及理解成的上下限；没听懂时上下限为 null，不猜。"""

    said: str
    low: Whole | None
    high: Whole | None
    currency: Annotated[str, Meta(description="ISO 4217；没有说金额时为空")]


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """投资者同意收集个人信息的凭据。"""

    notice_version: Annotated[str, Meta(description="他同意的隐私告知的版本")]
    given_at: Time


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """评分的一条理由。"""

    rule: Annotated[str, Meta(description="规则的代号")]
    points: Annotated[int, Meta(description="这条规则给的分")]
    why: Annotated[str, Meta(description="中文说明")]


class LeadBody(msgspec.Struct, frozen=True, kw_only=True):
    """一条线索的全部。没有说的项为空字符串。"""

    number: Number
    stage: Annotated[str, Meta(description="、".join(f"{stage} {stage.label}" for stage in Stage))]
    score: Annotated[int, Meta(description="评分，理由见 reasons")]
    qualified: Annotated[bool, Meta(description="评分是否够线；不够的同样交接")]
    reasons: tuple[Reason, ...]
    office: Annotated[str, Meta(description="按规则分到的区县或部门")]
    contact_name: str
    company: str
    contact: Annotated[str, Meta(description="电话为 E.164（分机写在 ;ext= 之后），或邮箱、微信号")]
    contact_kind: Annotated[str, Meta(description="mobile、landline、service、foreign、email、wechat")]
    industry: str
    investment: Investment
    area: Annotated[str, Meta(description="想去的地方和面积，原话")]
    notes: str
    channel: Annotated[str, Meta(description="从哪里来：rest、web、wechat")]
    submitted_at: Time
    consent: Agreement | None
    records: Annotated[tuple[str, ...], Meta(description="对话里给投资者看过的知识库记录的编号，不含对话原文")]
    extra: Annotated[dict[str, Any], Meta(description="其他环节的结果：测算、匹配、线索来源 source；可以为空")]


class LeadSubmitted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="lead.submitted"):
    """投资者提交了一条线索。"""

    id: Id
    occurred_at: Time
    lead: LeadBody


class LeadAmended(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="lead.amended"):
    """投资者更正了已提交的线索：编号不变，内容以这次的为准。"""

    id: Id
    occurred_at: Time
    lead: LeadBody


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """只有编号，没有个人信息。"""

    number: Number


class LeadErased(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="lead.erased"):
    """投资者要求删除个人信息：请在贵系统里也删除这条线索的个人信息。"""

    id: Id
    occurred_at: Time
    lead: Numbered


class InquiryBody(msgspec.Struct, frozen=True, kw_only=True):
    """一次转人工的请求；投资者写的文字不在其中。"""

    id: Annotated[int, Meta(description="咨询编号")]
    channel: str
    lead: Number | None


class InquiryOpened(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="inquiry.opened"):
    """有投资者要求与人联系。"""

    id: Id
    occurred_at: Time
    inquiry: InquiryBody


Event = LeadSubmitted | LeadAmended | LeadErased | InquiryOpened


class NoticeBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a group chat or a mailbox may hold of a lead: nothing that tells who somebody is."""

    number: str
    office: str
    industry: str
    investment: Investment
    score: int
    qualified: bool
    channel: str


class LeadNotice(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="lead.submitted"):
    """The modest form of `LeadSubmitted`, for WeCom and mail."""

    id: str
    occurred_at: datetime
    lead: NoticeBody


def _investment(lead: Lead) -> Investment:
    return Investment(
        said=lead.investment, low=lead.investment_low, high=lead.investment_high, currency=lead.currency
    )  # fmt: skip


def lead_submitted(key: str, lead: Lead, consent: Consent | None, records: Sequence[str], now: datetime) -> Payload:
    """Everything an officer needs, for the bureau's own CRM. `records` are the ids of what the investor was shown."""
    return _json(LeadSubmitted(id=key, occurred_at=now, lead=body_of(lead, consent, records)))


def lead_amended(key: str, lead: Lead, consent: Consent | None, records: Sequence[str], now: datetime) -> Payload:
    """The same once more, as its investor put it right."""
    return _json(LeadAmended(id=key, occurred_at=now, lead=body_of(lead, consent, records)))


def body_of(lead: Lead, consent: Consent | None, records: Sequence[str]) -> LeadBody:
    """All that other systems are told of a lead."""
    return LeadBody(
        number=lead.number, stage=lead.stage, score=lead.score, qualified=lead.qualified,
        reasons=tuple(msgspec.convert(reason, Reason) for reason in lead.reasons), office=lead.office,
        contact_name=lead.contact_name, company=lead.company, contact=lead.contact, contact_kind=lead.contact_kind,
        industry=lead.industry, investment=_investment(lead), area=lead.area, notes=lead.notes, channel=lead.channel,
        submitted_at=lead.created_at, records=tuple(records), extra=lead.extra,
        consent=Agreement(notice_version=consent.notice_version, given_at=consent.given_at) if consent else None,
    )  # fmt: skip


def lead_notice(key: str, lead: Lead, now: datetime) -> Payload:
    """What may stand in a group chat or a mailbox."""
    body = NoticeBody(
        number=lead.number, office=lead.office, industry=lead.industry, investment=_investment(lead),
        score=lead.score, qualified=lead.qualified, channel=lead.channel,
    )  # fmt: skip
    return _json(LeadNotice(id=key, occurred_at=now, lead=body))


def lead_erased(key: str, number: str, now: datetime) -> Payload:
    """The number alone."""
    return _json(LeadErased(id=key, occurred_at=now, lead=Numbered(number=number)))


def inquiry_opened(key: str, inquiry: Inquiry, number: str | None, now: datetime) -> Payload:
    """No text of the investor's."""
    body = InquiryBody(id=inquiry.id, channel=inquiry.channel, lead=number)
    return _json(InquiryOpened(id=key, occurred_at=now, inquiry=body))


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline as staff are told of it in a group: nothing of the investor."""

    number: str
    duty: str
    due_at: datetime
    office: str
    officer: str
    """The name, or empty where nobody is responsible."""


def leads_due(key: str, what: str, leads: Sequence[Due], now: datetime) -> Payload:
    """The first few by name, the rest by count: a group is no list."""
    shown = [msgspec.to_builtins(lead) for lead in leads[:_NAMED]]
    return {
        "id": key, "event": "leads.due", "occurred_at": now.isoformat(), "what": what, "count": len(leads),
        "leads": shown,
    }  # fmt: skip


def officer_spoke(key: str, channel: str, talk_id: str, event: str, text: str, name: str, now: datetime) -> Payload:
    """What an investor's channel is sent: `message` as it goes out, and which channel it is."""
    message = {"id": key, "talk": talk_id, "kind": event, "text": text, "officer": name, "at": now.isoformat()}
    return {"channel": channel, "message": message}


def _json(event: msgspec.Struct) -> dict[str, Any]:
    converted: dict[str, Any] = msgspec.to_builtins(event)
    return converted


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what the CRM is sent."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "推送给招商部门 CRM 的内容",
        "description": "由 leads/payloads.py 生成（python -m leads schema），请勿手改。以后只会增加字段，不认识的请忽略。",
        **msgspec.json.schema(Event),
    }


def example() -> dict[str, Any]:
    """A submitted lead; the person, the company and the number are made up."""
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    body = LeadBody(
        number="ZS4827391563", stage="NEW", score=75, qualified=True,
        reasons=(Reason(rule="priority_industry", points=30, why="属于重点产业：新能源汽车"),), office="示例区投资促进局",
        contact_name="张三", company="示例科技有限公司", contact="+8613800000000", contact_kind="mobile",
        industry="新能源汽车零部件",
        investment=Investment(said="三五千万", low=30_000_000, high=50_000_000, currency="CNY"),
        area="示例区，30亩", notes="下周来考察", channel="web", submitted_at=at,
        consent=Agreement(notice_version="2026-01", given_at=at), records=("example-site",), extra={},
    )  # fmt: skip
    return _json(LeadSubmitted(id="0f6d4a0c6a0b4c1e9d0a5b7c8e9f1a2b", occurred_at=at, lead=body))


def files() -> dict[Path, str]:
    """File → what it should hold."""
    made = {SCHEMA_FILE: schema(), EXAMPLE_FILE: example()}
    return {
        path: msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n" for path, value in made.items()
    }
