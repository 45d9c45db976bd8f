"""Measures how many turns a second the assistant answers: `make bench-throughput`.

    python -m benchmarks.throughput [--against FOLDER] [--rounds 4] [--stock rules stories] [--stock-epochs 3] [--profile]

1, 4 and 16 askers in a closed loop ask the first turns of our dialogues (and of ../shared/acceptance/sample.jsonl where
it is there), every one as a new visitor. Measured in one run: this checkout, Rasa with its default Chinese pipeline and
policies in front of the same action server (as we have rules only, and with stories made of them), and, with --against, another checkout of this project, installed and trained.
All run at once and are asked in turns; who is not asked is idle. Writes a dated table to benchmarks/.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from contextlib import ExitStack
from datetime import datetime
from itertools import cycle
from pathlib import Path

from benchmarks.throughput import profiling, report, stacks, stock
from benchmarks.throughput.asking import Dialogue, ask, dialogues
from benchmarks.throughput.measuring import WARM_UP, Results, measure
from deploy.settings import LOGS, ROOT

_SHARED = ROOT.parent / "shared" / "acceptance" / "sample.jsonl"
_STOCK = {"rules": "Rasa 默认，只有规则", "stories": "Rasa 默认，规则也作故事"}
_PROFILED = 4
"""Askers under whom is looked where the time goes."""


def main() -> int:
    """Measure and write the table, or look where the time goes and print that."""
    given = _options()
    said = dialogues(_files(), whole=given.whole)
    if given.profile:
        return _profile(given.against or ROOT, said)
    load = os.getloadavg()[0]
    projects = {kind: stock.trained(given.stock_epochs, stories=kind == "stories") for kind in given.stock}
    with ExitStack() as started:
        systems = {"ours": started.enter_context(stacks.project(ROOT))}
        labels = {"ours": "本项目"}
        if given.against:
            systems["against"] = started.enter_context(stacks.project(given.against.resolve()))
            labels["against"] = f"对照（提交 {report.commit_of(given.against)}）"
        for kind, project in projects.items():
            systems[kind] = started.enter_context(stock.stock(project))
            labels[kind] = _STOCK[kind]
        results = measure(systems, said, given.rounds)
    table = report.table(results, labels, _command(given), (load, os.getloadavg()[0]), _notes(given, said, results))
    print(table)
    path = ROOT / "benchmarks" / f"{datetime.now().astimezone():%Y-%m-%d}-throughput.md"
    path.write_text(table, encoding="utf-8")
    print(f"已写入 {path.relative_to(ROOT)}")
    return 0


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--against", type=Path, help="another checkout of this project, installed and trained")
    options.add_argument("--rounds", type=int, default=4, help="how often every system is measured under every load")
    options.add_argument("--stock-epochs", type=int, default=3, help="epochs Rasa's default pipeline is trained for")
    options.add_argument(
        "--stock", nargs="*", default=list(_STOCK), choices=list(_STOCK), metavar="KIND",
        help="which of Rasa's defaults to measure: `rules`, `stories` (every rule as a story too, so that TEDPolicy has work)",
    )  # fmt: skip
    options.add_argument("--whole", action="store_true", help="ask whole dialogues, not only their first turns")
    options.add_argument(
        "--profile", action="store_true", help="look where the time goes, by py-spy; measures nothing else"
    )
    return options.parse_args()


def _files() -> list[Path]:
    own = sorted((ROOT / "tests" / "dialogues").glob("*.jsonl"))
    return [*own, _SHARED] if _SHARED.exists() else own


def _profile(checkout: Path, said: list[Dialogue]) -> int:
    """Print where the processor time of a turn goes in every process; stacks stay in var/ for a closer look."""
    taken, folder = cycle(said), LOGS / "throughput"
    with stacks.project(checkout.resolve()) as system:
        ask(system.port, taken, _PROFILED, WARM_UP)
        print(profiling.profile(system, taken, _PROFILED, folder))
    print(f"栈的采样在 {folder.relative_to(ROOT)}/*.folded（flamegraph.pl、speedscope 可读）")
    return 0


def _command(given: argparse.Namespace) -> str:
    """What was typed, without the place where another checkout lies on this machine."""
    typed = [a if a != str(given.against) else "…/" + given.against.resolve().name for a in sys.argv[1:]]
    return shlex.join(["python", "-m", "benchmarks.throughput", *typed])


def _notes(given: argparse.Namespace, said: list[Dialogue], results: Results) -> list[str]:
    own = sum(m.own_cpu * m.turns for by in results.values() for m in by.values())
    turns = sum(m.turns for by in results.values() for m in by.values())
    notes = [
        (
            f"- 闭环：每个提问的人等到答复才问下一句，各用一条保持的连接，只在本机回环地址上。共 {len(said)} 段对话的"
            f"{'全部' if given.whole else '第一'}句，打乱后依次取用，每段用新的 sender；先各问 {WARM_UP} 轮热身。"
        ),
        (
            f"- 各系统同时运行，轮流受测（{given.rounds} 轮，偶数轮倒序），表中是各轮的中位数，比值是逐轮比值的中位数。"
            f"提问的程序与受测的系统同用这台机器的核，它自己每轮用 {own / turns:.2f} ms CPU，不计入表中。"
        ),
        "- “CPU ms/轮”是各进程（含子进程）在受测期间用掉的处理器时间除以轮数；常驻内存是最后一轮之后的。",
    ]
    if given.stock:
        notes.append(
            f"- Rasa 默认：benchmarks/nlu/stock.yml 的管道加 Rasa 自己的四个策略，只训练 {given.stock_epochs} 轮（每轮话的计算量与训练轮数无关，"
            "只影响听懂多少），同样的例句和规则；原样的 `rasa run`、`rest` 渠道、内存里的对话和锁，后面是同一个动作服务。只有规则时 TEDPolicy、"
            "UnexpecTEDIntentPolicy 无可学，几乎不花时间，这对它有利；有故事时它们照常工作。它读不出名称、城市、方面这些实体，动作服务"
            "只能凭字面和意思去找：时间可比，答复的质量不可比；各有多少轮以记录为依据，见上面。"
        )
    return notes


if __name__ == "__main__":
    sys.exit(main())
