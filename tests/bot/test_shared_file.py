"""A damaged, full or read-only file takes down nothing: the ledger and the conversations go on, and lose no erasure."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.channels.ledger import Ledger, State
from bot.conversations import Conversations
from bot.shared_file import SharedFile
from tests.support.disks import DAMAGES, damage, disk

ROOT = Path(__file__).resolve().parents[2]
TABLE = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT);"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "channels.sqlite3"


@pytest.fixture
def small(tmp_path):
    """A disk that can be filled."""
    with disk(tmp_path / "small") as made:
        yield made


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def filled(file):
    """A ledger's file with a few pages in it."""
    ledger = Ledger(file)
    for number in range(60):
        ledger.claim("web", f"m{number}", "s")
        ledger.append("web", "s", f"m{number}", {"text": "答复" * 50})
        ledger.note("web", "s", f"n{number}", "值" * 50)
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def use(ledger):
    """Every kind of call the channels make; the number of a frame."""
    assert ledger.claim("web", "new", "s").state is State.NEW
    number = ledger.append("web", "s", "new", {"text": "答复"})
    assert [f.body["text"] for f in ledger.since("web", "s", number - 1)] == ["答复"]
    ledger.finish("web", "new", [])
    assert ledger.claim("web", "new", "s").state is State.DONE
    ledger.acknowledge("web", "s", number)
    ledger.note("web", "s", "choices", {"1": "甲"}, 60)
    assert ledger.noted("web", "s", "choices") == {"1": "甲"}
    assert ledger.left_open("web") == []
    ledger.forget_before(0)
    ledger.forget_sender("web", "s")
    assert ledger.noted("web", "s", "choices") is None
    return number


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_ledger_is_set_aside_and_the_channels_go_on(file, how, capsys):
    filled(file)
    damage(file, how)
    damaged = file.read_bytes()
    number = use(Ledger(file))
    use_again = Ledger(file)
    assert use_again.claim("web", "new", "s").state is State.DONE, "the new file is used like any other"
    aside = [f for f in file.parent.glob("channels.sqlite3.damaged-*") if not f.name.endswith(("-wal", "-shm"))]
    assert [f.read_bytes() for f in aside] == [damaged], "what is left of it is kept for whoever wants to look"
    assert number > 60, "browsers order answers by number: none is lower than one given before"
    assert "file.damaged" in capsys.readouterr().out


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_conversations_are_set_aside_and_talks_go_on(file, how):
    before = Conversations(file)
    for number in range(60):
        before[f"visitor-{number}"] = "话" * 500
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(file, how)
    after = Conversations(file)
    for number in range(60):
        after.get(f"visitor-{number}")
    after["visitor"] = "{}"
    assert after["visitor"] == "{}"
    assert Conversations(file)["visitor"] == "{}"


def test_a_file_that_is_damaged_while_it_is_in_use_is_set_aside_too(file):
    ledger = Ledger(file)
    ledger.note("web", "s", "before", 1)
    damage(file, "random bytes")
    assert use(Ledger(file)) > 0
    use(ledger)


def test_a_file_that_is_removed_while_it_is_in_use_is_made_again(file):
    ledger = Ledger(file)
    ledger.note("web", "s", "before", 1)
    for each in file.parent.glob("channels.sqlite3*"):
        each.unlink()
    use(ledger)


def test_of_two_workers_that_find_the_damage_one_sets_the_file_aside_and_both_go_on(file):
    filled(file)
    damage(file, "random bytes")
    code = "import sys; from bot.channels.ledger import Ledger; print(Ledger(sys.argv[1]).claim('web', sys.argv[2], 's').state.name)"
    workers = [
        subprocess.Popen([sys.executable, "-c", code, file, key], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
        for key in ("one", "two")
    ]  # fmt: skip
    assert all(worker.communicate()[0].splitlines()[-1] == "NEW" for worker in workers)
    assert {Ledger(file).claim("web", key, "s").state for key in ("one", "two")} <= {State.NEW, State.RUNNING}


def test_on_a_full_disk_the_channels_go_on_and_what_was_written_is_in_the_file_when_there_is_room(small):
    clock = Clock()
    kept = SharedFile(small.folder / "kept.sqlite3", TABLE, 1.0, clock=clock)
    kept.write(lambda db: db.execute("INSERT INTO kept VALUES ('erased', 'x'), ('before', 'x')"))
    small.fill()
    for number in range(400):  # more than what the log had room for already
        kept.write(lambda db, n=number: db.execute("INSERT INTO kept VALUES (?, ?)", (f"during {n}", "x" * 200)))
    kept.write(lambda db: db.execute("DELETE FROM kept WHERE name = 'erased'"))
    kept.fold_in()
    assert kept.read(lambda db: db.execute("SELECT count(*) FROM kept").fetchone()) == (401,)
    small.free()
    clock.now += 60
    kept.write(lambda db: db.execute("INSERT INTO kept VALUES ('after', 'x')"))
    with closing(sqlite3.connect(small.folder / "kept.sqlite3")) as db:
        names = {name for (name,) in db.execute("SELECT name FROM kept")}
    assert {"before", "after", "during 0", "during 399"} <= names
    assert "erased" not in names


def test_a_disk_that_is_full_from_the_start_is_no_hindrance(small):
    small.fill()
    use(Ledger(small.folder / "channels.sqlite3"))
    talks = Conversations(small.folder / "conversations.sqlite3")
    talks["visitor"] = "{}"
    assert talks["visitor"] == "{}"


def test_on_a_read_only_disk_what_was_kept_is_known_and_the_channels_go_on(small):
    file = small.folder / "channels.sqlite3"
    code = "import sys; from bot.channels.ledger import Ledger; l = Ledger(sys.argv[1]); l.claim('web', 'm', 's'); l.finish('web', 'm', [])"
    subprocess.run(
        [sys.executable, "-c", code, file], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True
    )
    if not small.read_only():
        pytest.skip("needs a machine that lets us mount a disk")
    ledger = Ledger(file)
    assert ledger.claim("web", "m", "s").state is State.DONE
    use(ledger)
    assert small.read_only(False)


def test_in_a_folder_that_is_none_the_channels_go_on(tmp_path):
    (tmp_path / "file").write_text("")
    use(Ledger(tmp_path / "file" / "channels.sqlite3"))


def test_what_is_wrong_with_us_and_not_with_the_file_is_raised(file):
    kept = SharedFile(file, TABLE, 1.0)
    with pytest.raises(sqlite3.OperationalError):
        kept.read(lambda db: db.execute("SELECT nonsense"))
    with pytest.raises(ZeroDivisionError):
        kept.write(lambda db: 1 // 0)
    assert kept.read(lambda db: db.execute("SELECT count(*) FROM kept").fetchone()) == (0,)


def test_what_several_threads_write_is_not_lost_when_another_process_looks_at_the_file_and_goes(file):
    """SQLite's locks are the process's: whoever opens and closes the file beside it would give them up."""
    ledger = Ledger(file)
    ledger.note("web", "s", "first", 1)
    thread = threading.Thread(target=ledger.note, args=("web", "s", "second", 2))
    thread.start()
    thread.join()
    look = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM notes').fetchall(); db.close()"
    subprocess.run([sys.executable, "-c", look, file], check=True)
    ledger.note("web", "s", "third", 3)
    count = (
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM notes').fetchone()[0])"
    )
    told = subprocess.run([sys.executable, "-c", count, file], check=True, capture_output=True, text=True)
    assert told.stdout == "3\n"
