"""Lead numbers that an investor can read out on the phone: ZS and ten digits, the last of which checks the others.

ZS 482 739 1563: nine digits by chance, so that none follows from another, then the check digit of ISO 7064 Mod 11,10.
A number never begins with 0 or 1 (a mobile, an area code) or as the service numbers 400 and 800 do. The check digit
misses one in fifty swaps of neighbours, so numbers that have such a twin are not given out and not understood: whoever
mishears one digit or swaps two is told, and never sees another's lead.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator

from stdnum.iso7064 import mod_11_10

PREFIX = "ZS"
_LENGTH = 10
_NEVER = ("0", "1", "400", "800")
_CHINESE = str.maketrans("〇零○一幺二三四五六七八九", "0001123456789")
_GAP = r"[\s\-‐-―_]{0,3}"
_WITH_PREFIX = re.compile(rf"(?<![a-z])z{_GAP}s(?:[\s\-‐-―_:.,、]|号码|编号|是|为)*(?P<digits>\d(?:[\s\-‐-―_.,、]{{0,3}}\d){{3,15}})(?!\d)", re.IGNORECASE | re.ASCII)  # fmt: skip
_MOBILE = r"1[3-9]\d{9}(?!\d)"
"""May stand right behind a number, since both are asked for."""
_BARE = re.compile(rf"(?<![\da-z+@#$¥€£./_-])(?P<digits>\d(?:{_GAP}\d){{9}})(?!\d|{_GAP}(?!{_MOBILE})\d|[./]\d|[a-z@%])", re.IGNORECASE | re.ASCII)  # fmt: skip
_OTHER_BEFORE = re.compile(
    r"(?:qq|企鹅|电话|手机|座机|联系方式|号线|传真|微信|vx?|wx|邮编|邮箱|信用代码|身份证|账号|帐号|卡号|投资|投|注册资本|[¥$€£]|\+\d{1,3})[号码是为:：\s-]*$",
    re.IGNORECASE,
)
_OTHER_AFTER = re.compile(r"\s*(?:多|余|来)?(?:元|块|万|亿|千|百|亩|平|公顷|米|吨|年|月|人民币|美|欧|港|日|英|转|分机|cny|rmb|usd)", re.IGNORECASE)  # fmt: skip
_DAY = re.compile(r"20\d\d\D\d\d?\D")


def new() -> str:
    """A number by chance. Whether it is free, the database's constraint says."""
    while True:
        body = str(secrets.choice(range(2, 10))) + "".join(str(secrets.randbelow(10)) for _ in range(8))
        digits = body + mod_11_10.calc_check_digit(body)
        if _right(digits):
            return PREFIX + digits


def shown(number: str) -> str:
    """The number in groups, as it is written and read out: "ZS 482 739 1563"."""
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"


def read(text: str) -> str | None:
    """The first number in a message however it is written – spaces, hyphens, full width, zs, 四八二…, without ZS – if
    its check digit is right; None otherwise. Mobiles, landlines, amounts, days and QQ numbers are none."""
    return next((PREFIX + digits for digits in _candidates(text) if _right(digits)), None)


def looks_like(text: str) -> bool:
    """Whether a message holds what was meant as a number but can't be one: misheard, or a digit short."""
    return read(text) is None and next(_candidates(text), None) is not None


def _candidates(text: str) -> Iterator[str]:
    """Digits that may be meant as a lead number; those behind ZS first."""
    plain = unicodedata.normalize("NFKC", text).translate(_CHINESE)
    for match in _WITH_PREFIX.finditer(plain):
        yield re.sub(r"\D", "", match["digits"])
    for match in _BARE.finditer(plain):
        said = match["digits"]
        digits = re.sub(r"\D", "", said)
        other = (
            digits.startswith(_NEVER)
            or _DAY.match(said)
            or _OTHER_BEFORE.search(plain[: match.start()])
            or _OTHER_AFTER.match(plain, match.end())
        )
        if not other:
            yield digits


def _right(digits: str) -> bool:
    """Whether these ten digits are a number, and no swap of neighbours would be one as well."""
    swaps = (digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1))
    return (
        len(digits) == _LENGTH
        and not digits.startswith(_NEVER)
        and mod_11_10.is_valid(digits)
        and not any(swap != digits and mod_11_10.is_valid(swap) for swap in swaps)
    )
