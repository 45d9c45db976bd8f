"""Conversations are kept without personal data, bounded, and Rasa can go on from what is kept."""

from __future__ import annotations

import asyncio
import json
import time

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.trackers import DiscreetTrackerStore, last_turns

DOMAIN = Domain.load("domain.yml")


def turn(said, kind, answered="好的", **parsed):
    return [
        ActionExecuted("action_listen"),
        UserUttered(said, {"name": "leave_contact", "confidence": 0.9}, [{"entity": "record", "value": ["x"], "text": said}], {"text": said, **parsed}),
        ActionExecuted("action_register"),
        SlotSet("conversation", {"registering": True}),
        BotUttered(answered, {"custom": {"kind": kind, "records": [], "slot": "contact"}}),
    ]  # fmt: skip


def kept(*turns):
    """What the store holds of a conversation of these turns, and the conversation as Rasa gets it back."""
    store = DiscreetTrackerStore(DOMAIN)
    tracker = DialogueStateTracker.from_events("visitor", [event for t in turns for event in t], DOMAIN.slots)

    async def save_and_retrieve():
        await store.save(tracker)
        return await store.retrieve("visitor")

    back = asyncio.run(save_and_retrieve())
    return store.store["visitor"], back


def test_a_turn_of_the_lead_form_is_withheld_whole():
    raw, _ = kept(turn("张三丰,示例医药,13912345678", "form", "已记下张三丰，请留公司"))
    text = json.dumps(json.loads(raw), ensure_ascii=False)
    assert [word for word in ("张三丰", "示例医药", "13912345678") if word in text] == []


def test_contacts_in_other_turns_are_taken_out_and_answers_stay():
    raw, _ = kept(turn("我叫张三丰,13912345678,高新区多大", "answer", "面积318平方公里，电话0531-12345"))
    text = json.dumps(json.loads(raw), ensure_ascii=False)
    assert "13912345678" not in text
    assert "张三丰" not in text
    assert "高新区多大" in text
    assert "0531-12345" in text


def test_rasa_goes_on_from_what_is_kept():
    _, back = kept(turn("我叫张三丰,13912345678", "form"), turn("同意", "form"))
    assert back.get_slot("conversation") == {"registering": True}
    assert back.latest_message.intent["name"] == "leave_contact"


def test_the_history_is_bounded_and_slots_survive():
    _, back = kept(*[turn(f"问题{n}", "answer") for n in range(60)])
    assert sum(isinstance(e, UserUttered) for e in back.events) == 40
    assert back.get_slot("conversation") == {"registering": True}
    assert last_turns([{"event": "user"}] * 3, 5) == [{"event": "user"}] * 3


def test_saving_again_leaves_what_was_treated_as_it_is():
    store = DiscreetTrackerStore(DOMAIN)
    tracker = DialogueStateTracker.from_events("visitor", turn("我叫张三丰,13912345678", "form"), DOMAIN.slots)

    async def twice():
        await store.save(tracker)
        first = store.store["visitor"]
        await store.save(await store.retrieve("visitor"))
        return first, store.store["visitor"]

    first, second = asyncio.run(twice())
    assert json.loads(first)["events"] == json.loads(second)["events"]


def test_a_conversation_without_a_message_is_kept_too():
    store = DiscreetTrackerStore(DOMAIN)
    asyncio.run(
        store.save(DialogueStateTracker.from_events("visitor", [ActionExecuted("action_session_start")], DOMAIN.slots))
    )
    assert "visitor" in store.store


def test_what_can_not_be_treated_is_not_kept(monkeypatch):
    """An error must not reach Rasa, which would fall back to a store that keeps every word."""
    monkeypatch.setattr("bot.trackers.discreet", lambda text: 1 / 0)
    raw, back = kept(turn("我叫张三丰,13912345678", "answer"))
    assert "13912345678" not in raw
    assert back.get_slot("conversation") == {"registering": True}


def test_after_erasing_what_was_said_before_is_forgotten():
    erasing = turn("确认删除", "privacy", "已删除")
    erasing[-1] = BotUttered("已删除", {"custom": {"kind": "privacy", "records": [], "erased": True}})
    raw, back = kept(turn("我们的项目代号是蓝鲸", "answer"), erasing, turn("高新区多大", "answer"))
    text = json.dumps(json.loads(raw), ensure_ascii=False)
    assert "蓝鲸" not in text
    assert "高新区多大" in text
    assert sum(isinstance(e, UserUttered) for e in back.events) == 2


def test_a_conversation_outlives_the_server_that_had_it():
    kept(turn("高新区多大", "answer"))
    back = asyncio.run(DiscreetTrackerStore(DOMAIN).retrieve("visitor"))
    assert back.latest_message.text == "高新区多大"


def test_a_conversation_is_forgotten_after_a_day():
    store = DiscreetTrackerStore(DOMAIN)
    store.store["visitor"] = "{}"
    store.store.forget_before(time.time() - 3600)
    assert "visitor" in store.store
    store.store.forget_before(time.time() + 1)
    assert list(store.store) == []


def test_a_file_that_can_not_be_used_makes_the_server_neither_mute_nor_forgetful(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVERSATIONS_DATABASE", str(tmp_path))
    store = DiscreetTrackerStore(DOMAIN)
    tracker = DialogueStateTracker.from_events("visitor", turn("高新区多大", "answer"), DOMAIN.slots)
    asyncio.run(store.save(tracker))
    assert asyncio.run(store.retrieve("visitor")).latest_message.text == "高新区多大"


def test_only_its_owner_may_read_the_files(storage):
    kept(turn("高新区多大", "answer"))
    assert {file.stat().st_mode & 0o077 for file in storage.glob("conversations.sqlite3*")} == {0}
