"""Where a person is wanted: being passed on, leaving contact, progress, meetings, one's own data."""

from __future__ import annotations

from rasa_sdk import Action

from actions import cues, declining
from actions.conversation import Conversation
from actions.reply import Reply
from actions.turns import Replies
from actions.understanding import Turn
from actions.wording import ways_on
from knowledge.search import Searcher

_OFFICES = {
    "济南": ("jn-12345", "jn-bureau"),
    "兰州": ("lz-xq-c", "jn-12345"),
    "": ("jn-12345", "jn-bureau", "lz-xq-c"),
}


def _reach_someone(lead: str, talk: Conversation, searcher: Searcher) -> Reply:
    contacts = searcher.catalogue.existing(_OFFICES[talk.city if talk.city in _OFFICES else ""])
    how = ways_on(contacts).replace("，也可以回复“转人工”", "")
    return Reply(kind="handoff", text=f"{lead}{how}", records=contacts)


class ActionRequestHuman(Replies, Action):
    """Tells how to reach a person."""

    sure_from = 0.4

    def name(self) -> str:
        return "action_request_human"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return _reach_someone("好的，请直接联系招商部门的工作人员。", talk, searcher), talk


class ActionOfferContact(Replies, Action):
    """Leaving contact, booking a meeting and asking for progress all need the bureau's staff."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_offer_contact"

    def _sure(self, turn: Turn, talk: Conversation) -> bool:
        """Who describes a project without asking to be contacted wants to know where it fits."""
        text = turn.reading.text
        asks_where = cues.OWN_PROJECT.search(text) and not cues.CONTACTING.search(text)
        return not asks_where and super()._sure(turn, talk)

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return _reach_someone("登记、预约和进度查询目前由招商部门的工作人员办理。", talk, searcher), talk


class ActionExplainPrivacy(Replies, Action):
    """Says what is kept of a conversation."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_explain_privacy"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        text = "我不收集姓名、电话等个人信息，也没有登记表；对话内容只在服务运行期间用于理解上下文，服务重启后即清空。请不要在对话中发送身份证号、手机号等个人信息。"
        return Reply(kind="privacy", text=text), talk


class ActionDeclineRequest(Replies, Action):
    """Declines what must not be helped with."""

    sure_from = 0.6

    def name(self) -> str:
        return "action_decline_request"

    def reply(self, turn: Turn, talk: Conversation, searcher: Searcher) -> tuple[Reply, Conversation]:
        return declining.improper(), talk
