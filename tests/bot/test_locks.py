"""Messages of one visitor are served in order and without waiting longer than the one before takes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockError, LockStore

from bot.locks import PromptLockStore
from tests.support.timing import quickest


def serve(store, visitors, seconds=0.01):
    """Let turns come in at once. Returns the order they were served in."""
    served = []

    async def turn(number, visitor):
        async with store.lock(visitor):
            served.append(("in", number))
            await asyncio.sleep(seconds)
            served.append(("out", number))

    async def all_at_once():
        await asyncio.gather(*(turn(number, visitor) for number, visitor in enumerate(visitors)))

    asyncio.run(all_at_once())
    return served


def test_three_messages_at_once_are_served_one_after_the_other_in_order():
    served = serve(PromptLockStore(), ["visitor"] * 3)
    assert served == [(step, number) for number in range(3) for step in ("in", "out")]


def test_three_messages_at_once_do_not_wait_in_steps_of_a_second():
    took = quickest(lambda: serve(PromptLockStore(), ["visitor"] * 3), times=3)
    assert took < 0.9, "Rasa's own store takes two seconds"


def test_visitors_do_not_wait_for_each_other():
    store, both = PromptLockStore(), asyncio.Barrier(2)

    async def turn(visitor):
        async with store.lock(visitor):
            await asyncio.wait_for(both.wait(), 60)  # nobody gets past before the other is served too

    async def at_once():
        await asyncio.gather(turn("one"), turn("other"))

    asyncio.run(at_once())


def test_a_turn_that_fails_frees_the_next():
    store = PromptLockStore()

    async def fail_then_serve():
        with pytest.raises(RuntimeError):
            async with store.lock("visitor"):
                raise RuntimeError
        async with store.lock("visitor"):
            return True

    assert asyncio.run(asyncio.wait_for(fail_then_serve(), 2))


def test_a_turn_that_hangs_holds_up_the_next_no_longer_than_its_lifetime():
    store = PromptLockStore()

    async def hang_then_serve():
        async with store.lock("visitor", lock_lifetime=0.05), store.lock("visitor"):
            return True

    assert asyncio.run(asyncio.wait_for(hang_then_serve(), 2))


def test_nothing_is_left_behind_once_all_are_served():
    store = PromptLockStore()
    serve(store, ["one", "other", "one"])
    assert store.get_lock("one") is None
    assert store.get_lock("other") is None


def test_a_conversation_is_served_by_one_worker_at_a_time():
    """Two processes add to one file in two steps; without the lock between them steps of both would mix."""
    program = """
import asyncio, os, sys
from bot.locks import PromptLockStore
async def turns():
    store = PromptLockStore()
    for _ in range(20):
        async with store.lock("visitor"):
            for step in ("in", "out"):
                with open(sys.argv[1], "a") as served:
                    served.write(f"{step} {os.getpid()}\\n")
                await asyncio.sleep(0.002)
asyncio.run(turns())
"""
    served = Path(os.environ["CONVERSATIONS_DATABASE"]).with_name("served.txt")
    workers = [subprocess.Popen([sys.executable, "-c", program, served]) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    steps = [line.split() for line in served.read_text("utf-8").splitlines()]
    assert len(steps) == 80
    assert all(a[1] == b[1] and (a[0], b[0]) == ("in", "out") for a, b in zip(steps[::2], steps[1::2], strict=True))


def test_a_worker_that_was_killed_holds_up_nobody():
    program = """
import asyncio, time
from bot.locks import PromptLockStore
async def hang():
    async with PromptLockStore().lock("visitor"):
        print("held", flush=True)
        time.sleep(60)
asyncio.run(hang())
"""
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "held\n"

    async def serve_once(patience):
        async with PromptLockStore().lock("visitor", lock_lifetime=patience):
            return True

    with pytest.raises(LockError):
        asyncio.run(serve_once(0.1))
    worker.kill()
    worker.communicate()
    assert asyncio.run(serve_once(5))


def test_rasa_makes_the_store_that_endpoints_yml_names():
    from rasa.utils.endpoints import EndpointConfig

    store = LockStore.create(EndpointConfig(type="bot.locks.PromptLockStore"))
    assert type(store) is PromptLockStore
    assert isinstance(store, InMemoryLockStore)


def test_where_no_file_can_be_made_turns_are_served_in_order_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONVERSATIONS_DATABASE", str(tmp_path / "file" / "conversations.sqlite3"))
    served = serve(PromptLockStore(), ["visitor"] * 3)
    assert served == [(step, number) for number in range(3) for step in ("in", "out")]
