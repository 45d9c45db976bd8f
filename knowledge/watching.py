"""Keeps something built from files fresh: rebuilt when a file changes, the last good state kept when the edit is faulty.

The system tells of changes (inotify, by watchfiles). Some drives tell nothing, and while the first state is built nobody
listens, so that the files are also looked at now and then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from watchfiles import Change, watch

from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)
T = TypeVar("T")
_GATHER = 100
"""Milliseconds for which changes are gathered: an editor or an import writes many files at once."""
_LOOK_EVERY = 5_000
"""Milliseconds between two looks that nothing gave rise to: 2 ms each."""


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
        for _ in changes(*self._paths):
            try:
                self.refresh()
            except (KnowledgeError, OSError, ValueError, yaml.YAMLError) as error:
                logger.error("changed records are not usable, the last good state stays in use:\n%s", error)


def changes(*paths: Path) -> Iterator[None]:
    """Comes back when one of these files, or a YAML file below these folders, may have changed; never ends."""

    def told_of(_: Change, changed: str) -> bool:
        path = Path(changed)
        return path in files or (path.suffix == ".yml" and not folders.isdisjoint(path.parents))

    folders = {path.resolve() for path in paths if path.is_dir()}
    files = {path.resolve() for path in paths} - folders
    # A file is watched by its folder: an editor that puts a new one in its place ends a watch on the old one.
    places = folders | {file.parent for file in files}
    try:
        for _ in watch(
            *places, watch_filter=told_of, debounce=4 * _GATHER, step=_GATHER, rust_timeout=_LOOK_EVERY,
            yield_on_timeout=True, raise_interrupt=False,
        ):  # fmt: skip
            yield
    except (OSError, RuntimeError) as error:
        logger.warning("the system does not tell of changed files (%s); they are looked at instead", error)
    while True:
        time.sleep(_LOOK_EVERY / 1000)
        yield


def stamp_of(*paths: Path) -> tuple[tuple[str, int, int], ...]:
    """A value that changes whenever one of these files, or a YAML file below these folders, changes."""
    files = [f for path in paths for f in (sorted(path.rglob("*.yml")) if path.is_dir() else [path])]
    return tuple((str(f), stat.st_mtime_ns, stat.st_size) for f in files for stat in (f.stat(),))
