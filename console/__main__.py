"""The desk on the command line.

python -m console                serve on 127.0.0.1
python -m console add-admin      make an administrator; asks for name and password
python -m console set-password   for whoever lost his
"""

from __future__ import annotations

import argparse
import getpass
import logging
import os
import sys
from collections.abc import Sequence

import uvicorn

from console.app import create_app
from console.desk import desk_of
from console.settings import Settings
from knowledge.errors import KnowledgeError
from leads.errors import LeadsError
from leads.settings import Settings as LeadsSettings
from leads.staff.model import Role
from leads.wiring import staff_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 for good, 1 for what did not work, 2 for a wrong call or setting."""
    parser = argparse.ArgumentParser(prog="python -m console", description="工作人员后台。")
    commands = parser.add_subparsers(metavar="命令")
    parser.set_defaults(run=serve)
    made = commands.add_parser("add-admin", help="建立管理员；也可从环境变量 CONSOLE_PASSWORD 或标准输入读密码")
    made.set_defaults(run=add_admin)
    reset = commands.add_parser("set-password", help="重设一个账号的密码，并取下动态口令")
    reset.set_defaults(run=set_password)
    for parser_of_account in (made, reset):
        parser_of_account.add_argument("--login", default="", help="账号；不写就询问")
    made.add_argument("--name", default="", help="姓名；不写就询问")
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except (LeadsError, KnowledgeError) as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"设置有误：{error}", file=sys.stderr)
        return 2
    return code


def serve(_options: argparse.Namespace) -> int:
    """Serve until stopped."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL") or "INFO", format="%(levelname)s %(name)s: %(message)s")
    settings = Settings.of()
    app = create_app(desk_of(settings, LeadsSettings.of()))
    logging.getLogger("console").info("listening on 127.0.0.1:%s", settings.port)
    # No access log: addresses hold what was searched for, and with it people.
    uvicorn.run(
        app, host="127.0.0.1", port=settings.port, access_log=False, server_header=False, log_level="warning",
        proxy_headers=settings.behind_tls, forwarded_allow_ips="127.0.0.1",
    )  # fmt: skip
    return 0


def add_admin(options: argparse.Namespace) -> int:
    """Make an administrator, the first or a further one."""
    login = options.login or _ask("账号（小写字母和数字）：")
    name = options.name or _ask("姓名：")
    staff = staff_of(LeadsSettings.of())
    staff.add(login, name, Role.ADMIN, _password())
    print(f"已建立管理员 {login}。在后台登录后可以建立其他账号。")
    return 0


def set_password(options: argparse.Namespace) -> int:
    """Give somebody a new password, which he has to change."""
    login = options.login or _ask("账号：")
    staff_of(LeadsSettings.of()).set_password(login, _password())
    print(f"已重设 {login} 的密码；登录后要改。动态口令已取下，别处的登录已退出。")
    return 0


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        raise ValueError("没有输入") from None


def _password() -> str:
    if given := os.environ.get("CONSOLE_PASSWORD"):
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    given = getpass.getpass("密码（至少 10 个字符，不显示）：")
    if getpass.getpass("再输一遍：") != given:
        raise ValueError("两次输入不一样")
    return given


if __name__ == "__main__":
    sys.exit(main())
