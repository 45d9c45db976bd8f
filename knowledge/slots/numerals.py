"""Chinese, Arabic and mixed numerals: 1.2, 1,200, 两千三百, 三点五亿, 1亿2, 十几个亿, 两三千万, 一个半亿, 5 million.

A numeral is read whole or not at all. What stands behind it belongs to it only where that is certain: the 二 of 一亿二
does, the 二 of 1亿二期 does not, and where neither is certain nothing is read. Which words begin with a digit (二期,
四季度, 一共, 半导体) is looked up in jieba's dictionary.

cn2an and WeTextProcessing read well-written numerals; none of them reads ranges (两三千万), omitted units (一亿二) or
tells 2亿两期 from 2亿两千万.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from knowledge.slots.words import closes, counts_something, longer_word, surely_closes

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "w": 10**4, "k": 10**3}
_SCORES = {"廿": 20, "卅": 30}
_ENGLISH = {
    "trillion": 10**12, "billion": 10**9, "bn": 10**9, "million": 10**6, "mn": 10**6, "m": 10**6, "thousand": 10**3,
}  # fmt: skip
CHARACTERS = "0-9廿卅零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
START = re.compile(rf"[{CHARACTERS}半几数]|若干|好几")
"""Where a numeral may begin."""
_ARABIC = re.compile(
    r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d{1,3}(?:'\d{3})+(?![\d'])(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?![\d.])|\d{1,3}(?: \d{3})+(?![\d ])(?:\.\d+)?|\d+(?:\.\d+)?"
)
_DIGITS = "零〇一二两三四五六七八九"
_SPELT = re.compile(rf"[{_DIGITS}]{{3,}}|[一二两三四五六七八九][零〇](?![十百千])")
"""Digit by digit: 二〇二六, 五零零."""
_SMALL_DIGIT = re.compile(r"\d[十百千]")
_POINT = re.compile(rf"点(?:([{_DIGITS}]+)(?![十百]|千(?![万亿]))|(\d{{1,2}})(?!\d))")
_SCALE = re.compile(r"万亿|亿|万|[wk](?![a-z])| ?(?:trillion|billion|million|thousand|bn|mn)(?![a-z])|m(?![a-z\d])")
_VAGUE = re.compile(r"(?:好几|若干|几|数)(?P<small>[十百千]*)个?(?P<large>万亿|亿|万)?")
_HALF = re.compile(r"半(?:个)?(?P<large>万亿|亿|万)?")
_BARE = re.compile(r"(?P<small>[十百千]?)(?P<large>万亿|亿|万)|(?P<only>[百千])")
_OVER = re.compile(r"[上过近超破]$")
_MORE_THAN = re.compile(r"[上过超破]$")
_GRADE = re.compile(r"(?:元|人民币)?(?:量?级|规模级)")
_RUN = re.compile(rf"(?:\d+(?:[,. ]\d+)*|[{CHARACTERS}半点]|[几数多余来个](?=[{CHARACTERS}]))*")
_TIME_BEFORE = re.compile(r"(?:[早晚]上?|上午|下午|中午|凌晨|傍晚|明早|今晚|[日号天周一二三四五六])$")
_SOME_TEN_THOUSANDS = ("多万", "余万", "来万", "几万")
_TEN_THOUSAND = Decimal(10**4)
_AND_SOME = re.compile(r"[多余来几](?:[十百千万亿]+[元块]?|[个元块亩平公])")
_ALL_NUMERALS = "零〇一二两俩三四五六七八九十百千万亿"
_OF_NUMERALS = re.compile(rf"[{CHARACTERS}]+[元块]?")
_NEXT_TO = {(3, 5)}
"""Pairs of digits that mean a range though they do not follow each other: 三五千万."""


class Numeral(msgspec.Struct, frozen=True):
    """A number or a range of numbers at `start` … `end` of a folded text."""

    low: Decimal
    high: Decimal | None
    """None means "and more"."""
    start: int
    end: int
    scale: Decimal = Decimal(1)
    """The unit of ten thousands said last (万, 亿, million); 1 where none was."""
    small: int = 1
    """The 十, 百 or 千 that stands right before that unit: 1000 in 五千万."""
    approximate: bool = False
    letter: bool = False
    """Whether the unit is the bare letter m, which means metres as well."""

    @property
    def coefficient(self) -> Decimal:
        """What stands before the unit."""
        return self.low / self.scale


class _Coefficient(msgspec.Struct, frozen=True):
    low: Decimal
    high: Decimal
    end: int
    top: int = 1
    """The largest of 十, 百, 千 in it."""
    last: int = 1
    arabic: bool = False
    digits: int = 1
    proper: bool = True
    """False where a digit stands for ten or a hundred of itself: 三千五."""

    @property
    def is_range(self) -> bool:
        return self.low != self.high


def plain(text: str) -> str:
    """Formal characters as the usual ones."""
    return text.translate(_FORMAL)


def number(text: str) -> Decimal | None:
    """The value of a numeral that fills the whole text, or None where it is no proper numeral or a range."""
    text = plain(text)
    if re.fullmatch(rf"[{_DIGITS}]{{2,}}", text):
        return Decimal("".join(str(DIGITS[c]) for c in text))
    found = read(text, 0) if text else None
    return found.low if found and found.end == len(text) and found.low == found.high else None


def run_end(text: str, at: int) -> int:
    """Where the run of numeral characters that begins here ends: what cannot be read is passed over whole."""
    match = _RUN.match(text, at)
    return max(match.end() if match else at, at + 1)


def read(text: str, at: int) -> Numeral | None:
    """The numeral that begins here; `text` is folded and plain."""
    first = text[at : at + 1]
    if first in "几数好若":
        return _vague(text, at)
    if first == "半":
        match = _HALF.match(text, at)
        if match is None or (not match["large"] and longer_word(text, at)):
            return None
        scale = Decimal(_LARGE[match["large"]]) if match["large"] else Decimal(1)
        return Numeral(scale / 2, scale / 2, at, match.end(), scale)
    if first in "百千万亿":
        return _bare(text, at)
    start = _coefficient(text, at)
    return _scaled(text, at, start) if start else None


def _vague(text: str, at: int) -> Numeral | None:
    """几千万, 数亿, 好几个亿: ten times the unit at most."""
    match = _VAGUE.match(text, at)
    if match is None or not (match["small"] or match["large"]):
        return None
    size = Decimal(_LARGE[match["large"]] if match["large"] else 1)
    scale, small = size, 1
    for sign in match["small"]:
        small = SMALL[sign]
        size *= small
    return Numeral(size, size * 10, at, match.end(), scale, small, approximate=True)


def _bare(text: str, at: int) -> Numeral | None:
    """上亿, 过千万, 千万级: a unit without a number, only where a word says that it is one."""
    match = _BARE.match(text, at)
    if match is None:
        return None
    grade = _GRADE.match(text, match.end())
    if not grade and not _OVER.search(text[max(0, at - 1) : at]):
        return None
    scale = Decimal(_LARGE[match["large"]] if match["large"] else 1)
    small = SMALL[match["small"] or match["only"] or ""] if match["small"] or match["only"] else 1
    value = scale * small
    if grade or _MORE_THAN.search(text[max(0, at - 1) : at]):
        return Numeral(value, None, at, match.end(), scale, small)
    return Numeral(value, value, at, match.end(), scale, small)


def _coefficient(text: str, at: int) -> _Coefficient | None:
    """What stands before 万 and 亿: an Arabic number, a section of Chinese digits with 十百千, decimals behind 点."""
    if spelt := _SPELT.match(text, at):
        value = Decimal("".join(str(DIGITS[c]) for c in spelt.group()))
        return _Coefficient(value, value, spelt.end(), digits=spelt.end() - at)
    section = _section(text, at)
    if section is None or section.is_range or not section.proper:
        return section
    point = _POINT.match(text, section.end)
    if point is None or _TIME_BEFORE.search(text[max(0, at - 2) : at]):
        return section
    decimals = point[2] or "".join(str(DIGITS[c]) for c in point[1])
    value = section.low + Decimal(f"0.{decimals}")
    end, last = point.end(), 1
    if text[end : end + 1] == "千":  # 三点五千万
        value, end, last = value * 1000, end + 1, 1000
    return msgspec.structs.replace(section, low=value, high=value, end=end, last=last, digits=2)


def _section(text: str, at: int) -> _Coefficient | None:
    low = high = Decimal(0)
    held: tuple[Decimal, Decimal] | None = None
    size_before, top, at_digit, after_zero, arabic, digits = 10**4, 1, at, False, False, 0
    i = at
    while i < len(text):
        sign = text[i]
        if match := _ARABIC.match(text, i):
            if held is not None:
                return None
            if i > at and not _SMALL_DIGIT.match(text, i):
                break  # 九千2026年
            held, at_digit, digits = (_arabic(match.group()),) * 2, i, match.end() - i
            arabic, i = True, match.end()
        elif sign in "零〇":
            if held is not None:
                return None
            after_zero, i = True, i + 1
            if top == 1:
                held = (Decimal(0), Decimal(0))  # 零点八
        elif sign in DIGITS:
            value = DIGITS[sign]
            if held is not None:
                if held[0] == held[1] and _follow(int(held[0]), value) and i == at_digit + 1:
                    held = (held[0], Decimal(value))
                else:
                    return None
            else:
                held, at_digit, digits = (Decimal(value),) * 2, i, 1
            i += 1
        elif sign in _SCORES and i == at:
            low = high = Decimal(_SCORES[sign])
            size_before, top, i = 10, 10, i + 1
        elif sign in SMALL:
            size = SMALL[sign]
            if arabic and held is not None and held[0] >= 10:
                break  # 5000十个
            if held is None and sign == "十" and (i == at or after_zero or top >= 100):
                held = (Decimal(1), Decimal(1))
            if held is None or size >= size_before or (sign == "十" and held[0] == 0):
                return None
            low, high = low + held[0] * size, high + held[1] * size
            held, size_before, top, after_zero, i = None, size, max(top, size), False, i + 1
        else:
            break
    if i == at:
        return None
    read = _Coefficient(low, high, i, top, size_before if held is None and size_before < 10**4 else 1, arabic, digits)
    return read if held is None else _with_last_digit(text, read, held, at_digit, 1 if after_zero else size_before)


def _arabic(written: str) -> Decimal:
    """1,200.5, 1 200, 1'200 and, with two points or more, 1.200.000."""
    plainly = written.replace(".", "") if written.count(".") > 1 else written
    return Decimal(re.sub("[, ']", "", plainly))


def _with_last_digit(
    text: str, read: _Coefficient, held: tuple[Decimal, Decimal], at_digit: int, size_before: int
) -> _Coefficient:
    """A section with the digit at its end: 3 in 一百零三, 30 in 一百三, none in 七千三个项目."""
    unit, proper = 1, True
    if read.top >= 100 and size_before >= 100:
        if counts_something(text, read.end) or longer_word(text, at_digit).lstrip(_ALL_NUMERALS):
            return msgspec.structs.replace(read, end=at_digit, last=size_before)
        unit, proper = size_before // 10, False
    return msgspec.structs.replace(read, low=read.low + held[0] * unit, high=read.high + held[1] * unit, proper=proper)


def _follow(first: int, second: int) -> bool:
    return second == first + 1 or (first, second) in _NEXT_TO


def _scaled(text: str, at: int, start: _Coefficient) -> Numeral | None:
    """The coefficient with what may stand between it and its unit: 多, 来, 余, 几, 个, 半."""
    low, high, end, approximate = start.low, start.high, start.end, False
    if (more := text[end : end + 1]) and more in "多余来几" and _may_be_more(text, end, start):
        high, approximate, end = low + (0 if more == "来" else _step(low)), True, end + 1
    if text[end : end + 1] == "个":
        inner = re.compile(r"个(?P<half>半)?(?P<more>多|来)?(?=[十百千]?[万亿])").match(text, end)
        if inner:
            end = inner.end()
            if inner["half"]:
                low, high = low + Decimal("0.5"), high + Decimal("0.5")
            if inner["more"]:
                high, approximate = low + (0 if inner["more"] == "来" else _step(low)), True
    small = start.last
    if (sign := text[end : end + 1]) in SMALL and text[end + 1 : end + 2] in ("万", "亿") and end > start.end:
        small, end = SMALL[sign], end + 1  # 十几个千万
        low, high = low * small, high * small
    scale = _SCALE.match(text, end)
    if scale is None or (not start.proper and start.top >= 100):
        return Numeral(low, high, at, end, approximate=approximate, small=small)
    name = scale.group().strip()
    if name == "万亿" and high >= 10**3:
        return None
    size = Decimal(_LARGE.get(name) or _ENGLISH[name])
    if name in _ENGLISH and not start.arabic:
        return None
    found = Numeral(low * size, high * size, at, scale.end(), size, small, approximate=approximate, letter=name == "m")
    return found if name in _ENGLISH or name in "wk" or approximate else _with_tail(text, found)


def _may_be_more(text: str, at: int, start: _Coefficient) -> bool:
    """Whether 多, 来 or 几 behind a coefficient says "and some": 十几亿, 8000多万, 200多亩; not 3来源."""
    sign = text[at]
    word = longer_word(text, at)
    if start.is_range or not start.low or start.low % 1 or (word and not _AND_SOME.fullmatch(word)):
        return False
    if sign == "几":
        return start.low % 10 == 0 and start.low >= 10 and not start.arabic and start.last == 10
    if sign == "来":
        return start.low % 10 == 0
    return start.low % 10 == 0 or text[at + 1 : at + 2] in ("万", "亿", "个")


def _step(value: Decimal) -> Decimal:
    """What 多 may add: one more of the last digit said (3000多 is less than 4000, 十多 less than 20)."""
    whole = str(int(value))
    return Decimal(10) ** (len(whole) - len(whole.rstrip("0")))


def _with_tail(text: str, found: Numeral) -> Numeral | None:
    """The numeral with what follows its 万 or 亿, as far as that belongs to it; None where that is not certain."""
    end = found.end
    if text[end : end + 1] == "半":
        if longer_word(text, end) and not surely_closes(text, end + 1):
            return found
        half = msgspec.structs.replace(
            found, low=found.low + found.scale / 2, high=(found.high or found.low) + found.scale / 2, end=end + 1
        )
        whole = found.low == found.high and found.small == 1 and found.coefficient % 1 == 0
        return half if closes(text, end + 1) and whole else None
    if text[end : end + 1] in ("多", "余"):
        word = longer_word(text, end)
        if (word and not _AND_SOME.fullmatch(word)) or text[end + 1 : end + 2] in ("少", "家", "个"):
            return found
        step = _step(found.low / found.scale) * found.scale
        return msgspec.structs.replace(found, high=found.low + step, end=end + 1, approximate=True)
    zero = text[end : end + 1] in ("零", "〇")
    begin = end + zero
    if not (text[begin : begin + 1] in DIGITS or text[begin : begin + 1].isdigit() or text[begin : begin + 1] == "十"):
        return None if zero else found
    rest = _coefficient(text, begin)
    if rest is None:
        return None
    if text[rest.end : rest.end + 2] in _SOME_TEN_THOUSANDS and found.scale > _TEN_THOUSAND:
        return _and_some(text, found, rest)
    word = longer_word(text, begin)
    longer = begin + len(word) > rest.end and not _OF_NUMERALS.fullmatch(word)
    of_thousands = rest.top > 1 and rest.end > begin + 1 and closes(text, rest.end)
    lower_unit = rest.top > 1 and text[rest.end : rest.end + 1] == "万" and found.scale > _TEN_THOUSAND
    if longer and not of_thousands and not lower_unit and not surely_closes(text, rest.end):
        return None if zero else found  # 2亿四季度, 3亿一共
    return _joined(text, found, rest, zero=zero)


def _joined(text: str, found: Numeral, rest: _Coefficient, *, zero: bool) -> Numeral | None:
    lower = _SCALE.match(text, rest.end)
    if lower and lower.group() in _LARGE:
        size = Decimal(_LARGE[lower.group()])
        if size >= found.scale or rest.high >= 10**4 or not rest.proper:
            return None  # 1亿2亿: a list or a slip of the hand
        whole = _more(found, rest, size)
        whole = msgspec.structs.replace(whole, end=lower.end(), scale=size, small=rest.last)
        return _with_tail(text, whole)
    if zero:
        return _more(found, rest, Decimal(1)) if rest.high < found.scale else None
    of_thousands = rest.proper and (rest.top == 1000 or (rest.arabic and rest.digits == 4))
    if found.scale == _TEN_THOUSAND and of_thousands and text[rest.end : rest.end + 1] != "年":
        return _more(found, rest, Decimal(1))
    if counts_something(text, rest.end):
        return found
    if found.scale > _TEN_THOUSAND and rest.last == 1000 and rest.high < 10**4 and closes(text, rest.end):
        return _more(found, rest, _TEN_THOUSAND)  # 一亿五千
    single = rest.top == 1 and rest.digits == 1 and rest.high < 10
    if single and closes(text, rest.end) and found.small == 1:
        return _more(found, rest, found.scale / 10)
    return None


def _and_some(text: str, found: Numeral, rest: _Coefficient) -> Numeral | None:
    """三亿五千多万."""
    if rest.is_range or not rest.proper or rest.high >= 10**4 or not rest.low:
        return None
    step = 0 if text[rest.end] == "来" else _step(rest.low)
    whole = _more(found, msgspec.structs.replace(rest, high=rest.low + step), _TEN_THOUSAND)
    return msgspec.structs.replace(whole, end=rest.end + 2, scale=_TEN_THOUSAND, small=rest.last, approximate=True)


def _more(found: Numeral, rest: _Coefficient, size: Decimal) -> Numeral:
    return msgspec.structs.replace(
        found, low=found.low + rest.low * size, high=(found.high or found.low) + rest.high * size, end=rest.end
    )
