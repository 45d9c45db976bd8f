"""What is due is reminded of, then told to the leader, each once; the work of whoever is away goes to his deputy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.deadlines import Deadlines
from leads.delivery import notice
from leads.model import Stage, Talk
from leads.outbox import Outbox
from leads.settings import Settings
from leads.staff.model import Role
from leads.staff.service import Staff
from leads.tables import Delivery, Lead, Reminder
from leads.workdays import Hours, Workdays
from tests.leads.conftest import TIME

DUE = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
"""Submitted on Monday at 17:30 in Beijing, after hours: it counts from Tuesday's opening, so until Wednesday at nine."""


@pytest.fixture
def chore(store):
    return Deadlines(store, Outbox(["wecom", "crm"]), Hours(Workdays()), Settings(database="unused"))


@pytest.fixture
def staff(store, clock, monkeypatch):
    made = Staff(store, now=clock)
    monkeypatch.setattr("leads.staff.passwords.hashed", lambda _: "x")
    for login, role in (("root", Role.ADMIN), ("li", Role.OFFICER), ("wang", Role.OFFICER), ("boss", Role.LEADER)):
        made.add(login, f"{login}甲", role, "correct horse 77")
    return made


def steps(see):
    return [row.step for row in see.all(Reminder)]


def by_system(see, number):
    return [(row.kind, row.text) for row in see.activities(number) if row.actor == "system"]


def notices(see):
    return [(notice.subject(row.payload), *notice.lines(row.payload)) for row in see.all(Delivery)]


def test_first_contact_is_due_within_one_working_day_of_the_offices_hours(submit, see):
    assert see.lead(submit()).due_at == DUE


@pytest.mark.parametrize("how", ["called", "moved", "said"])
def test_speaking_with_the_investor_ends_it_and_a_note_does_not(leads, submit, see, how, clock):
    number = submit()
    leads.note(number, "li", "noted", "先看看资料")
    assert see.lead(number).due_at == DUE
    clock.passes(hours=1)
    if how == "called":
        leads.note(number, "li", "called", "打过电话")
    elif how == "moved":
        leads.move(number, Stage.CONTACTED, "li")
    else:
        inquiry = leads.ask_for_person(Talk(id="talk-1", channel="web"), "转人工", [])
        leads.take_over(inquiry, "li")
        leads.say(inquiry, "li", "您好")
    lead = see.lead(number)
    assert (lead.due_at, lead.contacted_at, lead.contact_due_at) == (None, clock.time, DUE)


def test_reminder_overdue_and_escalation_come_once_each_at_their_time(leads, submit, see, chore, staff):
    number = submit()
    leads.take(number, "li")
    staff.change("boss", offices=[see.lead(number).office])
    seen = []
    for now in (
        DUE - timedelta(hours=3),
        DUE - timedelta(hours=1),
        DUE,
        DUE + timedelta(hours=23),
        DUE + timedelta(days=1),
    ):
        chore.run(now)
        chore.run(now)
        seen.append(steps(see))
    assert seen == [[], ["soon"], ["soon", "overdue"], ["soon", "overdue"], ["soon", "overdue", "escalated"]]
    assert by_system(see, number) == [
        ("reminded", "首次联系即将到期"), ("reminded", "首次联系已逾期"), ("escalated", "首次联系逾期未办，报领导督办"),
    ]  # fmt: skip
    assert [row.data["to"] for row in see.activities(number) if row.actor == "system"] == [["li"], ["li"], ["boss"]]
    assert [(row.destination, row.event) for row in see.all(Delivery)] == [("wecom", "leads.due")] * 3
    (subject, line, _), *_ = notices(see)
    assert subject == "即将到期：1 条线索"
    assert line.startswith(f"{number} 首次联系，期限 3月4日 09:00，")
    assert line.endswith("li甲")


def test_reminding_is_no_work_on_a_lead(leads, submit, see, chore, staff):
    number = submit()
    touched = see.lead(number).updated_at
    chore.run(DUE + timedelta(days=3))
    assert see.lead(number).updated_at == touched


def test_a_new_deadline_is_reminded_of_anew(leads, submit, see, chore, staff, clock):
    number = submit()
    leads.note(number, "li", "called", "谈过")
    leads.plan(number, "li", "发资料", DUE)
    chore.run(DUE)
    leads.plan(number, "li", "再发一次", DUE + timedelta(days=2))
    chore.run(DUE + timedelta(days=2))
    assert steps(see) == ["overdue", "overdue"]
    leads.finish(number, "li")
    chore.run(DUE + timedelta(days=9))
    assert steps(see) == ["overdue", "overdue"], "what is done is not escalated"


def test_escalation_waits_for_a_working_day(leads, submit, see, chore, staff):
    number = submit()
    leads.note(number, "li", "called", "谈过")
    friday = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    leads.plan(number, "li", "发资料", friday)
    chore.run(friday + timedelta(days=2))
    assert steps(see) == ["overdue"]
    chore.run(friday + timedelta(days=3))
    assert steps(see) == ["overdue", "escalated"]


def test_where_nobody_leads_administrators_are_told(submit, see, chore, staff):
    number = submit()
    chore.run(DUE + timedelta(days=5))
    assert see.activities(number)[-1].data["to"] == ["root"]


def test_many_at_once_are_one_message(leads, submit, see, chore, staff):
    for n in range(12):
        submit(talk=f"t{n}")
    assert chore.run(DUE) == 12
    assert steps(see) == ["overdue"] * 12
    ((subject, *lines),) = notices(see)
    assert subject == "已逾期：12 条线索"
    assert len(lines) == 12
    assert "另有 2 条" in lines[10]


class TestAway:
    """Whoever is away loses nothing and misses nothing."""

    def test_what_falls_due_meanwhile_goes_to_the_deputy(self, leads, submit, see, chore, staff, clock):
        number, later = submit(), submit(talk="b")
        for one in (number, later):
            leads.take(one, "li")
        leads.note(later, "li", "called", "谈过")
        leads.plan(later, "li", "回来再办", TIME + timedelta(days=30))
        staff.change("li", away_until=TIME + timedelta(days=7), deputy="wang")
        chore.run(TIME)
        chore.run(TIME)
        assert (see.lead(number).officer, see.lead(later).officer) == ("wang", "li")
        last = see.activities(number)[-1]
        assert (last.kind, last.actor, last.data) == ("assigned", "system", {"officer": "wang", "before": "li"})
        assert [subject for subject, *_ in notices(see)] == ["负责人不在岗，已转交代理人：1 条线索"]

    def test_a_deputy_who_is_away_too_passes_it_on_and_a_ring_of_them_ends(self, leads, submit, see, chore, staff):
        number, until = submit(), TIME + timedelta(days=7)
        leads.take(number, "li")
        staff.change("li", away_until=until, deputy="wang")
        staff.change("wang", away_until=until, deputy="li")
        chore.run(TIME)
        assert see.lead(number).officer == "li"
        staff.change("wang", deputy="boss")
        chore.run(TIME)
        assert see.lead(number).officer == "boss"

    def test_whoever_is_back_keeps_his_leads(self, leads, submit, see, chore, staff):
        number = submit()
        leads.take(number, "li")
        staff.change("li", away_until=TIME - timedelta(hours=1), deputy="wang")
        chore.run(TIME)
        assert see.lead(number).officer == "li"


def test_a_merged_or_closed_lead_has_no_deadline(leads, submit, see):
    first, second, third = submit(talk="a"), submit(talk="b"), submit(talk="c")
    leads.merge(first, second, "li")
    leads.move(third, Stage.CLOSED, "li", "重复")
    assert [see.lead(one).due_at for one in (first, second, third)] == [DUE, None, None]
    leads.unmerge(second, "li")
    assert see.lead(second).due_at == DUE


def test_the_worker_does_its_chores_and_survives_their_faults(store):
    import threading

    from leads.errors import StoreUnavailable
    from leads.worker import Worker

    done, stop = [], threading.Event()

    def faulty(_now):
        done.append("faulty")
        raise StoreUnavailable("away")

    def broken(_now):
        done.append("broken")
        raise RuntimeError

    def last(_now):
        done.append("last")
        stop.set()

    Worker(store, [], Settings(database="unused"), chores=[faulty, broken, last]).run(stop)
    assert done == ["faulty", "broken", "last"]


def test_the_table_of_leads_tells_when_first_contact_was_due(submit, see):
    assert see.lead(submit()).contact_due_at == DUE
    assert see.all(Lead, Lead.contacted_at.is_not(None)) == []
