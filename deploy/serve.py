"""Runs the Rasa server, the action server, the hand-off of leads and the staff's desk under one supervisor: `make run`.

Every line of log carries the name of its process. When the first question is answered, the address is printed.
If one process ends, the supervisor says which, stops the other and ends with its code. It does not restart:
half an assistant that comes and goes hides its fault, and where restarts are wanted, systemd or compose do them
with back-off and a record. Ctrl-C, SIGTERM and a closed terminal stop everything and end with code 0; whatever
happens to the supervisor itself, short of kill -9, it leaves no process behind.
"""

from __future__ import annotations

import errno
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime

import requests
from honcho.manager import Manager
from honcho.printer import Message, Printer

from deploy import handing
from deploy.client import ask
from deploy.settings import BOT_PYTHON, MODEL, PYTHON, ROOT, Ports, environment

_FIRST_QUESTION = "济南高新区在哪里？"
_PATIENCE = 300.0
"""Seconds until a start counts as failed; after a large import the action server has many sentences to embed."""
_GRACE = 10.0
"""Seconds a process has to end by itself."""
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor(Manager):
    """honcho's manager, stopped by a wish instead of inside the signal handler.

    honcho's own handler prints and kills at once. When the signal comes while a line is printed, that raises; when
    it comes before a process has told its id, too; both times the processes were left running.
    """

    _wished_at: float | None = None
    """When a signal asked for the end."""

    def _start(self) -> None:
        for number in _STOPS:
            signal.signal(number, self._wish)
        super()._start()

    def _wish(self, *_: object) -> None:
        self._wished_at = self._wished_at or time.monotonic()

    def _all_started(self) -> bool:
        """honcho asks this ten times a second, between two lines."""
        started = bool(super()._all_started())
        if started and self._wished_at is not None:
            self.terminate()
            if time.monotonic() - self._wished_at > _GRACE:
                self.kill()
        return started

    def run(self) -> int:
        """Supervise until the end; returns 0 when it was wished for, else the code of what ended first."""
        try:
            self.loop()
        except OSError as error:
            if error.errno not in (errno.EIO, errno.EPIPE):
                raise
            self._wish()  # the terminal is gone, and nobody is left to tell
        finally:
            for process in self._processes.values():
                with suppress(ProcessLookupError):
                    if process.get("returncode") is None and process.get("pid"):
                        os.killpg(process["pid"], signal.SIGKILL)
        return 0 if self._wished_at is not None else int(self.returncode or 1)


def commands(ports: Ports) -> dict[str, list[str]]:
    """Process name → command."""
    return {
        "actions": [str(PYTHON), "-m", "deploy.action_server"],
        "handoff": [str(PYTHON), "-m", "leads", "worker"],
        "console": [str(PYTHON), "-m", "console"],
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

    return [port for port in (ports.bot, ports.actions, ports.console) if taken(port)]


def answers(ports: Ports) -> bool:
    """Whether a question is really answered: through Rasa, the action server and the records."""
    try:
        # Asked first, since Rasa writes a page of traceback when it finds no action server.
        requests.get(f"{ports.actions_url}/records", timeout=30).raise_for_status()
        requests.get(f"{ports.console_url}/health", timeout=30).raise_for_status()
        return bool(ask(ports.url, "readiness", _FIRST_QUESTION).envelope.get("records"))
    except requests.RequestException:
        return False


def has_administrator(ports: Ports) -> bool:
    """Whether the desk has somebody who can make accounts; true where it does not say."""
    try:
        return bool(requests.get(f"{ports.console_url}/health", timeout=30).json().get("administrator", True))
    except (requests.RequestException, ValueError):
        return True


def announce(manager: Manager, ports: Ports, started: float) -> None:
    """Wait for the first answer and say where to ask; give up after a while and stop everything."""
    while time.monotonic() - started < _PATIENCE:
        time.sleep(0.5)
        if answers(ports):
            _say(manager, f"已就绪，用时 {time.monotonic() - started:.0f} 秒。")
            _say(manager, "在终端提问：另开一个窗口运行 make chat")
            _say(manager, f"用程序提问：POST {ports.url}/webhooks/rest/webhook")
            _say(manager, '  {"sender": "me", "message": "济南高新区有哪些企业？"}')
            _say(manager, f"网页挂件演示：{ports.url}/webhooks/web/demo")
            _say(
                manager,
                f"后台：{ports.console_url}"
                + ("" if has_administrator(ports) else "（还没有管理员：运行 make admin 建立第一个）"),
            )
            _say(manager, "停止：Ctrl-C")
            return
    _say(manager, f"{_PATIENCE:.0f} 秒内没有答复第一个问题，停止。原因请看上面的日志。")
    os.kill(os.getpid(), signal.SIGTERM)


def _say(manager: Manager, text: str) -> None:
    manager.events.put(Message("line", text, datetime.now().astimezone(), "assistant", None))


def main() -> int:
    """Start, supervise, stop."""
    try:
        ports = Ports.of(os.environ)
    except ValueError:
        print(
            "BOT_PORT、ACTIONS_PORT、CONSOLE_PORT 要写端口号，例如 make run BOT_PORT=6005 ACTIONS_PORT=6055 CONSOLE_PORT=6080",
            file=sys.stderr,
        )
        return 2
    if not MODEL.exists():
        print("还没有模型，请运行 make run（会自动训练）或 make train。", file=sys.stderr)
        return 2
    held = handing.held()
    if taken := [port for port in in_use(ports) if not (held and port == ports.bot)]:
        print(
            f"端口 {'、'.join(map(str, taken))} 已被占用。请先停掉占用它的程序（多半是另一个 make run），"
            "或换端口：make run BOT_PORT=6005 ACTIONS_PORT=6055 CONSOLE_PORT=6080",
            file=sys.stderr,
        )
        return 2
    if subprocess.run([PYTHON, "-m", "leads", "migrate"], cwd=ROOT, env=environment(ports), check=False).returncode:
        print("线索库没有准备好（原因见上），助手不启动：没有它就不能登记投资者。", file=sys.stderr)
        return 1
    supervisor = Supervisor(Printer(sys.stdout))
    supervisor._process_ctor = handing.Handing
    for name, command in commands(ports).items():
        line = (handing.FOR_ITSELF if name == "bot" and held else "") + "exec " + shlex.join(command)
        supervisor.add_process(name, line, env=environment(ports), cwd=str(ROOT))
    threading.Thread(target=announce, args=(supervisor, ports, time.monotonic()), daemon=True).start()
    if code := supervisor.run():
        print(f"有一个进程自己退出了（见上面第一处 stopped，代码 {code}），其余已停止。", file=sys.stderr)
    return code if 0 <= code < 256 else 1


if __name__ == "__main__":
    sys.exit(main())
