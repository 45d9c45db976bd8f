"""The action server works with fresh records, and keeps no word of an investor on disk."""

from __future__ import annotations

import shutil

import pytest

from actions import wiring
from deploy.settings import ROOT
from knowledge.embedding import Lexical
from knowledge.search import Query


@pytest.fixture
def wired(tmp_path, monkeypatch):
    """A searcher as the action server makes it, with a cache of its own; by characters, which is quick."""
    shutil.copytree(ROOT / "knowledge" / "records", tmp_path / "records")
    monkeypatch.setenv("KNOWLEDGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KNOWLEDGE_RECORDS", str(tmp_path / "records"))
    monkeypatch.setattr(wiring, "encoder", Lexical)
    monkeypatch.setattr(wiring, "_watched", None)
    return wiring.knowledge()


def test_questions_leave_no_trace_in_the_cache_of_vectors(wired, tmp_path):
    (cache,) = (tmp_path / "cache").iterdir()
    before = cache.read_bytes()
    for text in ("请致电13912345678", "济南高新区面积多大", "某个从没问过的问题"):
        wired.search(Query(text=text))
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [cache.name]
    assert cache.read_bytes() == before


def test_it_is_made_once_for_all_actions(wired):
    assert wiring.knowledge() is wired
