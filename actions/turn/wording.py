"""Sentences that many journeys share: source lines, ways on, short lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actions.turn.reply import link_of
from knowledge.model import Common, Contact, Source
from knowledge.statements import Statement, source_of

FIRST_QUESTIONS = (
    "济南有哪些适合生物医药的园区？",
    "外资到账有什么奖励？",
    "“拿地即开工”怎么办？",
    "兰州新区有哪些优惠政策？",
)
WAY_ON = "您可以致电12345热线，访问济南市投资促进局网站（http://jntzcjj.jinan.gov.cn）或兰州新区网站（http://www.lzxq.gov.cn），也可以回复“转人工”。"
_WEAK = ("C", "D")
_TO_CHECK = "待核"


class Cited:
    """The sources of what a reply tells, numbered in the order in which they are first told."""

    def __init__(self, records: Sequence[Common], statements: Sequence[Statement]) -> None:
        self._records = {record.id: record for record in records}
        self.facts = [(s, source_of(self._records[s.record_id], s.source_id)) for s in statements]
        self._sources: dict[str, Source] = {}
        for _, source in self.facts:
            self._sources.setdefault(source.title, source)
        for record in records:
            if not any(source.title in self._sources for source in record.sources):
                self._sources.setdefault(record.sources[0].title, record.sources[0])
        self._numbers = {title: number for number, title in enumerate(self._sources, 1)}

    def told(self, statement: Statement) -> str:
        """The sentence with the number of its source; one that rests on a re-hosted page alone says so."""
        source = source_of(self._records[statement.record_id], statement.source_id)
        text = statement.text
        if source.quality in _WEAK and _TO_CHECK not in text:
            text = f"{text.rstrip('。')}（{_TO_CHECK}）。"
        return f"{text}[{self._numbers[source.title]}]" if len(self._sources) > 1 else text

    def line(self) -> str:
        """What stands below the reply: one source a line where there are several."""
        named = [_named(source) for source in self._sources.values()]
        return "来源：" + (
            "\n".join(f"[{n}] {name}" for n, name in enumerate(named, 1)) if len(named) > 1 else named[0]
        )


def source_line(records: Sequence[Common], statements: Iterable[Statement], *, links: bool = True) -> str:
    """One line naming the sources behind the statements, each with its date; the main source if none is given.

    Lists leave the addresses out: they would fill WeChat's message, and stand in the answer on each thing.
    """
    by_id = {record.id: record for record in records}
    sources: dict[str, Source] = {}
    for statement in statements:
        if record := by_id.get(statement.record_id):
            source = source_of(record, statement.source_id)
            sources.setdefault(source.title, source)
    for record in records:
        if not any(source.title in sources for source in record.sources):
            sources.setdefault(record.sources[0].title, record.sources[0])
    return "来源：" + "；".join(_named(source, links=links) for source in sources.values())


def _named(source: Source, *, links: bool = True) -> str:
    date = source.as_of or "未标日期"
    weak = "，转载资料，引用前请核对" if source.quality in _WEAK else ""
    link = f" {link_of(source)}" if links and link_of(source) else ""
    return f"{source.title}（{date}{weak}）{link}"


def joined(names: Iterable[str]) -> str:
    """Names as Chinese lists them."""
    return "、".join(names)


def ways_on(contacts: Sequence[Common]) -> str:
    """Where an investor may turn, from contact records; the general way on where there is none."""
    parts = []
    for contact in contacts:
        if isinstance(contact, Contact):
            known = [contact.phone and f"电话{contact.phone}", contact.website and f"网站{contact.website}"]
            known = [k for k in known if k] or [contact.address and f"地址{contact.address.rstrip('。')}"]
            if any(known):
                parts.append(f"{contact.name}（{'，'.join(k for k in known if k)}）")
    if not parts:
        return WAY_ON
    hotline = "" if any("12345" in p for p in parts) else "12345热线、"
    return f"您可以咨询{hotline}{'、'.join(parts[:3])}，也可以回复“转人工”。"
