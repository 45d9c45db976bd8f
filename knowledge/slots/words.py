"""What stands behind a numeral: something that ends it, a word of its own, or a thing that is counted."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.dictionary import dictionary

_LONGEST_WORD = 5
_CLOSING = re.compile(
    r"$|[,。;?!、:()\"'“”《》\s\-~—–=+/*]|[元块圆刀镑円$€£¥]|人民币|rmb|cny|usd|美[元金刀]|[港欧日韩澳加新台]元|[港台]币"
    r"|的|左右|上下|以[上下内]|之[上下内]|起步?|往上|出头|到位|[吧呢啊吗呀了嘛哈]|钱|整|够|能|可以|行|多?吗|[到至]|投资|资金|规模|额度|预算|来?算|就行|合适|以内"
)
_NUMERAL = re.compile(r"[\d零〇一二两俩三四五六七八九十百千万亿半几数]")
_SURELY = re.compile(r"元|块|人民币|美[元金]|左右|上下|以[上下内]|之[上下内]")
_COUNTED = re.compile(
    r"多?(?:个(?!半?[十百千]?[万亿])|家|期|季|成|年|月|日|号|人|名|位|条|笔|次|台|套|栋|幢|层|座|块|批|股|轮|类|种|项|大|方|楼|亩|平|公顷|公里|天|周|倍|份|分|度|级|线"
    r"|厂|间|件|辆|吨|米|户|处|片|段|组|班|村|镇|区|县|市|省|国|代|届|场|口|头|只|张|棵|株|把|支|根|瓶|箱|颗|粒|枚|桶|升|斤|克|千瓦|兆瓦|标箱|立方|m2|m3|km|kw|mw"
    r"|用户|粉丝|像素|参数|会员|观众|订单|门店|网点|字|页|点|步|样|边|面|部|艘|架|列|节|车间|员工|职工|岁|折|%|‰|[-/.]\d)"
)
_ALWAYS = re.compile(r"台(?![湾商资企胞币北])|套(?!现)|辆|吨|件(?!套)")
"""Count things, whatever words begin with them: 50万台电机."""
_UNIT = re.compile(
    r"(?:平方?米?|㎡|亩|公顷|人次?|家|辆|吨|套|台|次|户|头|只|股|米|公里|千瓦时?|兆瓦|kwh?|mwh?|gw|度|年|个月|个?小时|天|条|件|名|位|栋|座|间|公斤|斤|克|方|分(?![一二两三四五六七八九十几\d期批步次年阶开别到给])|字|页|张|支|片|粒|瓶|箱|颗|枚|株|棵|羽|尾|桶|升"
    r"|立方米?|标箱|teu|m2|m3|km|用户|粉丝|像素|参数|会员|观众|订单|员工|职工|学生|居民|人口|游客|客户|门店|网点|量级|算力|p(?![a-z])|岁|倍|%|‰)"
)


@lru_cache(maxsize=4096)
def _is_word(word: str) -> bool:
    return bool(dictionary().FREQ.get(word))


def longer_word(text: str, at: int) -> str:
    """The longest word of two to five characters that begins here, or an empty string."""
    for length in range(_LONGEST_WORD, 1, -1):
        word = text[at : at + length]
        if len(word) == length and not word.isascii() and _is_word(word):
            return word
    return ""


def within_word(text: str, at: int) -> bool:
    """Whether a numeral that begins here is part of a word that began before: the 一 of 三通一平, the 五 of 十四五规划."""
    for before in range(1, min(at, _LONGEST_WORD - 2) + 1):
        word = longer_word(text, at - before)
        if len(word) > before + 1 and not _NUMERAL.match(word[-1]) and not _NUMERAL.match(word[before - 1]):
            return True
    return False


def closes(text: str, at: int) -> bool:
    """Whether what stands here ends a numeral for certain: the end, punctuation, a currency, 的, 左右 …"""
    return bool(_CLOSING.match(text, at))


def surely_closes(text: str, at: int) -> bool:
    """The same, by words that no other word with a digit ends in: 左右, 以上, 元; the dictionary has 半左 and 五元."""
    return bool(_SURELY.match(text, at))


def counts_something(text: str, at: int) -> bool:
    """Whether a measure word stands here, so that the digits before it count something: the 3 of 2亿3个车间."""
    return bool(_COUNTED.match(text, at))


def other_unit(text: str, at: int) -> bool:
    """Whether a unit that is no money stands here (5000万人, 2亿平), and no longer word that only begins like one (人工)."""
    match = _UNIT.match(text, at)
    if match is None:
        return False
    if _ALWAYS.match(text, at):
        return True
    word = longer_word(text, at)
    return len(word) <= match.end() - at or _UNIT.fullmatch(word) is not None
