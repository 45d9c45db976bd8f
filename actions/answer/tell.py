"""Answers one question from one record (or two close ones): short answer first, the rest on request."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import msgspec

from actions.turn.reply import Reply
from actions.turn.wording import WAY_ON, Cited, joined
from knowledge.model import Common, Incentive
from knowledge.search import Evidence, Query, ScoredStatement, Searcher
from knowledge.standing import caveat_of
from knowledge.statements import FREE, Statement
from knowledge.text import bigrams

_MOST, _TOLD, _TOLD_BESIDE = 7, 4, 2
_ASIDE = frozenset(("summary", "verify"))
"""Fields that tell of a record as a whole, or of what is told anyway: not chosen for one question."""
_MOST_CHARACTERS = 480
_PRECISE = (
    "phone", "address", "website", "population", "cost", "materials", "document_number", "issuer", "transport", "price",
    "area", "founded",
)  # fmt: skip
"""Facets whose absence is worth saying: an investor who asks for a phone must hear that none is held."""
_NEVER_ASSUMED = frozenset(("phone", "address", "price", "population"))
_INSTEAD = frozenset((("website", "phone"), ("official_site", "phone"), ("admin_body", "phone")))
"""What is offered when a phone is asked for and none is held; it does not make the phone known."""
_THINGS = ("高铁", "地铁", "机场", "高速", "铁路", "港口", "公交")
"""Means of transport that a record must name itself to tell of them."""
_FITS = 0.5
"""Probability from which a statement is taken to answer, whatever facet the question seems to have."""
_FIGURE = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)(万|亿)?(平方公里|平方米|亩|公顷|家|户|个|条|人|元|美元|%|‰|年|号线|级|街道|镇|座|栋|倍|天|日|所)?"
)
_MEASURES = frozenset(("平方公里", "平方米", "亩", "公顷", "%", "‰", "年", "倍", "级"))
"""Units that make a figure another one; what counts things (家, 户, 个) is often said one way for the other."""
_DOUBTING = re.compile(
    r"(对吗|对吧|是吧|是吗|是不是|没错吧|没记错|没说错|属实|真的吗|准吗|准不准|确定吗|行不行|没问题吧|对不对|吧[??。]?$|不就是|听说|网上说|据说|看到说|都说|中介说|我说得|记得是)"
)


class Answer(msgspec.Struct, frozen=True):
    """A reply and how many of the record's statements it shows, so that "更多" can go on."""

    reply: Reply
    order: tuple[Statement, ...]
    shown: int


def answer(
    searcher: Searcher, records: Sequence[Common], query: Query, evidence: Evidence, today: dt.date, lead: str = ""
) -> Answer:
    """Answer from the first record; the others, if any, add what is likeliest to answer of each."""
    main, *others = records
    missing = _missing(searcher, main, query, evidence)
    chosen, rest = _choose(searcher, main, query, evidence, _TOLD)
    lines = [lead] if lead else []
    lines += [doubt] if (doubt := _doubt(searcher, main, query)) else []
    lines += [f"抱歉，{main.name}的{joined(missing)}本库暂未收录，不能凭空答复。{WAY_ON}"] if missing else []
    beside = {other.id: _likely(searcher, other, query, evidence)[:_TOLD_BESIDE] for other in others}
    cited = Cited(records, [*chosen, *(statement for best in beside.values() for statement in best)])
    lines += [_heading(main)]
    lines += [_line(s, cited) for s in chosen]
    for other in others:
        lines += [_heading(other), *(_line(statement, cited) for statement in beside[other.id])]
    for record in records:
        if isinstance(record, Incentive) and (caveat := caveat_of(record, today)):
            lines.append(f"※ {caveat}" if len(records) == 1 else f"※ {record.name}：{caveat}")
    if rest:
        lines.append(f"还有{len(rest)}条相关信息，回复“更多”查看。")
    lines.append(cited.line())
    reply = Reply(
        kind="answer", text="\n".join(lines), records=tuple(records), facts=cited.facts,
        suggestions=suggestions_for(main),
    )  # fmt: skip
    return Answer(reply, (*chosen, *rest), len(chosen))


def more_of(record: Common, statements: Sequence[Statement], left: int) -> Reply:
    """The next statements of a record that was answered from."""
    cited = Cited([record], statements)
    lines = [_heading(record), *(_line(statement, cited) for statement in statements)]
    if left:
        lines.append(f"还有{left}条，回复“更多”继续。")
    lines.append(cited.line())
    return Reply(kind="answer", text="\n".join(lines), records=(record,), facts=cited.facts)


def suggestions_for(record: Common) -> list[str]:
    """Two or three next questions that the assistant can answer about a record of this type."""
    return {
        "site": [f"{record.name}有哪些企业入驻？", f"{record.name}适用哪些优惠政策？"],
        "district": [f"{record.name}有哪些园区？", f"{record.name}重点发展什么产业？"],
        "incentive": ["需要什么条件？", "怎么申请，找哪个部门？", "现在还有效吗？"],
        "procedure": ["多久能办好？", "适用到什么时候？"],
    }.get(record.type, [])


def _choose(
    searcher: Searcher, record: Common, query: Query, evidence: Evidence, most: int
) -> tuple[list[Statement], list[Statement]]:
    """The statements to show now and the others in reading order, those that fit best first."""
    ranked = searcher.statements(record.id, query, evidence)
    asked = [s for s in ranked if set(s.statement.facets) & set(query.facets)]
    first = _likely(searcher, record, query, evidence)
    of_facets = [s for facet in query.facets for s in _of_facet(asked, facet)]
    likely = list(dict.fromkeys([*first[:most], *of_facets, *first[most:]]))
    if ranked and ranked[0].statement.field == "summary":
        likely = [ranked[0].statement, *likely]
    chosen = _within(likely)
    following = [s.statement for s in ranked if s.statement not in chosen]
    if record.type == "procedure":
        steps = [s for s in searcher.catalogue.statements[record.id] if s.field in ("steps", "time_limit")]
        first = [s.statement for s in asked if s.statement.field == "time_limit"]
        others = [s for s in (*chosen, *following) if s not in steps and s.field != "summary"]
        beside = _within(others, 3 - len(first)) if others else []
        of_steps = not query.facets or set(query.facets) & {"steps", "apply", "materials"}
        chosen = list(dict.fromkeys([*first, *steps, *beside] if of_steps else [*first, *beside, *steps]))
    return chosen, [s for s in following if s not in chosen and s.field not in ("verify", "summary")]


def _of_facet(asked: Sequence[ScoredStatement], facet: str) -> list[Statement]:
    """Two statements on a facet: that of the field which is about it first, where there is one."""
    told = [s.statement for s in asked if facet in s.statement.facets]
    return sorted(told, key=lambda s: (s.field in FREE, s.facets[:1] != (facet,)))[:2]


def _likely(searcher: Searcher, record: Common, query: Query, evidence: Evidence) -> list[Statement]:
    """The statements of a record, likeliest to answer first, without those that tell of it as a whole."""
    ranked = [s.statement for s in searcher.statements(record.id, query, evidence)]
    return [s for s in ranked if s.field not in _ASIDE] or ranked


def _within(statements: Sequence[Statement], most: int = _MOST) -> list[Statement]:
    """As many statements as fit on one screen; always at least one."""
    kept: list[Statement] = []
    for statement in list(dict.fromkeys(statements)):
        if len(kept) == most:
            break
        if any(_same(statement.text, other.text) for other in kept):
            continue
        if kept and sum(len(s.text) for s in kept) + len(statement.text) > _MOST_CHARACTERS:
            continue
        kept.append(statement)
    return kept


def _heading(record: Common) -> str:
    if isinstance(record, Incentive):
        number = f"（{record.document_number}）" if record.document_number else ""
        return f"《{record.name}》{number}："
    return f"{record.name}："


def _line(statement: Statement, cited: Cited) -> str:
    told = cited.told(statement)
    return told if statement.field == "steps" else f"· {told}"


def _missing(searcher: Searcher, record: Common, query: Query, evidence: Evidence) -> list[str]:
    """Labels of what was asked and no statement tells; a facet read off a stray word counts only where nothing else fits."""
    told = {f for s in searcher.catalogue.statements[record.id] for f in s.facets if (s.field, f) not in _INSTEAD}
    ranked = searcher.statements(record.id, query, evidence)
    if ranked and ranked[0].probability >= _FITS and not set(query.facets) & _NEVER_ASSUMED:
        return []
    if record.type == "event" or len(query.text) > 60:
        return []
    labels = searcher.catalogue.facet_labels
    missing = [labels[f] for f in query.facets if f in _PRECISE and f not in told]
    if "transport" in query.facets and "transport" in told:
        held = " ".join(s.text for s in searcher.catalogue.statements[record.id])
        missing += [thing for thing in _THINGS if thing in query.text and thing not in held]
    return missing


def _doubt(searcher: Searcher, record: Common, query: Query) -> str:
    """Contradict figures in a question that asks for confirmation and that no sentence of the record bears out."""
    if not _DOUBTING.search(query.text):
        return ""
    told = [m.groups() for s in searcher.catalogue.statements[record.id] for m in _FIGURE.finditer(_plain(s.text))]
    asked = list(_FIGURE.finditer(_plain(query.text)))
    wrong = [m.group(0) for m in asked if not any(_bears_out(held, m.groups()) for held in told)]
    if not wrong:
        return "以下是本库有来源的记载，与您的说法不一致之处请以来源为准。"
    return f"您提到的“{'”“'.join(dict.fromkeys(wrong))}”在本库没有来源依据，无法确认；有来源的记载如下。"


def _bears_out(held: Sequence[str | None], asked: Sequence[str | None]) -> bool:
    """Whether one figure (number, 万 or 亿, unit) says the same as another: 5座 says nothing of 5平方公里."""
    units = {held[2], asked[2]}
    return held[0] == asked[0] and (len(units) == 1 or None in units or not units & _MEASURES)


def _same(one: str, other: str) -> bool:
    """Whether one sentence says hardly anything that the other does not."""
    a, b = bigrams(one), bigrams(other)
    figures = {m.group(0) for m in _FIGURE.finditer(one)} <= {m.group(0) for m in _FIGURE.finditer(other)}
    return figures and len(a & b) >= 0.75 * min(len(a), len(b))


def _plain(text: str) -> str:
    """Thousands commas left out."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)
