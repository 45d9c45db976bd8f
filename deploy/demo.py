"""Fills a store with a month of plausible leads for a demonstration: `make demo`.

Every name begins with 演示 and every phone is of one made-up row, so that nobody takes them for real. Products of the
ordinary use cases, with a clock that walks through the month. Refuses a store that holds anything else.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from knowledge.catalogue import Catalogue
from knowledge.model import Industry, Site
from leads.errors import LeadsError
from leads.listing import Filter
from leads.migrating import upgrade
from leads.model import Details, Draft, Line, LoggedTurn, Stage, Talk
from leads.outbox import Outbox
from leads.service import Leads
from leads.settings import Settings
from leads.staff.model import Account, Role, Visitor
from leads.wiring import inbox_of, leads_with, staff_of

MARK = "演示"
_DAYS, _LEADS = 30, 90
_WAY = (Stage.CONTACTED, Stage.QUALIFIED, Stage.NEGOTIATING, Stage.SIGNED, Stage.STARTED, Stage.FUNDED)
_AMOUNTS = (
    ("500万元", 500),
    ("2000万元", 2000),
    ("五千万", 5000),
    ("1.2亿元", 12_000),
    ("3个亿", 30_000),
    ("10亿元", 100_000),
)
_AREAS = (
    "历城区，30亩",
    "济南高新区，5000平方米厂房",
    "章丘，100亩",
    "天桥区，写字楼一层",
    "兰州新区，200亩",
    "起步区，80亩",
    "济南，还没定",
)
_NOTES = ("希望今年动工", "想先看看厂房", "关心水电和用工", "需要标准厂房", "下个月来考察", "")
_TALKED = {
    "called": ("介绍了用地和厂房，对方要书面材料", "约好下周再谈，对方关心电价", "没有接通，稍后再打"),
    "visited": ("陪同看了两处厂房，对方满意第二处",),
    "wechat": ("把政策清单发给了对方",),
    "met": ("视频会议，对方技术负责人参加，谈了设备进场时间",),
}  # fmt: skip
_QUESTIONS = (
    ("济南高新区在哪里？", "answer"), ("厂房租金是多少？", "refuse"), ("外资有什么奖励？", "answer"),
    ("拿地即开工怎么办？", "answer"), ("学校怎么样？", "refuse"), ("投5000万能拿多少补贴？", "estimate"),
    ("推荐一个做生物医药的园区", "match"), ("转人工", "handoff"), ("你好", "smalltalk"),
)  # fmt: skip


class _Clock:
    """Walks through the month; never beyond the present."""

    def __init__(self) -> None:
        self.end = datetime.now(UTC)
        self.time = self.end - timedelta(days=_DAYS)

    def __call__(self) -> datetime:
        return min(self.time, self.end)

    def at(self, time: datetime) -> None:
        self.time = time


def main() -> int:
    """Fill the store named by DEMO_DATABASE, or the configured one while it is empty or holds a demonstration."""
    settings = Settings.of()
    if named := os.environ.get("DEMO_DATABASE"):
        settings = msgspec.structs.replace(settings, database=named)
    try:
        upgrade(settings.database)
        refusal = _refusal(settings)
        if refusal:
            print(refusal, file=sys.stderr)
            return 1
        print(f"正在写入 {_LEADS} 条演示线索……", flush=True)
        clock = _Clock()
        _fill(leads_with(settings, Outbox(), clock), _accounts(settings), clock, random.Random(20261126))  # noqa: S311
    except (LeadsError, ValueError) as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    if named:
        print("看演示：LEADS_DATABASE 设成同一个数据库，再 make run。")
    return 0


def _refusal(settings: Settings) -> str:
    """Why this store is not to be filled, or nothing."""
    everything = Visitor(
        account=Account(id=0, login="demo", name="", role=Role.ADMIN), sign_in_id=0, address="terminal"
    )
    listed = inbox_of(settings).page(Filter(), everything)
    real = [row for row in listed.rows if not row.company.startswith(MARK)]
    other = [one for one in staff_of(settings).accounts() if not one.login.startswith("demo-")]
    if real or other:
        return (
            "这个线索库里有真实的线索或账号，演示数据不写进去。请另指定一个数据库，例如\n"
            "  DEMO_DATABASE=sqlite:///storage/demo.sqlite3 make demo"
        )
    return "这个线索库里已经有演示数据。要重来，请先删掉它或另指定 DEMO_DATABASE。" if listed.rows else ""


def _accounts(settings: Settings) -> list[str]:
    """Demonstration accounts with the password given in DEMO_PASSWORD, or one made by chance and told once; gives the
    officers' logins."""
    staff, given = staff_of(settings), os.environ.get("DEMO_PASSWORD", "")
    chosen = given or secrets.token_urlsafe(12)
    wanted = [
        ("demo-admin", "演示管理员", Role.ADMIN), ("demo-officer", "演示专员甲", Role.OFFICER),
        ("demo-officer-2", "演示专员乙", Role.OFFICER), ("demo-officer-3", "演示专员丙", Role.OFFICER),
        ("demo-leader", "演示领导", Role.LEADER), ("demo-editor", "演示编辑", Role.EDITOR),
    ]  # fmt: skip
    for login, name, role in wanted:
        staff.add(login, name, role, chosen)
    staff.change("demo-leader", offices=["历城区人民政府", "济南高新区管委会"], sectors=["生物医药"])
    print("演示账号：" + "、".join(login for login, _, _ in wanted))
    print("密码是您在 DEMO_PASSWORD 里给的。" if given else f"密码（只显示这一次）：{chosen}")
    return [login for login, _, role in wanted if role is Role.OFFICER]


def _fill(leads: Leads, officers: list[str], clock: _Clock, chance: random.Random) -> None:
    catalogue = Catalogue.load()
    sites = [record.id for record in catalogue.of_type(Site)]
    industries = [record.name for record in catalogue.of_type(Industry)] or ["软件"]
    known = [*leads.sectors, *industries[:5]]
    for n, at in enumerate(_times(clock, chance), 1):
        clock.at(at)
        draft = _draft(n, at, chance, known)
        told, kind = chance.choice(_QUESTIONS)
        shown = (chance.choice(sites),) if kind in ("answer", "match") else ()
        lines = [
            Line(speaker="investor", text=told, at=at - timedelta(minutes=6)),
            Line(speaker="assistant", text="（演示答复）请看所列记录。", at=at - timedelta(minutes=6), records=shown),
            Line(speaker="investor", text="登记", at=at - timedelta(minutes=4)),
        ]
        leads.log_turns([LoggedTurn(id=f"demo-{n}", talk=draft.talk, at=at, question=told, kind=kind, records=shown)])
        number = leads.submit(draft, lines).number
        if chance.random() < 0.85:
            _work(leads, number, chance.choice(officers), clock, chance)
    clock.at(clock.end)
    leads.ask_for_person(
        Talk(id="web-demo-waiting", channel="web"), "演示：想和人谈谈厂房",
        [Line(speaker="investor", text="演示：想和人谈谈厂房", at=clock.end)],
    )  # fmt: skip


def _times(clock: _Clock, chance: random.Random) -> Iterator[datetime]:
    """When the leads came: over the month, in order, by day."""
    begin = clock.end - timedelta(days=_DAYS)
    yield from sorted(
        begin + timedelta(days=chance.random() * _DAYS * 0.995) for _ in range(_LEADS)
    )  # fmt: skip


def _draft(n: int, at: datetime, chance: random.Random, industries: list[str]) -> Draft:
    said, wan = chance.choice(_AMOUNTS)
    industry = chance.choice(industries)
    again = n % 15 == 0  # the same investor once more
    company = f"{MARK}{industry}{n - again:02}有限公司"
    details = Details(
        contact_name=f"{MARK}联系人{n:02}", company=company, contact=f"+86138000010{n - again:02}",
        contact_kind="mobile", industry=industry, investment=said, investment_low=wan * 10_000, currency="CNY",
        area=chance.choice(_AREAS), notes=chance.choice(_NOTES),
    )  # fmt: skip
    channel = chance.choice(["web", "web", "wechat", "rest"])
    talk = Talk(id=f"{channel}-demo-{n}", channel=channel)
    return Draft(key=f"demo-{n}", talk=talk, details=details, consented_at=at, notice_version="2026-01")


def _work(leads: Leads, number: str, officer: str, clock: _Clock, chance: random.Random) -> None:
    """What an officer did about a lead, up to the present."""
    clock.at(clock.time + timedelta(hours=chance.choice([1, 3, 20, 40])))
    leads.take(number, officer)
    stage = chance.choices(range(len(_WAY) + 1), weights=[4, 8, 6, 5, 3, 2, 1])[0]
    for step in _WAY[:stage]:
        clock.at(clock.time + timedelta(hours=chance.randrange(4, 72)))
        kind = chance.choice(list(_TALKED))
        leads.note(number, officer, kind, chance.choice(_TALKED[kind]))
        leads.move(number, step, officer)
    if stage >= 3:
        leads.fill_card(
            number, officer, project="演示项目", responsibility="落实用地，协调开工手续", measures="每周例会，专人代办",
            deadline=clock.time + timedelta(days=chance.choice([5, 20, 60])), leader="演示领导", team="演示专班",
        )  # fmt: skip
    if chance.random() < 0.1:
        leads.move(number, Stage.CLOSED, officer, "对方暂缓投资")
    elif chance.random() < 0.6:
        leads.plan(number, officer, chance.choice(["回访", "送政策材料", "约看厂房"]), clock.time + timedelta(days=chance.randrange(1, 12)))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
