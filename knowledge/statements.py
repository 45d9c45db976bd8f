"""Turns a record into the sentences an investor may read: one Statement a fact.

Statements are what is searched and what is answered with, so an answer can never hold anything that is
not in a record. Each knows its field, the facets it speaks of and the source it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from knowledge.model import (
    Common,
    Contact,
    Cost,
    District,
    Fact,
    Incentive,
    Industry,
    Procedure,
    PromotionEvent,
    Site,
    Source,
)


class Statement(msgspec.Struct, frozen=True):
    """One sentence about one record."""

    record_id: str
    field: str
    text: str
    facets: tuple[str, ...]
    source_id: str


_Said = tuple[str, str, str]
"""Field, text, and the id of the source of its own; an empty id where it rests on the source of its field."""
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_FACETS_OF_FIELD: Mapping[str, tuple[str, ...]] = {
    "area": ("area",),
    "location": ("location", "address"),
    "districts": ("location",),
    "founded": ("founded", "date"),
    "level": ("level", "issuer"),
    "admin_body": ("admin_body", "office", "phone"),
    "official_site": ("website", "phone"),
    "industries": ("industries",),
    "tenants": ("tenants",),
    "transport": ("transport", "location"),
    "subparks": ("subparks",),
    "clusters": ("clusters", "industries", "subparks", "targets"),
    "layout": ("subparks", "targets"),
    "goals": ("targets",),
    "land_terms": ("land",),
    "superseded_by": ("validity", "founded", "level"),
    "sites": ("subparks",),
    "branches": ("industries",),
    "who": ("who",),
    "benefits": ("amount",),
    "document_number": ("document_number", "validity"),
    "issuing_authority": ("issuer", "office"),
    "effective": ("validity", "founded", "date"),
    "apply": ("apply", "office", "steps", "materials"),
    "verify": ("validity",),
    "later": ("validity",),
    "role": ("office", "admin_body"),
    "phone": ("phone",),
    "address": ("address", "location"),
    "website": ("website", "phone"),
    "department": ("office",),
    "steps": ("steps", "apply", "materials"),
    "time_limit": ("time_limit",),
    "valid": ("validity",),
    "date": ("date", "founded"),
    "prices": ("price", "cost", "amount"),
    "note": (),
    "facts": (),
    "summary": (),
}


FIELDS = tuple(_FACETS_OF_FIELD)
"""All fields a statement can be of."""
FREE = frozenset(("facts", "note", "steps", "benefits", "who", "summary"))
"""Fields of free sentences, which may tell of anything."""
_OF_INCENTIVES = frozenset(("amount", "cap", "who", "validity", "apply", "document_number", "issuer"))
"""Facets that free sentences tell of only in incentives; elsewhere a percentage is no reward."""


def statements_of(record: Common, tells: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> list[Statement]:
    """All statements of a record, in the order they should be read.

    `tells` maps a facet to words that betray it in a free sentence; `names` maps record ids to names.
    """
    made = []
    for field, text, told_by in _sentences(record, names):
        facets = list(_FACETS_OF_FIELD.get(field, ()))
        if field in ("facts", "note", "benefits", "who", "steps", "time_limit") and "尚未收录" not in text:
            facets += [
                facet
                for facet, words in tells.items()
                if any(word in text for word in words) and (facet not in _OF_INCENTIVES or record.type == "incentive")
            ]
        if field == "location" and any(word in text for word in tells.get("transport", ())):
            facets.append("transport")
        source = record.field_sources.get("area_km2" if field == "area" else field, record.sources[0].id)
        made.append(Statement(record.id, field, text, tuple(dict.fromkeys(facets)), told_by or source))
    return made


def source_of(record: Common, source_id: str) -> Source:
    """The source with this id, or the main one."""
    return next((source for source in record.sources if source.id == source_id), record.sources[0])


def number(value: float) -> str:
    """A figure as people write it: no trailing zeros."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def area_of(record: Common) -> str:
    """The area with its unit, or an empty string."""
    for field, unit in (("area_km2", "平方公里"), ("area_mu", "亩"), ("area_ha", "公顷")):
        value = getattr(record, field, None)
        if value is not None:
            return f"{number(value)}{unit}"
    return ""


def _sentences(record: Common, names: Mapping[str, str]) -> Iterable[_Said]:
    if record.summary:
        yield "summary", _stop(record.summary), ""
    match record:
        case Site():
            yield from _of_site(record, names)
        case District():
            yield from _of_district(record, names)
        case Industry():
            if record.branches:
                yield "branches", f"包括{'、'.join(record.branches)}。", ""
        case Incentive():
            yield from _of_incentive(record, names)
        case Contact():
            yield from _of_contact(record)
        case Procedure():
            yield from _of_procedure(record)
        case Cost():
            yield from _of_cost(record, names)
        case PromotionEvent():
            if record.date:
                yield "date", f"时间：{record.date.replace('/', '至')}。", ""
    for fact in record.facts:
        yield "facts", _stop(fact.text), fact.source
    if record.note:
        yield "note", _stop(record.note), ""


def _of_site(site: Site, names: Mapping[str, str]) -> Iterable[_Said]:
    if site.superseded_by:
        yield "superseded_by", f"本名称已由“{names.get(site.superseded_by, site.superseded_by)}”取代，以后者为准。", ""
    if site.level:
        yield "level", f"级别：{_stop(site.level)}", ""
    if site.founded:
        yield "founded", f"设立时间：{_stop(site.founded)}", ""
    if area := area_of(site):
        yield "area", _stop(f"面积{area}" + (f"（{site.area_note.rstrip('。')}）" if site.area_note else "")), ""
    if site.location:
        yield "location", f"位置：{_stop(site.location)}", ""
    if any(names.get(d, d) not in site.location for d in site.districts):
        yield "districts", f"所在区县：{'、'.join(names.get(d, d) for d in site.districts)}。", ""
    if site.admin_body:
        yield "admin_body", f"管理机构：{_stop(site.admin_body)}", ""
    if site.industries:
        yield "industries", f"主导产业：{'、'.join(site.industries)}。", ""
    for source, tenants in _by_source(site.tenants):
        yield "tenants", f"入驻或落户企业、机构：{'、'.join(tenants)}。", source
    if site.subparks:
        yield "subparks", f"园中园和片区：{'、'.join(site.subparks)}。", ""
    if site.layout:
        yield "layout", f"空间布局：{_stop(site.layout)}", ""
    for cluster in site.clusters:
        parts = [cluster.focus, cluster.location and f"位于{cluster.location}"]
        parts += [
            cluster.target and f"目标：{cluster.target}",
            cluster.first_projects and f"首批项目：{cluster.first_projects}",
        ]
        yield "clusters", f"{cluster.name}：{'；'.join(p.rstrip('。') for p in parts if p)}。", ""
    if site.goals:
        yield "goals", f"定位与目标：{_stop(site.goals)}", ""
    if site.land_terms:
        yield "land_terms", f"用地政策：{_stop(site.land_terms)}", ""
    for source, ways in _by_source(site.transport):
        yield "transport", f"交通：{_stop('；'.join(way.rstrip('。') for way in ways))}", source
    if site.official_site:
        yield "official_site", f"官方网站：{site.official_site}", ""


def _of_district(district: District, names: Mapping[str, str]) -> Iterable[_Said]:
    if area := area_of(district):
        as_of = f"（{district.area_as_of}年口径）" if district.area_as_of.isdigit() else ""
        as_of = as_of or (f"（{district.area_as_of}）" if district.area_as_of else "")
        yield "area", f"面积{area}{as_of}。", ""
    if district.industries:
        yield "industries", f"重点产业：{'、'.join(district.industries)}。", ""
    if district.sites:
        yield "sites", f"辖区内的园区：{'、'.join(names.get(s, s) for s in district.sites)}。", ""


def _of_incentive(incentive: Incentive, names: Mapping[str, str]) -> Iterable[_Said]:
    for benefit in incentive.benefits:
        yield "benefits", _stop(benefit.text), benefit.source
    if incentive.who:
        yield "who", f"适用对象：{_stop(incentive.who)}", ""
    number_note = f"（{incentive.document_number_note.rstrip('。')}）" if incentive.document_number_note else ""
    yield (
        "document_number",
        f"文号：{incentive.document_number}{number_note}。"
        if incentive.document_number
        else "文号：资料中未见，本库暂未收录。",
        "",
    )
    yield (
        "issuing_authority",
        f"发文单位：{_stop(incentive.issuing_authority)}"
        if incentive.issuing_authority
        else "发文单位：资料中未见，本库暂未收录。",
        "",
    )
    yield "effective", f"施行日期与有效期：{_stop(effective_of(incentive))}", ""
    if incentive.apply:
        yield "apply", f"申报与经办：{_stop(incentive.apply)}", ""
    if incentive.later:
        yield "later", f"后续情况：{_stop(incentive.later)}", ""
    if incentive.superseded_by:
        yield "superseded_by", f"已由“{names.get(incentive.superseded_by, incentive.superseded_by)}”取代。", ""
    if incentive.verify:
        yield "verify", f"须核实：{incentive.verify.what.rstrip('。')}。原因：{_stop(incentive.verify.why)}", ""


def effective_of(incentive: Incentive) -> str:
    """From when to when an incentive applies, as far as was seen."""
    start = f"自{incentive.effective_from}起" if incentive.effective_from else "起始日期未见"
    end = f"至{incentive.effective_until}" if incentive.effective_until else "截止日期未见"
    note = f"（{incentive.effective_note.rstrip('。')}）" if incentive.effective_note else ""
    return f"{start}，{end}{note}"


def _of_contact(contact: Contact) -> Iterable[_Said]:
    if contact.role:
        yield "role", f"职责：{_stop(contact.role)}", ""
    if contact.department:
        yield "department", f"具体部门：{_stop(contact.department)}", ""
    if contact.phone:
        yield "phone", f"电话：{contact.phone}", ""
    if contact.address:
        yield "address", f"地址：{_stop(contact.address)}", ""
    if contact.website:
        yield "website", f"网站：{contact.website}", ""


def _of_procedure(procedure: Procedure) -> Iterable[_Said]:
    for i, step in enumerate(procedure.steps, 1):
        yield "steps", f"{i}. {_stop(step.text)}", step.source
    if procedure.time_limit:
        yield "time_limit", f"时限：{_stop(procedure.time_limit)}", ""
    if procedure.valid_from or procedure.valid_until:
        span = [
            f"自{procedure.valid_from}起" if _DATE.fullmatch(procedure.valid_from) else procedure.valid_from,
            procedure.valid_until and f"至{procedure.valid_until}",
        ]
        yield "valid", f"适用时间：{'，'.join(s for s in span if s)}。", ""


def _of_cost(cost: Cost, names: Mapping[str, str]) -> Iterable[_Said]:
    since = f"自{cost.valid_from}起" if cost.valid_from else ""
    until = f"至{cost.valid_until}" if cost.valid_until else ""
    for price in cost.prices:
        scope = price.scope or "、".join(names.get(id_, id_) for id_ in price.applies_in)
        under = "，".join(part for part in (scope, since + until) if part)
        yield (
            "prices",
            f"{price.what}：{number(price.value)}{price.unit}" + (f"（{under}）。" if under else "。"),
            price.source,
        )
    if cost.document_number:
        yield "document_number", f"文号：{cost.document_number}。", ""
    if cost.issuing_authority:
        yield "issuing_authority", f"发文单位：{_stop(cost.issuing_authority)}", ""
    if cost.later:
        yield "later", f"后续情况：{_stop(cost.later)}", ""


def _by_source(facts: Iterable[Fact]) -> Iterable[tuple[str, list[str]]]:
    """The texts, those of one source together, in the order in which the sources first stand."""
    of: dict[str, list[str]] = {}
    for fact in facts:
        of.setdefault(fact.source, []).append(fact.text)
    return of.items()


def _stop(sentence: str) -> str:
    """The sentence with one full stop at its end."""
    return sentence if sentence.endswith(("。", "！", "？")) else sentence.rstrip("；，.") + "。"
