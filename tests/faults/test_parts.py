"""One part that fails takes down no more than what it does: real damage, real kills, a real process that stands still."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import uuid

import pytest
import requests

from deploy.client import ask
from deploy.settings import PYTHON, ROOT
from tests.servers import serving, wait_until
from tests.support.disks import damage

QUESTION = "济南高新区在哪里？"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What an assistant had kept: a lead store and a ledger, both damaged; and a backup of the store."""
    folder = tmp_path_factory.mktemp("parts")
    environ = {**os.environ, "LEADS_DATABASE": f"sqlite:///{folder / 'leads.sqlite3'}"}
    subprocess.run([PYTHON, "-m", "leads", "migrate"], cwd=ROOT, env=environ, check=True, capture_output=True)
    (folder / "backup").write_bytes((folder / "leads.sqlite3").read_bytes())
    damage(folder / "leads.sqlite3", "random in the middle")
    (folder / "channels.sqlite3").write_bytes(os.urandom(20_000))
    (folder / "conversations.sqlite3").write_bytes(os.urandom(20_000))
    return folder


@pytest.fixture(scope="module")
def assistant(folder):
    """Started on the damaged files."""
    with serving(folder) as running:
        yield running


def pid_of(assistant, name):
    """Of a process, the time it was last started."""
    return int(re.findall(rf"{name} started \(pid=(\d+)\)", assistant.log.read_text("utf-8"))[-1])


def answered(assistant):
    try:
        return bool(ask(assistant.url, uuid.uuid4().hex, QUESTION, timeout=15).envelope.get("records"))
    except requests.RequestException:
        return False


def test_with_a_damaged_lead_store_questions_are_answered_and_registering_names_the_way_on(assistant, folder):
    assert answered(assistant)
    told = ask(assistant.url, uuid.uuid4().hex, "登记")
    assert told.envelope["kind"] == "refuse"
    assert "没有保存" in "".join(told.texts)
    assert "12345" in "".join(told.texts)
    log = assistant.log.read_text("utf-8")
    assert "线索库的文件损坏" in log
    assert "请用备份恢复" in log
    assert "照常回答问题，暂不能登记" in log
    assert "备份" in requests.get(f"{assistant.actions_url}/records", timeout=10).json()["registration"]
    assert list(folder.glob("conversations.sqlite3.damaged-*"))


def test_when_the_backup_is_put_in_its_place_investors_can_register_without_a_restart(assistant, folder):
    for suffix in ("-wal", "-shm"):
        (folder / f"leads.sqlite3{suffix}").unlink(missing_ok=True)
    (folder / "backup").replace(folder / "leads.sqlite3")
    assert ask(assistant.url, uuid.uuid4().hex, "登记").envelope["kind"] == "form"
    assert requests.get(f"{assistant.actions_url}/records", timeout=10).json()["registration"] == "ok"


def test_an_action_server_that_stands_still_holds_nobody_for_more_than_ten_seconds(assistant):
    """What was called meanwhile is not done late: the next answer is to the next question."""
    sender, actions = uuid.uuid4().hex, pid_of(assistant, "actions")
    assert ask(assistant.url, sender, "登记").envelope["slot"] == "consent"
    os.killpg(actions, signal.SIGSTOP)
    try:
        began = time.monotonic()
        told = ask(assistant.url, sender, "同意")
        took = time.monotonic() - began
    finally:
        os.killpg(actions, signal.SIGCONT)
    assert took < 10, took
    assert told.envelope == {"kind": "refuse", "records": []}
    assert "再说一次" in "".join(told.texts)
    wait_until(lambda: "too late and was passed over" in assistant.log.read_text("utf-8"), 20, "the late call")
    again = ask(assistant.url, sender, "同意")
    assert (again.envelope["kind"], again.envelope["slot"]) == ("form", "contact_name")


@pytest.mark.parametrize("name", ["console", "handoff", "actions", "bot"])
def test_a_process_that_is_killed_comes_back_and_investors_are_answered(assistant, name):
    killed = pid_of(assistant, name)
    os.killpg(killed, signal.SIGKILL)
    if name in ("console", "handoff"):
        assert answered(assistant), "investors do not notice"
    wait_until(lambda: pid_of(assistant, name) != killed, 20, f"{name} to be started again")
    wait_until(lambda: answered(assistant), 120, "an answer")
    assert f"{name} 自己退出了（代码 -9）" in assistant.log.read_text("utf-8")
