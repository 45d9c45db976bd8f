"""Chooses what the actions work with, in one place. Nothing happens at import: the SDK imports every module here."""

from __future__ import annotations

import atexit
import threading
from functools import cache

from actions.turn.log import TurnLog
from knowledge.catalogue import Catalogue
from knowledge.embedding import CachedEmbedder
from knowledge.encoder.e5 import encoder
from knowledge.outside import outside_examples
from knowledge.paths import cache_folder, records_folder, watched_paths
from knowledge.search import Searcher
from knowledge.watching import Watched
from leads.service import Leads
from leads.settings import Settings
from leads.wiring import leads_of
from leads.workdays import Workdays, load_workdays

_watched: Watched[Searcher] | None = None
_leads: Leads | None = None
_turns: TurnLog | None = None
_making = threading.Lock()


def knowledge() -> Searcher:
    """The searcher over the records as they are now; the first call loads them."""
    global _watched
    if _watched is None:
        with _making:
            if _watched is None:
                asking = encoder()
                kept = CachedEmbedder(asking, cache_folder())
                _watched = Watched(
                    lambda: Searcher(Catalogue.load(records_folder()), kept, outside_examples(), asking),
                    watched_paths(),
                )
    return _watched.current


def leads() -> Leads:
    """The bureau's pipeline as the environment configures it; made at the first call, connected at the first use."""
    global _leads
    if _leads is None:
        with _making:
            if _leads is None:
                _leads = leads_of(Settings.of())
    return _leads


def turn_log() -> TurnLog:
    """Where turns are written down; made at the first call, its thread started at the first turn."""
    global _turns
    if _turns is None:
        pipeline = leads()
        with _making:
            if _turns is None:
                _turns = TurnLog(pipeline.log_turns)
                atexit.register(_turns.close)
    return _turns


@cache
def workdays() -> Workdays:
    """The days on which the bureau works. Raises `ValueError` where its file is wrong."""
    return load_workdays()
