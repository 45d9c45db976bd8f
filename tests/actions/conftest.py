"""What the tests of `actions` share: the shipped records, a conversation to hold, and the SDK's way of running an action."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import shutil
import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.actions import (
    ActionAnswerQuestion,
    ActionBookMeeting,
    ActionCheckStatus,
    ActionManagePrivacy,
    ActionRegister,
    ActionRequestHuman,
    ActionThank,
)
from actions.answer import journey
from actions.turn.case import Case
from actions.turn.conversation import SLOT, Conversation
from actions.turn.log import TurnLog
from actions.turn.message import Message
from actions.turn.reply import Reply
from deploy.settings import ROOT
from knowledge.catalogue import Catalogue
from knowledge.embedding import CachedEmbedder
from knowledge.encoder.e5 import encoder
from knowledge.outside import outside_examples
from knowledge.search import Searcher
from leads import migrating
from leads.settings import Settings
from leads.wiring import leads_of
from tests.shopper import normal

TODAY = dt.date(2026, 11, 22)
_DATED_SOURCE = re.compile(r"\n来源:.*\((\d{4}(-\d{2}){0,2}|未标日期)")


@pytest.fixture(scope="session")
def searcher():
    """The shipped records with the embedder of the action server; the vectors of records come from its cache."""
    asking = encoder()
    return Searcher(Catalogue.load(), CachedEmbedder(asking, ROOT / ".cache"), outside_examples(), asking)


@pytest.fixture(scope="session")
def catalogue(searcher):
    return searcher.catalogue


@dataclass
class Said:
    """A reply with what tests ask of it."""

    reply: Reply

    @property
    def kind(self):
        return self.reply.kind

    @property
    def ids(self):
        return [record.id for record in self.reply.records]

    @property
    def options(self):
        return list(self.reply.options)

    @property
    def raw(self):
        return self.reply.text

    @property
    def text(self):
        """As the mystery shopper compares it: NFKC, simplified, no white space, lower case."""
        return normal(self.reply.text)

    def is_sourced(self):
        """Whether it carries records with sources, and a source line with a date that people read."""
        return all(record.sources for record in self.reply.records) and bool(
            self.reply.records and _DATED_SOURCE.search(self.raw.replace("：", ":").replace("（", "("))
        )


@dataclass
class Visitor:
    """Holds one conversation; between turns it lives in the slot alone, as in Rasa."""

    searcher: Searcher
    talk: Conversation = field(default_factory=Conversation)

    def ask(self, text: str, **intents: float) -> Said:
        """Put a question, as the NLU would understand it with these intents."""
        turn = Message(text, self.searcher.catalogue.lexicon.read(text), intents)
        return self._keep(journey.take(Case(turn, self.talk, self.searcher, TODAY)))

    def more(self) -> Said:
        """Ask for what was left out."""
        return self._keep(
            journey.show_more(
                Case(Message("", self.searcher.catalogue.lexicon.read(""), {}), self.talk, self.searcher, TODAY)
            )
        )

    def _keep(self, outcome: tuple[Reply, Conversation]) -> Said:
        reply, after = outcome
        self.talk = Conversation.of({SLOT: after.event()["value"]})
        return Said(reply)


@pytest.fixture
def visitor(searcher):
    return Visitor(searcher)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A migrated SQLite file that nothing stands in."""
    file = tmp_path_factory.mktemp("leads") / "empty.sqlite3"
    migrating.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def pipeline(empty_database, tmp_path, monkeypatch):
    """The lead store that the actions work with: real, empty, in SQLite."""
    file = tmp_path / "leads.sqlite3"
    shutil.copy(empty_database, file)
    reached = {"bot_url": "http://127.0.0.1:9", "channel_secret": "of the tests alone"}
    leads = leads_of(Settings(database=f"sqlite:///{file}", **reached))
    turns = TurnLog(leads.log_turns)
    monkeypatch.setattr("actions.wiring._leads", leads)
    monkeypatch.setattr("actions.wiring._turns", turns)
    yield leads
    turns.close()


@pytest.fixture
def run(searcher, pipeline, monkeypatch):
    """Run an action as the SDK does: text, intents and slots in, messages and the conversation afterwards out."""
    monkeypatch.setattr("actions.running.knowledge", lambda: searcher)

    def perform(action: Any, text: str, talk: Conversation | None = None, **intents: float):
        slots = {SLOT: talk.event()["value"]} if talk else {}
        message = {"text": text, "intent_ranking": [{"name": n, "confidence": c} for n, c in intents.items()]}
        dispatcher, tracker = (
            CollectingDispatcher(),
            Tracker("visitor", slots, message, [], False, None, {}, "action_listen"),
        )
        events = asyncio.run(action.run(dispatcher, tracker, {}))
        return dispatcher.messages, Conversation.of({event["name"]: event["value"] for event in events})

    return perform


@dataclass
class Caller:
    """Holds a conversation through the actions, as Rasa does: slots and events live in the tracker alone."""

    actions: dict[str, Any]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    slots: dict[str, Any] = field(default_factory=lambda: {SLOT: Conversation(greeted=True).event()["value"]})
    events: list[dict[str, Any]] = field(default_factory=list)
    source: str = ""

    def say(self, text: str, intent: str = "ask_follow_up", confidence: float = 0.95) -> SimpleNamespace:
        """Say something that the NLU takes for an intent; returns kind, text, custom and buttons of the reply."""
        action = self.actions.get(intent, self.actions["ask_follow_up"])
        message = {"text": text, "intent_ranking": [{"name": intent, "confidence": confidence}]}
        message["metadata"] = {"source": self.source} if self.source else {}
        self.events.append({"event": "user", "text": text, "timestamp": 1.0, "parse_data": message})
        tracker = Tracker(self.id, self.slots, message, self.events, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        for event in asyncio.run(action.run(dispatcher, tracker, {})):
            self.slots[event["name"]] = event["value"]
        (said,) = dispatcher.messages
        self.events.append({"event": "bot", "text": said["text"], "timestamp": 2.0, "data": {"custom": said["custom"]}})
        return SimpleNamespace(
            text=said["text"] or "", kind=said["custom"]["kind"], custom=said["custom"],
            buttons=[b["title"] for b in said.get("buttons") or []],
        )  # fmt: skip

    def registered(self) -> str:
        """Leave contact as 李明; returns the number."""
        self.say("我要登记", "leave_contact")
        for text in ("同意", "李明", "示例软件有限公司", "13800138000", "就这些"):
            self.say(text)
        return str(self.say("确认提交").custom["lead_no"])


@pytest.fixture
def caller(searcher, pipeline, monkeypatch):
    """Somebody new who talks with the assistant; call it for another one."""
    monkeypatch.setattr("actions.running.knowledge", lambda: searcher)
    actions = {
        "leave_contact": ActionRegister(), "book_meeting": ActionBookMeeting(), "check_status": ActionCheckStatus(),
        "manage_privacy": ActionManagePrivacy(), "request_human": ActionRequestHuman(), "ask_follow_up": ActionAnswerQuestion(),
        "thank": ActionThank(),
    }  # fmt: skip
    return lambda: Caller(actions)
