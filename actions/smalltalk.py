"""Greeting, thanks, goodbye, and what this assistant is."""

from __future__ import annotations

from rasa_sdk import Action

from actions.conversation import Conversation
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from actions.welcoming import greeting
from actions.wording import FIRST_QUESTIONS, WAY_ON
from knowledge.search import Searcher


class ActionGreet(Replies, Action):
    """Greets, and answers a message that holds nothing to read."""

    sure_from = 0.4
    introduces = True

    def name(self) -> str:
        return "action_greet"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return greeting(), talk


class ActionDescribeSelf(Replies, Action):
    """Says what it is and can do."""

    sure_from = 0.4
    introduces = True

    def name(self) -> str:
        return "action_describe_self"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        held = len(searcher.catalogue.records)
        text = f"我是招商智能助手，一个程序，不是真人。\n我根据{held}条带来源和日期的记录，回答济南、兰州的园区、优惠政策、办事流程、联系方式和推介活动；需要真人请回复“转人工”。"
        return Reply(kind="smalltalk", text=text, options=FIRST_QUESTIONS, suggestions=FIRST_QUESTIONS), talk


class ActionThank(Replies, Action):
    """Answers thanks."""

    sure_from = 0.35

    def name(self) -> str:
        return "action_thank"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return Reply(kind="smalltalk", text="不客气。还有济南、兰州的园区或政策问题，随时问我。"), talk


class ActionSayGoodbye(Replies, Action):
    """Says goodbye."""

    sure_from = 0.5

    def name(self) -> str:
        return "action_say_goodbye"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return Reply(kind="smalltalk", text="再见，祝项目顺利，欢迎随时回来咨询招商事宜。"), talk


class ActionApologise(Replies, Action):
    """Answers complaints about the assistant itself."""

    sure_from = 0.5

    def name(self) -> str:
        return "action_apologise"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        text = f"抱歉，没能答到点子上。请换个说法，写明城市、园区或政策名称，我再查一次；{WAY_ON}"
        return Reply(kind="smalltalk", text=text, suggestions=FIRST_QUESTIONS), talk
