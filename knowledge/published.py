"""What the records say themselves – numbers of offices, addresses, companies – and so tells nobody apart who asks about it.

Read once a process, with coarse patterns over the files as they are: it is asked only where a message holds something
that would be taken out, and a record that is written while a server runs is known to it after the next start.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import msgspec

from knowledge.paths import records_folder

_NUMBER = re.compile(r"(?<![\d-])\d[\d-]{5,18}\d(?![\d-])")
_HOUSE = re.compile(r"[\u4e00-\u9fff]{1,3}(?:路|街|大道|巷)\d{1,5}号")
_COMPANY = re.compile(r"[\u4e00-\u9fff()]{2,30}?(?:有限责任公司|有限公司)")


class Published(msgspec.Struct, frozen=True):
    """Telephone numbers with and without their area code, roads with house numbers, names of companies; folded."""

    numbers: frozenset[str]
    houses: frozenset[str]
    companies: frozenset[str]

    def has_number(self, digits: str) -> bool:
        """With or without country and area code."""
        return digits.removeprefix("+").removeprefix("86").lstrip("0") in self.numbers

    def has_house(self, address: str) -> bool:
        """Whether an address is one of these, and names no door behind."""
        return any(address.endswith(house) or house.endswith(address) for house in self.houses)

    def has_company(self, name: str) -> bool:
        return any(name in own for own in self.companies)


def published() -> Published:
    """What the records of this process say."""
    return _read(records_folder())


@cache
def _read(folder: Path) -> Published:
    texts = [
        unicodedata.normalize("NFKC", file.read_text(encoding="utf-8", errors="replace")).lower()
        for file in sorted(folder.rglob("*.yml"))
    ]
    return Published(
        numbers=frozenset(spelled for text in texts for found in _NUMBER.findall(text) for spelled in _spelled(found)),
        houses=frozenset(found for text in texts for found in _HOUSE.findall(text)),
        companies=frozenset(found for text in texts for found in _COMPANY.findall(text)),
    )


def _spelled(number: str) -> tuple[str, ...]:
    """As it is dialled from elsewhere, and from there."""
    area, _, local = number.partition("-")
    whole = number.replace("-", "").lstrip("0")
    return (whole, local) if area.startswith("0") and local.isdigit() else (whole,)
