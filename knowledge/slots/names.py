"""Names of contact persons and companies as people introduce them: 我叫…, 联系人王女士, …有限公司, 我是…集团的.

Only what is introduced as a name is taken for one; asked for a name, a form takes the whole short answer. Persons are
read in `people`, companies in `companies`.
"""

from __future__ import annotations

from knowledge.readers import reader
from knowledge.slots.companies import companies
from knowledge.slots.people import people, stands_alone, title_end
from knowledge.text import fold


@reader
def person(text: str) -> str:
    """The name a contact person is introduced with, or an empty string."""
    folded = fold(text)
    return next((folded[name.start : name.end].strip() for name in people(folded) if name.certain), "")


@reader
def titled(text: str) -> str:
    """A short message that is nothing but a surname with a title (王女士, 李总), or an empty string."""
    folded = fold(text).strip(" 。.,!")
    return folded if folded and title_end(folded, 0) == len(folded) else ""


def alone(text: str) -> str:
    """A short text that is nothing but somebody's name (王芳, 约翰·史密斯, 李总), or an empty string."""
    folded = fold(text).strip(" 。.,!")
    return folded if stands_alone(folded) else ""


@reader
def company(text: str) -> str:
    """The name a company is introduced with, or an empty string; descriptions (一家外资公司) are no names."""
    folded = fold(text)
    return next((folded[name.start : name.end].strip() for name in companies(folded)), "")
