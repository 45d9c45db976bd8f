"""Takes out of a text what can tell who somebody is, for whatever is kept of a conversation.

Numbers, addresses and names are found by the same readers that fill the lead form, so what the form would take is
what is not kept elsewhere. Public numbers of offices stay readable in answers: only what investors say is treated.
"""

from __future__ import annotations

import re

from knowledge.slots import contacts, names
from knowledge.text import fold

WITHHELD = "［登记内容，不保存］"
"""Stands for a message that belongs to the lead form."""
_LONG_DIGITS = re.compile(r"\d(?:[\d\s-]{5,})\d")
"""Any longer run of digits: a mistyped telephone number is personal too, an identity number all the more."""
_AMOUNT_BEHIND = re.compile(r"^\s*(?:元|万|亿|平|㎡|亩|美元|块|吨|台|套|人)")


def discreet(text: str) -> str:
    """The text without contacts, names of persons and companies and long numbers; as it was where there are none."""
    folded = fold(text)
    taken = [(c.start, c.end, "［联系方式］") for c in contacts.find(folded)]
    for name, mark in ((names.person(folded), "［姓名］"), (names.company(folded), "［公司］")):
        if name and (at := folded.find(name)) >= 0:
            taken.append((at, at + len(name), mark))
    taken += [
        (m.start(), m.end(), "［号码］")
        for m in _LONG_DIGITS.finditer(folded)
        if not _AMOUNT_BEHIND.match(folded[m.end() :])
    ]
    if not taken:
        return text
    parts, at = [], 0
    for start, end, mark in sorted(taken, key=lambda found: found[0]):
        if start >= at:
            parts += [folded[at:start], mark]
        at = max(at, end)
    return "".join([*parts, folded[at:]])
