"""Two or more records side by side, facet by facet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from actions.turn.reply import Reply, Table
from actions.turn.wording import Cited, joined
from knowledge.model import Common, Incentive
from knowledge.search import Evidence, Query, Searcher
from knowledge.standing import caveat_of
from knowledge.statements import Statement

_DEFAULT = {
    "site": ("location", "level", "area", "industries", "founded"),
    "district": ("area", "industries", "output"),
    "incentive": ("amount", "cap", "who", "validity"),
}
_MOST = 4


def compare(searcher: Searcher, records: Sequence[Common], query: Query, evidence: Evidence, today: dt.date) -> Reply:
    """Lay records side by side on the facets asked for, or on those that matter for their type."""
    labels = searcher.catalogue.facet_labels
    wanted = query.facets or (("industries", "subparks") if query.industries else ())
    asked = [f for f in wanted if any(_told(searcher, r, f, query, evidence) for r in records)]
    facets = (asked or [*_DEFAULT.get(records[0].type, ("location", "industries"))])[:_MOST]
    if asked and records[0].type == "site":
        facets = list(dict.fromkeys([*facets, "location"]))[: _MOST + 1]
    lines = [f"{joined(r.name for r in records)}对比："]
    shown: list[Statement] = []
    rows: list[list[str]] = []
    for facet in facets:
        told = [_told(searcher, record, facet, query, evidence) for record in records]
        shown += [statement for one in told for statement in one]
        cells = ["".join(_bare(s) for s in one) or "本库暂未收录。" for one in told]
        rows.append([labels[facet], *cells])
        lines.append(f"【{labels[facet]}】")
        lines += [f"· {record.name}：{cell}" for record, cell in zip(records, cells, strict=True)]
    table = Table(["", *(r.name for r in records)], rows, (1, len(lines)))
    caveats = [(r.name, caveat_of(r, today)) for r in records if isinstance(r, Incentive)]
    lines += [f"※ {name}：{caveat}" for name, caveat in caveats if caveat]
    cited = Cited(records, list(dict.fromkeys(shown)))
    lines.append(cited.line())
    return Reply(kind="answer", text="\n".join(lines), records=tuple(records), table=table, facts=cited.facts)


def _told(searcher: Searcher, record: Common, facet: str, query: Query, evidence: Evidence) -> list[Statement]:
    ranked = [s.statement for s in searcher.statements(record.id, query, evidence) if facet in s.statement.facets]
    own = [s for s in ranked if s.field not in ("facts", "note", "benefits", "summary")]
    own.sort(key=lambda s: s.facets[:1] != (facet,))  # the field that is about this facet first of all
    return (own or ranked)[:1] + ([ranked[0]] if own and ranked and ranked[0] not in own[:1] else [])


def _bare(statement: Statement) -> str:
    """The sentence without its label, which the table already shows."""
    label, colon, rest = statement.text.partition("：")
    return rest if colon and len(label) <= 10 else statement.text
