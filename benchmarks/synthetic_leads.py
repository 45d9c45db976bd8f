"""Synthetic leads by the hundred thousand, straight into the tables: what the desk is measured with. No real person."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, text

from leads import numbering
from leads.model import Stage
from leads.routing import load_routing
from leads.scoring import load_scoring
from leads.searching import folded
from leads.store import Store
from leads.tables import (
    Activity,
    Assignment,
    Card,
    Consent,
    Delivery,
    Lead,
    Likeness,
    NextStep,
    SearchText,
    Utterance,
)

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
OFFICERS = [f"officer-{n:02}" for n in range(20)]
_PARTS = "远望 启明 华创 天工 海岳 云帆 金石 长风 明湖 泉城 黄河 兰山 恒瑞 中联 联创 百川 瑞丰 博远 新禾 卓越".split()
_FIELDS = "量子科技 生物医药 新能源 冷链物流 集成电路 工程机械 软件 数据 新材料 食品".split()
_STAGES = [Stage.NEW] * 30 + [Stage.CONTACTED] * 20 + [Stage.QUALIFIED] * 12 + [Stage.NEGOTIATING] * 10 + [
    Stage.SIGNED] * 6 + [Stage.STARTED] * 4 + [Stage.FUNDED] * 3 + [Stage.CLOSED] * 15  # fmt: skip


def fill(store: Store, many: int, seed: int = 7) -> list[str]:
    """So many leads with transcripts, activities, assignments, cards, steps, deliveries; gives their numbers."""
    chance = random.Random(seed)  # noqa: S311 - no secrets
    offices, sectors = load_routing().offices, load_scoring().sectors
    if store.engine.dialect.name == "sqlite":  # what is made up need not survive a power cut
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    numbers: list[str] = []
    taken: set[str] = set()
    for start in range(1, many + 1, 5000):
        with store.writing() as db:
            rows: dict[type, list[dict[str, Any]]] = {
                kind: [] for kind in (Lead, SearchText, Consent, Activity, Assignment, Card, NextStep, Delivery, Utterance, Likeness)
            }  # fmt: skip
            for id_ in range(start, min(start + 5000, many + 1)):
                one = _lead(chance, id_, many, offices, sectors)
                while one["number"] in taken:
                    one["number"] = numbering.new()
                taken.add(str(one["number"]))
                numbers.append(str(one["number"]))
                _around(chance, one, rows)
            for kind, values in rows.items():
                if values:
                    db.execute(kind.__table__.insert(), values)  # type: ignore[attr-defined]
    with store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for table in (
                "leads",
                "search_texts",
                "activities",
                "assignments",
                "utterances",
                "deliveries",
                "likenesses",
                "next_steps",
            ):
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {many * 10})")
                    if table != "search_texts"
                    else text("SELECT 1")
                )
        connection.execute(text("ANALYZE"))
        connection.commit()
    return numbers


def _lead(
    chance: random.Random, id_: int, many: int, offices: tuple[str, ...], sectors: tuple[str, ...]
) -> dict[str, Any]:
    created = NOW - timedelta(days=700) * (1 - id_ / many) + timedelta(seconds=chance.randrange(60))
    stage = chance.choice(_STAGES)
    officer = "" if stage is Stage.NEW and chance.random() < 0.5 else chance.choice(OFFICERS)
    low = chance.choice([None, 500, 1000, 2000, 5000, 10_000, 30_000, 100_000])
    company = f"{chance.choice(_PARTS)}{chance.choice(_PARTS)}{chance.choice(_FIELDS)}{id_ % 997}有限公司"
    due = (
        created + timedelta(days=chance.randrange(3, 60))
        if stage is not Stage.CLOSED and chance.random() < 0.5
        else None
    )
    reasons = [
        {
            "rule": f"rule-{n}",
            "points": 5 * n,
            "why": "产业“量子科技”在济南十大千亿产业之列，投资额约5000万元，填了五项主要信息",
        }
        for n in range(6)
    ]
    return {
        "id": id_, "number": numbering.new(), "draft_key": f"bench-{id_}", "talk_id": f"bench-talk-{id_}",
        "channel": chance.choice(["web", "web", "rest", "wechat"]), "created_at": created,
        "updated_at": created + timedelta(days=chance.random() * 30), "contact_name": f"合成{id_}", "company": company,
        "contact": f"+861380{id_:07}", "contact_kind": "mobile", "contact_key": f"+861380{id_:07}",
        "company_key": company[:8], "industry": chance.choice(_FIELDS), "investment": f"{low or ''}万元",
        "investment_low": low and low * 10_000, "investment_high": None, "currency": "CNY", "area": "历城区，200亩",
        "notes": "希望今年动工" * 3, "stage": stage, "closed_because": "", "score": chance.randrange(10, 100),
        "reasons": reasons, "qualified": chance.random() < 0.6, "office": chance.choice(offices),
        "sector": chance.choice(sectors), "officer": officer, "due_at": due, "merged_into_id": None, "erased_at": None,
        "extra": {"estimate": {"told": {"investment": "5000万"}, "results": []}},
    }  # fmt: skip


def _around(chance: random.Random, one: dict[str, Any], rows: dict[type, list[dict[str, Any]]]) -> None:
    id_, at = one["id"], one["created_at"]
    rows[Lead].append(one)
    rows[SearchText].append({
        "lead_id": id_, "text": folded(str(one["number"]), str(one["company"]), str(one["contact_name"]), str(one["contact"]))
    })  # fmt: skip
    rows[Consent].append(
        {"id": id_, "lead_id": id_, "notice_version": "2026-01", "given_at": at, "channel": "web", "withdrawn_at": None}
    )
    for n in range(5):
        rows[Activity].append(
            {
                "id": id_ * 5 + n,
                "lead_id": id_,
                "at": at,
                "kind": "called",
                "actor": one["officer"] or "system",
                "text": "谈了用地和时间安排",
                "data": {},
            }
        )
        rows[Utterance].append(
            {
                "id": id_ * 5 + n,
                "talk_id": one["talk_id"],
                "place": n,
                "at": at,
                "speaker": "investor",
                "text": "济南高新区的厂房怎么租？",
                "records": ["jn-gaoxin"],
            }
        )
    if one["officer"]:
        rows[Assignment].append(
            {"id": id_, "lead_id": id_, "officer": one["officer"], "by": one["officer"], "since": at, "until": None}
        )
    if one["due_at"]:
        rows[NextStep].append(
            {
                "id": id_,
                "lead_id": id_,
                "what": "回访",
                "due_at": one["due_at"],
                "by": one["officer"],
                "created_at": at,
                "done_at": None,
            }
        )
        rows[Card].append(
            {
                "lead_id": id_,
                "project": "项目",
                "responsibility": "",
                "measures": "",
                "deadline": one["due_at"],
                "leader": "",
                "team": "",
                "updated_at": at,
            }
        )
    rows[Delivery].append(
        {
            "id": id_,
            "lead_id": id_,
            "destination": "crm",
            "event": "lead.submitted",
            "key": f"bench-{id_}",
            "payload": {},
            "state": "DELIVERED",
            "attempts": 1,
            "due_at": at,
            "leased_until": None,
            "lease": "",
            "error": "",
            "created_at": at,
            "delivered_at": at,
        }
    )
    if id_ > 10 and chance.random() < 0.1:
        rows[Likeness].append({"id": id_, "lead_id": id_, "other_id": id_ - 7, "why": "company"})
