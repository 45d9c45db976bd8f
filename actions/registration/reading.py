"""What a message tells of the form's slots, whatever was asked: several in one sentence, corrections, volunteered ones."""

from __future__ import annotations

import re
from typing import Any

from actions.registration.fields import FIELDS, Values, Wrong, as_typed, of_contact, of_money, read
from actions.turn.message import Message
from knowledge.slots import area, contacts, money, names, roles
from knowledge.text import fold

_CHANGED = r"(?:我?(?:刚才)?(?:写|打|填|说|报|输|弄|留)?错(?:了)?|不对|有误|有变|变了|换了|改一下|更正(?:一下)?|修改(?:一下)?)?[,，。;；:：\s]*(?:应该是|应为|应当是|正确的?是|实际是|改成|改为|改到|换成|更正为|更新为|写成|记成|是|为|:|：)\s*"
_CORRECTION = {
    field.slot: re.compile(rf"(?:{field.called})(?:是)?(?:那一?项|号)?{_CHANGED}(?P<value>.+)$") for field in FIELDS
}
_TO_CHANGE = {
    field.slot: re.compile(
        rf"(?:改|换|更正|修改|重填|重写|错)(?:一下|个)?(?:{field.called})|(?:{field.called})(?:我?(?:写|打|填|说|报|留)?错|不对|要改|有误|换一|改一|需要改)"
    )
    for field in FIELDS
}
_WITHOUT = {
    field.slot: re.compile(rf"(?:不用|不要|不需要|不填|不写|不留|不想留|别写|去掉|删掉|没有|跳过)(?:我的?)?(?:{field.called})")
    for field in FIELDS if not field.required
}  # fmt: skip
_INVESTING = re.compile(r"投|预算|资金|总额|规模|金额|注资|出资|盘子")
_TRADE = re.compile(
    r"(?:我们?(?:是)?|公司|厂子?)?(?:做|从事|搞|主营|生产|研发)(?P<trade>[^,，。;；\s]{2,20}?)(?:的|行业|业务|项目|这块)(?=$|[,，。;；\s])"
)
_SETTLING = re.compile(r"落|选址|放在|建在|设在|去|意向|想在|入驻|落户|布局")
_THERE = re.compile(r"(?:里|内|那边)?(?:想|要)?(?:做|建|投|设|上|搞|办|开)")
_AROUND = re.compile(
    r"^(?:嗯|哦|那|就|是|我们?|大概|大约|差不多|应该|可能|打算|计划|准备|想|在|去|落在?|放在?|[,，。、!！~\s])+"
)
_AROUND_END = re.compile(r"(?:的?(?:行业|产业|方面|方向|这块|项目)?)(?:[吧啊呢哦哈的了,，。、!！~\s])*$")
_PARTS = re.compile(r"[,，。;；、\s/|]+")


def told(message: Message, asked: str = "") -> dict[str, Any]:
    """Fields that a message fills by itself; only what is certain, wherever it stands."""
    said, text = message.text, fold(message.text)
    values: dict[str, Any] = {}
    if found := [c for c in contacts.find(text) if c.kind != "service" or asked == "contact"]:
        values |= of_contact(found[0])
    if company := names.company(text):
        values["company"] = as_typed(said, company)
    if name := names.person(text) or names.titled(text) or _name_among(text, values):
        values["contact_name"] = as_typed(said, name)
    if amount := _investment(text, beside=len(values)):
        values |= of_money(amount)
    if trade := _TRADE.search(text):
        values["industry"] = as_typed(said, trade["trade"])
    elif _only(text) in message.reading.industries or _only(text) in _named(message, "industry"):
        values["industry"] = _only(text)
    if place := _place(message, text):
        values["area"] = place
    return values


def fits(slot: str, message: Message) -> bool:
    """Whether a message is of the kind that a slot's question asks for, so that it is an answer whatever else it resembles."""
    text = message.reading.text
    if slot == "investment":
        return bool(money.find(text))
    if slot == "contact":
        return bool(contacts.find(text))
    if slot == "industry":
        named = [m for m in message.reading.mentions if m.type != "industry"]
        return bool(message.reading.industries or message.reading.mentions) and not named and not message.reading.cities
    if slot == "area":
        return bool(area.find(text)) or (bool(_named(message, "site", "district")) and not message.reading.facets)
    return slot == "notes"  # whatever is told there is to be passed on


def _named(message: Message, *types: str) -> list[str]:
    """The names of records of some types in a message, as it writes them."""
    return [m.surface for m in message.reading.mentions if m.type in types]


def _investment(text: str, *, beside: int) -> money.Money | None:
    """The amount that is said to be the investment; the only one, where the message tells of a project or of oneself."""
    found = roles.investment(text)
    if found is None and (_INVESTING.search(text) or beside >= 2 or _nothing_else(text)):
        found = roles.investment(text, asked=True)
    return found if isinstance(found, money.Money) else None


def _nothing_else(text: str) -> bool:
    """Whether a message is an amount and nothing more: 5000万, 大概两三千万吧."""
    amounts = money.find(text)
    return len(amounts) == 1 and not _only(text[: amounts[0].start] + text[amounts[0].end :])


def _only(text: str) -> str:
    """A message without what people put around an answer."""
    return _AROUND_END.sub("", _AROUND.sub("", text))


def corrected(said: str) -> dict[str, Any] | Wrong:
    """Fields that a message puts right by name ("公司名改成…", "电话打错了,是138…"); empty where it does not."""
    text = said.strip()
    for slot, pattern in _CORRECTION.items():
        if match := pattern.search(text):
            value = read(slot, match["value"])
            if isinstance(value, Wrong):
                return value
            if value:
                return dict(value)
    return {}


def dropped(said: str) -> str:
    """The optional slot an investor does not want in the form ("不用公司名了"); empty where none is named."""
    text = fold(said)
    return next((slot for slot, pattern in _WITHOUT.items() if pattern.search(text)), "") if len(text) <= 12 else ""


def to_change(said: str) -> str:
    """The slot an investor wants to change without saying to what; empty where none is named."""
    text = fold(said)
    return next((slot for slot, pattern in _TO_CHANGE.items() if pattern.search(text)), "")


def _name_among(text: str, values: Values) -> str:
    """A name that stands alone between punctuation, in a message that gives a contact or a company besides."""
    if not values:
        return ""
    return next((part for part in _PARTS.split(text) if 2 <= len(part) <= 6 and names.alone(part) == part), "")


def _place(message: Message, text: str) -> str:
    """Where and how large, as far as it is said."""
    nothing_else = _only(text)
    of_places = [
        m.surface
        for m in message.reading.mentions
        if m.type in ("site", "district")
        and (
            nothing_else == m.surface
            or _SETTLING.search(text[max(0, m.start - 8) : m.start])
            or _THERE.match(text, m.end)
        )
    ]
    sizes = [a.surface for a in area.find(text)]
    return "，".join([*of_places[:2], *sizes[:1]])
