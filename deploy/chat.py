"""A conversation in the terminal: `make chat`. A number picks a button; Ctrl-D leaves."""

from __future__ import annotations

import os
import sys
import uuid

import requests

from deploy.client import Turn, ask
from deploy.settings import Ports


def shown(turn: Turn) -> str:
    """A turn as text, its buttons numbered."""
    lines = [*turn.texts, *(f"  [{n}] {b['title']}" for n, b in enumerate(turn.buttons, 1))]
    return "\n".join(lines) or "（没有回复）"


def meant(typed: str, last: Turn) -> str:
    """What was typed, or the text of the button whose number was typed."""
    if typed.isdecimal() and 0 < int(typed) <= len(last.buttons):
        button = last.buttons[int(typed) - 1]
        return button.get("payload") or button["title"]
    return typed


def main() -> int:
    """Talk until the end of input."""
    url, sender = Ports.of(os.environ).url, f"chat-{uuid.uuid4().hex}"
    print("输入问题后回车；输入数字选择按钮；Ctrl-D 退出。")
    message, turn = "你好", Turn()
    while True:
        try:
            turn = ask(url, sender, meant(message, turn))
        except requests.RequestException as error:
            print(f"连不上 {url}，请先在另一个窗口运行 make run。（{type(error).__name__}）", file=sys.stderr)
            return 1
        print(f"\n{shown(turn)}\n")
        try:
            while not (message := input("您> ").strip()):
                pass
        except (EOFError, KeyboardInterrupt):
            print()
            return 0


if __name__ == "__main__":
    sys.exit(main())
