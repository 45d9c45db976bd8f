"""What must hold across records: one function a check, each yielding Findings that say how to mend."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from knowledge.estimating.soundness import faults, shared_caps_differ
from knowledge.estimating.terms import Terms
from knowledge.findings import Finding
from knowledge.legible import garbled
from knowledge.model import DATE, OF_FACTS, Common, Contact, District, Gap, Incentive, Site
from knowledge.phones import fault_of
from knowledge.reviewing import review_day
from knowledge.statements import number, statements_of
from knowledge.text import fold
from knowledge.vocabulary import Indicator, Vocabulary

_GENERIC = frozenset("园区 产业园 开发区 工业园 科技园 基地 政策 补贴 奖励 优惠 扶持 企业 公司 项目 产业 活动".split())
_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!以后|以来|后)")
_AHEAD = re.compile(
    r"未见|没有见到|未读到|未查到|施行|废止|取代|设计|年止|日前|20\d\d[-—]20\d\d年|计划|目标|力争|预计|规划|拟|将|争取|有望|到20\d\d年|至20\d\d|截至|期限|延续|年内|十四五|十五五|草案"
)
"""Words of a sentence that looks ahead, gives a term, or says that nothing was found."""
_OF_LAW = frozenset(("benefits", "who", "steps", "effective", "valid", "prices", "apply", "later", "verify"))
"""Fields that tell from when to when something applies, which a source may say ahead."""
Check = Callable[[Sequence[Common], dt.date], Iterable[Finding]]


def check_all(
    records: Sequence[Common], gaps: Sequence[Gap], today: dt.date, vocabulary: Vocabulary | None = None
) -> list[Finding]:
    """Run every check; errors first. `vocabulary` has the words rules may use, those shipped unless others are given."""
    findings = [f for check in CHECKS for f in check(records, today)]
    words = vocabulary or Vocabulary.load()
    findings += rules_can_be_worked_out(records, words.inputs)
    findings += statistics_can_be_used(records, {one.id: one for one in words.indicators})
    findings += gaps_have_a_way_on(records, gaps)
    return sorted(findings, key=lambda f: (f.severity != "error", f.where, f.field))


def _file(record: Common) -> str:
    return f"{record.type}/{record.id}.yml"


def ids_are_unique(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for id_, count in Counter(r.id for r in records).items():
        if count > 1:
            yield Finding(id_, "id", f"{count} 条记录用了同一个 id", "每条记录用自己的 id")
    for record in records:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", record.id):
            yield Finding(_file(record), "id", "id 只能用小写字母、数字和连字符", "改名，如 jn-gaoxin")


def sources_are_complete(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if not record.sources:
            yield Finding(_file(record), "sources", "没有来源", "至少写一个来源：id、title、url、as_of、quality")
        elif all(source.quality == "D" for source in record.sources):
            yield Finding(
                _file(record), "sources", "只有 D 级来源，不能作为答复依据", "补一个 A–C 级来源，否则移除本记录"
            )
        ids = [source.id for source in record.sources]
        for source in record.sources:
            at = f"sources[{source.id}]"
            if ids.count(source.id) > 1:
                yield Finding(_file(record), at, "来源 id 重复", "同一来源只写一次")
            if source.url is not None and not re.match(r"https?://\S+$", source.url):
                yield Finding(_file(record), at, "url 不是网址", "写 http(s):// 开头的网址，没有就写 null")
            if source.as_of is None and not source.note:
                yield Finding(_file(record), at, "没有日期", "写 as_of；来源确无日期时在 note 里说明")
            if source.as_of is not None and not _is_date(source.as_of):
                yield Finding(_file(record), at, f"as_of 不是日期：{source.as_of}", "写成 2021、2021-04 或 2021-04-25")
        for field in OF_FACTS:
            for place, fact in enumerate(getattr(record, field, ())):
                yield from _rests_on(record, f"{field}[{place}].source", fact.source, ids)
        for field in ("statistics", "prices"):
            for place, one in enumerate(getattr(record, field, ())):
                yield from _rests_on(record, f"{field}[{place}].source", one.source, ids)
        for field, source_id in record.field_sources.items():
            if source_id not in ids:
                yield Finding(_file(record), f"field_sources.{field}", f"没有来源 {source_id}", "改成 sources 里的 id")
            if field not in record.__struct_fields__:
                yield Finding(_file(record), f"field_sources.{field}", "记录里没有这个字段", "改成字段名")
            if field in OF_FACTS:
                yield Finding(_file(record), f"field_sources.{field}", "这个字段的每一条自带来源", "删去这一行")


def _rests_on(record: Common, field: str, source_id: str, ids: Sequence[str]) -> Iterable[Finding]:
    """A fact has the id of a source of its record, one that may be a basis."""
    if source_id not in ids:
        yield Finding(_file(record), field, f"没有来源 {source_id or '(空)'}", "写上 sources 里的 id")
    elif record.sources[ids.index(source_id)].quality == "D":
        problem = f"只靠 D 级来源 {source_id}"
        yield Finding(_file(record), field, problem, "换成 A–C 级来源，否则移除这一条", "warning")


def facts_are_no_newer_than_their_sources(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    """No source tells what happened after its day: a fact of a later year was read somewhere else."""
    for record in records:
        days = {source.id: source.as_of for source in record.sources if source.as_of}
        for told in statements_of(record, {}, {}):
            day = days.get(told.source_id, "")
            if told.field not in _OF_LAW and day and (year := _year_told(told.text)) > int(day[:4]):
                problem = f"“{told.text[:12]}…”说到{year}年，来源 {told.source_id} 却是{day}的"
                mend = "改成真正说这件事的来源（条目的 source 或 field_sources）；是计划或期限就写明"
                yield Finding(_file(record), told.field, problem, mend, "warning")


def _year_told(text: str) -> int:
    """The latest year in which a sentence says that something happened; 0 where it tells of none."""
    if _AHEAD.search(text):
        return 0
    return max((int(match) for match in _YEAR.findall(text)), default=0)


def statistics_can_be_used(records: Sequence[Common], indicators: Mapping[str, Indicator]) -> Iterable[Finding]:
    """Every typed number is of a known indicator and unit, has its time, and stands in a sentence of its record."""
    for record in records:
        told = "|".join(_plain(fact.text) for field in OF_FACTS for fact in getattr(record, field, ()))
        for place, one in enumerate(record.statistics):
            at = f"statistics[{place}]"
            known = indicators.get(one.indicator)
            if known is None:
                yield Finding(
                    _file(record), f"{at}.indicator", f"没有指标 {one.indicator}", "见 vocabulary/indicators.yml"
                )
            elif one.unit not in known.units:
                mend = f"写 {'、'.join(known.units)} 之一"
                yield Finding(_file(record), f"{at}.unit", f"{known.label}没有单位 {one.unit}", mend)
            if not all(_is_date(day) for day in one.as_of.split("/")):
                mend = "写成 2024、2024-09 或 2025-01/2025-07"
                yield Finding(_file(record), f"{at}.as_of", f"不是时间：{one.as_of}", mend)
            if not re.search(rf"(?<![\d.]){re.escape(number(one.value))}(?![\d.]*\d)", told):
                problem = f"没有一条事实说到 {number(one.value)}"
                yield Finding(_file(record), f"{at}.value", problem, "数字要与事实里的文字一致")


def dates_are_dates(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        for field in ("checked", "review_by"):
            value = getattr(record, field)
            if (value or field == "checked") and (not _is_date(value) or len(value) != 10):
                yield Finding(_file(record), field, "要写到日", "写成 2026-11-30")
        if isinstance(record, Incentive):
            for field in ("effective_from", "effective_until"):
                value = getattr(record, field)
                if value is not None and not _is_date(value):
                    yield Finding(
                        _file(record), field, f"不是日期：{value}", "写成 2021、2021-04 或 2021-04-25，未见写 null"
                    )


def references_exist(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    by_id = {record.id: record for record in records}
    for record in records:
        references: list[tuple[str, str, type[Common]]] = []
        if isinstance(record, Site):
            references += [("districts", id_, District) for id_ in record.districts]
            references += [("superseded_by", record.superseded_by, Site)] if record.superseded_by else []
        if isinstance(record, District):
            references += [("sites", id_, Site) for id_ in record.sites]
        if isinstance(record, Incentive) and record.superseded_by:
            references.append(("superseded_by", record.superseded_by, Incentive))
        for price in getattr(record, "prices", ()):
            for id_ in price.applies_in:
                if not isinstance(by_id.get(id_), District | Site):
                    yield Finding(_file(record), "prices", f"没有园区或区县 {id_}", "改成现有记录的 id")
        for field, id_, wanted in references:
            if not isinstance(by_id.get(id_), wanted):
                yield Finding(_file(record), field, f"没有 id 为 {id_} 的记录", "改成现有记录的 id")


def texts_are_written(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if not record.summary:
            yield Finding(_file(record), "summary", "没有概述", "用一两句话说明它是什么、在哪里")
        for value in _texts(record):
            if re.search(r"待写|TODO|xxx|某某", value, re.IGNORECASE):
                yield Finding(_file(record), "", f"有没写完的文字：{value[:20]}", "写完或删去")


def texts_are_legible(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    """What was read in a wrong encoding would be read out to investors."""
    for record in records:
        for field in record.__struct_fields__:
            for value in _texts(getattr(record, field), ()):
                if broken := garbled(value):
                    mend = "照来源重新输入；文件存成 UTF-8"
                    yield Finding(_file(record), field, f"有乱码：{broken[:20]}", mend, "warning")


def aliases_are_usable(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    holders: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for alias in record.aliases:
            folded = fold(alias)
            holders[folded].append(record.id)
            if len(folded) < 2:
                yield Finding(_file(record), "aliases", f"别名太短：{alias}", "至少两个字")
            if folded in _GENERIC:
                yield Finding(_file(record), "aliases", f"别名太泛，会误认：{alias}", "删去")
    for alias, ids in holders.items():
        for id_ in {i for i in ids if ids.count(i) > 1}:
            yield Finding(id_, "aliases", f"别名重复：{alias}", "删去一个")


def phones_are_phones(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if isinstance(record, Contact) and record.phone and (fault := fault_of(record.phone)):
            yield Finding(_file(record), "phone", *fault)


def incentives_say_what_to_verify(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if not isinstance(record, Incentive):
            continue
        if record.verify is not None and not (record.verify.what and record.verify.why):
            yield Finding(_file(record), "verify", "核实事项不完整", "写 what（核实什么）和 why（为什么）")
        if not record.benefits:
            yield Finding(_file(record), "benefits", "没有优惠内容", "至少写一条")


def reviews_are_due(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if (
            _is_date(record.checked)
            and len(record.checked) == 10
            and (due := review_day(record))
            and due < today.isoformat()
        ):
            yield Finding(_file(record), "checked", f"复核日期 {due} 已过", "核对来源后更新内容和 checked", "warning")


def rules_can_be_worked_out(records: Sequence[Common], terms: Terms) -> Iterable[Finding]:
    """Every base, flag and place a rule names is known, and every kind has what its arithmetic needs."""
    places = {record.id for record in records if isinstance(record, Site | District)}
    incentives = {record.id for record in records if isinstance(record, Incentive)}
    for record in records:
        if not isinstance(record, Incentive):
            continue
        for id_ in record.applies_in:
            if id_ not in places:
                yield Finding(
                    _file(record),
                    "applies_in",
                    f"没有园区或区县 {id_}",
                    "改成 records/site 或 records/district 里的 id",
                )
        for id_ in record.not_with:
            if id_ not in incentives or id_ == record.id:
                yield Finding(_file(record), "not_with", f"没有另一项政策 {id_}", "改成 records/incentive 里的 id")
        first, last = record.covers_from, record.covers_until
        if first is not None and last is not None and first > last:
            yield Finding(_file(record), "covers_from", "适用年度的起止颠倒了", "covers_from 不晚于 covers_until")
        found = [(place, fault) for place, rule in enumerate(record.rules) for fault in faults(rule, terms)]
        for place, fault in (*found, *shared_caps_differ(record.rules)):
            yield Finding(_file(record), f"rules[{place}].{fault.key}", fault.problem, fault.mend, fault.severity)


def gaps_have_a_way_on(records: Sequence[Common], gaps: Sequence[Gap]) -> Iterable[Finding]:
    contacts = {record.id for record in records if isinstance(record, Contact)}
    for gap in gaps:
        for id_ in gap.contacts:
            if id_ not in contacts:
                yield Finding("gaps.yml", gap.id, f"没有联系方式记录 {id_}", "改成 records/contact 里的 id")
        if not gap.contacts:
            yield Finding("gaps.yml", gap.id, "没有出路", "至少写一个 contacts")


CHECKS: tuple[Check, ...] = (
    ids_are_unique,
    sources_are_complete,
    dates_are_dates,
    facts_are_no_newer_than_their_sources,
    references_exist,
    texts_are_written,
    texts_are_legible,
    aliases_are_usable,
    phones_are_phones,
    incentives_say_what_to_verify,
    reviews_are_due,
)


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)[,，](?=\d{3})", "", text)


def _is_date(value: str) -> bool:
    if not re.match(DATE, value):
        return False
    try:
        dt.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _texts(value: object, skip: Sequence[str] = ("questions", "sources")) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, skip)
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            if field not in skip:
                yield from _texts(getattr(value, field), skip)
