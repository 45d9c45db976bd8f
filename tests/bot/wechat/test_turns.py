"""One answer for every push: in time or late, tried again, at the same time, in order, after a death, without a right."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.ledger import Ledger
from bot.channels.wechat import wording
from bot.channels.wechat.errors import AllowanceSpent, NotPermitted, Unreachable
from bot.channels.wechat.incoming import OFFICIAL_ACCOUNT, Incoming
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.rendering import LONGEST
from bot.channels.wechat.turns import Turns
from bot.channels.wechat.turnstile import Turnstile
from tests.support import clockwork

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


class Assistant:
    """Answers what it is told to, as slowly as it is told to, and notes what it was asked."""

    def __init__(self, seconds=0.0):
        self.now, self.at_once = set(), 0
        self.asked, self.seconds, self.says, self.buttons, self.erases = [], seconds, {}, (), False

    async def __call__(self, sender, text, source=""):
        self.asked.append(text)
        self.now.add(sender)
        self.at_once = max(self.at_once, len(self.now))
        await asyncio.sleep(self.seconds if not isinstance(self.seconds, dict) else self.seconds.get(text, 0))
        self.now.discard(sender)
        message = {"text": self.says.get(text, f"答:{text}")}
        if self.buttons:
            message["buttons"] = [{"payload": b} for b in self.buttons]
        return [message, {"custom": {"kind": "answer", "records": [], "erased": self.erases}}]


class Api:
    """The platform's interface: notes what was sent, fails as it is told to."""

    def __init__(self):
        self.sent, self.fails = [], []

    async def send(self, open_id, frame):
        if self.fails and (fault := self.fails[0] if self.fails[0] is NotPermitted else self.fails.pop(0)):
            raise fault(1)
        self.sent.append((open_id, frame.get("text") or frame["card"]["title"]))


class World:
    """One worker's conversations, in a hurry."""

    def __init__(self, ledger, assistant=None, api=None, **how):
        self.ledger, self.assistant, self.api = ledger, assistant or Assistant(), api or Api()
        self.outbox = Outbox("wechat", ledger, self.api, waits=(0.01, 0.01))
        how = {"in_time": 0.5, "next_try": 0.4, "all_tries": 1.0, **how}
        self.turns = Turns("wechat", ledger, self.outbox, self.assistant, **how)

    async def says(self, text, key=None, who="s"):
        return await self.turns.answer(push(text, key, who))


def push(text="", key=None, who="s", **more):
    return Incoming(key or f"{who} {text}", who, f"open-{who}", "gh", say=text, **more)


def run(coroutine):
    """On a clock that jumps: what comes late here comes late on every machine."""
    return clockwork.run(asyncio.wait_for(coroutine, 600))


def test_an_answer_in_time_is_the_passive_reply(ledger):
    world = World(ledger)
    assert run(world.says("济南")) == "答:济南"
    assert world.api.sent == []


def test_a_late_answer_is_sent_once_and_its_tries_get_nothing(ledger):
    async def main():
        world = World(ledger, Assistant(0.9))
        tries = [await world.says("济南") for _ in range(2)]
        await world.turns.settled()
        tries.append(await world.says("济南"))
        await world.turns.settled()
        return tries, world

    tries, world = run(main())
    assert tries == ["", "", ""]
    assert world.api.sent == [("open-s", "答:济南")]
    assert world.assistant.asked == ["济南"]


def test_tries_at_the_same_time_share_one_turn_and_one_gets_the_answer(ledger):
    async def main():
        world = World(ledger, Assistant(0.05))
        said = await asyncio.gather(*(world.says("济南") for _ in range(3)))
        await world.turns.settled()
        return said, world

    said, world = run(main())
    assert sorted(said) == ["", "", "答:济南"]
    assert (world.assistant.asked, world.api.sent) == (["济南"], [])


def test_a_try_that_was_hung_up_is_followed_by_one_that_gets_the_answer(ledger):
    async def main():
        world = World(ledger, Assistant(0.1))
        first = asyncio.create_task(world.says("济南"))
        await asyncio.sleep(0.03)
        first.cancel()
        said = await world.says("济南")
        await world.turns.settled()
        return said, world

    said, world = run(main())
    assert said == "答:济南"
    assert (world.assistant.asked, world.api.sent) == (["济南"], [])


def test_an_answer_whose_tries_were_all_hung_up_is_sent(ledger):
    async def main():
        world = World(ledger, Assistant(0.1))
        for _ in range(3):
            one = asyncio.create_task(world.says("济南"))
            await asyncio.sleep(0.02)
            one.cancel()
        await asyncio.sleep(0.6)
        await world.turns.settled()
        return world

    world = run(main())
    assert world.api.sent == [("open-s", "答:济南")]
    assert world.assistant.asked == ["济南"]


def test_a_try_after_an_answer_got_lost_gets_the_same_answer_also_from_another_worker(ledger, tmp_path):
    async def main():
        first, second = World(ledger), World(Ledger(tmp_path / "channels.sqlite3"))
        said = [await first.says("济南"), await first.says("济南"), await second.says("济南")]
        return said, first.assistant.asked + second.assistant.asked

    assert run(main()) == (["答:济南"] * 3, ["济南"])


def test_what_a_dead_process_has_left_is_answered_by_the_next_try(ledger, monkeypatch):
    monkeypatch.setattr("bot.channels.ledger._owner", lambda: "1 dead")
    ledger.claim("wechat", "k", "s", push("济南").kept())
    monkeypatch.undo()
    world = World(ledger)

    async def main():
        await world.turns.resume()
        said = await world.says("济南", "k")
        await world.turns.settled()
        return said

    assert run(main()) == "答:济南"
    assert world.api.sent == []


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("late", [True, False])
def test_what_a_dead_process_has_left_is_sent_when_no_try_follows(ledger, monkeypatch, finished, late):
    monkeypatch.setattr("bot.channels.ledger._owner", lambda: "1 dead")
    ledger.claim("wechat", "k", "s", push("济南").kept())
    ledger.note("wechat", "s", "contact", {"open_id": "open-s", "left": 5, "until": time.time() + 99}, 99)
    if finished:
        ledger.finish("wechat", "k", [{"text": "答:济南"}])
    if late:
        ledger.settle("wechat", "k", "service")
    monkeypatch.undo()
    world = World(ledger)

    async def main():
        await world.turns.resume()
        await world.turns.resume()
        await world.turns.settled()
        return await world.says("济南", "k")

    assert run(main()) == "", "it was sent, so a try that comes after all gets nothing"
    assert world.api.sent == [("open-s", "答:济南")]
    assert world.assistant.asked == ([] if finished else ["济南"])
    assert ledger.left_open("wechat") == []


def test_messages_of_one_investor_are_answered_in_order_and_of_two_at_the_same_time(ledger):
    async def main():
        world = World(ledger, Assistant({"一": 0.1, "慢": 0.14}), in_time=2)
        slow = asyncio.create_task(world.says("慢", who="t"))
        first = asyncio.create_task(world.says("一"))
        await asyncio.sleep(0)
        second = asyncio.create_task(world.says("二"))
        await asyncio.gather(slow, first, second)
        return world

    world = run(main())
    assert [t for t in world.assistant.asked if t != "慢"] == ["一", "二"]
    assert world.assistant.at_once == 2, "nobody waits for another"


def test_a_number_chooses_among_the_choices_last_shown(ledger):
    async def main():
        world = World(ledger)
        world.assistant.buttons = ("同意", "不同意")
        await world.says("登记")
        await world.says("２")
        world.assistant.buttons = ()
        await world.says("第一个")
        await world.says("1", "later")
        return world.assistant.asked

    assert run(main()) == ["登记", "不同意", "同意", "1"]


def test_a_number_means_what_the_part_shows_that_was_read_last(ledger):
    long = "。".join("字" * 200 for _ in range(5)) + "。"

    async def main():
        world = World(ledger)
        world.assistant.says["登记"], world.assistant.buttons = long, ("同意", "不同意")
        first = await world.says("登记")
        await world.says("1", "too early")
        world.assistant.buttons = ("同意", "不同意")
        await world.says("登记", "again")
        last = await world.says("更多")
        world.assistant.buttons = ()
        await world.says("2", "after")
        return first, last, world.assistant.asked

    first, last, asked = run(main())
    assert wording.NUMBERED not in first
    assert "1. 同意\n2. 不同意" in last
    assert asked == ["登记", "1", "登记", "不同意"]


def test_choices_of_a_long_answer_that_is_sent_late_can_be_chosen(ledger):
    async def main():
        world = World(ledger, Assistant({"登记": 0.9}))
        world.assistant.says["登记"], world.assistant.buttons = "字" * 900, ("同意", "不同意")
        await world.says("登记")
        await world.turns.settled()
        world.assistant.buttons = ()
        await world.says("2", "after")
        return world

    world = run(main())
    assert len(world.api.sent) == 2
    assert world.assistant.asked == ["登记", "不同意"]


def test_a_long_answer_goes_on_with_more_until_another_question_is_asked(ledger):
    long = "。".join("字" * 200 for _ in range(8)) + "。"

    async def main():
        world = World(ledger)
        world.assistant.says["长"] = long
        parts = [await world.says("长"), await world.says("更多", "m1"), await world.says("继续", "m2")]
        again = [await world.says("长", "l2"), await world.says("别的"), await world.says("更多", "m3")]
        return parts, again, world

    parts, again, world = run(main())
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert "".join(p.removesuffix(wording.MORE_HINT).strip() for p in parts) == long
    assert again[2] == "答:更多", "who has asked on means the assistant's own more"
    assert world.assistant.asked == ["长", "长", "别的", "更多"]


def test_a_late_long_answer_is_sent_whole(ledger):
    long = "。".join("字" * 200 for _ in range(8)) + "。"

    async def main():
        world = World(ledger, Assistant(0.9))
        world.assistant.says["长"] = long
        await world.says("长")
        await world.turns.settled()
        return "".join(text for _, text in world.api.sent)

    assert run(main()) == long


def test_where_the_account_may_not_send_the_answer_is_fetched_by_number(ledger):
    async def main():
        world = World(ledger, Assistant({"慢": 0.9}))
        world.api.fails = [NotPermitted]
        said = [await world.says("慢")]
        await world.turns.settled()  # the platform says no, and the answer stays
        said.append(await world.says("快"))
        said.append(await world.says("1", "one"))
        said.append(await world.says("看答复", "two"))
        said.append(await world.says("慢", "three"))
        await world.turns.settled()
        said.append(await world.says("1", "four"))
        return said, world

    said, world = run(main())
    assert said[0] == ""
    assert said[1] == f"答:快\n\n回复数字选择：\n1. {wording.READ_LATER}"
    assert said[2] == "答:慢"
    assert said[3] == wording.NOTHING_LATER
    assert said[4] == wording.BUSY, "now it is known, and said at once"
    assert said[5] == "答:慢"
    assert world.api.sent == []
    assert world.assistant.asked == ["慢", "快", "慢"]


def test_what_the_platform_did_not_take_is_tried_again(ledger):
    async def main():
        world = World(ledger, Assistant({"慢": 0.9}))
        world.api.fails = [Unreachable, Unreachable]
        await world.says("慢")
        await world.turns.settled()
        return world.api.sent

    assert run(main()) == [("open-s", "答:慢")]


def test_after_five_messages_the_sixth_waits_for_the_next_word(ledger):
    async def main():
        world = World(ledger)
        await world.says("你好")
        for number in range(7):
            world.turns.tell("s", str(number), f"第{number}句")
            world.turns.tell("s", str(number), f"第{number}句")
        await world.turns.settled()
        before = len(world.api.sent)
        await world.says("在吗")
        await world.turns.settled()
        return before, world.api.sent

    before, sent = run(main())
    assert before == 5
    assert [text for _, text in sent] == [f"第{n}句" for n in range(7)]


def test_a_refusal_of_the_platform_keeps_the_words_for_later(ledger):
    async def main():
        world = World(ledger)
        await world.says("你好")
        world.api.fails = [AllowanceSpent]
        world.turns.tell("s", "1", "到")
        await world.turns.settled()
        assert world.api.sent == []
        await world.says("在吗")
        await world.turns.settled()
        return world.api.sent

    assert run(main()) == [("open-s", "到")]


def test_who_has_not_written_for_long_is_not_written_to(tmp_path):
    now = [1000.0]
    ledger = Ledger(tmp_path / "l.sqlite3", lambda: now[0])

    async def main():
        world = World(ledger)
        await world.says("你好")
        now[0] += OFFICIAL_ACCOUNT.message.seconds + 1
        world.turns.tell("s", "1", "到")
        await world.turns.settled()
        assert world.api.sent == []
        assert ledger.noted("wechat", "s", "contact") is None, "the open id is forgotten with its use"
        await world.says("在吗")
        await world.turns.settled()
        return world.api.sent

    assert run(main()) == [("open-s", "到")]


def test_what_was_erased_is_forgotten_and_the_erasing_still_answered(ledger, tmp_path):
    async def main():
        world = World(ledger, Assistant({"删除": 0.9}))
        world.assistant.buttons = ("标记玄武岩",)
        await world.says("问")
        world.assistant.buttons, world.assistant.erases = (), True
        await world.says("删除")
        await world.turns.settled()
        return world

    world = run(main())
    assert world.api.sent == [("open-s", "答:删除")]
    assert "玄武岩".encode() not in b"".join(f.read_bytes() for f in tmp_path.iterdir())


def test_who_leaves_is_forgotten(ledger):
    async def main():
        world = World(ledger)
        await world.says("你好")
        return await world.turns.answer(push(key="gone", allowance=None, left=True))

    assert run(main()) == ""
    assert ledger.noted("wechat", "s", "contact") is None


def test_a_fault_of_ours_is_an_apology(ledger):
    class Broken(Assistant):
        async def __call__(self, sender, text, source=""):
            raise RuntimeError("broken on purpose")

    assert run(World(ledger, Broken()).says("你好")) == wording.FAILED


def test_a_card_follows_where_the_account_may(ledger):
    source = {"title": "通知", "url": "https://example.gov.cn", "as_of": None, "quality": "A"}

    async def answers(sender, text, _source=""):
        return [{"text": "答"}, {"custom": {"kind": "answer", "records": [{"name": "记录", "sources": [source]}]}}]

    async def main():
        world = World(ledger, answers, cards=True)
        said = await world.says("问")
        await world.turns.settled()
        return said, world.api.sent

    assert run(main()) == ("答", [("open-s", "记录")])


def test_nothing_grows_with_every_push(ledger):
    async def main():
        world = World(ledger)
        for number in range(20):
            await world.says(str(number))
        await world.turns.settled()
        return world.turns

    turns = run(main())
    assert not turns._tasks
    assert not turns._tries
    assert not turns._background
    assert not turns._order


def test_what_one_worker_could_not_send_another_can_tell(ledger, tmp_path):
    async def main():
        first, second = World(ledger, Assistant(0.9)), World(Ledger(tmp_path / "channels.sqlite3"))
        first.api.fails = second.api.fails = [NotPermitted]
        await first.says("慢")
        await first.turns.settled()
        return await second.says("看答复")

    assert run(main()) == "答:慢"


def test_a_click_on_the_menu_does_not_shorten_what_a_message_opened(ledger):
    async def main():
        world = World(ledger)
        await world.says("你好")
        world.turns.tell("s", "1", "到")
        await world.turns.settled()
        await world.turns.answer(push("点", allowance=OFFICIAL_ACCOUNT.event))
        return ledger.noted("wechat", "s", "contact")

    contact = run(main())
    assert contact["until"] > time.time() + 40 * 3600
    assert contact["left"] == 4


def test_of_those_that_wait_the_youngest_is_answered_first(ledger):
    async def main():
        world = World(ledger, Assistant(0.05), at_once=1, in_time=5)
        pushes = [
            Incoming(f"k{n}", f"s{n}", "o", "gh", say=str(n), at=float(at)) for n, at in enumerate([5, 1, 3, 2, 4])
        ]
        await asyncio.gather(*(world.turns.answer(one) for one in pushes))
        return world.assistant

    assistant = run(main())
    assert assistant.asked == ["0", "4", "2", "3", "1"], "the first found the place free"
    assert assistant.at_once == 1


def test_who_gives_up_waiting_takes_nobodys_place():
    async def main():
        turnstile, passed = Turnstile(1), []

        async def pass_through(name, at):
            async with turnstile.passing(at):
                passed.append(name)
                await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(pass_through(n, n)) for n in range(5)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pass_through("after", 0)
        return passed

    assert run(main()) == [0, 4, 2, 1, "after"]


def test_a_message_that_waits_behind_another_survives_a_death(ledger):
    async def main():
        world = World(ledger, Assistant(0.3))
        first = asyncio.create_task(world.says("一"))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(world.says("二"))
        await asyncio.sleep(0.05)
        there = ledger.is_open("wechat", "s 二")
        await asyncio.gather(first, second)
        await world.turns.settled()
        return there

    assert run(main()), "what was said is kept as soon as it came, not when its turn begins"
