"""Keeps something built from files fresh: rebuilt when a file changes, the last good state kept when the edit is faulty."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import yaml

from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)
T = TypeVar("T")
_LOOK_EVERY = 0.5
"""Seconds between two looks at the files."""


class Watched(Generic[T]):
    """A value built from YAML files; `current` is always a good one. Building the first may raise."""

    def __init__(self, build: Callable[[], T], paths: tuple[Path, ...]) -> None:
        self._build, self._paths = build, paths
        self._stamp = stamp_of(*paths)
        self.current = build()
        threading.Thread(target=self._watch, daemon=True, name="records-watch").start()

    def refresh(self) -> bool:
        """Build again if a file changed. Returns whether one had; raises what building raises."""
        stamp = stamp_of(*self._paths)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        started = time.monotonic()
        self.current = self._build()
        logger.info("records reloaded in %.2f s", time.monotonic() - started)
        return True

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY)
            try:
                self.refresh()
            except (KnowledgeError, OSError, ValueError, yaml.YAMLError) as error:
                logger.error("changed records are not usable, the last good state stays in use:\n%s", error)


def stamp_of(*paths: Path) -> tuple[tuple[str, int, int], ...]:
    """A value that changes whenever one of these files, or a YAML file below these folders, changes."""
    files = [f for path in paths for f in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])]
    return tuple((str(f), stat.st_mtime_ns, stat.st_size) for f in files for stat in (f.stat(),))
