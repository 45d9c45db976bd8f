"""Takes out of a text what can tell who somebody is, for whatever is kept of a conversation.

Numbers, addresses and names are found by the same readers that fill the lead form, so what the form would take is
what is not kept elsewhere; street addresses, identity numbers and ids of other services come on top. What the records
say themselves, an office's number or address, stays readable: it tells nothing of the investor. So do areas, amounts
and dates. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from knowledge.published import published
from knowledge.readers import reader
from knowledge.slots import contacts
from knowledge.slots.addresses import addresses
from knowledge.slots.companies import companies
from knowledge.slots.digits import Run, is_amount, runs
from knowledge.slots.handles import other_ids
from knowledge.slots.names import alone
from knowledge.slots.people import addressed, people
from knowledge.text import LONGEST_READ, fold

WITHHELD = "［登记内容，不保存］"
"""Stands for a message that belongs to the lead form."""
_REACH, _NAME, _COMPANY, _ADDRESS, _NUMBER = "［联系方式］", "［姓名］", "［公司］", "［地址］", "［号码］"
_FEWEST, _LONGEST_FIGURE, _LONGEST_COUNT, _LONGEST_AMOUNT = 7, 5, 9, 12
"""Digits from which a number can tell somebody apart: a mistyped telephone number is personal too."""
_COUNTED = re.compile(
    r"\s*(?:多|余|左右)?\s*(?:台|套|人|个|户|家|件|辆|头|吨|年|平|米|立方|千瓦|度|兆|km|kw|mw|号文|字)"
)
_MONEY_BEFORE = re.compile(
    r"(?:投资?|出资|注资|注册资本|资本金?|资金|金额|总额|产值|营收|收入|销售额?|税收?|纳税|预算|补贴|奖励?|贷款|租金|利润|成本|价|费)(?:总?额|了|是|为|约|大概|有|:|\s){0,3}$"
)
_DATE = re.compile(r"20[0-4]\d[-/._ ]?(?:0?[1-9]|1[0-2])[-/._ ]?(?:0?[1-9]|[12]\d|3[01])")
_YEARS = re.compile(r"(?:(?:19|20)\d\d)(?:[^\d]{1,4}(?:19|20)\d\d)+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}\.\d{1,9}")
_ROUND_RANGE = re.compile(r"\d*[1-9]0{2,}\s?[-~—–]\s?\d*[1-9]0{2,}")
_STANDARD = re.compile(r"(?<![a-z])(?:gb|gb/t|iso|iec|iatf|db|din|jb|yy/t|hg)\s?$")
_RANGING = re.compile(r"[-~—–至到.]")
_CODE = re.compile(r"[a-z0-9]{7,32}(?:\([0-9a-z]\))?")
_QQ = re.compile(r"(?:qq|扣扣|企鹅)(?:号码?|是|:|\s){0,3}(\d{5,12})")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·\s]?(?=[a-z]{0,4}\d)[a-z0-9]{5,6}"
)
_PARTS = re.compile(r"[^,，。;；、\s/|()!?:]+")
_Mark = tuple[int, int, str]


@reader
def discreet(text: str) -> str:
    """The text without contacts, names of persons and companies and long numbers; as it was where there are none."""
    folded = fold(text)
    taken = sorted(_found(folded), key=lambda mark: (mark[0], -mark[1]))
    if not taken:
        return text if len(text) <= LONGEST_READ else folded
    parts, at = list[str](), 0
    for start, end, mark in taken:
        if start >= at:
            parts += [folded[at:start], mark]
        at = max(at, end)
    return "".join([*parts, folded[at:]])


def _found(text: str) -> Iterator[_Mark]:
    known = published()
    reach = [(c.start, c.end, _REACH) for c in contacts.find(text) if not known.has_number(c.value)]
    firms = [(c.start, c.end, _COMPANY) for c in companies(text) if not known.has_company(text[c.start : c.end])]
    yield from reach
    yield from firms
    yield from ((o.start, o.end, _REACH) for o in other_ids(text))
    yield from ((a.start, a.end, _ADDRESS) for a in addresses(text) if not known.has_house(text[a.start : a.end]))
    yield from _numbers(text)
    yield from _names(text, among=bool(reach or firms))


def _names(text: str, *, among: bool) -> Iterator[_Mark]:
    """Who is introduced, wherever his name stands again; beside contacts also who only stands between two commas."""
    told = [(n.start, n.end) for n in (*people(text), *addressed(text))]
    if among:
        told += [
            (p.start(), p.end()) for p in _PARTS.finditer(text) if 2 <= len(p.group(0)) <= 12 and alone(p.group(0))
        ]
    for name in {text[start:end] for start, end in told if end - start > 1}:
        yield from ((start, start + len(name), _NAME) for start in _everywhere(text, name))
    yield from ((start, end, _NAME) for start, end in told)


def _everywhere(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))


def _numbers(text: str) -> Iterator[_Mark]:
    for run in (_without_figure(text, run) for run in runs(text)):
        if len(run.digits) >= _FEWEST and not any(harmless(text, run) for harmless in _HARMLESS):
            yield run.start, run.end, _NUMBER
    for match in _CODE.finditer(text):
        if sum(c.isdigit() for c in match.group(0)) >= _FEWEST - 1 and not match.group(0).isdigit():
            yield match.start(), match.end(), _NUMBER
    yield from ((m.start(1), m.end(1), _NUMBER) for m in _QQ.finditer(text))
    yield from ((m.start(), m.end(), _NUMBER) for m in _PLATE.finditer(text))


def _without_figure(text: str, run: Run) -> Run:
    """The run without a figure that only stands behind it: 13812345678,45号文."""
    *before, last = run.groups
    if before and _is_told(text, last.start, run.end) and not _is_one_figure(text, run):
        glued = len(last.digits) > _LONGEST_FIGURE and (last.gap.isspace() or _RANGING.search(last.gap))
        return run if glued else Run(tuple(before))
    return run


def _is_told(text: str, start: int, end: int) -> bool:
    """Whether a unit or a currency stands behind."""
    return is_amount(text, start, end) or bool(_COUNTED.match(text, end))


def _is_one_figure(text: str, run: Run) -> bool:
    """Whether all groups of a run are one figure, or a range of two."""
    two = len(run.groups) == 2 and bool(_RANGING.search(run.groups[1].gap))
    ranging = two and all(len(group.digits) <= _LONGEST_FIGURE for group in run.groups)
    return len(run.groups) == 1 or ranging or bool(_THOUSANDS.fullmatch(text[run.start : run.end]))


def _is_counted(text: str, run: Run) -> bool:
    """A figure with its unit, as amounts, areas and years have one; no unit makes a figure of any number of digits."""
    most = _LONGEST_AMOUNT if is_amount(text, run.start, run.end) else _LONGEST_COUNT
    return len(run.digits) <= most and _is_told(text, run.start, run.end) and _is_one_figure(text, run)


def _is_money(text: str, run: Run) -> bool:
    """A round figure behind 投资 and the like."""
    return (
        len(run.groups) == 1
        and run.digits.endswith("000")
        and bool(_MONEY_BEFORE.search(text[max(0, run.start - 12) : run.start]))
    )


def _is_date(text: str, run: Run) -> bool:
    written = text[run.start : run.end]
    return bool(_DATE.fullmatch(written) or _YEARS.fullmatch(written))


def _is_figure(text: str, run: Run) -> bool:
    """1,200,000 and 12345.67, and a range of round figures."""
    written = text[run.start : run.end]
    return bool(_THOUSANDS.fullmatch(written) or _ROUND_RANGE.fullmatch(written))


def _is_of_an_office(_: str, run: Run) -> bool:
    return published().has_number(run.digits)


def _is_standard(text: str, run: Run) -> bool:
    """GB/T 19001-2016."""
    return bool(_STANDARD.search(text[max(0, run.start - 6) : run.start]))


_HARMLESS: tuple[Callable[[str, Run], bool], ...] = (
    _is_counted,
    _is_money,
    _is_date,
    _is_figure,
    _is_of_an_office,
    _is_standard,
)
