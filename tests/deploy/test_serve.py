"""The supervisor: what it says before it starts, and what it does when a part ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time

import pytest

from deploy.serve import in_use
from deploy.settings import MODEL, PYTHON, ROOT, Ports, environment, storage_in
from tests.support.ports import free_port


@pytest.fixture
def storage(tmp_path):
    """Settings that keep what is written in a folder of the test's own: never in the store of whoever runs it."""
    return storage_in(tmp_path)


@pytest.fixture
def serve(storage):
    """Run the supervisor to its end; returns its exit code and all it said."""

    def run(**environ):
        command, environ = [PYTHON, "-m", "deploy.serve"], {**os.environ, **storage, **environ}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_ports_come_from_the_environment_with_defaults():
    assert Ports.of({}) == Ports(5005, 5055, 8080)
    assert Ports.of({"BOT_PORT": "6005", "ACTIONS_PORT": "", "CONSOLE_PORT": "6080"}) == Ports(6005, 5055, 6080)


def test_the_rasa_server_is_told_where_the_action_server_is():
    assert environment(Ports(1, 2), {})["ACTION_ENDPOINT"] == "http://127.0.0.1:2/webhook"


def test_a_port_in_use_is_seen(taken):
    assert in_use(Ports(taken, free_port(), free_port())) == [taken]


@pytest.mark.skipif(not MODEL.exists(), reason="the supervisor asks for the model first")
def test_a_port_in_use_is_told_with_what_to_do(taken, serve):
    code, said = serve(BOT_PORT=str(taken), ACTIONS_PORT=str(free_port()), CONSOLE_PORT=str(free_port()))
    assert code == 2
    assert f"端口 {taken} 已被占用" in said
    assert "make run BOT_PORT=" in said


def test_a_port_that_is_no_number_is_told(serve):
    assert serve(BOT_PORT="five")[0] == 2


@pytest.mark.slow
def test_when_one_process_ends_the_supervisor_says_which_and_stops_the_other(tmp_path, serve):
    records = tmp_path / "records"
    (records / "site").mkdir(parents=True)
    (records / "site" / "broken.yml").write_text("id: [", encoding="utf-8")
    ports = {"BOT_PORT": str(free_port()), "ACTIONS_PORT": str(free_port()), "CONSOLE_PORT": str(free_port())}
    code, said = serve(KNOWLEDGE_RECORDS=str(records), **ports)
    assert code == 1
    assert "知识库没有通过检查，动作服务不启动" in said
    assert "broken.yml" in said
    assert said.index("actions stopped (rc=1)") < said.index("bot stopped")
    assert in_use(Ports.of(ports)) == []


@pytest.mark.slow
def test_a_burst_of_ctrl_c_while_lines_are_printed_stops_everything_cleanly(storage):
    ports = Ports(free_port(), free_port(), free_port())
    process = subprocess.Popen(
        [PYTHON, "-m", "deploy.serve"],
        cwd=ROOT, env=environment(ports, {**os.environ, **storage}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    for line in process.stdout:
        if "listening on" in line:
            break
    for _ in range(50):
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    rest = process.stdout.read()
    assert process.wait(60) == 0, rest
    assert "Traceback" not in rest
    assert in_use(ports) == []
