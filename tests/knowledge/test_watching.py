"""Editing a record is enough: a good edit is taken up, a faulty one leaves the last good state in use."""

from __future__ import annotations

import threading
import time

import pytest

from knowledge.catalogue import Catalogue
from knowledge.errors import RecordsInvalid
from knowledge.watching import Watched, changes, stamp_of


@pytest.fixture
def gaps_file(tmp_path):
    path = tmp_path / "gaps.yml"
    path.write_text("[]", encoding="utf-8")
    return path


@pytest.fixture
def watched(folder, gaps_file):
    return Watched(lambda: Catalogue.load(folder, gaps_file), (folder, gaps_file))


@pytest.fixture
def quiet(monkeypatch):
    """No look by the thread, so that a test alone decides when to look."""
    monkeypatch.setattr("knowledge.watching.changes", lambda *_: iter(()))


def edit(folder, old, new):
    path = folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def replaced(file, content):
    """As editors save: a new file is put in the place of the old one."""
    new = file.with_suffix(".new")
    new.write_text(content, encoding="utf-8")
    new.replace(file)


def wait_until(true, seconds=5):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


@pytest.mark.usefixtures("quiet")
def test_nothing_is_built_again_while_nothing_changes(watched):
    before = watched.current
    assert watched.refresh() is False
    assert watched.current is before


@pytest.mark.usefixtures("quiet")
def test_a_good_edit_is_taken_up(watched, folder):
    edit(folder, "area_km2: 12.5", "area_km2: 123.25")
    assert watched.refresh() is True
    assert watched.current.get("jn-demo").area_km2 == 123.25


@pytest.mark.usefixtures("quiet")
def test_a_new_alias_is_understood_after_the_edit(watched, folder):
    edit(folder, "  - 示范园\n", "  - 示范园\n  - 云谷小镇\n")
    watched.refresh()
    assert watched.current.lexicon.read("云谷小镇在哪").mentions[0].ids == ("jn-demo",)


@pytest.mark.usefixtures("quiet")
def test_a_faulty_edit_raises_and_keeps_the_last_good_state_until_it_is_mended(watched, folder):
    before = watched.current
    edit(folder, "area_km2:", "aera_km2:")
    with pytest.raises(RecordsInvalid, match="aera_km2"):
        watched.refresh()
    assert watched.current is before
    edit(folder, "aera_km2: 12.5", "area_km2: 7")
    assert watched.refresh() is True
    assert watched.current.get("jn-demo").area_km2 == 7


@pytest.mark.usefixtures("quiet")
def test_a_new_and_a_removed_file_are_seen(watched, folder, site_text):
    path = folder / "site" / "jn-neu.yml"
    path.write_text(site_text.replace("jn-demo", "jn-neu").replace("示范", "新建"), encoding="utf-8")
    watched.refresh()
    assert set(watched.current.records) == {"jn-demo", "jn-neu"}
    path.unlink()
    watched.refresh()
    assert set(watched.current.records) == {"jn-demo"}


def test_an_edit_is_taken_up_unasked_within_two_seconds_even_after_a_faulty_one(watched, folder):
    edit(folder, "city: 济南", "city: 哪里")
    time.sleep(1)
    edit(folder, "city: 哪里", "city: 兰州")
    assert wait_until(lambda: watched.current.get("jn-demo").city == "兰州", seconds=2)


def test_a_file_that_an_editor_puts_in_the_place_of_the_old_one_is_seen_again_and_again(folder, gaps_file):
    told = changes(gaps_file)
    for content in ("[a]", "[b]", "[c]"):
        threading.Timer(0.3, lambda content=content: replaced(gaps_file, content)).start()
        started = time.monotonic()
        next(told)
        assert gaps_file.read_text(encoding="utf-8") == content
        assert time.monotonic() - started < 3


def test_other_files_beside_it_wake_nobody(folder, gaps_file, monkeypatch):
    monkeypatch.setattr("knowledge.watching._LOOK_EVERY", 600)
    told = changes(folder, gaps_file)
    next(told)
    threading.Timer(0.1, lambda: (gaps_file.parent / "notes.txt").write_text("x", encoding="utf-8")).start()
    started = time.monotonic()
    next(told)
    assert time.monotonic() - started > 0.5


def test_where_the_system_tells_nothing_the_files_are_looked_at(folder, gaps_file, monkeypatch):
    def no_more_watches(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr("knowledge.watching.watch", no_more_watches)
    monkeypatch.setattr("knowledge.watching._LOOK_EVERY", 50)
    watched = Watched(lambda: Catalogue.load(folder, gaps_file), (folder, gaps_file))
    edit(folder, "area_km2: 12.5", "area_km2: 55")
    assert wait_until(lambda: watched.current.get("jn-demo").area_km2 == 55)


def test_watching_costs_next_to_nothing_while_nothing_changes(watched):
    thread = next(t for t in threading.enumerate() if t.name == "records-watch")
    clock = time.pthread_getcpuclockid(thread.ident)

    def one_second():
        before = time.clock_gettime(clock)
        time.sleep(1)
        return time.clock_gettime(clock) - before

    assert any(one_second() < 0.005 for _ in range(5))  # a busy machine makes any one dear


def test_the_first_state_must_be_good(folder, gaps_file):
    edit(folder, "city: 济南", "city: 哪里")
    with pytest.raises(RecordsInvalid):
        Watched(lambda: Catalogue.load(folder, gaps_file), (folder, gaps_file))


def test_the_stamp_follows_content_and_not_other_files(folder):
    before = stamp_of(folder)
    (folder / "site" / "notes.txt").write_text("x", encoding="utf-8")
    assert stamp_of(folder) == before
    edit(folder, "12.5", "125")
    assert stamp_of(folder) != before
