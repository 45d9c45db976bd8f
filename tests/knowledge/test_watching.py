"""Editing a record is enough: a good edit is taken up, a faulty one leaves the last good state in use."""

from __future__ import annotations

import time

import pytest

from knowledge.catalogue import Catalogue
from knowledge.errors import RecordsInvalid
from knowledge.watching import Watched, stamp_of


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
    """No second look by the thread, so that a test alone decides when to look."""
    monkeypatch.setattr("knowledge.watching._LOOK_EVERY", 3600)


def edit(folder, old, new):
    path = folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


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
