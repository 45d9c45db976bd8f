"""Reads the answer to what an estimate asked for: an amount, a count, a yes or no, a rate of exchange, or a skip."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from actions.estimate.memory import Memory
from actions.turn.message import Message
from actions.turn.reply import Reply
from knowledge.estimating import reading
from knowledge.estimating.conditions import PLACE
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.reach import RATE, Estimator
from knowledge.estimating.terms import Base
from knowledge.slots.numerals import number

_SKIP = re.compile(
    r"跳过|不知道|不清楚|不确定|没数|不方便|保密|先不|不想说|说不好|不好说|^(pass|skip)$|再说吧|随便|算了"
)
_YES = re.compile(r"^(是|对|嗯|恩|有|属于|已经?|已认定|当然|没错|正确|yes|y$|ok|好|可以|都在|在的|认定了|符合|算)")
_NO = re.compile(r"^(不|否|没|无|非|未|no|n$|还没|尚未)|^都?不在|^不是")
_NONE = re.compile(r"^(去年|上年)?(是|为)?(0|零|没有|无|没)(万|元|万元)?[。!]?$")
_RATE = re.compile(r"(?<!\d)(\d{1,2}(?:\.\d{1,4})?)(?!\d|%|亿|万)")
_SIDE_QUESTION = re.compile(r"[??]$|吗$|哪|什么|怎么|多少|电话|地址|几号")
_LONGEST = 60


def answered(message: Message, memory: Memory, estimator: Estimator, places: tuple[str, ...]) -> Memory | Reply | None:
    """The memory with the answer put in; a Reply where it must be asked again; None where it is no answer."""
    text, before, pending = message.reading.text, memory.inputs, memory.pending
    read = reading.read(message.text, estimator.terms, before)
    if len(text) > _LONGEST and not read.inputs.figures:
        return None
    if _SKIP.search(text) and len(text) <= 16:
        skipped = before.updated(Inputs(skipped=(pending,)))
        return msgspec.structs.replace(memory, told=skipped.stored(), pending="")
    new: Inputs | Reply | None
    if pending == "start":
        new = msgspec.structs.replace(read.inputs, places=places) if read.anything or places else None
        if new and message.reading.cities:
            new = msgspec.structs.replace(new, city=message.reading.cities[0])
    elif pending.startswith(RATE):
        new = _rate(text, read, before, pending.removeprefix(RATE))
    elif pending.startswith(PLACE):
        new = _place(text, pending.removeprefix(PLACE), places)
    elif pending in estimator.terms.flags:
        new = _flag(text, read, pending, estimator.terms.flags[pending].otherwise)
    else:
        new = _figure(text, read, pending, estimator.terms.bases[pending], memory)
    if new is None or isinstance(new, Reply):
        return new
    told = before.updated(new)
    return msgspec.structs.replace(memory, told=told.stored(), pending="")


def _figure(text: str, read: reading.Told, base_id: str, base: Base, memory: Memory) -> Inputs | Reply | None:
    if base_id in read.inputs.figures:
        return read.inputs
    if read.loose and not read.inputs.figures:
        return msgspec.structs.replace(read.inputs, figures={base_id: read.loose[0]})
    if _NONE.match(text):
        return Inputs(figures={base_id: Figure(Decimal(0), Decimal(0))})
    bare = number(re.sub(r"[个人家项平方米年月纳nm%。!\s]|nm$", "", text))
    if bare is not None and base.unit == "money":
        if memory.again:
            return Inputs(skipped=(base_id,))
        return Reply(
            kind="clarify", text=f"“{text}”是多少钱，我不能确定单位。请写成如“{text}万元”或“{text}元”。",
            options=(f"{text}万元", f"{text}元", "跳过"),
        )  # fmt: skip
    if bare is not None:
        value = bare / 100 if base.unit == "share" else bare
        return Inputs(figures={base_id: Figure(value, value)})
    if read.inputs.figures and not _SIDE_QUESTION.search(text):
        return read.inputs
    return None


def _flag(text: str, read: reading.Told, flag: str, otherwise: list[str]) -> Inputs | None:
    if flag in read.inputs.flags and not _SIDE_QUESTION.search(text):
        return read.inputs
    if len(text) > 20 or _SIDE_QUESTION.search(text):
        return None
    if _NO.match(text):
        return Inputs(flags={flag: False, **dict.fromkeys(otherwise, True)})
    if _YES.match(text):
        return Inputs(flags={flag: True})
    return None


def _place(text: str, place: str, places: tuple[str, ...]) -> Inputs | None:
    if places and not _SIDE_QUESTION.search(text):
        return Inputs(places=places)
    if _SIDE_QUESTION.search(text):
        return None
    if _NO.match(text):
        return Inputs(places=("elsewhere",))
    return Inputs(places=(place,)) if _YES.match(text) else None


def _rate(text: str, read: reading.Told, before: Inputs, currency: str) -> Inputs | None:
    """A rate of exchange, or the amount in yuan instead."""
    if read.inputs.rates:
        return Inputs(rates=dict.fromkeys((currency,), next(iter(read.inputs.rates.values()))))
    foreign = [base for base, figure in before.figures.items() if figure.currency == currency]
    told = {b: f for b, f in read.inputs.figures.items() if b in foreign and f.currency == "CNY"}
    if not told and len(foreign) == 1:
        yuan = [f for f in (*read.loose, *read.inputs.figures.values()) if f.currency == "CNY"]
        told = {foreign[0]: yuan[0]} if yuan else {}
    if told:
        return Inputs(figures=told)
    if (match := _RATE.search(text)) and len(text) <= 16 and Decimal(match[1]) > 0:
        return Inputs(rates={currency: Decimal(match[1])})
    return None
