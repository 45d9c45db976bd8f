"""Text search over short Chinese passages: tantivy's BM25 over jieba tokens, names of records as user words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

import tantivy

from knowledge.dictionary import Dictionary, dictionary

_STOP = set(
    "的 了 吗 呢 吧 啊 是 有 在 我 你 们 我们 你们 想 要 请问 一下 怎么 什么 哪些 哪个 多少 能 可以 和 跟 与 及 个 这 那 都 就 还 给 到 去 , 。 ? ! 、 : ; ( )".split()
)


_MOST_KEPT = 50_000
"""Texts whose tokens are kept from one reload to the next."""
_FEW = 50
"""So many changed names are looked for in the kept texts one by one; after more, all are cut anew."""
_kept: tuple[frozenset[str], dict[str, list[str]]] = frozenset(), {}
_keeping = Lock()


class Tokenizer:
    """jieba with the records' names added; its own instance, so that nothing global is changed.

    Cutting is most of what a reload costs, and a reload mostly changes one record: tokens of a text are kept until a
    name that stands in it comes or goes.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        words = frozenset(words)
        self._tokens = _tokens_for(words)
        base = dictionary()
        self._jieba = Dictionary()
        self._jieba.FREQ, self._jieba.total = dict(base.FREQ), base.total
        self._jieba.initialized = True
        for word in words:
            self._jieba.add_word(word)

    def words(self, text: str) -> list[str]:
        """The words of a folded text, one after the other, nothing left out."""
        return list(self._jieba.cut(text))

    def __call__(self, text: str) -> list[str]:
        """Search tokens of a folded text, function words left out."""
        if (kept := self._tokens.get(text)) is not None:
            return kept
        tokens = self.cut(text)
        if len(self._tokens) < _MOST_KEPT:
            self._tokens[text] = tokens
        return tokens

    def cut(self, text: str) -> list[str]:
        """The same for a text that is not kept: a question."""
        return [t for t in self._jieba.cut_for_search(text) if t not in _STOP and not t.isspace()]


def _tokens_for(words: frozenset[str]) -> dict[str, list[str]]:
    """Text → tokens as they were cut with the names before, less those in which a changed name stands."""
    global _kept
    with _keeping:
        before, tokens = _kept
        changed = before ^ words
        if len(changed) > _FEW:
            tokens = {}
        elif changed:
            tokens = {text: cut for text, cut in tokens.items() if not any(word in text for word in changed)}
        _kept = words, tokens
        return tokens


class PassageIndex:
    """Numbered passages; immutable once built."""

    def __init__(self, passages: Sequence[str], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True)
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(heap_size=15_000_000, num_threads=1)
        for number, passage in enumerate(passages):
            writer.add_document(tantivy.Document(number=number, body=" ".join(tokenizer(passage))))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str, limit: int = 60) -> dict[int, float]:
        """Return passage number → BM25 score of the best passages for a folded text."""
        tokens = list(dict.fromkeys(self._tokenizer.cut(text)))[:64]
        if not tokens:
            return {}
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "body", token, "freq")) for token in tokens
        ]
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return {self._searcher.doc(address)["number"][0]: score for score, address in hits}
