"""Telephone numbers in a folded text, however they are spelled: dashes, dots and brackets of all kinds, 幺三八…, ➕852.

Digits that only separators keep apart make a run (`digits`); inside a run phonenumbers (Google's
libphonenumber) decides what is a number and whose. It is asked a bounded number of times a text, so that a message
made of digits costs no more than any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from knowledge.slots.digits import BETWEEN, Group, Run, is_amount, runs

Kind = Literal["mobile", "landline", "service", "foreign"]

_FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS, _MOST_TRIES = 6, 16, 6, 150
_REGIONS = {
    "香港": "HK", "澳门": "MO", "台湾": "TW", "台北": "TW", "日本": "JP", "韩国": "KR", "新加坡": "SG", "马来西亚": "MY", "泰国": "TH",
    "越南": "VN", "印度尼西亚": "ID", "印尼": "ID", "印度": "IN", "菲律宾": "PH", "美国": "US", "加拿大": "CA", "英国": "GB", "德国": "DE",
    "法国": "FR", "意大利": "IT", "西班牙": "ES", "荷兰": "NL", "比利时": "BE", "瑞士": "CH", "瑞典": "SE", "俄罗斯": "RU", "澳大利亚": "AU",
    "澳洲": "AU", "新西兰": "NZ", "阿联酋": "AE", "沙特": "SA", "以色列": "IL", "土耳其": "TR", "巴西": "BR", "墨西哥": "MX", "南非": "ZA",
}  # fmt: skip
"""Places named before a number; what their numbers look like is phonenumbers' matter."""
_CUE = r"(?:手机|手提|行动|移动|固定|固话|座机|总机|电话|联系|联络|号码|热线|传真|tel|phone|mobile|mob|cell|whatsapp|call|fax)"
_PLACE_BEFORE = re.compile(
    rf"(?P<place>{'|'.join(_REGIONS)})(?:的|这边|那边|区)?(?:{_CUE}|方式|本人)*(?:号|是|为|:|\.|\s)*$"
)
_CUE_BEFORE = re.compile(rf"(?:{_CUE}|致电|拨打|打|拨|号)(?:方式|号码?|是|为|就是|:|\.|\s)*$")
_LETTERS_BEFORE = re.compile(
    r"(?<![a-z])(?:tel|phone|mobile|mob|cell|call|no|m|t|p|wx|vx|v|wechat|weixin|qq|whatsapp)$"
)
_LETTERS_BEHIND = re.compile(r"(?:wx|vx|v|wechat|weixin|ext|x)(?![a-z])")
_EXTENSION = re.compile(
    r"\s{0,2}(?:(?:[,.]\s{0,2})?(?:转分机|转|分机号?|内线|再?按|ext(?:ension)?\.?|x|#)\s{0,2}:?\s{0,2}|[-‐–—―]|\()(?P<ext>\d{1,6})(?![\d/])\)?"
)
_NEIGHBOURS = frozenset({852, 853, 886})
"""Written without a plus by those who call from there."""


class Phone(msgspec.Struct, frozen=True):
    """A number that exists, or could. `value` is E.164, with `;ext=` behind; a service number is its ten digits."""

    kind: Kind
    value: str
    start: int
    end: int


def phones(text: str) -> list[Phone]:
    """All numbers in a folded text, in the order they stand."""
    asker, found = _Asker(), list[Phone]()
    for run in runs(text):
        if len(run.digits) < _FEWEST_DIGITS:
            continue
        first = 0
        while first < len(run.groups) and asker.tries < _MOST_TRIES:
            phone, behind = _from(run, first, text, asker, found[-1].end if found else 0)
            if phone:
                found.append(phone)
            first = behind
    return found


class _Asker:
    """Asks phonenumbers; `tries` counts the readings that were looked at, asked or not."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self, digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
        try:
            parsed = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            return None
        return parsed if phonenumbers.is_valid_number(parsed) else None


def _from(run: Run, first: int, text: str, asker: _Asker, taken: int) -> tuple[Phone | None, int]:
    """The longest number that begins with a group, and the group behind it."""
    groups = run.groups
    start = groups[first].start
    plus = _has_plus(text, start)
    if not _may_begin(run, first, text, taken):
        return None, first + 1
    for last in _ends(groups, first):
        asker.tries += 1
        end = groups[last].end
        if not _may_end(text, end) or is_amount(text, start, end):
            continue
        digits = "".join(g.digits for g in groups[first : last + 1])
        if read := _read(digits, run, first, last, text, plus=plus, asker=asker):
            return _phone(*read, start, end, text, groups[first : last + 1]), _behind(groups, last, text, end)
    if groups[first].chinese and (inside := _inside(groups[first], asker)):
        return inside, first + 1
    return None, first + 1


def _has_plus(text: str, start: int) -> bool:
    """Whether a plus stands before a number; behind a figure it adds."""
    return text[max(0, start - 1) : start] in ("+", "➕") and not text[max(0, start - 2) : start - 1].isdigit()


def _may_begin(run: Run, first: int, text: str, taken: int) -> bool:
    group = run.groups[first]
    before = text[max(0, group.start - 9) : group.start]
    if not group.gap and before[-1:].isascii() and before[-1:].isalpha():
        return bool(_LETTERS_BEFORE.search(before))
    if first == 0:
        return not group.chinese or len(run.digits) >= 7
    last = run.groups[first - 1]
    # The fraction of a figure, or the middle of a card's number, is none.
    return last.end <= taken or not (
        (group.gap == "." and last.digits == "0") or (group.gap == " " and len(last.digits) == len(group.digits) == 4)
    )


def _may_end(text: str, end: int) -> bool:
    behind = text[end : end + 1]
    return not (behind.isascii() and behind.isalpha()) or bool(_LETTERS_BEHIND.match(text, end))


def _ends(groups: tuple[Group, ...], first: int) -> Iterator[int]:
    """The groups that a number may end with, the farthest first."""
    reachable: list[tuple[int, int]] = []
    total, pausing = 0, False
    for index in range(first, min(len(groups), first + (_MOST_DIGITS if first == 0 else _MOST_GROUPS))):
        gap = groups[index].gap
        if index > first and (any(c in BETWEEN for c in gap) or (index > first + 1 and _pauses(gap) != pausing)):
            break
        pausing = _pauses(gap)
        total += len(groups[index].digits)
        if total > _MOST_DIGITS:
            break
        reachable.append((index, total))
    whole = first == 0 and len(reachable) == len(groups)
    for index, total in reversed(reachable):
        if total >= _FEWEST_DIGITS and (index - first < _MOST_GROUPS or (whole and index == len(groups) - 1)):
            yield index


def _pauses(gap: str) -> bool:
    """A comma between all groups is a dash (138,1234,5678); between some it separates numbers."""
    return "," in gap or "。" in gap


def _read(
    digits: str, run: Run, first: int, last: int, text: str, *, plus: bool, asker: _Asker
) -> tuple[Kind, phonenumbers.PhoneNumber | str] | None:
    if plus or digits.startswith("00"):
        number = digits if plus else digits[2:]
        if re.fullmatch(r"86[48]00\d{7}", number):
            return "service", number[2:]
        return _judged(asker(f"+{number}", None)) if 7 <= len(number) <= 15 else None
    start, many = run.groups[first].start, len(digits)
    before = text[max(0, start - 16) : start]
    if (place := _PLACE_BEFORE.search(before)) and 6 <= many <= 13:
        region = _REGIONS[place["place"]]
        abroad = digits.startswith(str(phonenumbers.country_code_for_region(region)))
        if read := (asker(f"+{digits}", None) if abroad else None) or asker(digits, region):
            return _judged(read)
    if many == 10 and digits.startswith(("400", "800")):
        return "service", digits
    mainland = (many == 11 and digits.startswith("1")) or (10 <= many <= 12 and digits.startswith("0"))
    if mainland and (read := asker(digits, "CN")):
        return _judged(read)
    if 12 <= many <= 14 and digits.startswith("86"):
        return ("service", digits[2:]) if re.fullmatch(r"86[48]00\d{7}", digits) else _judged(asker(f"+{digits}", None))
    code = run.groups[first].digits if last > first else digits[:3]
    if many < 10 or many > 15 or digits.startswith("0") or not _cued(run, before, text):
        return None
    known = int(code) in (phonenumbers.COUNTRY_CODE_TO_REGION_CODE if last > first else _NEIGHBOURS)
    return _judged(asker(f"+{digits}", None)) if known and len(code) <= 3 else None


def _cued(run: Run, before: str, text: str) -> bool:
    """Whether the message says that a number comes, or is nothing else."""
    return bool(_CUE_BEFORE.search(before)) or not (text[: run.start] + text[run.end :]).strip(" ,.。!;:()")


def _judged(number: phonenumbers.PhoneNumber | None) -> tuple[Kind, phonenumbers.PhoneNumber] | None:
    if number is None:
        return None
    if number.country_code != 86:
        return "foreign", number
    mobile = phonenumbers.number_type(number) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return ("mobile" if mobile else "landline"), number


def _phone(
    kind: Kind, number: phonenumbers.PhoneNumber | str, start: int, end: int, text: str, groups: tuple[Group, ...]
) -> Phone:
    """With the plus and the bracket it begins with, and the extension behind."""
    if _has_plus(text, start):
        start -= 1
    if text[max(0, start - 1) : start] == "(" and any(")" in g.gap for g in groups):
        start -= 1
    value = number if isinstance(number, str) else phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if kind == "landline" and (extension := _EXTENSION.match(text, end)):
        value, end = f"{value};ext={extension['ext']}", extension.end()
    return Phone(kind, value, start, end)


def _behind(groups: tuple[Group, ...], last: int, text: str, end: int) -> int:
    """The group behind a number and its extension."""
    extension = _EXTENSION.match(text, end)
    over = extension.end() if extension else end
    return next((i for i in range(last + 1, len(groups)) if groups[i].start >= over), len(groups))


def _inside(group: Group, asker: _Asker) -> Phone | None:
    """A number in Chinese numerals beside which another numeral stands: 幺三八…一直占线."""
    for at in range(min(3, len(group.digits))):
        for many, begins in ((12, "0"), (11, "1")):
            digits, start = group.digits[at : at + many], group.start + at
            if len(digits) == many and digits.startswith(begins) and (read := _judged(asker(digits, "CN"))):
                return _phone(*read, start, start + many, "", ())
    return None
