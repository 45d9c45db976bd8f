"""Ways to reach somebody: mobile, landline with extension, 400, foreign numbers, e-mail, WeChat id.

Numbers are read in `phones`, addresses and ids in `handles`; here they become one list, and the answer to "how can we
reach you". All of it takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from knowledge.readers import reader
from knowledge.slots.digits import is_amount, runs
from knowledge.slots.handles import bare_id, emails, wechat_ids
from knowledge.slots.phones import phones
from knowledge.text import fold

Kind = Literal["mobile", "landline", "service", "foreign", "email", "wechat"]

_SAME = re.compile(
    r"(?:微信|薇信|威信|v信|vx|wx|v|微|薇)(?:号|也|和|跟|就|与)?(?:是|同)?(?:这个|手机|电话|一个)?(?:同号|号|一样|同步)"
    r"|(?:手机|电话)(?:号)?(?:就是|同|也是)(?:微信|薇信|vx|wx)"
)
_DAY = re.compile(r"(?:\d{4}|\d{1,2})[-/.]\d{1,2}(?:[-/.]\d{1,2})?")
_COURTESY = re.compile(r"(?:好的?|嗯|行|可以|您好|你好)[,。!\s]+")
_THANKS = re.compile(r"[,。!\s]?(?:谢谢|多谢)$")
_AROUND, _LONGEST_ANSWER = " 。.,!;", 80
_FEWEST, _MOST = 5, 17
_BEFORE, _BEHIND = 8, 4
MOBILE_HINT = "手机号应为11位，以13至19开头，例如13800000000"
LANDLINE_HINT = "座机请带区号，例如0531-66600000；有分机的写“转802”；港澳台和国外号码请带地区代码，例如+852 9123 4567"


class Contact(msgspec.Struct, frozen=True):
    """One way to reach somebody. `value` is normal: +8613800000000, +8653166600000;ext=802, a@b.cn, wxid_1."""

    kind: Kind
    value: str
    start: int
    end: int
    surface: str
    also_wechat: bool = False


class Unusable(msgspec.Struct, frozen=True):
    """Something that was meant as a way to reach somebody, and what is wrong with it, in Chinese."""

    surface: str
    why: str


@reader
def find(text: str) -> list[Contact]:
    """All ways to reach somebody in a message, in the order they stand."""
    text = fold(text)
    same = bool(_SAME.search(text))
    found = [Contact("email", e.value, e.start, e.end, text[e.start : e.end]) for e in emails(text)]
    found += [Contact("wechat", w.value, w.start, w.end, text[w.start : w.end]) for w in wechat_ids(text)]
    found += [
        Contact(p.kind, p.value, p.start, p.end, text[p.start : p.end], same and p.kind == "mobile")
        for p in phones(text)
    ]
    return _apart(found)


@reader
def answer(text: str) -> Contact | Unusable | None:
    """What a message says that answers "how can we reach you": the first usable way, or why there is none."""
    if found := find(text):
        return found[0]
    folded = fold(text).strip(_AROUND)
    if len(folded) > _LONGEST_ANSWER:
        return None
    folded = _THANKS.sub("", folded)
    folded = (folded[m.end() :] if (m := _COURTESY.match(folded)) else folded).strip(_AROUND)
    if bare := bare_id(folded):
        at = folded.find(bare)
        return Contact("wechat", bare, at, at + len(bare), bare)
    if "@" in folded:
        return Unusable(folded, "邮箱不完整，应像name@example.com")
    return _meant(folded)


def masked(contact: Contact) -> str:
    """A contact as it may be read back: enough to recognise, not enough to use."""
    value = contact.value.partition(";")[0].removeprefix("+86")
    if contact.kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    if contact.kind == "wechat":
        return f"{value[:2]}***{value[-1:]}"
    return f"{value[:3]}****{value[-4:]}" if contact.kind == "mobile" else f"***{value[-4:]}"


def _apart(found: list[Contact]) -> list[Contact]:
    """In the order they stand; of two that overlap, the one found first: an address, an id, a number."""
    rank = {"email": 0, "wechat": 1}
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda c: (c.start, rank.get(c.kind, 2))):
        if kept and contact.start < kept[-1].end:
            if rank.get(contact.kind, 2) < rank.get(kept[-1].kind, 2):
                kept[-1] = contact
            continue
        kept.append(contact)
    return kept


def _meant(text: str) -> Unusable | None:
    """A message that is little more than digits, which make no number."""
    found = runs(text)
    if len(found) != 1:
        return None
    (run,) = found
    surface, before, behind = text[run.start : run.end], text[: run.start], text[run.end :]
    if len(before) > _BEFORE or len(behind) > _BEHIND or not _FEWEST <= len(run.digits) <= _MOST:
        return None
    if is_amount(text, run.start, run.end) or behind.startswith(("年", "月", "号文")) or _DAY.fullmatch(surface):
        return None
    return Unusable(surface, _why(run.digits))


def _why(digits: str) -> str:
    if digits.startswith("1") and len(digits) != 11:
        return f"这个号码有{len(digits)}位；{MOBILE_HINT}"
    if digits.startswith("1"):
        return f"没有这个号段；{MOBILE_HINT}"
    return LANDLINE_HINT
