"""Ways to reach somebody: mobile, landline with extension, 400, foreign numbers, e-mail, WeChat id.

Numbers are judged by phonenumbers (Google's libphonenumber); what it does not know – extensions as 转802, "微信同号",
WeChat ids – is read here.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from knowledge.text import fold

Kind = Literal["mobile", "landline", "service", "foreign", "email", "wechat"]

_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![a-z0-9-])"
)
_WECHAT_ID = r"[a-z][a-z0-9_-]{5,19}"
_WECHAT = re.compile(
    rf"(?:微信号?|wechat|weixin|wx|vx|v信|威信|加v|加我v)(?:号|id)?(?:是|为|就是|:|：|\s)*(?P<id>{_WECHAT_ID})(?![a-z0-9_@.-])"
)
_BARE_WECHAT = re.compile(rf"^{_WECHAT_ID}$")
_SAME = re.compile(
    r"微信(?:号|也|和|跟|就)?(?:是|同)?(?:这个|手机|电话|一个)?(?:同号|号|一样)|(?:手机|电话)(?:号)?(?:就是|同|也是)微信"
)
_MOBILE = re.compile(r"(?<![\d.a-z+-])1[3-9]\d{9}(?![\d%])")
_NUMBER = re.compile(r"(?<![\d.a-z])(?:\+|00)?[(]?\d[\d\s()./-]{5,22}\d(?!\d|[a-z%])")
_EXTENSION = re.compile(r"^\s*(?:转|分机号?|ext\.?|x|#|-)\s*(\d{1,6})(?!\d)")
_LANDLINE_TAIL = re.compile(r"^(\(?0\d{2,3}\)?[\s-]?\d{7,8})-\d{1,6}$")
_AREA_CODE = re.compile(r"^\(?0\d{2,3}\)?[\s-]?\d{7,8}$")
_MEANT_AS_NUMBER = re.compile(r"^[^\d]{0,8}?(?P<number>[(+]?\d[\d\s()./-]{3,15}\d)[^\d万亿亩元年]{0,4}$")
_DAY = re.compile(r"^(?:\d{4}|\d{1,2})[-/.]\d{1,2}(?:[-/.]\d{1,2})?$")
MOBILE_HINT = "手机号应为11位，以13至19开头，例如13800000000"
LANDLINE_HINT = "座机请带区号，例如0531-66600000；有分机的写“转802”"


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


def find(text: str) -> list[Contact]:
    """All ways to reach somebody in a message, in the order they stand."""
    text = fold(text)
    found = [Contact("email", m.group(0), m.start(), m.end(), m.group(0)) for m in _EMAIL.finditer(text)]
    found += [
        Contact("wechat", m["id"], m.start("id"), m.end("id"), m["id"])
        for m in _WECHAT.finditer(text)
        if not _covered(m.start("id"), m.end("id"), found)
    ]
    same = bool(_SAME.search(text))
    for match in (*_NUMBER.finditer(text), *_MOBILE.finditer(text)):
        if _covered(match.start(), match.end(), found):
            continue
        if number := _number(match, text, same):
            found.append(number)
    return sorted(found, key=lambda c: c.start)


def answer(text: str) -> Contact | Unusable | None:
    """What a message says that answers "how can we reach you": the first usable way, or why there is none."""
    if found := find(text):
        return found[0]
    folded = fold(text).strip(" 。.,!;")
    if _BARE_WECHAT.match(folded):
        return Contact("wechat", folded, 0, len(folded), folded)
    if "@" in folded:
        return Unusable(folded, "邮箱不完整，应像name@example.com")
    if (meant := _MEANT_AS_NUMBER.match(folded)) and not _DAY.match(meant["number"]):
        return Unusable(meant["number"], _why(re.sub(r"\D", "", meant["number"])))
    return None


def masked(contact: Contact) -> str:
    """A contact as it may be read back: enough to recognise, not enough to use."""
    value = contact.value.partition(";")[0].removeprefix("+86")
    if contact.kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    if contact.kind == "wechat":
        return f"{value[:2]}***{value[-1:]}"
    return f"{value[:3]}****{value[-4:]}" if contact.kind == "mobile" else f"***{value[-4:]}"


def _covered(start: int, end: int, found: list[Contact]) -> bool:
    return any(start < c.end and c.start < end for c in found)


def _number(match: re.Match[str], text: str, same: bool) -> Contact | None:
    surface = match.group(0).rstrip(" (./-")
    if tail := _LANDLINE_TAIL.match(surface):
        surface = tail.group(1)
    digits = re.sub(r"\D", "", surface)
    end = match.start() + len(surface)
    if re.fullmatch(r"(?:00|\+)?(?:86)?400\d{7}|(?:86)?400\d{7}|800\d{7}", digits):
        return Contact("service", digits[-10:], match.start(), end, surface)
    try:
        parsed = phonenumbers.parse(re.sub(r"^00", "+", surface.strip()), "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    kind: Kind = "landline"
    if phonenumbers.number_type(parsed) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        kind = "mobile"
    if parsed.country_code != 86:
        kind = "foreign"
    elif kind == "landline" and not digits.startswith(("0", "86", "400", "800")):
        return None  # phonenumbers takes a local number without area code for one of a place
    if (
        kind == "landline"
        and "-" not in surface
        and "(" not in surface
        and not _AREA_CODE.match(surface)
        and len(digits) < 10
    ):
        return None
    value = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if kind == "landline" and (extension := _EXTENSION.match(text[end:])):
        value, end = f"{value};ext={extension.group(1)}", end + extension.end()
    return Contact(kind, value, match.start(), end, text[match.start() : end], same and kind == "mobile")


def _why(digits: str) -> str:
    if digits.startswith("1") and len(digits) != 11:
        return f"这个号码有{len(digits)}位；{MOBILE_HINT}"
    if digits.startswith("1"):
        return f"没有这个号段；{MOBILE_HINT}"
    return LANDLINE_HINT
