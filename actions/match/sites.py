"""The journey of choosing a site (选园): ranked sites with reasons, why another is not among them, side by side."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from actions.answer.planning import Plan
from actions.estimate.results import LEAVE_CONTACT
from actions.turn.case import Case, Outcome
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from actions.turn.reply import Match as Told
from actions.turn.reply import Reply, Table
from actions.turn.wording import joined, source_line, ways_on
from knowledge.catalogue import Catalogue
from knowledge.matching import Match, Matcher, Wishes, wishes_of
from knowledge.model import Common, Contact, District, Incentive, Site
from knowledge.search import Searcher
from knowledge.standing import standing_of
from knowledge.statements import area_of

_SHOWN, _COMPARED, _INCENTIVES = 5, 3, 3
_WHY_NOT = re.compile(
    r"(为什么|为啥|为何|咋|怎么|凭什么).{0,6}(不|没)|不推荐|没推荐|没有推荐|没上榜|不合适吗|不行吗|怎么不|排除"
)
_SIDE_BY_SIDE = re.compile(r"前(三|3|几)(个|名|家)?.{0,8}(比|对照|对比)|(对比|对照|比一比|比较)(一下)?(前|这)(三|3|几)")


def matched(made: Plan, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    """Rank the sites for a project; None where none comes into question."""
    matcher, wishes = matcher_of(searcher), _wishes(made, searcher)
    closeness = searcher.nearness(made.query)
    ranked = matcher.ranked(wishes, closeness)
    if not wishes.industries and not wishes.districts and not wishes.city:
        ranked = [m for m in ranked if closeness.get(m.site.id, 0.0) >= 0.3] or ranked[:_SHOWN]
    if not ranked:
        return None
    reply = _told(ranked, wishes, searcher, today)
    shown = min(_SHOWN, len(ranked))
    ids = tuple(m.site.id for m in ranked)
    kept = {
        "wishes": msgspec.to_builtins(wishes),
        "matches": [_brief(m) for m in ranked[:_SHOWN]],
        "question": made.question[:200],
    }
    return reply, talk.changed(listing=ids, shown=shown, focus=(), listed=True, match=kept)


def assessed(made: Plan, talk: Conversation, searcher: Searcher, today: dt.date) -> Outcome | None:
    """Hold a project against the one site it names; None where none, or several, are named."""
    named = [r for i in made.query.named if isinstance(r := searcher.catalogue.records.get(i), Site)]
    wishes = _wishes(made, searcher)
    match = matcher_of(searcher).one(named[0].id, wishes) if len(named) == 1 else None
    if match is None:
        return None
    kept = {"wishes": msgspec.to_builtins(wishes), "matches": [_brief(match)], "question": made.question[:200]}
    return _told([match], wishes, searcher, today), talk.changed(focus=(match.site.id,), listing=(), match=kept)


def take(case: Case) -> Outcome | None:
    """Answer "为什么不推荐…" and "前三个对比一下" behind a match; None for anything else."""
    message, talk, searcher = case.message, case.talk, case.searcher
    if not talk.match:
        return None
    wishes = _stored(talk)
    text = message.reading.text
    matcher = matcher_of(searcher)
    if _SIDE_BY_SIDE.search(text):
        best = [m for i in talk.listing[:_COMPARED] if (m := matcher.one(i, wishes))]
        if len(best) > 1:
            return _side_by_side(best, searcher), talk
    if _WHY_NOT.search(text) and (named := _sites(message, searcher.catalogue)):
        return _why_not(named[0], wishes, talk, searcher), talk.changed(focus=(named[0].id,))
    return None


def _wishes(made: Plan, searcher: Searcher) -> Wishes:
    held = searcher.catalogue.records
    districts = [i for i in made.query.named if isinstance(r := held.get(i), District) and r.kind == "district"]
    preferences = searcher.catalogue.vocabulary.matching
    return wishes_of(made.query.text, preferences, made.query.city, made.query.industries, districts)


def _stored(talk: Conversation) -> Wishes:
    try:
        return msgspec.convert(talk.match.get("wishes") or {}, Wishes)
    except msgspec.ValidationError:
        return Wishes()


def _told(ranked: Sequence[Match], wishes: Wishes, searcher: Searcher, today: dt.date) -> Reply:
    best, catalogue = ranked[:_SHOWN], searcher.catalogue
    needs = _needs_in_words(wishes, catalogue)
    several = f"共有{len(ranked)}个园区可以考虑，从最相符的排起："
    alone = "与您说的园区对照如下；能否落地由园区审核，这里只说记录里有的："
    lines = [f"按您的需求（{needs}），{several if len(ranked) > 1 else alone}"]
    places = []
    for i, match in enumerate(best, 1):
        own = _one(i, match, catalogue)
        places.append((len(lines), len(lines) + len(own)))
        lines += own
    if len(ranked) > len(best):
        lines.append(f"还有{len(ranked) - len(best)}个，回复“更多”查看；回复“第一个”看详情。")
    table = None
    if len(best) > 1:
        table = _table(best[:_COMPARED], catalogue, len(lines))
        lines += _in_words(table)
    incentives = _incentives(best[0].site, wishes, searcher, today)
    if incentives:
        lines.append(
            f"{best[0].site.name}可以了解的优惠政策：{joined(f'《{r.name}》' for r in incentives)}（能否适用须向主管部门核实）。"
        )
    if wishes.investment_wan is not None:
        lines.append("各园区对投资额和投资强度的门槛，知识库都没有收录，没有计入排序，请向园区核实。")
    contacts = _contacts(best[0].site, searcher)
    lines.append(f"联系：{_contact_words(best[0].site, contacts)}")
    lines.append(source_line([m.site for m in best[:_COMPARED]], ()))
    if incentives:
        lines.append("政策" + source_line(incentives, ()))
    lines.append(LEAVE_CONTACT.replace("核对条件和申报", "核实地块和条件"))
    return Reply(
        kind="match", text="\n".join(lines), records=[*(m.site for m in best), *incentives],
        matches=[
            Told(m.site.id, m.score, [*m.reasons, *(f"不利：{a}" for a in m.against), *(f"缺：{g}" for g in m.gaps)], where)
            for m, where in zip(best, places, strict=True)
        ],
        table=table,
        suggestions=[f"为什么不推荐{ranked[-1].site.name}？"] if len(ranked) > 1 else [f"{best[0].site.name}在哪里？"],
    )  # fmt: skip


def _one(place: int, match: Match, catalogue: Catalogue) -> list[str]:
    where = _where(match.site, catalogue)
    reasons = (
        "；".join(r for r in match.reasons if r != where)
        or f"主导产业：{joined(match.site.industries[:5]) or '未收录'}"
    )
    lines = [f"{place}. {match.site.name}（相符度{round(match.score * 100)}%）：{where}；{reasons}。"]
    if match.against:
        lines.append(f"   不利之处：{'；'.join(match.against)}。")
    if match.gaps:
        lines.append(f"   资料缺口：{'；'.join(match.gaps)}。")
    return lines


def _where(site: Site, catalogue: Catalogue) -> str:
    where = joined(catalogue.names.get(d, d) for d in site.districts) or re.split(r"[；，。]", site.location)[0]
    return f"位于{where}" if where else f"在{site.city}"


def _table(best: Sequence[Match], catalogue: Catalogue, line: int) -> Table:
    """The best side by side; `line` is where its text begins."""
    rows = [
        ("位置", [_where(m.site, catalogue).removeprefix("位于") for m in best]),
        ("主导产业", [joined(m.site.industries[:3]) or "未收录" for m in best]),
        ("面积", [area_of(m.site) or "未收录" for m in best]),
        ("级别", [m.site.level.split("（")[0] or "未收录" for m in best]),
        ("相符度", [f"{round(m.score * 100)}%" for m in best]),
    ]
    head = ["园区", *(m.site.name for m in best)]
    return Table(head, [[name, *cells] for name, cells in rows], (line + 1, line + 2 + len(rows)))


def _in_words(table: Table) -> list[str]:
    """A table in plain text: one line for each point."""
    return [f"前{len(table.head) - 1}个对照：", *("｜".join(row) for row in [table.head, *table.rows])]


def _side_by_side(best: Sequence[Match], searcher: Searcher) -> Reply:
    table = _table(best, searcher.catalogue, 0)
    lines = _in_words(table)
    for match in best:
        parts = [
            f"相符：{'；'.join(match.reasons)}" if match.reasons else "",
            f"不利：{'；'.join(match.against)}" if match.against else "",
        ]
        parts.append(f"缺：{'；'.join(match.gaps)}" if match.gaps else "")
        lines.append(f"{match.site.name}——{'。'.join(p for p in parts if p)}。")
    lines.append(source_line([m.site for m in best], ()))
    return Reply(
        kind="match",
        text="\n".join(lines),
        records=[m.site for m in best],
        matches=[Told(m.site.id, m.score, m.reasons) for m in best],
        table=table,
    )


def _why_not(site: Site, wishes: Wishes, talk: Conversation, searcher: Searcher) -> Reply:
    match = matcher_of(searcher).one(site.id, wishes)
    if match is None:
        newer = searcher.catalogue.names.get(site.superseded_by, "")
        return Reply(
            kind="match",
            text=f"{site.name}的名称已由“{newer}”取代，以后者为准。\n{source_line([site], ())}",
            records=[site],
        )
    listing = list(talk.listing)
    place = listing.index(site.id) + 1 if site.id in listing else 0
    lines = []
    if place:
        lines.append(f"{site.name}在候选里排第{place}，相符度{round(match.score * 100)}%。")
    else:
        lines.append(f"{site.name}没有进入推荐，原因如下：")
    if wishes.city and site.city != wishes.city:
        lines.append(f"· 它在{site.city}，您要的是{wishes.city}。")
    lines += [f"· {words}" for words in match.against]
    lines += [f"· 缺口：{words}（没有因此扣为不合格）" for words in match.gaps]
    lines += [f"· 相符的一面：{words}" for words in match.reasons]
    top = searcher.catalogue.records.get(listing[0]) if listing else None
    if isinstance(top, Site) and top.id != site.id and (first := matcher_of(searcher).one(top.id, wishes)):
        lines.append(f"对照：排第一的{top.name}——{'；'.join(first.reasons) or '与需求的文字最接近'}。")
    records = [site, *([top] if isinstance(top, Site) and top.id != site.id else [])]
    lines.append(source_line(records, ()))
    lines.append("如果您看重别的条件，直接告诉我，我重新排。")
    return Reply(
        kind="match",
        text="\n".join(lines),
        records=records,
        matches=[Told(site.id, match.score, [*match.reasons, *(f"不利：{a}" for a in match.against)])],
    )


def _needs_in_words(wishes: Wishes, catalogue: Catalogue) -> str:
    parts = [wishes.city, *wishes.industries[:3], *(catalogue.names.get(d, d) for d in wishes.districts)]
    if wishes.land_mu is not None:
        parts.append(f"用地{wishes.land_mu:g}亩")
    if wishes.floor_m2 is not None:
        parts.append(f"厂房或楼宇{wishes.floor_m2:g}平方米")
    if wishes.investment_wan is not None:
        yi = wishes.investment_wan / 10_000
        parts.append(f"投资{yi:g}亿元" if yi >= 1 else f"投资{wishes.investment_wan:g}万元")
    return joined(p for p in [*parts, *wishes.needs] if p) or "还没有说产业和规模"


def _incentives(site: Site, wishes: Wishes, searcher: Searcher, today: dt.date) -> list[Incentive]:
    """Incentives that are about the site, then those of its city that speak of the industry; none that has ended."""
    current = [
        r for r in searcher.catalogue.of_type(Incentive) if r.city == site.city and standing_of(r, today) == "current"
    ]
    there = [r for r in current if site.id in r.applies_in or site.id in searcher.about[r.id]]
    fitting = [r for r in current if r not in there and wishes.industries and searcher.suits(r, wishes.industries)]
    return [*there, *fitting][:_INCENTIVES]


def _contacts(site: Site, searcher: Searcher) -> list[Common]:
    own = [c for c in searcher.catalogue.of_type(Contact) if site.id in searcher.about[c.id] and c.city == site.city]
    return [*own, *searcher.catalogue.existing(["jn-bureau", "jn-12345"] if site.city == "济南" else ["lz-xq-c"])]


def _contact_words(site: Site, contacts: Sequence[Common]) -> str:
    own = [
        f"管理机构{site.admin_body.rstrip('。')}" if site.admin_body else "",
        f"网站{site.official_site}" if site.official_site else "",
    ]
    said = "，".join(p for p in own if p)
    return (f"{site.name}{said}。" if said else "") + ways_on(contacts)


def _brief(match: Match) -> dict[str, Any]:
    return {"id": match.site.id, "score": match.score, "reasons": match.reasons}


def _sites(message: Message, catalogue: Catalogue) -> list[Site]:
    return [r for m in message.reading.mentions for i in m.ids if isinstance(r := catalogue.records.get(i), Site)]


@lru_cache(maxsize=2)
def matcher_of(searcher: Searcher) -> Matcher:
    """The matcher over these records; made once for every reload."""
    catalogue = searcher.catalogue
    return Matcher(catalogue.records.values(), catalogue.vocabulary.matching, searcher.suits, catalogue.industry_tells)
