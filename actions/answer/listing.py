"""Lists of sites and incentives: filtered, ranked, with a reason each, cut with a way to see more."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import msgspec

from actions.answer.planning import Plan
from actions.turn import cues
from actions.turn.reply import Match, Reply
from actions.turn.wording import Cited, joined, source_line
from knowledge.matching import land_of
from knowledge.model import Common, District, Incentive, Site
from knowledge.search import Evidence, Query, Searcher
from knowledge.standing import standing_of
from knowledge.statements import Statement, area_of

PAGE = 5
_LEVELS = ("国家级", "省级", "市级")
"""Levels of sites as records write them."""
_MARKS = {
    "expired": "【已过期】",
    "stopped": "【已停止执行】",
    "superseded": "【已被取代】",
    "not_yet": "【尚未施行】",
    "current": "",
}
_SHORT_ENOUGH = 64
"""Characters of two benefits that a list tells together: with five incentives a list stays within one WeChat message."""
_LITTLE = 14
"""Characters up to which a message says nothing besides the order it wants a list in."""
_FITS, _BEHIND = 0.5, 0.25
"""Nearness from which something belongs on a list that no place and no industry narrows, and how far behind the nearest
it may lie."""


class Listed(msgspec.Struct, frozen=True):
    """Everything that belongs on a list, best first, and why each does."""

    records: tuple[Common, ...]
    reasons: dict[str, str]
    title: str
    told: Mapping[str, Sequence[Statement]] = {}
    """Record id → the statements its reason is made of; those of its main fields where none are named."""


def list_for(plan: Plan, searcher: Searcher, today: dt.date) -> Listed:
    """Find what a list question asks for; may be empty."""
    if plan.query.wanted == "incentive":
        return _incentives(plan, searcher, today)
    return _sites(plan, searcher)


def page_of(listed: Listed, searcher: Searcher, start: int, *, match: bool = False) -> Reply:
    """One page of a list as a reply."""
    part = listed.records[start : start + PAGE]
    lines = [listed.title] if start == 0 else ["接着上面的列表："]
    statements: list[Statement] = []
    for i, record in enumerate(part, start + 1):
        lines.append(f"{i}. {record.name}：{listed.reasons[record.id]}")
        statements += listed.told.get(record.id) or _of_main_fields(searcher.catalogue.statements[record.id])
    left = len(listed.records) - start - len(part)
    if left > 0:
        lines.append(f"还有{left}个，回复“更多”查看；回复“第一个”看详情。")
    lines.append(source_line(part, statements, links=False))
    facts = Cited(part, statements).facts
    matches = [
        Match(r.id, round(max(0.05, 1 - 0.08 * (start + i)), 2), [listed.reasons[r.id]]) for i, r in enumerate(part)
    ]
    return Reply(
        kind="match" if match else "answer",
        text="\n".join(lines),
        records=part,
        facts=facts,
        matches=matches if match else (),
        suggestions=[f"{part[0].name}在哪里？"] if part else (),
    )


def _of_main_fields(statements: Sequence[Statement]) -> list[Statement]:
    """What the reason of a site is made of; the first statement of a record that has none of it."""
    return [s for s in statements if s.field in ("location", "industries", "area")] or list(statements[:1])


def listed_again(records: Sequence[Common], today: dt.date) -> Listed:
    """A list shown before, told by the records' summaries; what no longer holds keeps its mark."""
    marks = {r.id: _MARKS[standing_of(r, today)] if isinstance(r, Incentive) else "" for r in records}
    return Listed(tuple(records), {r.id: marks[r.id] + r.summary for r in records}, "")


def _sites(plan: Plan, searcher: Searcher) -> Listed:
    catalogue, query = searcher.catalogue, plan.query
    districts = [i for i in query.named if isinstance(catalogue.records[i], District)]
    sites = [s for s in catalogue.of_type(Site) if not s.superseded_by and (not query.city or s.city == query.city)]
    title_parts = [joined(catalogue.names[d] for d in districts) or query.city]
    if districts:
        inside = {s for d in districts for s in getattr(catalogue.records[d], "sites", ())}
        sites = [s for s in sites if s.id in inside or set(s.districts) & set(districts)]
    if level := next((level for level in _LEVELS if level in query.text), ""):
        sites = [s for s in sites if level in s.level]
        title_parts.append(f"的{level}园区" if not query.industries else level)
    score = searcher.nearness(query)
    suited = {s.id: searcher.suits(s, query.industries) for s in sites}
    if query.industries:
        title_parts.append(f"适合{joined(query.industries[:2])}的园区")
        sites = [s for s in sites if suited[s.id] or _inside(s, query.industries, searcher)]
    else:
        title_parts += [] if level else ["的园区" if title_parts[0] else "相关的园区"]
        if not districts and not query.city:
            sites = [s for s in sites if score.get(s.id, 0) >= _FITS]
    sites.sort(key=lambda s: (-len(suited[s.id]) * 0.5 - score.get(s.id, 0), s.id))
    reasons = {s.id: _why(s, suited[s.id], catalogue.names) for s in sites}
    title = f"{''.join(p for p in title_parts if p)}（共{len(sites)}个）"
    if by_area := cues.BY_AREA.search(query.text):
        return _by_area(sites, reasons, title, smallest="小" in by_area.groups())
    return Listed(tuple(sites), reasons, f"{title}：")


def shown_by_area(text: str, ids: Sequence[str], searcher: Searcher) -> Listed | None:
    """The sites of a list shown before in the order of their areas, where a message asks for that and no more."""
    wanted, sites = cues.BY_AREA.search(text), [r for r in searcher.catalogue.existing(ids) if isinstance(r, Site)]
    if not wanted or len(text) > _LITTLE or len(sites) < 2 or searcher.catalogue.lexicon.read(text).mentions:
        return None
    reasons = {s.id: _why(s, (), searcher.catalogue.names) for s in sites}
    return _by_area(sites, reasons, f"上面的园区（共{len(sites)}个）", smallest="小" in wanted.groups())


def _by_area(sites: Sequence[Site], reasons: dict[str, str], title: str, *, smallest: bool) -> Listed:
    """Sites in the order of their areas; those whose area is not recorded stand behind, as they were."""
    areas = {s.id: land for s in sites if not math.isnan(land := land_of(s))}
    known = sorted((s for s in sites if s.id in areas), key=lambda s: (areas[s.id] if smallest else -areas[s.id], s.id))
    unknown = [s for s in sites if s.id not in areas]
    how = "从小到大" if smallest else "从大到小"
    behind = f"；{len(unknown)}个没有收录面积，排在后面" if unknown else ""
    return Listed((*known, *unknown), reasons, f"{title}，按收录的面积{how}{behind}；口径不尽相同，以部门答复为准：")


def _inside(site: Site, industries: Sequence[str], searcher: Searcher) -> bool:
    """Whether a park or cluster inside a site is of one of these industries, though the site does not list it."""
    inside = " ".join([*site.subparks, *(f"{c.name}{c.focus}" for c in site.clusters)])
    return any(word in inside for i in industries for word in searcher.catalogue.industry_tells.get(i, ()))


def _why(site: Site, suited: Sequence[str], names: dict[str, str]) -> str:
    where = joined(names.get(d, d) for d in site.districts) or site.location.split("；")[0].rstrip("。")[:30]
    parts = [f"位于{where}" if where else f"在{site.city}"]
    parts.append(f"主导产业：{joined(site.industries[:5])}" if site.industries else "主导产业未收录")
    if area := area_of(site):
        parts.append(f"面积{area}")
    return (f"与{joined(suited[:2])}相符；" if suited else "") + "；".join(parts) + "。"


def _of_another_site(incentive: Incentive, places: set[str], searcher: Searcher) -> bool:
    of = searcher.catalogue.lexicon.types_of
    return bool(places) and any(of[i] == "site" for i in searcher.about[incentive.id] - places)


def _benefits(incentive: Incentive, query: Query, evidence: Evidence, searcher: Searcher) -> list[Statement]:
    """The benefit that answers best, and the next one too where both are short: a list fits in one message of WeChat."""
    ranked = [s.statement for s in searcher.statements(incentive.id, query, evidence)]
    best = [s for s in ranked if s.field == "benefits"][:2]
    return best if sum(len(s.text) for s in best) <= _SHORT_ENOUGH else best[:1]


def _incentives(plan: Plan, searcher: Searcher, today: dt.date) -> Listed:
    catalogue, query = searcher.catalogue, plan.query
    near, evidence = searcher.nearness(query), searcher.weigh(query.text)
    cities = {catalogue.lexicon.city_of[i] for i in query.named} or ({query.city} if query.city else set())
    found = [r for r in catalogue.of_type(Incentive) if not cities or r.city in cities | {"全国"}]
    if not found:
        return Listed((), {}, "")
    places = set(query.named)
    best = max(near[r.id] for r in found)
    suited = {r.id for r in found if searcher.suits(r, query.industries)}
    kept = [
        r for r in found if places & searcher.about[r.id] or r.id in suited or near[r.id] >= max(_FITS, best - _BEHIND)
    ]
    kept = kept or found
    kept.sort(key=lambda r: -near[r.id])
    if places and (local := [r for r in kept if places & searcher.about[r.id]]):
        kept = local + [r for r in kept if r not in local][:3]
    kept.sort(
        key=lambda r: (
            standing_of(r, today) in ("expired", "stopped", "superseded"),
            _of_another_site(r, places, searcher),
        )
    )
    told = {r.id: _benefits(r, query, evidence, searcher) for r in kept}
    reasons = {r.id: _MARKS[standing_of(r, today)] + "".join(s.text for s in told[r.id]) for r in kept}
    where = joined(catalogue.names[i] for i in query.named if i in catalogue.names) or query.city
    settled = {i for i in places if catalogue.lexicon.types_of[i] in ("site", "district")}
    if settled and not any(settled & searcher.about[r.id] for r in kept):
        where = f"本库没有收录{where}单独的优惠政策。{joined(sorted(cities - {'全国'}))}可以对照的"
    title = f"{where}相关优惠政策（共{len(kept)}项；能否兑现请逐项向主管部门核实，以书面答复为准）："
    return Listed(tuple(kept), reasons, title, told)
