"""The menu: one line an area, shown to those who have its right."""

from __future__ import annotations

import msgspec

from leads.staff.model import Account, Right


class Place(msgspec.Struct, frozen=True):
    """An entry of the menu."""

    path: str
    label: str
    right: Right


PLACES = (
    Place("/leads", "线索", Right.SEE_LEADS),
    Place("/inquiries", "人工咨询", Right.ANSWER_INQUIRIES),
    Place("/supervision", "督办", Right.SEE_LEADS),
    Place("/knowledge", "知识改进", Right.TEND_KNOWLEDGE),
    Place("/statistics", "统计", Right.SEE_STATISTICS),
    Place("/accounts", "账号", Right.MANAGE_ACCOUNTS),
    Place("/tokens", "接口令牌", Right.MANAGE_ACCOUNTS),
    Place("/audit", "操作记录", Right.READ_AUDIT),
    Place("/me", "我的账号", Right.OWN_ACCOUNT),
)
"""In the order of the menu."""


def places_of(account: Account) -> list[Place]:
    """What somebody's menu shows."""
    return [place for place in PLACES if account.may(place.right)]


def first_page_of(account: Account) -> str:
    """Where somebody begins after signing in."""
    return places_of(account)[0].path
