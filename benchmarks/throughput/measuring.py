"""Measures several running systems in turns, so that what else the machine does strikes all of them alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median

from benchmarks.throughput.asking import Asked, Dialogue, ask
from benchmarks.throughput.stacks import Running

LOADS: tuple[tuple[int, int], ...] = ((1, 100), (4, 200), (16, 200))
"""Askers, and the turns they ask between them in one round: few, so that a noisy minute strikes all systems."""
WARM_UP = 60
"""Turns before anything is measured."""


@dataclass(frozen=True)
class Round:
    """One system under one load, once."""

    asked: Asked
    cpu: Mapping[str, float]
    """Process → processor milliseconds a turn."""
    rss: Mapping[str, float]
    """Process → MiB afterwards."""


@dataclass
class Measured:
    """One system under one load, in all rounds. Figures are medians over the rounds."""

    rounds: list[Round] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Turns a second."""
        return median(r.asked.rate for r in self.rounds)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return median(r.asked.p50 for r in self.rounds)

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return median(r.asked.p95 for r in self.rounds)

    @property
    def cpu(self) -> dict[str, float]:
        """Process → processor milliseconds a turn."""
        return {name: median(r.cpu[name] for r in self.rounds) for name in self.rounds[0].cpu}

    @property
    def rss(self) -> dict[str, float]:
        """Process → MiB after the last round."""
        return dict(self.rounds[-1].rss)

    @property
    def kinds(self) -> Counter[str]:
        """Kind of reply → turns."""
        return sum((r.asked.kinds for r in self.rounds), Counter[str]())

    @property
    def turns(self) -> int:
        """All that were asked."""
        return sum(len(r.asked.seconds) for r in self.rounds)

    @property
    def on_records(self) -> float:
        """Share of the turns whose reply rests on records."""
        return sum(r.asked.on_records for r in self.rounds) / self.turns

    @property
    def own_cpu(self) -> float:
        """Processor milliseconds a turn of the askers themselves."""
        return 1000 * sum(r.asked.own_cpu for r in self.rounds) / self.turns


Results = dict[str, dict[int, Measured]]
"""System → number of askers → what was measured."""


def measure(
    systems: Mapping[str, Running], said: Sequence[Dialogue], rounds: int, loads: Sequence[tuple[int, int]] = LOADS
) -> Results:
    """Ask all systems the same dialogues in the same order: all under one load, one after the other, before the next
    load; in every second round in reverse order."""
    taken = {name: cycle(said) for name in systems}
    for name, system in systems.items():
        ask(system.port, taken[name], loads[-1][0], WARM_UP)
    results: Results = {name: {askers: Measured() for askers, _ in loads} for name in systems}
    for number in range(rounds):
        for askers, turns in loads:
            for name in list(systems) if number % 2 == 0 else reversed(list(systems)):
                results[name][askers].rounds.append(_round(systems[name], taken[name], askers, turns))
    return results


def ratios(ours: Measured, other: Measured) -> tuple[float, float, float]:
    """Ours to the other's: of turns a second, of the median wait, of processor time a turn, each the median over the
    rounds' own ratios."""
    pairs = list(zip(ours.rounds, other.rounds, strict=True))
    return (
        median(a.asked.rate / b.asked.rate for a, b in pairs),
        median(a.asked.p50 / b.asked.p50 for a, b in pairs),
        median(sum(a.cpu.values()) / sum(b.cpu.values()) for a, b in pairs),
    )


def _round(system: Running, taken: Iterator[Dialogue], askers: int, turns: int) -> Round:
    before = system.usage()
    asked = ask(system.port, taken, askers, turns)
    after = system.usage()
    spent = {name: 1000 * (after[name].cpu - before[name].cpu) / len(asked.seconds) for name in after}
    return Round(asked, spent, {name: used.rss for name, used in after.items()})
