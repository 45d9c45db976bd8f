"""The journey of an estimate: which incentives come into question, what is missing, what it comes to.

`take` comes before the action that Rasa chose: it takes a message that answers what the last estimate asked for or
corrects it ("如果是3亿呢").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from actions.estimate.answers import answered
from actions.estimate.memory import Memory
from actions.estimate.results import asked, estimated, told
from actions.turn import cues
from actions.turn.case import Case, Outcome
from actions.turn.conversation import Conversation
from actions.turn.message import TYPES_OF_INTENT, Message
from actions.turn.reply import Reply
from knowledge.catalogue import Catalogue
from knowledge.estimating import reading
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.reach import Estimator
from knowledge.estimating.terms import Terms
from knowledge.model import District, Incentive, Site
from knowledge.search import Searcher

_MOST_ASKED = 3
_LIKELY = 0.2
"""How sure the classifier must be of an estimate, where another intent is surer, to take figures of one's own for one."""
_HOME = "济南"
"""The city an estimate is for where none was said and its rules take what was told."""
_CORRECTING = re.compile(
    r"^(那|那么)?(如果|要是|假如|假设|若|改成?|换成?|不是|不对|其实|更正|说错|搞错|算错|错了|再算|重新|万一|按)|呢[??!。]*$|改成|换成|说错|不是.{1,12}(是|而是)|应该是"
)
_BEING = re.compile(r"^(对了)?(我们?|我司|公司)?(也|还|都|已经?)?(是|算|属于|有|没|非|未|不)")
"""Says what an investor is or is not, right behind an estimate."""
_ASKING = re.compile(r"[??]$|吗$|多少|几|哪|什么|怎么|啥|能拿|算")
_SUM_WANTED = re.compile(
    r"(?:帮[^,。]{0,8}|测|估|试|推|匡|掐指?|粗略?|策|请|麻烦[^,。]{0,6}|分别)算(?!力|法|谷|数|不算)"
    r"|(?<![超预结决清就不])算(?:一?下|一?算|个|笔|出|清楚|多少|能|来|账|补|奖|上|$)|估(?:个|一?下|计能|一估)|计算|,算|estimate|calculate"
)
_ASKS_OF_RULE = re.compile(
    r"几个点|占比.{0,8}(?:多少|几)|占到?.{0,4}(?:百分之)?几|百分之几|比例(?:是|要)?多少|多长时间|多久|多长建|没记|没错吧|对不对吧|记岔"
)
"""Asks what a document says, whatever figure it names."""
_OF_MONEY = re.compile(r"奖|补|贴|拿(?!地)|领|(?<!打)算|估|省|返|优惠|政策|给多少|税")
_KNOWLEDGE = frozenset((*TYPES_OF_INTENT, "ask_follow_up", "ask_more"))
_BARE = re.compile(
    r"^.{0,4}(我们?|俺|咱|公司|企业|我司|这样的?).{0,8}(拿|领|得|补|享受|争取)到?(多少|几个?)钱?[??吗呢啊呀]*$"
)
_SHORT, _LITTLE = 48, 24
_SWITCH = re.compile(r"^(那|换成?|如果|要是|改成?|放在?|在|到|去|的话|呢|市|那边|同样的?|,|\?|。|也|是)*$")
_WHAT_TO_TELL = (
    "可以。请告诉我您的情况和数字，例如：\n"
    "· 今年实际到账外资多少、是否世界500强制造业项目\n"
    "· 总部企业的土地出让总价和建安成本，或年营业收入\n"
    "· 应纳税所得额、研发费用，是否高新技术企业\n"
    "· 上市或新三板挂牌、技改投资额、新药和器械注册证的个数\n"
    "· 在兰州新区的固定资产投资额\n"
    "金额请带上单位（万元、亿元）；我只按知识库里收录的规则测算。"
)
_EXAMPLES = ("今年到账外资1.2亿元", "已在创业板上市", "兰州新区固定资产投资5亿元")


def begin(case: Case) -> Outcome | None:
    """A new estimate; None for a message that no rule takes, which is a question."""
    message, talk, searcher, today = case.message, case.talk, case.searcher, case.today
    estimator = estimator_of(searcher.catalogue)
    read = reading.read(message.text, estimator.terms)
    named = _named(message, talk, searcher.catalogue, read)
    if not _wanted(message, read) or any(not place.origin for place in message.reading.elsewhere):
        return None  # "最高能拿多少" asks what a document says
    inputs = _with_loose(read, named, estimator)
    inputs = msgspec.structs.replace(
        inputs, places=_places(message, searcher.catalogue), city=_city(message, talk, searcher)
    )
    inputs = _at_home(inputs, named, estimator, today)
    made = (
        None
        if not inputs.city and set(inputs.figures) == {"投资总额"}
        else _said(Memory(told=inputs.stored(), named=named), talk, searcher, today, message.reading.text)
    )
    if made is not None:
        return made
    if named or read.inputs.figures.keys() - {"投资总额"} or _telling(read, searcher.catalogue):
        return None
    reply = Reply(kind="clarify", text=_WHAT_TO_TELL, options=_EXAMPLES)
    asking = Memory(told=inputs.stored(), asked=("start",), pending="start", question=talk.question)
    return reply, talk.changed(estimate=asking.kept())


def _wanted(message: Message, read: reading.Told) -> bool:
    """Whether an estimate is wanted: figures of one's own, the word for it, or a bare "我们能拿多少"."""
    text = message.reading.text
    if (cues.OWN_PROJECT.search(text) or cues.FITTING.search(text)) and not _OF_MONEY.search(text):
        return False  # a project looks for its site
    if _SUM_WANTED.search(text) or _BARE.search(text):
        return True
    return read.own and not _ASKS_OF_RULE.search(text)


def _at_home(inputs: Inputs, named: Sequence[str], estimator: Estimator, today: dt.date) -> Inputs:
    """Where no city was said: Jinan, unless only the rules of the other city take what was told."""
    if inputs.city:
        return inputs
    home = msgspec.structs.replace(inputs, city=_HOME)
    there, anywhere = (estimator.estimates(some, named, today) for some in (home, inputs))
    sure = [any(e.status == "eligible" for e in found) for found in (there, anywhere)]
    return home if there and sure[0] >= sure[1] else inputs


def take(case: Case) -> Outcome | None:
    """Go on with the last estimate; None where the message is about something else."""
    message, talk, searcher, today = case.message, case.talk, case.searcher, case.today
    memory = Memory.of(talk)
    estimator = estimator_of(searcher.catalogue)
    if not memory.told and not memory.pending:
        return _taken_for_question(case)
    if memory.pending and memory.question == talk.question:
        taken = answered(message, memory, estimator, _places(message, searcher.catalogue))
        if isinstance(taken, Reply):
            return taken, talk.changed(estimate=msgspec.structs.replace(memory, again=True).kept())
        if taken is not None:
            return _said(taken, talk, searcher, today, talk.question)
        # Another figure instead of what was asked for: what was asked is asked again.
        corrected = _corrected(message, talk, memory, estimator, searcher.catalogue)
        if corrected is None:
            return None
        still = msgspec.structs.replace(corrected, asked=tuple(a for a in memory.asked if a != memory.pending))
        return _said(still, talk, searcher, today, talk.question)
    corrected = _corrected(message, talk, memory, estimator, searcher.catalogue)
    if corrected is not None:
        return _said(corrected, talk, searcher, today, message.reading.text)
    return _taken_for_question(case)


def _taken_for_question(case: Case) -> Outcome | None:
    """An estimate that the classifier took for a question: the word for it and figures of one's own say so."""
    message = case.message
    likely = message.intents.get("estimate_incentive", 0.0)
    said = bool(_SUM_WANTED.search(message.reading.text))
    if message.intent not in _KNOWLEDGE or message.intent == "estimate_incentive" or not (said or likely >= _LIKELY):
        return None
    if not reading.read(message.text, estimator_of(case.searcher.catalogue).terms).own:
        return None
    begun = begin(case)
    if begun is None:
        return None
    reply, after = begun
    return (reply, after) if reply.kind == "estimate" or (reply.kind == "clarify" and after.estimate) else None


def _said(memory: Memory, talk: Conversation, searcher: Searcher, today: dt.date, question: str) -> Outcome | None:
    """Ask for what is missing, or tell the result; None where nothing comes into question."""
    estimator, inputs = estimator_of(searcher.catalogue), memory.inputs
    estimates = estimator.estimates(inputs, memory.named, today)
    wanted = estimator.question(estimates, inputs, memory.named, memory.asked)
    if wanted and len(memory.asked) < _MOST_ASKED:
        after = msgspec.structs.replace(
            memory, asked=(*memory.asked, wanted.id), pending=wanted.id, question=talk.question, again=False
        )
        return asked(wanted), talk.changed(estimate=after.kept(), city=inputs.city or talk.city)
    if not estimates:
        return None
    reply = estimated(estimates, inputs, today, estimator.instead_of(estimates, today))
    results = [msgspec.to_builtins(told(made)) for made in estimates]
    after = msgspec.structs.replace(memory, pending="", results=results, question=question[:200])
    return reply, talk.changed(
        focus=tuple(made.incentive.id for made in estimates[:4]), estimate=after.kept(), city=inputs.city or talk.city,
        question=question, wanted="incentive", listing=(), shown=0, untold=(), options=(), listed=False,
    )  # fmt: skip


def _corrected(
    message: Message, talk: Conversation, memory: Memory, estimator: Estimator, catalogue: Catalogue
) -> Memory | None:
    """The last estimate with what this message changes, where it changes anything."""
    text, before = message.reading.text, memory.inputs
    if not (memory.results or memory.pending) or len(text) > _SHORT:
        return None
    read = reading.read(message.text, estimator.terms, before)
    just_told = memory.question == talk.question
    rest = _SWITCH.match(re.sub(r"济南|兰州", "", text))
    if just_told and rest and len(message.reading.cities) == 1 and message.reading.cities[0] != before.city:
        moved = msgspec.structs.replace(before, city=message.reading.cities[0], places=())
        return msgspec.structs.replace(memory, told=moved.stored(), named=(), asked=(), pending="")
    new = read.inputs
    tells_more = bool(new.figures) or (bool(_BEING.match(text)) and bool(new.flags)) or bool(new.rates)
    says_what = just_told and len(text) <= _LITTLE and tells_more and not _ASKING.search(text)
    if not (_CORRECTING.search(text) or says_what) or not read.anything:
        return None
    flags = {flag: holds for flag, holds in new.flags.items() if flag not in ("个人", "团队") or flag in text}
    figures = dict(new.figures)
    if read.loose and not figures:
        if (base := _last_of_money(before, estimator.terms)) is None:
            return None
        figures[base] = read.loose[-1]
    if not figures and not flags and not new.rates:
        return None
    if figures and not just_told and not set(figures) & set(before.figures):
        return None
    changed = before.updated(
        msgspec.structs.replace(new, figures=figures, flags=flags, places=_places(message, catalogue))
    )
    return msgspec.structs.replace(memory, told=changed.stored(), pending="")


def _last_of_money(inputs: Inputs, terms: Terms) -> str | None:
    """The figure that a bare amount corrects: the only one of money, else the last that was told."""
    of_money = [base for base in inputs.figures if terms.bases[base].unit == "money"]
    return of_money[-1] if of_money else None


def _named(message: Message, talk: Conversation, catalogue: Catalogue, read: reading.Told) -> tuple[str, ...]:
    """Ids of the incentives a message names; those the conversation is about, where it tells nothing itself."""
    city = message.reading.cities[0] if len(message.reading.cities) == 1 else talk.city or "济南"
    held = {i: r for i, r in catalogue.records.items() if isinstance(r, Incentive)}
    named = []
    for mention in message.reading.mentions:
        ids = [i for i in mention.ids if i in held]
        ids = [i for i in ids if held[i].city in (city, "全国")] or ids[:1]
        named += ids
    if not named and not read.inputs.figures and not _telling(read, catalogue):
        named = [i for i in talk.focus[:1] if i in held and held[i].rules]
    return tuple(dict.fromkeys(named))


def _telling(read: reading.Told, catalogue: Catalogue) -> bool:
    """Whether a message says something that some incentive rests on by itself."""
    flags = catalogue.vocabulary.inputs.flags
    return any(
        holds and flag not in ("个人", "团队", "制造业") and flag in flags for flag, holds in read.inputs.flags.items()
    )


def _with_loose(read: reading.Told, named: Sequence[str], estimator: Estimator) -> Inputs:
    """Amounts that no word explains are of the base of the incentive named."""
    inputs = read.inputs
    if not read.loose or any(estimator.terms.bases[b].unit == "money" for b in inputs.figures):
        return inputs
    for id_ in named:
        for rule in estimator.incentives[id_].rules if id_ in estimator.incentives else ():
            money = [b for b in rule.bases if estimator.terms.bases[b].unit == "money"]
            if money:
                base = estimator.terms.bases[money[0]]
                flags = {**dict.fromkeys(base.implies, True), **inputs.flags}
                return msgspec.structs.replace(inputs, figures={**inputs.figures, money[0]: read.loose[0]}, flags=flags)
    if inputs.flags.get("项目引荐人"):
        return msgspec.structs.replace(
            inputs, figures={**inputs.figures, "引荐项目到位资金": read.loose[0], "引荐工业项目投资额": read.loose[0]}
        )
    if inputs.flags.get("外商投资企业"):
        return msgspec.structs.replace(inputs, figures={**inputs.figures, "到账外资": read.loose[0]})
    return inputs


def _places(message: Message, catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the sites and districts a message names."""
    held = catalogue.records
    named = [i for m in message.reading.mentions for i in m.ids if isinstance(held.get(i), Site | District)]
    return tuple(i for i in dict.fromkeys(named) if not (isinstance(r := held[i], District) and r.kind != "district"))


def _city(message: Message, talk: Conversation, searcher: Searcher) -> str:
    """The city an estimate is for: the one said, that of a place named, that of the conversation, else Jinan."""
    if len(message.reading.cities) == 1:
        return message.reading.cities[0]
    held = searcher.catalogue.records
    cities = {held[i].city for i in _places(message, searcher.catalogue)}
    if len(cities) == 1:
        return cities.pop()
    return talk.city


@lru_cache(maxsize=2)
def estimator_of(catalogue: Catalogue) -> Estimator:
    """The estimator over these records; made once for every reload."""
    return Estimator(catalogue.of_type(Incentive), catalogue.vocabulary.inputs, catalogue.names)


def summary_of(talk: Conversation) -> dict[str, Any]:
    """The last estimate and match and from where the investor came, as plain JSON for a lead's `extra`; empty where
    there was none."""
    memory = Memory.of(talk)
    found: dict[str, Any] = {}
    if memory.results:
        found["estimate"] = {"told": memory.told, "results": memory.results}
    if talk.match:
        found["match"] = talk.match
    if talk.source:
        found["source"] = talk.source
    return found


__all__ = ["Figure", "begin", "estimator_of", "summary_of", "take"]
