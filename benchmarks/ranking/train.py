"""Trains the ranker's networks from questions with known answers, and says how well they rank questions held back.

    make ranking

Writes knowledge/search/weights.json. The questions are those of data/reading/*.jsonl and the expected questions of the
records; a question is never compared with itself. What the intent classifier makes of each is asked of the trained
model first (`benchmarks.nlu.rasa_pipeline parse`). One author's questions are held back at a time for the figures; the
shipped networks are trained on all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from actions.answer.refer import resolve
from actions.turn.conversation import Conversation
from actions.turn.message import Message
from deploy.settings import ROOT
from knowledge.catalogue import Catalogue
from knowledge.embedding import CachedEmbedder
from knowledge.encoder.e5 import encoder
from knowledge.outside import outside_examples
from knowledge.paths import cache_folder
from knowledge.search import Searcher
from knowledge.search.features import OF_NONE, OF_RECORDS, OF_STATEMENTS
from knowledge.search.ranker import WEIGHTS, Network, Ranker, Sorter, Weights
from knowledge.statements import FIELDS
from knowledge.text import fold

READING = ROOT / "data" / "reading"
DEVELOPMENT = ROOT / "tests" / "nlu" / "development.jsonl"
_HIDDEN, _HIDDEN_NONE, _HIDDEN_STATEMENTS = 24, 8, 16
_EPOCHS, _AT_ONCE, _RATE, _DECAY = 12, 32, 3e-3, 1e-3
_SORTING, _SORTING_RATE, _SORTING_DECAY = 400, 4.0, 1e-4
_FOLLOWING, _TURNING = 0.15, 0.15
"""Shares of the questions that are asked again as a follow-up without the name, and with another subject before."""


class Asked(msgspec.Struct):
    """A question of known answer. `about` is a record or gap, empty for what is none of ours."""

    text: str
    about: str
    fact: str = ""
    author: str = ""


class Example(msgspec.Struct):
    """What the ranker sees of one question, and where the right answer stands."""

    author: str
    about: str
    fact: str
    query: Any
    evidence: Any
    field: int
    """Row of FIELDS; -1 where no statement is known to answer."""
    right: int = -1
    """The row of the right candidate; -1 for none."""
    candidates: Any = None
    question: Any = None
    statements: Any = None
    told: Any = None
    """Which statements answer."""


def main() -> None:
    options = argparse.ArgumentParser(description="Train the ranker.")
    options.add_argument("--report", action="store_true", help="hold each author back once and print the figures")
    options.add_argument("--seeds", type=int, default=3)
    given = options.parse_args()
    catalogue = Catalogue.load()
    searcher = Searcher(catalogue, CachedEmbedder(encoder(), cache_folder()), outside_examples(), ranking=_untrained())
    asked = list(questions(catalogue))
    examples = prepare(searcher, list(_examples(searcher, asked, _intents([one.text for one in asked]))))
    print(f"{len(asked)} questions, {len(examples)} examples")
    if given.report:
        for author in sorted({e.author for e in examples} - {"records"}):
            held = [e for e in examples if e.author == author]
            rest = [e for e in examples if e.author != author]
            for seed in range(given.seeds):
                print(f"without {author}, seed {seed}: {figures(Ranker(train(rest, seed)), held)}")
    weights = train(examples, 0, encoder().name)
    WEIGHTS.write_text(
        json.dumps(json.loads(msgspec.json.encode(weights)), ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"all: {figures(Ranker(weights), examples)}")


def questions(catalogue: Catalogue) -> Iterator[Asked]:
    """The expected questions of the records and gaps, then those of the authors."""
    for owner in (*catalogue.records.values(), *catalogue.gaps.values()):
        yield from (Asked(text, owner.id, author="records") for text in owner.questions)
    for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines():
        if (told := json.loads(line))["intent"] in ("out_of_scope", "make_improper_request"):
            yield Asked(told["text"], "", author="development")
    held = {*catalogue.records, *catalogue.gaps}
    for path in sorted(READING.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            if told["about"] in held or (not told["about"] and told["ask"] == "outside"):
                yield Asked(told["text"], told["about"], told.get("fact", ""), path.stem)


def _intents(texts: Sequence[str]) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        model, given, out = (Path(folder) / name for name in ("model.tar.gz", "texts.jsonl", "rankings.jsonl"))
        model.write_bytes((ROOT / "models" / "assistant.tar.gz").read_bytes())
        given.write_text("".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts), encoding="utf-8")
        command = [
            ROOT / "bot" / ".venv" / "bin" / "python",
            "-m",
            "benchmarks.nlu.rasa_pipeline",
            "parse",
            folder,
            given,
            out,
        ]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [dict(json.loads(line)["ranking"]) for line in out.read_text(encoding="utf-8").splitlines()]


def _examples(searcher: Searcher, asked: Sequence[Asked], intents: Sequence[dict[str, float]]) -> Iterator[Example]:
    chance = random.Random(0)  # noqa: S311
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(searcher.texts):
        rows.setdefault(text, []).append(row)
    for one, intent in zip(asked, intents, strict=True):
        talks = [(one.text, Conversation())]
        if not one.about and chance.random() < 0.5:
            other = chance.choice(list(searcher.catalogue.records))
            talks.append((one.text, Conversation(focus=(other,), question="它怎么样")))
        if one.about in searcher.catalogue.records and one.fact:
            if chance.random() < _TURNING:
                other = chance.choice(list(searcher.catalogue.records))
                talks.append((one.text, Conversation(focus=(other,), question="它怎么样")))
            named = _without_name(one, searcher)
            if named and chance.random() < 3 * _FOLLOWING:
                talks.append((named, Conversation(focus=(one.about,), question=one.text)))
        for text, talk in talks:
            turn = Message(text, searcher.catalogue.lexicon.read(text), intent)
            query = resolve(turn, talk, searcher.catalogue).query
            evidence = searcher.weigh(query.text)
            for row in rows.get(fold(one.text), ()):  # a question is not compared with itself
                evidence.meaning[row] = evidence.words[row] = 0.0
            yield Example(one.author, one.about, one.fact, query, evidence, _field(searcher, one))


def _field(searcher: Searcher, one: Asked) -> int:
    told = [s.field for s in searcher.catalogue.statements.get(one.about, ()) if one.fact and one.fact in s.text]
    told = [field for field in told if field != "summary"] or told
    return FIELDS.index(told[0]) if told else -1


def prepare(searcher: Searcher, examples: Sequence[Example]) -> list[Example]:
    """The examples with their features; what the sorter says of each is learned from the others."""
    vectors = np.stack([e.evidence.vector for e in examples])
    fields = _out_of_fold(vectors, np.array([e.field for e in examples]), len(FIELDS))
    made = []
    for e, of_fields in zip(examples, fields, strict=True):
        ids, e.candidates, e.question = searcher.examples(e.query, e.evidence)
        if e.about and e.about not in ids:
            continue
        e.right = ids.index(e.about) if e.about else -1
        e.statements, e.told = _of_statements(searcher, e, of_fields)
        made.append(e)
    return made


def _out_of_fold(vectors: np.ndarray, classes: np.ndarray, count: int) -> np.ndarray:
    """Probabilities of the classes for each vector, by a sorter that has not seen it nor its neighbours in the list."""
    out = np.zeros((len(vectors), count))
    fold = (np.arange(len(vectors)) // 20) % 5
    for at in range(5):
        weights, bias = _sorter(vectors[fold != at], classes[fold != at], count)
        scores = vectors[fold == at] @ weights + bias
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        out[fold == at] = shares / shares.sum(axis=1, keepdims=True)
    return out


def _sorter(vectors: np.ndarray, classes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression by gradient descent; rows of class -1 are left out."""
    x, y = vectors[classes >= 0].astype(float), np.eye(count)[classes[classes >= 0]]
    weights, bias = np.zeros((x.shape[1], count)), np.zeros(count)
    speed, speed_of_bias = np.zeros_like(weights), np.zeros_like(bias)
    for _ in range(_SORTING):
        scores = x @ weights + bias
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        wrong = (shares / shares.sum(axis=1, keepdims=True) - y) / len(x)
        speed = 0.9 * speed - _SORTING_RATE * (x.T @ wrong + _SORTING_DECAY * weights)
        speed_of_bias = 0.9 * speed_of_bias - _SORTING_RATE * wrong.sum(axis=0)
        weights, bias = weights + speed, bias + speed_of_bias
    return weights, bias


def _without_name(one: Asked, searcher: Searcher) -> str:
    """The question as one asks who goes on about its record; empty where it does not name it."""
    reading = searcher.catalogue.lexicon.read(one.text)
    own = [m for m in reading.mentions if one.about in m.ids]
    if len(own) != 1 or len(reading.text) - (own[0].end - own[0].start) < 4:
        return ""
    return reading.text[: own[0].start] + "它" * (own[0].start > 0) + reading.text[own[0].end :]


def _of_statements(searcher: Searcher, e: Example, fields: np.ndarray) -> tuple[Any, Any]:
    if not e.fact:
        return None, None
    told = searcher.catalogue.statements[e.about]
    right = np.array([e.fact in statement.text for statement in told], float)
    own = [s.field != "summary" for s in told]
    right = right * own if (right * own).any() else right
    return (searcher.statement_examples(e.about, e.query, e.evidence, fields), right) if right.any() else (None, None)


def train(examples: Sequence[Example], seed: int, embedder: str = "") -> Weights:
    """Fit the three networks by the likelihood of the right answers."""
    chance = np.random.default_rng(seed)
    records, none = _Fitted(OF_RECORDS, _HIDDEN, chance), _Fitted(OF_NONE, _HIDDEN_NONE, chance)
    records.scale(np.concatenate([e.candidates for e in examples]))
    none.scale(np.stack([e.question for e in examples]))
    for batch in _batches(examples, chance):
        for e in batch:
            scores = np.append(records.of(e.candidates), none.of(e.question[None]))
            wrong = _shares(scores)
            wrong[e.right] -= 1.0
            records.learn(wrong[:-1])
            none.learn(wrong[-1:])
        records.step(len(batch))
        none.step(len(batch))
    statements = _Fitted(OF_STATEMENTS, _HIDDEN_STATEMENTS, chance)
    with_facts = [e for e in examples if e.told is not None]
    statements.scale(np.concatenate([e.statements for e in with_facts]))
    for batch in _batches(with_facts, chance):
        for e in batch:
            shares = _shares(statements.of(e.statements))
            wanted = shares * e.told
            statements.learn(shares - wanted / wanted.sum())
        statements.step(len(batch))
    vectors = np.stack([e.evidence.vector for e in examples])
    fields = _sorter(vectors, np.array([e.field for e in examples]), len(FIELDS))
    return Weights(embedder, _shipped(FIELDS, *fields), records.network(), none.network(), statements.network())


def _shipped(classes: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> Sorter:
    return Sorter(list(classes), np.round(weights, 3).tolist(), np.round(bias, 3).tolist())


def figures(ranking: Ranker, examples: Sequence[Example]) -> str:
    """Right records first, what is not ours declined, right statements first and among three."""
    ours = [(e, *ranking.of_records(e.candidates, e.question)) for e in examples]
    first = [float(shares.argmax() == e.right) for e, shares, _ in ours if e.right >= 0]
    kept = [float(none < shares.max()) for e, shares, none in ours if e.right >= 0]
    declined = [float(none > shares.max()) for e, shares, none in ours if e.right < 0]
    ranked = [(e.told, np.argsort(-ranking.of_statements(e.statements))) for e in examples if e.told is not None]
    told = [float(right[order[0]]) for right, order in ranked]
    among = [float(right[order[:3]].max()) for right, order in ranked]
    named = ("record first", first), ("not declined", kept), ("outside declined", declined), ("statement first", told)
    return ", ".join(f"{name} {np.mean(of):.1%} of {len(of)}" for name, of in (*named, ("among three", among)) if of)


class _Fitted:
    """A network while it learns, by Adam with weight decay."""

    def __init__(self, features: Sequence[str], hidden: int, chance: np.random.Generator) -> None:
        self._names, size = list(features), len(features)
        self._mean, self._spread = np.zeros(size), np.ones(size)
        self._of = {
            "linear": np.zeros(size), "hidden": chance.normal(0, 0.6 / np.sqrt(size), (size, hidden)),
            "bias": np.zeros(hidden), "out": chance.normal(0, 0.3, hidden),
        }  # fmt: skip
        self._slopes = {name: np.zeros_like(value) for name, value in self._of.items()}
        self._first = {name: np.zeros_like(value) for name, value in self._of.items()}
        self._second = {name: np.zeros_like(value) for name, value in self._of.items()}
        self._steps = 0

    def scale(self, all_features: np.ndarray) -> None:
        self._mean, self._spread = all_features.mean(axis=0), all_features.std(axis=0) + 1e-3

    def of(self, features: np.ndarray) -> np.ndarray:
        self._x = (features - self._mean) / self._spread
        self._z = np.tanh(self._x @ self._of["hidden"] + self._of["bias"])
        return np.asarray(self._x @ self._of["linear"] + self._z @ self._of["out"])

    def learn(self, slope: np.ndarray) -> None:
        """Add up the slopes of the loss, given those of the scores last computed."""
        inner = np.outer(slope, self._of["out"]) * (1 - self._z**2)
        for name, value in (
            ("linear", self._x.T @ slope), ("out", self._z.T @ slope), ("hidden", self._x.T @ inner), ("bias", inner.sum(axis=0)),
        ):  # fmt: skip
            self._slopes[name] += value

    def step(self, size: int) -> None:
        self._steps += 1
        for name, value in self._of.items():
            slope = self._slopes[name] / size + _DECAY * value
            self._slopes[name][...] = 0.0
            self._first[name] = 0.9 * self._first[name] + 0.1 * slope
            self._second[name] = 0.999 * self._second[name] + 0.001 * slope**2
            first, second = self._first[name] / (1 - 0.9**self._steps), self._second[name] / (1 - 0.999**self._steps)
            self._of[name] = value - _RATE * first / (np.sqrt(second) + 1e-8)

    def network(self) -> Network:
        def plain(values: np.ndarray) -> Any:
            return np.round(values, 4).tolist()

        return Network(
            self._names, plain(self._mean), plain(self._spread), plain(self._of["linear"]), plain(self._of["hidden"]),
            plain(self._of["bias"]), plain(self._of["out"]),
        )  # fmt: skip


def _batches(examples: Sequence[Example], chance: np.random.Generator) -> Iterator[list[Example]]:
    for _ in range(_EPOCHS):
        order = chance.permutation(len(examples))
        for at in range(0, len(order), _AT_ONCE):
            yield [examples[i] for i in order[at : at + _AT_ONCE]]


def _shares(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())


def _untrained() -> Ranker:
    def empty(features: Sequence[str]) -> Network:
        size = len(features)
        return Network(list(features), [0.0] * size, [1.0] * size, [0.0] * size, [[0.0]] * size, [0.0], [0.0])

    nothing = Sorter([], [], [])
    return Ranker(Weights("", nothing, empty(OF_RECORDS), empty(OF_NONE), empty(OF_STATEMENTS)))


if __name__ == "__main__":
    main()
