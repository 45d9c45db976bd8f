"""Amounts of money as investors say them: 5000w, 1.2亿, 两三千万, 不低于3000万美元, 十来个亿.

Tried before writing this: jionlp is silently wrong (2.5个亿 → 7亿), recognizers-text reads fewer than half of the
cases in the table of `make bench-slots`. A wrong amount is worse than none, so whatever is not understood is not read.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.slots.numerals import CHARACTERS, number, plain
from knowledge.text import fold

CURRENCIES = {
    "CNY": "元人民币|块人民币|人民币元|人民币|rmb|cny|元|块钱|块|圆整|圆|塊",
    "USD": "元美金|元美元|美元|美金|美刀|usd|us\\$|刀",
    "EUR": "元欧元|欧元|欧|eur",
    "HKD": "元港币|港元|港币|港纸|hkd|hk\\$",
    "JPY": "元日币|元日元|日元|日圆|日币|日圓|円|jpy",
    "GBP": "英镑|gbp",
    "KRW": "韩元|韩币|krw",
    "TWD": "新台币|台币|twd",
    "SGD": "新加坡元|新币|坡币|sgd",
    "AUD": "澳元|澳币|aud",
    "CAD": "加元|加拿大元|cad",
    "CHF": "瑞士法郎|瑞郎|chf",
    "THB": "泰铢|thb",
    "RUB": "卢布|rub",
}
_SIGNS = {"$": "USD", "us$": "USD", "hk$": "HKD", "¥": "CNY", "€": "EUR", "£": "GBP"}
_CODE = {word.replace("\\", ""): code for code, words in CURRENCIES.items() for word in words.split("|")}
_WORDS = "|".join(sorted(set("|".join(CURRENCIES.values()).split("|")), key=len, reverse=True))
_NUMERAL = rf"(?:\d[\d,]*(?:\.\d+)?[{CHARACTERS}kw]*|[{CHARACTERS}]+|半)"
_ONE = rf"{_NUMERAL}(?:个半|个)?(?:[千百十]?[万亿])?"
_AMOUNT = re.compile(
    rf"(?P<before>不低于|不少于|不小于|至少|最少|起码|超过|大于|高于|多于|不超过|不高于|最多|至多|低于|少于|小于|不到|大约|大概|差不多|接近|将近|约|近|上|过)?"
    rf"(?P<sign>us\$|hk\$|[$¥€£]|(?:{_WORDS})(?=[\d{CHARACTERS}几数半]))?"
    rf"(?P<vague>几|数|好几)?(?P<low>{_ONE}|(?<=[几数上过近])[十百千万亿]+个?亿?)(?P<more>多|来|余|几)?(?P<scale>(?:个)?(?:千|百|十)?[万亿])?"
    rf"(?P<unit1>{_WORDS})?(?:\(含\))?"
    rf"(?:(?:到|至|-|~|—|–){{1,2}}(?P<high>{_ONE}))?"
    rf"(?P<unit>{_WORDS})?(?:\(含\))?"
    rf"(?P<jiao>[{CHARACTERS}]+[角毛](?:[{CHARACTERS}]+分)?|[{CHARACTERS}]+分)?(?:钱|整)?"
    rf"(?P<after>以上|之上|起步|起|往上|以内|之内|以下|左右|上下|出头)?"
)
_ATLEAST = frozenset("不低于 不少于 不小于 至少 最少 起码 超过 大于 高于 多于 过 上 以上 之上 起步 起 往上".split())
_ATMOST = frozenset("不超过 不高于 最多 至多 低于 少于 小于 不到 以内 之内 以下".split())
_OTHER_UNITS = re.compile(
    r"^(?:平|亩|公顷|人|家|辆|吨|套|台|次|户|头|只|股|米|公里|千瓦|度|年|个月|天|条|件|名|位|栋|座|间|公斤|斤|方|多?名|m2|km)"
)
_SCALE = re.compile(r"(?:千|百|十)?[万亿]+|[千百十]|[kw]")
_PAIR = re.compile(
    r"(?<![一二两三四五六七八九十百千万亿零\d])(一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)(?=[十百千万亿])"
)


_IN_A_NUMBER = re.compile(rf"[{CHARACTERS}a-z.]")


class Money(msgspec.Struct, frozen=True):
    """An amount or a range in whole units of `currency`; a missing bound means "and more" or "and less"."""

    low: Decimal | None
    high: Decimal | None
    currency: str
    approximate: bool
    start: int
    end: int
    surface: str


class Unitless(msgspec.Struct, frozen=True):
    """A bare number where an amount was asked for: 5000 may mean yuan or 万元."""

    surface: str


def find(text: str) -> list[Money]:
    """All amounts in a message that carry a currency, 万 or 亿."""
    text = fold(text)
    found = []
    at = 0
    while match := _AMOUNT.search(text, at):
        money = _money(match, text)
        at = match.end() if money else match.start() + 1
        if money:
            found.append(money)
    return found


def answer(text: str) -> Money | Unitless | None:
    """What a message says that answers "how much": the only amount in it, or a bare number without a unit."""
    amounts = find(text)
    if len(amounts) == 1:
        return amounts[0]
    bare = fold(text).strip(" 。.!,")
    return Unitless(bare) if not amounts and number(bare) is not None else None


def _money(match: re.Match[str], text: str) -> Money | None:
    rest = text[match.end() :]
    currency = _code(match)
    whole = "".join(filter(None, (match["low"], match["scale"], match["high"])))
    if not currency and (not re.search(r"[万亿wk]", whole) or _OTHER_UNITS.match(rest)):
        return None
    if match.start() and (_IN_A_NUMBER.match(text[match.start() - 1])):
        return None
    if rest[:1].isascii() and rest[:1].isalnum() and not match.group(0).endswith(tuple(_CODE)):
        return None
    bounds = _bounds(match)
    if bounds is None:
        return None
    low, high = bounds
    before, after = match["before"] or "", match["after"] or ""
    approximate = bool(
        match["vague"] or match["more"] or before in ("大约", "大概", "差不多", "接近", "将近", "约", "近")
    )
    approximate = approximate or after in ("左右", "上下", "出头")
    if before in _ATLEAST or after in _ATLEAST:
        high_or_none: Decimal | None = None if match["high"] is None else high
        return Money(low, high_or_none, currency or "CNY", approximate, match.start(), match.end(), match.group(0))
    if before in _ATMOST or after in _ATMOST:
        return Money(None, high, currency or "CNY", approximate, match.start(), match.end(), match.group(0))
    return Money(low, high, currency or "CNY", approximate, match.start(), match.end(), match.group(0))


def _code(match: re.Match[str]) -> str:
    sign = match["sign"] or ""
    unit = match["unit"] or match["unit1"] or ""
    codes = [c for c in (_SIGNS.get(sign) or _CODE.get(sign, ""), _CODE.get(unit, "")) if c]
    foreign = [c for c in codes if c != "CNY"]
    return (foreign or codes or [""])[0]


def _bounds(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    low_text = plain((match["low"] or "") + _joined(match["scale"]))
    if match["more"] and match["scale"]:
        return _more(match)
    if match["before"] in ("上", "过", "近", "超过") and low_text[:1] in "百千万亿":
        low_text = f"一{low_text}"
    low_text = low_text.replace("个", "") if "个半" not in low_text else low_text
    high_text = plain(match["high"] or "").replace("个", "")
    if match["vague"]:
        unit = number(f"一{low_text}" if low_text[:1] in "十百千万亿" else low_text)
        return (unit, unit * 10) if unit else None
    if pair := _PAIR.search(low_text):
        first, second = low_text, low_text
        if not high_text:
            first = low_text[: pair.start()] + pair.group(1)[0] + low_text[pair.end() :]
            second = low_text[: pair.start()] + pair.group(1)[1] + low_text[pair.end() :]
        return _two(number(first), number(second))
    low = _half(low_text)
    if low is None:
        return None
    if match["jiao"]:
        low += _small_change(plain(match["jiao"]))
    if match["more"]:
        return low, low + (0 if match["more"] == "来" else _step(low))
    if not high_text:
        return low, low
    high = _half(high_text)
    if high is None:
        return None
    own, other = _SCALE.findall(low_text), _SCALE.findall(high_text)
    if other and low < high and not (own and own[-1] in ("万", "亿")):
        scale = number(f"1{other[-1]}") if not own else _large(other[-1])
        if scale and low * scale <= high:
            low *= scale
    return _two(low, high)


def _more(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """8000多万, 十来个亿, 十几亿: the word stands between the numeral and its unit."""
    text = plain(match["low"])
    value, unit = number(text), number(f"一{_joined(match['scale'])}")
    if value is None or unit is None:
        return None
    return value * unit, (value + (0 if match["more"] == "来" else _step(value))) * unit


def _joined(scale: str | None) -> str:
    return (scale or "").replace("个", "")


def _large(scale: str) -> Decimal | None:
    kept = scale[-1]
    return number(f"1{kept}") if kept in "万亿" else None


def _half(text: str) -> Decimal | None:
    """半亿, 一个半亿, and what has no half."""
    if text.startswith("半"):
        unit = number(f"一{text[1:]}") if text[1:] else None
        return unit / 2 if unit else None
    if "个半" in text:
        count, _, unit_text = text.partition("个半")
        unit, many = number(f"一{unit_text}"), number(count)
        return (many + Decimal("0.5")) * unit if unit and many is not None else None
    return number(text)


def _two(low: Decimal | None, high: Decimal | None) -> tuple[Decimal, Decimal] | None:
    return (low, high) if low is not None and high is not None and low <= high else None


def _step(value: Decimal) -> Decimal:
    """What 多 may add: one more of the last digit said (3000多 is less than 4000, 十多 less than 20)."""
    whole = str(int(value))
    return Decimal(10) ** (len(whole) - len(whole.rstrip("0")))


def _small_change(text: str) -> Decimal:
    total = Decimal(0)
    for numeral, unit in re.findall(rf"([{CHARACTERS}]+)([角毛分])", text):
        value = number(numeral)
        total += (value or Decimal(0)) / (100 if unit == "分" else 10)
    return total
