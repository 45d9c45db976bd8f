"""The channels' ledger: what it promises holds between threads, processes and over kill -9."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.channels.ledger import DEFAULT, Ledger, State

ROOT = Path(__file__).resolve().parents[2]
REPLY = [{"text": "答复"}, {"custom": {"kind": "answer"}}]


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "folder" / "channels.sqlite3"


@pytest.fixture
def ledger(file, clock):
    return Ledger(file, clock)


def other_process(file, code):
    """Runs `code` with `ledger` at hand; it stays alive until its standard input is closed."""
    lines = [
        "import sys", "from bot.channels.ledger import Ledger", "ledger = Ledger(sys.argv[1])", code,
        "sys.stdout.flush()", "sys.stdin.read()",
    ]  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines), str(file)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_a_message_is_claimed_once_and_its_reply_kept(ledger):
    assert ledger.claim("web", "m1", "s") == (State.NEW, [])
    assert ledger.claim("web", "m1", "s") == (State.RUNNING, [])
    ledger.finish("web", "m1", REPLY)
    assert ledger.claim("web", "m1", "s") == (State.DONE, REPLY)
    ledger.finish("web", "m1", [{"text": "另一个"}])
    assert ledger.claim("web", "m1", "s").reply == REPLY, "the first reply stays"
    assert ledger.claim("wechat", "m1", "s").state is State.NEW, "channels do not share keys"


def test_two_processes_see_each_others_claims_and_replies(ledger, file):
    other = other_process(file, "print(ledger.claim('web', 'm1', 's').state.name)")
    assert other.stdout.readline() == "NEW\n"
    assert ledger.claim("web", "m1", "s").state is State.RUNNING
    other.communicate("")
    done = other_process(file, "ledger.claim('web', 'm2', 's'); ledger.finish('web', 'm2', [{'text': '好'}]); print()")
    done.communicate("")
    assert ledger.claim("web", "m2", "s") == (State.DONE, [{"text": "好"}])


def test_what_a_killed_process_had_claimed_is_ours_and_what_it_kept_is_there(ledger, file):
    code = "print([ledger.claim('web', 'm1', 's').state.name, ledger.append('web', 's', 'k', {'text': '在路上'})])"
    other = other_process(file, code)
    assert other.stdout.readline() == "['NEW', 1]\n"
    assert ledger.claim("web", "m1", "s").state is State.RUNNING
    os.kill(other.pid, signal.SIGKILL)
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and a zombie still
    assert ledger.claim("web", "m1", "s").state is State.NEW, "a zombie answers nobody"
    other.communicate()
    assert [f.body for f in ledger.since("web", "s")] == [{"text": "在路上"}]


def test_a_later_process_with_the_same_number_is_not_the_owner(ledger, monkeypatch):
    monkeypatch.setattr("bot.channels.ledger._owner", lambda: f"{os.getpid()} earlier")
    ledger.claim("web", "m1", "s")
    monkeypatch.undo()
    assert ledger.claim("web", "m1", "s").state is State.NEW


def test_of_many_threads_one_gets_the_message(ledger):
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda n: ledger.claim("web", f"m{n % 10}", "s").state, range(200)))
    assert found.count(State.NEW) == 10
    assert found.count(State.RUNNING) == 190


def test_of_many_processes_one_gets_the_message_and_frames_are_not_doubled(ledger, file):
    code = (
        "print(sum(ledger.claim('web', f'm{n}', 's').state.name == 'NEW' for n in range(50)));"
        "[ledger.append('web', 's', f'k{n}', {'n': n}) for n in range(50)]"
    )
    others = [other_process(file, code) for _ in range(3)]
    found = [int(other.stdout.readline()) for other in others]
    for other in others:
        other.communicate("")
    assert sum(found) == 50
    frames = ledger.since("web", "s")
    assert sorted(f.body["n"] for f in frames) == list(range(50))
    assert [f.number for f in frames] == sorted({f.number for f in frames})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_worker_writes_through_a_connection_of_its_own(ledger):
    ledger.claim("web", "m1", "s")
    child = os.fork()
    if child == 0:
        ledger.append("web", "s", "k", {"from": "child"})
        os._exit(0 if ledger.claim("web", "m1", "s").state is State.RUNNING else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert ledger.since("web", "s")[0].body == {"from": "child"}


def test_frames_are_numbered_once_a_key_and_blank_when_acknowledged(ledger, file):
    first = ledger.append("web", "s", "a", {"text": "一"})
    second = ledger.append("web", "s", "b", {"text": "二"})
    assert ledger.append("web", "s", "a", {"text": "一，再来"}) == first < second
    other = ledger.append("web", "t", "a", {"text": "别人的"})
    assert [f.body["text"] for f in ledger.since("web", "s")] == ["一", "二"]
    assert [f.key for f in ledger.since("web", "s", first)] == ["b"]
    ledger.acknowledge("web", "s", first)
    assert [f.number for f in ledger.since("web", "s")] == [second]
    assert ledger.append("web", "s", "a", {"text": "一"}) == first, "an acknowledged frame is not sent again"
    assert [f.number for f in ledger.since("web", "s")] == [second]
    assert [f.number for f in ledger.since("web", "t")] == [other]
    assert ledger.waiting("web") == ["s", "t"]


def test_numbers_grow_even_when_everything_before_is_forgotten(ledger, clock):
    last = ledger.append("web", "s", "a", {})
    ledger.forget_before(clock.now + 1)
    assert ledger.append("web", "s", "b", {}) > last


def test_notes_end_with_their_time(ledger, clock):
    ledger.note("wechat", "s", "options", ["一", "二"], seconds=60)
    ledger.note("wechat", "s", "kept", {"a": 1})
    assert ledger.noted("wechat", "s", "options") == ["一", "二"]
    clock.now += 61
    assert ledger.noted("wechat", "s", "options") is None
    assert ledger.noted("wechat", "s", "kept") == {"a": 1}
    ledger.note("wechat", "s", "kept", None)
    assert ledger.noted("wechat", "s", "kept") is None


def test_nothing_said_to_somebody_is_left_in_the_files_when_he_is_forgotten(ledger, file):
    ledger.claim("web", "m1", "s")
    ledger.finish("web", "m1", [{"text": "标记玄武岩一"}])
    ledger.append("web", "s", "k", {"text": "标记玄武岩二"})
    ledger.note("web", "s", "n", "标记玄武岩三")
    ledger.append("web", "t", "k", {"text": "别人的花岗岩"})
    ledger.forget_sender("web", "s")
    assert ledger.since("web", "s") == []
    assert ledger.noted("web", "s", "n") is None
    assert ledger.claim("web", "m1", "s") == (State.DONE, []), "a retry is still not answered twice"
    left = b"".join(f.read_bytes() for f in file.parent.iterdir())
    assert "玄武岩".encode() not in left
    assert "花岗岩".encode() in left


def test_what_is_old_is_forgotten_but_not_what_is_being_answered(ledger, clock):
    ledger.claim("web", "done", "s")
    ledger.finish("web", "done", REPLY)
    ledger.claim("web", "running", "s")
    ledger.append("web", "s", "k", {})
    clock.now += 100
    ledger.claim("web", "young", "s")
    ledger.finish("web", "young", REPLY)
    ledger.forget_before(clock.now - 50)
    assert ledger.claim("web", "done", "s").state is State.NEW
    assert ledger.claim("web", "running", "s").state is State.RUNNING
    assert ledger.claim("web", "young", "s").state is State.DONE
    assert ledger.since("web", "s") == []


def test_only_the_owner_of_the_files_may_read_them(ledger, file):
    ledger.claim("web", "m1", "s")
    assert {stat.S_IMODE(f.stat().st_mode) for f in file.parent.iterdir()} == {0o600}


def test_the_place_is_a_setting(tmp_path):
    Ledger.of({"CHANNELS_DATABASE": str(tmp_path / "x.sqlite3")}).claim("web", "m", "s")
    assert (tmp_path / "x.sqlite3").exists()
    assert DEFAULT == ROOT / "storage" / "channels.sqlite3"


def test_the_first_way_of_a_reply_stays(ledger):
    ledger.claim("wechat", "m1", "s", {"say": "你好"})
    assert ledger.settle("wechat", "m1", "passive") == "passive"
    assert ledger.settle("wechat", "m1", "service") == "passive"


def test_a_message_whose_process_died_before_its_reply_was_out_is_found(ledger, file):
    code = """
for n in range(4):
    ledger.claim('wechat', f'm{n}', 's', {'say': str(n)})
ledger.finish('wechat', 'm1', [])
ledger.settle('wechat', 'm1', 'passive', close=True)
ledger.close('wechat', 'm2')
ledger.settle('wechat', 'm3', 'service')
ledger.settle('wechat', 'm3', 'passive', close=True)
ledger.claim('web', 'm4', 's')
print()"""
    other = other_process(file, code)
    other.stdout.readline()
    assert ledger.left_open("wechat") == [], "its owner lives"
    other.kill()
    other.communicate()
    assert [(o.key, o.about) for o in ledger.left_open("wechat")] == [("m0", {"say": "0"}), ("m3", {"say": "3"})]
    ledger.claim("wechat", "m0", "s")
    assert [o.key for o in ledger.left_open("wechat")] == ["m3"], "taken over by somebody alive"
    assert ledger.left_open("web") == []


def test_a_claim_that_was_given_up_is_anybodys_and_a_finished_one_is_not(ledger):
    ledger.claim("wechat", "m1", "s")
    ledger.release("wechat", "m1")
    assert ledger.claim("wechat", "m1", "s").state is State.NEW
    ledger.finish("wechat", "m1", REPLY)
    ledger.release("wechat", "m1")
    assert ledger.claim("wechat", "m1", "s") == (State.DONE, REPLY)


def test_a_note_kept_once_stands_until_its_time_is_over(ledger, clock):
    assert ledger.note_once("wechat", "", "nonce", "a", 60) == "a"
    assert ledger.note_once("wechat", "", "nonce", "b", 60) == "a"
    clock.now += 61
    assert ledger.note_once("wechat", "", "nonce", "b", 60) == "b"


def test_old_replies_are_blanked_once_they_are_out(ledger, clock, file):
    for key, about in (("out", None), ("open", {"say": "x"})):
        ledger.claim("wechat", key, "s", about)
        ledger.finish("wechat", key, REPLY)
    ledger.forget_replies("wechat", clock.now + 1)
    assert ledger.claim("wechat", "out", "s") == (State.DONE, [])
    assert ledger.claim("wechat", "open", "s") == (State.DONE, REPLY)
