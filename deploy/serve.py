"""Runs the Rasa server and the action server under one supervisor: `make run`.

Every line of log carries the name of its process. When the first question is answered, the address is printed.
If one process ends, the supervisor says which, stops the other and ends with its code. It does not restart:
half an assistant that comes and goes hides its fault, and where restarts are wanted, systemd or compose do them
with back-off and a record. Ctrl-C and SIGTERM stop everything and end with code 0.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
import threading
import time
from datetime import datetime

import requests
from honcho.manager import Manager
from honcho.printer import Message, Printer

from deploy.client import ask
from deploy.settings import BOT_PYTHON, MODEL, PYTHON, ROOT, Ports, environment

_FIRST_QUESTION = "济南高新区在哪里?"
_PATIENCE = 300.0
"""Seconds until a start counts as failed; after a large import the action server has many sentences to embed."""
_STOPPED = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def commands(ports: Ports) -> dict[str, list[str]]:
    """Process name → command."""
    return {
        "actions": [str(PYTHON), "-m", "deploy.action_server"],
        "bot": [
            str(BOT_PYTHON), "-m", "bot", "run", "--interface", "127.0.0.1", "--port", str(ports.bot),
            "--model", str(MODEL.relative_to(ROOT)),
        ],
    }  # fmt: skip


def in_use(ports: Ports) -> list[int]:
    """The ports that another program listens on."""

    def taken(port: int) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return True
        return False

    return [port for port in (ports.bot, ports.actions) if taken(port)]


def answers(url: str) -> bool:
    """Whether a question is really answered: through Rasa, the action server and the records."""
    try:
        return bool(ask(url, "readiness", _FIRST_QUESTION).envelope.get("records"))
    except requests.RequestException:
        return False


def announce(manager: Manager, url: str, started: float) -> None:
    """Wait for the first answer and say where to ask; give up after a while and stop everything."""
    while time.monotonic() - started < _PATIENCE:
        time.sleep(0.5)
        if answers(url):
            _say(manager, f"已就绪,用时 {time.monotonic() - started:.0f} 秒。")
            _say(manager, "在终端提问:另开一个窗口运行 make chat")
            _say(manager, f"用程序提问:POST {url}/webhooks/rest/webhook")
            _say(manager, '  {"sender": "me", "message": "济南高新区有哪些企业?"}')
            _say(manager, "停止:Ctrl-C")
            return
    _say(manager, f"{_PATIENCE:.0f} 秒内没有答复第一个问题,停止。原因请看上面的日志。")
    os.kill(os.getpid(), signal.SIGTERM)


def _say(manager: Manager, text: str) -> None:
    manager.events.put(Message("line", text, datetime.now().astimezone(), "assistant", None))


def main() -> int:
    """Start, supervise, stop."""
    try:
        ports = Ports.of(os.environ)
    except ValueError:
        print("BOT_PORT、ACTIONS_PORT 要写端口号,例如 make run BOT_PORT=6005 ACTIONS_PORT=6055", file=sys.stderr)
        return 2
    if not MODEL.exists():
        print("还没有模型,请运行 make run(会自动训练)或 make train。", file=sys.stderr)
        return 2
    if taken := in_use(ports):
        print(
            f"端口 {'、'.join(map(str, taken))} 已被占用。请先停掉占用它的程序(多半是另一个 make run),"
            "或换端口:make run BOT_PORT=6005 ACTIONS_PORT=6055",
            file=sys.stderr,
        )
        return 2
    manager = Manager(Printer(sys.stdout))
    for name, command in commands(ports).items():
        manager.add_process(name, "exec " + shlex.join(command), env=environment(ports), cwd=str(ROOT))
    threading.Thread(target=announce, args=(manager, ports.url, time.monotonic()), daemon=True).start()
    manager.loop()
    code = manager.returncode or 0
    if code in _STOPPED:
        return 0
    print(f"有一个进程自己退出了(见上面第一处 stopped,代码 {code}),其余已停止。", file=sys.stderr)
    return code if 0 < code < 256 else 1


if __name__ == "__main__":
    sys.exit(main())
