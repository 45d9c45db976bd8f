"""What people in a group chat or a mailbox read of a lead: enough to go and look, nothing that tells who it is."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from leads.model import Payload
from leads.workdays import ZONE

HOW_TO_LOOK = "详情请登录招商工作台，按编号查看。"
_TELLING = re.compile(r"[@＠]|[0-9０-９][0-9０-９\s-]{4,}[0-9０-９]|[A-Za-z]\w{5,}|://|www\.")
"""An investor may write a phone number, an address or a WeChat id where an industry was asked for."""
_LONGEST = 30


def subject(payload: Payload) -> str:
    """One line."""
    if payload.get("event") == "inquiry.opened":
        return f"有投资者要求转人工（咨询 {payload['inquiry']['id']}）"
    if payload.get("event") == "leads.due":
        return f"{payload['what']}：{payload['count']} 条线索"
    return f"新线索 {payload['lead']['number']}"


def lines(payload: Payload) -> list[str]:
    """The rest, a line for each thing worth knowing."""
    if payload.get("event") == "inquiry.opened":
        inquiry = payload["inquiry"]
        about = [f"相关线索：{inquiry['lead']}"] if inquiry.get("lead") else []
        return [f"来自：{inquiry['channel']}", *about, "请尽快接手。" + HOW_TO_LOOK]
    if payload.get("event") == "leads.due":
        more = payload["count"] - len(payload["leads"])
        return [
            *(_due(lead) for lead in payload["leads"]),
            *([f"……另有 {more} 条"] if more else []),
            "请登录招商工作台，在“督办”里查看。",
        ]
    lead = payload["lead"]
    low = "" if lead["qualified"] else "（未到合格线）"
    return [
        f"承接：{lead['office'] or '待分派'}",
        f"产业：{modest(lead['industry'])}",
        f"投资额：{amount(lead['investment'])}",
        f"评分：{lead['score']}{low}",
        HOW_TO_LOOK,
    ]


def _due(lead: dict[str, Any]) -> str:
    at = datetime.fromisoformat(lead["due_at"]).astimezone(ZONE)
    return f"{lead['number']} {lead['duty']}，期限 {at.month}月{at.day}日 {at:%H:%M}，{lead['office'] or '待分派'} {lead['officer'] or '无人负责'}"


def modest(said: str) -> str:
    """An investor's words on one line; replaced where they hold what may be a contact."""
    text = " ".join(said.split())
    if not text:
        return "未说明"
    return "见线索" if _TELLING.search(text) else text[:_LONGEST] + ("…" if len(text) > _LONGEST else "")


def amount(investment: dict[str, Any]) -> str:
    """As it was understood, in 万 or 亿; the investor's words are not quoted."""
    low, high, currency = investment["low"], investment["high"], investment["currency"]
    bounds = list(dict.fromkeys(bound for bound in (low, high) if bound is not None))
    if not bounds:
        return "见线索" if investment["said"] else "未说明"
    unit = {"CNY": "元", "": "元"}.get(currency, f" {currency}")
    told = "—".join(_short(bound) for bound in bounds) + unit
    return told + ("以上" if high is None else "以内" if low is None else "")


def _short(value: int) -> str:
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if value >= size:
            return f"{round(value / size, 2):g}{name}"
    return str(value)
