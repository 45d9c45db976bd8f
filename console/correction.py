"""Reads what the desk corrects of a registration, as the assistant reads it of an investor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.slots import contacts, money, roles
from leads.errors import Unacceptable
from leads.model import Details

LONGEST = {
    "contact_name": 60, "company": 120, "contact": 100, "industry": 120, "investment": 80, "area": 120, "notes": 2000,
}  # fmt: skip
LABELS = {
    "contact_name": "联系人", "company": "公司", "contact": "联系方式", "industry": "行业", "investment": "投资额", "area": "选址面积",
    "notes": "备注",
}  # fmt: skip


def read(typed: Mapping[str, str], details: Details) -> dict[str, Any]:
    """Fields of `Details` to be put in place. A contact left empty stays as it is: the form does not show it. Raises
    `Unacceptable`, with the field's name."""
    given: dict[str, Any] = {}
    for field, longest in LONGEST.items():
        said = typed[field].strip()
        if len(said) > longest:
            raise Unacceptable(f"{LABELS[field]}最多 {longest} 个字，没有保存")
        if field == "contact":
            given |= _contact(said) if said else {}
        elif field == "investment":
            given |= _investment(said) if said != details.investment else {}
        else:
            given[field] = said
    return given


def _contact(said: str) -> dict[str, Any]:
    found = contacts.answer(said)
    if isinstance(found, contacts.Unusable):
        raise Unacceptable(f"联系方式用不了：{found.why}；没有保存")
    if found is None:
        raise Unacceptable("没看出联系方式，没有保存；请写手机、带区号的座机、邮箱或微信号")
    return {"contact": found.value, "contact_kind": found.kind}


def _investment(said: str) -> dict[str, Any]:
    """An amount as it is understood; what names none (面议) is kept as it was said."""
    found = roles.investment(said, asked=True) if said else None
    if isinstance(found, roles.Unclear):
        raise Unacceptable("投资额里有几个金额，分不清哪个是总投资；请写成“总投资…”；没有保存")
    if found is None and isinstance(bare := money.answer(said), money.Unitless):
        raise Unacceptable(f"投资额“{bare.surface}”是元还是万元？请带上单位；没有保存")
    if found is None:
        return {"investment": said, "investment_low": None, "investment_high": None, "currency": ""}
    return {
        "investment": said,
        "investment_low": None if found.low is None else int(found.low),
        "investment_high": None if found.high is None else int(found.high),
        "currency": found.currency,
    }
