"""Finds what is called like a site but is none of ours: 深蓝谷园区, 月球产业园.

To the embedding every park is like every other, so a park that is not held would be answered with the nearest one
that is. A name is strange when it ends like a site's and one of its words stands in nothing the knowledge base
holds. Descriptions (大一点的园区, 生物医药产业园) are no names: their words are held, or are no nouns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.dictionary import dictionary
from knowledge.lexicon import Mention, blank
from knowledge.search.passages import Tokenizer

_ENDS = re.compile(
    r"(?:高新技术|经济技术|经济|高新)?(?:(?:产业|科技|工业|软件|物流|创业|生态)园区?|园区|开发区|高新区|新区|经开区|综保区|保税区"
    r"|自贸区|自贸片区|示范区|合作区|商务区|孵化器|产业城|科学城|智造城|(?<!宅)基地|小镇|谷(?:园区)?)"
)
_HEAD = re.compile(r"[\u3400-\u9fffa-z0-9]{1,8} ?$")
_OPENING = re.compile(r".*(问[一下]*|打听[一下]*|知道|了解[一下]*|介绍[一下]*|说说|看看|听说)")
_NO_NOUN = frozenset("ucprdvqmkyefa")
"""First letters of jieba's tags for words that end a name to their right: particles, verbs, numbers and the like."""
_SAY_NOTHING = frozenset(("个", "家", "里", "里面", "嘅", "边", "那边", "这边", "家里", "参观", "点儿"))


@lru_cache(maxsize=1)
def _no_nouns() -> frozenset[str]:
    """jieba's words that are no nouns, without the tags of the 350,000 others."""
    with dictionary().get_dict_file() as lines:
        parts = (line.decode("utf-8").split() for line in lines)
        return frozenset(word for word, _, tag in parts if tag[0] in _NO_NOUN and tag != "vn") | _SAY_NOTHING


class Strangers:
    """Knows every word of the knowledge base. Immutable."""

    def __init__(self, passages: Iterable[str], tokenizer: Tokenizer) -> None:
        self._tokenizer, self._no_nouns = tokenizer, _no_nouns()
        self._held = frozenset(token for passage in passages for token in tokenizer(passage))

    def names_in(self, text: str, mentions: Iterable[Mention] = ()) -> list[str]:
        """Names of sites in a folded text that are not held; `mentions` are the names that are."""
        rest = blank(text, mentions)
        names = (self._name(rest[: end.start()], end.group(0)) for end in _ENDS.finditer(rest))
        return [name for name in names if name]

    def _name(self, before: str, ending: str) -> str:
        """The name that ends so, or nothing where it is only described."""
        head = _HEAD.search(before)
        name, strange = "", False
        for word in reversed(self._tokenizer.words(_OPENING.sub("", head.group(0))) if head else []):
            if word in self._no_nouns:
                break
            name = word + name
            strange = strange or any(token not in self._held for token in self._tokenizer.cut(word))
        return name + ending if strange else ""
