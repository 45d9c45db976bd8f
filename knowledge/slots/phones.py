"""Telephone numbers in a folded text, however they are spelled: dashes, dots and brackets of all kinds, 幺三八…, ➕852.

The text is gone through once. Digits that only separators keep apart make a run; inside a run phonenumbers (Google's
libphonenumber) decides what is a number and whose. It is asked a bounded number of times a text, so that a message
made of digits costs no more than any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

Kind = Literal["mobile", "landline", "service", "foreign"]

_CHINESE = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "幺": "1"}
_CHINESE |= dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True))
_JOINING = frozenset(" -‐–—―‒−─~・·•∙_,.。()[]\ufe0f\u20e3")
"""May stand inside a number. A slash and a 、 stand between two."""
_BETWEEN = frozenset("/、;|")
_LONGEST_GAP, _FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS, _MOST_TRIES = 4, 6, 16, 6, 150
_UNIT = re.compile(
    r"\s*(?:多|余|左右)?\s*(?:元|万|亿|千|块|平|㎡|m2|m²|亩|公顷|吨|公斤|kg|美元|美金|欧元|日元|韩元|港元|港币|台币|澳门元|人民币|rmb|cny|usd|%|‰|‱)"
)
_MONEY_SIGN = re.compile(r"[¥$€£]\s*$")
_REGIONS = {
    "香港": "HK", "澳门": "MO", "台湾": "TW", "台北": "TW", "日本": "JP", "韩国": "KR", "新加坡": "SG", "马来西亚": "MY", "泰国": "TH",
    "越南": "VN", "印度尼西亚": "ID", "印尼": "ID", "印度": "IN", "菲律宾": "PH", "美国": "US", "加拿大": "CA", "英国": "GB", "德国": "DE",
    "法国": "FR", "意大利": "IT", "西班牙": "ES", "荷兰": "NL", "比利时": "BE", "瑞士": "CH", "瑞典": "SE", "俄罗斯": "RU", "澳大利亚": "AU",
    "澳洲": "AU", "新西兰": "NZ", "阿联酋": "AE", "沙特": "SA", "以色列": "IL", "土耳其": "TR", "巴西": "BR", "墨西哥": "MX", "南非": "ZA",
}  # fmt: skip
"""Places named before a number; what their numbers look like is phonenumbers' matter."""
_CUE = r"(?:手机|移动|固定|固话|座机|总机|电话|联系|联络|号码|热线|传真|tel|phone|mobile|mob|cell|whatsapp|call|fax)"
_PLACE_BEFORE = re.compile(
    rf"(?P<place>{'|'.join(_REGIONS)})(?:的|这边|那边|区)?(?:{_CUE}|方式|本人)*(?:号|是|为|:|\.|\s)*$"
)
_CUE_BEFORE = re.compile(rf"(?:{_CUE}|致电|拨打|打|拨|号)(?:方式|号码?|是|为|就是|:|\.|\s)*$")
_LETTERS_BEFORE = re.compile(
    r"(?<![a-z])(?:tel|phone|mobile|mob|cell|call|no|m|t|p|wx|vx|v|wechat|weixin|qq|whatsapp)$"
)
_LETTERS_BEHIND = re.compile(r"(?:wx|vx|v|wechat|weixin|ext|x)(?![a-z])")
_EXTENSION = re.compile(
    r"\s{0,2}(?:(?:[,.]\s{0,2})?(?:转分机|转|分机号?|内线|再?按|ext(?:ension)?\.?|x|#)\s{0,2}:?\s{0,2}|-|\()(?P<ext>\d{1,6})(?![\d/])\)?"
)
_NEIGHBOURS = frozenset({852, 853, 886})
"""Written without a plus by those who call from there."""


class Group(msgspec.Struct, frozen=True):
    """Digits that stand together, and what keeps them from those before."""

    start: int
    end: int
    digits: str
    chinese: bool
    gap: str


class Run(msgspec.Struct, frozen=True):
    """Digits with nothing but separators between them."""

    groups: tuple[Group, ...]

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        return "".join(g.digits for g in self.groups)


class Phone(msgspec.Struct, frozen=True):
    """A number that exists, or could. `value` is E.164, with `;ext=` behind; a service number is its ten digits."""

    kind: Kind
    value: str
    start: int
    end: int


def runs(text: str) -> list[Run]:
    """All runs of digits in a folded text."""
    found: list[Run] = []
    groups: list[Group] = []
    at = 0
    while at < len(text):
        if _digit(text[at]) is None:
            at += 1
            continue
        gap = text[groups[-1].end : at] if groups else ""
        if groups and (len(gap) > _LONGEST_GAP or not all(c in _JOINING or c in _BETWEEN for c in gap)):
            found.append(Run(tuple(groups)))
            groups, gap = [], ""
        end, chinese = at, text[at] in _CHINESE
        while end < len(text) and _digit(text[end]) is not None and (text[end] in _CHINESE) == chinese:
            end += 1
        groups.append(Group(at, end, "".join(_digit(c) or "" for c in text[at:end]), chinese, gap))
        at = end
    return [*found, Run(tuple(groups))] if groups else found


def phones(text: str) -> list[Phone]:
    """All numbers in a folded text, in the order they stand."""
    asker, found = _Asker(), list[Phone]()
    for run in runs(text):
        first = 0
        while first < len(run.groups) and asker.tries < _MOST_TRIES:
            phone, behind = _from(run, first, text, asker, found[-1].end if found else 0)
            if phone:
                found.append(phone)
            first = behind
    return found


def is_amount(text: str, start: int, end: int) -> bool:
    """Whether the digits there are told in a unit or a currency."""
    return bool(_UNIT.match(text, end) or _MONEY_SIGN.search(text[max(0, start - 3) : start]))


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


def _digit(char: str) -> str | None:
    if char.isascii():
        return char if char.isdigit() else None
    if char in _CHINESE:
        return _CHINESE[char]
    value = unicodedata.digit(char, None)
    return None if value is None else str(value)


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
        if index > first and (any(c in _BETWEEN for c in gap) or (index > first + 1 and _pauses(gap) != pausing)):
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
        code = str(phonenumbers.country_code_for_region(region))
        if read := (digits.startswith(code) and asker(f"+{digits}", None)) or asker(digits, region):
            return _judged(read)
    if many == 10 and digits.startswith(("400", "800")):
        return "service", digits
    mainland = (many == 11 and digits.startswith("1")) or (10 <= many <= 12 and digits.startswith("0"))
    if mainland and (number := asker(digits, "CN")):
        return _judged(number)
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
        for many in (12, 11):
            digits = group.digits[at : at + many]
            if len(digits) == many and digits.startswith("1" if many == 11 else "0"):
                if read := _judged(asker(digits, "CN")):
                    start = group.start + at
                    return _phone(read[0], read[1], start, start + many, "", ())
    return None
