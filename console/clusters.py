"""Groups of questions that fell short, kept for the pages and made anew behind them: the vectors take their time."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

import msgspec

from knowledge.catalogue import Catalogue
from knowledge.clustering import clusters
from knowledge.embedding import CachedEmbedder, Embedder
from knowledge.encoder.e5 import encoder
from knowledge.paths import cache_folder
from leads.shortfalls import Shortfall, Shortfalls

log = logging.getLogger(__name__)
FRESH = 120.0
"""Seconds for which groups count as present."""
DAYS = 180
MOST = 600
"""Different questions that are put into groups, the most frequent; each takes 25 ms the first time."""
_BACKGROUND = 96
"""Questions of the records that tell what all questions have in common."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that mean the same, the most frequent first."""

    questions: tuple[str, ...]
    turns: tuple[str, ...]
    declined: int
    asked_back: int
    unhelpful: int
    reasons: tuple[str, ...]
    records: tuple[str, ...]
    last_at: datetime

    @property
    def count(self) -> int:
        """How often they were asked."""
        return len(self.turns)


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, when; `at` is None while the first look is under way."""

    at: datetime | None
    groups: tuple[Group, ...] = ()
    left_out: int = 0


class Clusters:
    """Safe to share between threads."""

    def __init__(
        self, shortfalls: Shortfalls, catalogue: Callable[[], Catalogue], now: Callable[[], datetime],
        embedder: Callable[[], Embedder] | None = None,
    ) -> None:  # fmt: skip
        """`now`: aware times. `embedder` is made at the first look, in the background."""
        self._shortfalls, self._catalogue, self._now = shortfalls, catalogue, now
        self._embedder = embedder or desk_embedder
        self._lock, self._found, self._at = threading.Lock(), Groups(at=None), -FRESH
        self._thread: threading.Thread | None = None

    def look(self, patience: float = 0.5) -> Groups:
        """What is known; anything older is made anew in the background, and waited for a moment."""
        with self._lock:
            stale = time.monotonic() - self._at >= FRESH
            if stale and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._make, name="clusters", daemon=True)
                self._thread.start()
            thread = self._thread
        if stale and thread is not None:
            thread.join(patience)
        return self._found

    def forget(self) -> None:
        """Something was put into a task: the next look is at what is left."""
        with self._lock:
            self._at = -FRESH

    def _make(self) -> None:
        try:
            found = self._grouped()
        except Exception as error:  # noqa: BLE001 - the page goes on with what it has; the text may quote a question
            log.error("questions could not be grouped: %s", type(error).__name__)
            return
        with self._lock:
            self._found, self._at = found, time.monotonic()

    def _grouped(self) -> Groups:
        all_ = self._shortfalls.since(self._now() - timedelta(days=DAYS))
        asked = all_[:MOST]
        places = clusters([one.question for one in asked], self._embedder(), self._background()) if asked else []
        groups = sorted((_group([asked[place] for place in group]) for group in places), key=lambda one: -one.count)
        return Groups(at=self._now(), groups=tuple(groups), left_out=len(all_) - len(asked))

    def _background(self) -> list[str]:
        questions = [text for record in self._catalogue().records.values() for text in record.questions]
        return questions[:: max(1, len(questions) // _BACKGROUND)]


@cache
def desk_embedder() -> Embedder:
    """The action server's, with a cache of its own: two processes would overwrite each other's."""
    return CachedEmbedder(encoder(), cache_folder() / "desk")


def _group(parts: Sequence[Shortfall]) -> Group:
    shown = Counter(id_ for part in parts for id_ in part.records)
    return Group(
        questions=tuple(part.question for part in parts), turns=tuple(id_ for part in parts for id_ in part.turns),
        declined=sum(part.declined for part in parts), asked_back=sum(part.asked_back for part in parts),
        unhelpful=sum(part.unhelpful for part in parts),
        reasons=tuple(dict.fromkeys(reason for part in parts for reason in part.reasons)),
        records=tuple(id_ for id_, _ in shown.most_common(5)), last_at=max(part.last_at for part in parts),
    )  # fmt: skip
