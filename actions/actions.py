"""Every action of the domain: its name, the confidence from which it may answer, and one call of a journey."""

from __future__ import annotations

from rasa_sdk import Action

from actions.answer import journey as answer
from actions.answer import refusals
from actions.estimate import estimates
from actions.investor import own_data, person, smalltalk, status
from actions.registration import beginning
from actions.running import Replies
from actions.turn.case import Case, Outcome
from actions.turn.message import Message


class ActionAnswerQuestion(Replies, Action):
    """Answers from the records, lists, compares, asks back or declines."""

    def name(self) -> str:
        return "action_answer_question"

    def take(self, case: Case) -> Outcome | None:
        return answer.take(case)


class ActionShowMore(Replies, Action):
    """Goes on with the last list or answer."""

    sure_from = 0.3

    def name(self) -> str:
        return "action_show_more"

    def take(self, case: Case) -> Outcome | None:
        return answer.show_more(case)


class ActionEstimateIncentive(Replies, Action):
    """Works out what an investor may get; what no rule takes is answered from the records."""

    sure_from = 0.3

    def name(self) -> str:
        return "action_estimate_incentive"

    def take(self, case: Case) -> Outcome | None:
        return estimates.begin(case)


class ActionGreet(Replies, Action):
    """Greets, and answers a message that holds nothing to read."""

    sure_from = 0.4
    introduces = True

    def name(self) -> str:
        return "action_greet"

    def take(self, case: Case) -> Outcome | None:
        return smalltalk.greeting(), case.talk


class ActionDescribeSelf(Replies, Action):
    """Says what it is and can do."""

    sure_from = 0.4
    introduces = True

    def name(self) -> str:
        return "action_describe_self"

    def take(self, case: Case) -> Outcome | None:
        return smalltalk.about_itself(len(case.searcher.catalogue.records)), case.talk


class ActionThank(Replies, Action):
    """Answers thanks."""

    sure_from = 0.35

    def name(self) -> str:
        return "action_thank"

    def take(self, case: Case) -> Outcome | None:
        return smalltalk.thanked(), case.talk


class ActionSayGoodbye(Replies, Action):
    """Says goodbye."""

    sure_from = 0.5

    def name(self) -> str:
        return "action_say_goodbye"

    def take(self, case: Case) -> Outcome | None:
        return smalltalk.goodbye(), case.talk


class ActionApologise(Replies, Action):
    """Answers complaints about the assistant itself."""

    sure_from = 0.5

    def name(self) -> str:
        return "action_apologise"

    def take(self, case: Case) -> Outcome | None:
        return smalltalk.apology(), case.talk


class ActionRequestHuman(Replies, Action):
    """Opens an inquiry for staff and tells the way on."""

    sure_from = 0.4

    def name(self) -> str:
        return "action_request_human"

    def take(self, case: Case) -> Outcome | None:
        return person.asked_for(case)


class ActionRegister(Replies, Action):
    """Begins the lead form, or goes on with it."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_register"

    def wanted(self, message: Message) -> bool:
        return beginning.wishes_to_register(message)

    def take(self, case: Case) -> Outcome | None:
        return beginning.register(case)


class ActionBookMeeting(Replies, Action):
    """A visit or a meeting needs a person who calls back: the form, with the wish in its notes."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_book_meeting"

    def wanted(self, message: Message) -> bool:
        return beginning.wishes_to_meet(message)

    def take(self, case: Case) -> Outcome | None:
        return beginning.book(case)


class ActionCheckStatus(Replies, Action):
    """Tells how far a lead is, to whom it belongs."""

    sure_from = 0.5

    def name(self) -> str:
        return "action_check_status"

    def take(self, case: Case) -> Outcome | None:
        return status.look_up(case)


class ActionManagePrivacy(Replies, Action):
    """Explains the notice, shows what is kept, erases it."""

    sure_from = 0.55

    def name(self) -> str:
        return "action_manage_privacy"

    def take(self, case: Case) -> Outcome | None:
        return own_data.manage(case)


class ActionDeclineRequest(Replies, Action):
    """Declines what must not be helped with."""

    sure_from = 0.6

    def name(self) -> str:
        return "action_decline_request"

    def take(self, case: Case) -> Outcome | None:
        return refusals.improper(), case.talk
