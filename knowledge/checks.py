"""What must hold across records: one function a check, each yielding Findings that say how to mend."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from knowledge.estimating.soundness import faults, shared_caps_differ
from knowledge.estimating.terms import Terms
from knowledge.findings import Finding
from knowledge.legible import garbled
from knowledge.model import DATE, Common, Contact, District, Gap, Incentive, Site
from knowledge.phones import fault_of
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary

_GENERIC = frozenset("园区 产业园 开发区 工业园 科技园 基地 政策 补贴 奖励 优惠 扶持 企业 公司 项目 产业 活动".split())
Check = Callable[[Sequence[Common], dt.date], Iterable[Finding]]


def check_all(
    records: Sequence[Common], gaps: Sequence[Gap], today: dt.date, terms: Terms | None = None
) -> list[Finding]:
    """Run every check; errors first. `terms` are the words rules may use, those shipped unless others are given."""
    findings = [f for check in CHECKS for f in check(records, today)]
    findings += rules_can_be_worked_out(records, terms or Vocabulary.load().inputs)
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
        for field, source_id in record.field_sources.items():
            if source_id not in ids:
                yield Finding(_file(record), f"field_sources.{field}", f"没有来源 {source_id}", "改成 sources 里的 id")
            if field not in record.__struct_fields__:
                yield Finding(_file(record), f"field_sources.{field}", "记录里没有这个字段", "改成字段名")


def dates_are_dates(records: Sequence[Common], today: dt.date) -> Iterable[Finding]:
    for record in records:
        if not _is_date(record.review_by) or len(record.review_by) != 10:
            yield Finding(_file(record), "review_by", "复核日期要写到日", "写成 2027-05-22")
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
        if _is_date(record.review_by) and record.review_by < today.isoformat():
            problem = f"复核日期 {record.review_by} 已过"
            yield Finding(_file(record), "review_by", problem, "核对来源后更新内容和 review_by", "warning")


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
    references_exist,
    texts_are_written,
    texts_are_legible,
    aliases_are_usable,
    phones_are_phones,
    incentives_say_what_to_verify,
    reviews_are_due,
)


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
