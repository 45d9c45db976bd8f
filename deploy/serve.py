"""Runs the Rasa server, the action server, the hand-off of leads and the staff's desk under one supervisor: `make run`.

Every line of log carries the name of its process. When the first question is answered, the address is printed. What
ends is started again, or given up with its code (`deploy.supervisor`). A lead store that can't be used stops
registration alone: questions are answered, the log says what to do, and the store is tried again every minute.
Ctrl-C, SIGTERM and a closed terminal stop everything and end with code 0; whatever happens to the supervisor itself,
short of kill -9, it leaves no process behind.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import threading
import time

import requests
from honcho.printer import Printer

from deploy import handing
from deploy.client import ask
from deploy.settings import BOT_PYTHON, MODEL, PYTHON, ROOT, Ports, environment
from deploy.supervisor import Supervisor

_FIRST_QUESTION = "济南高新区在哪里？"
_PATIENCE = 300.0
"""Seconds until a start counts as failed; after a large import the action server has many sentences to embed."""
_NEEDED = frozenset({"actions", "bot"})
"""Without these no investor is answered."""
_STORE_AGAIN = 60.0
"""Seconds between two tries of a lead store that can't be used."""
_WITHOUT_STORE = (
    "线索库不能用（原因见上）：照常回答问题，暂不能登记；工作人员的后台也用不了。每分钟再试一次，修好后自动恢复。"
)


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
        return bool(ask(ports.url, "readiness", _FIRST_QUESTION).envelope.get("records"))
    except requests.RequestException:
        return False


def desk_of(ports: Ports) -> str:
    """What is to be said of the staff's desk: its address, and whether somebody can sign in."""
    try:
        told = requests.get(f"{ports.console_url}/health", timeout=30)
        told.raise_for_status()
        administrator = bool(told.json().get("administrator", True))
    except (requests.RequestException, ValueError):
        return f"后台：{ports.console_url}（现在打不开，原因见 console 的日志）"
    return f"后台：{ports.console_url}" + ("" if administrator else "（还没有管理员：运行 make admin 建立第一个）")


def prepared(ports: Ports) -> bool:
    """Whether the lead store can be used; brings its tables to the present form. What is wrong stands in the log."""
    command = [str(PYTHON), "-m", "leads", "migrate"]
    return subprocess.run(command, cwd=ROOT, env=environment(ports), check=False).returncode == 0


def announce(supervisor: Supervisor, ports: Ports, started: float) -> None:
    """Wait for the first answer and say where to ask; give up after a while and stop everything."""
    while not answers(ports):
        if time.monotonic() - started > _PATIENCE:
            supervisor.say(f"{_PATIENCE:.0f} 秒内没有答复第一个问题，停止。原因请看上面的日志。")
            supervisor.give_up(1)
            return
        time.sleep(0.5)
    supervisor.answered()
    supervisor.say(f"已就绪，用时 {time.monotonic() - started:.0f} 秒。")
    supervisor.say("在终端提问：另开一个窗口运行 make chat")
    supervisor.say(f"用程序提问：POST {ports.url}/webhooks/rest/webhook")
    supervisor.say('  {"sender": "me", "message": "济南高新区有哪些企业？"}')
    supervisor.say(f"网页挂件演示：{ports.url}/webhooks/web/demo")
    supervisor.say(desk_of(ports))
    supervisor.say("停止：Ctrl-C")


def keep_trying_the_store(supervisor: Supervisor, ports: Ports) -> None:
    """Until the lead store can be used."""
    supervisor.say(_WITHOUT_STORE)
    while True:
        time.sleep(_STORE_AGAIN)
        if prepared(ports):
            supervisor.say("线索库可以用了，登记恢复。")
            return


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
    with_store = prepared(ports)
    supervisor = Supervisor(Printer(sys.stdout), _NEEDED)
    supervisor._process_ctor = handing.Handing
    for name, command in commands(ports).items():
        line = (handing.FOR_ITSELF if name == "bot" and held else "") + "exec " + shlex.join(command)
        supervisor.add_process(name, line, env=environment(ports), cwd=str(ROOT))
    threading.Thread(target=announce, args=(supervisor, ports, time.monotonic()), daemon=True).start()
    if not with_store:
        threading.Thread(target=keep_trying_the_store, args=(supervisor, ports), daemon=True).start()
    if code := supervisor.run():
        print(f"停止了（见上面最后一处 stopped 和它前面的日志），退出码 {code}。", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
