"""The pipeline on the command line: hand-off, dead letters, the database, retention.

python -m leads worker
python -m leads migrate
python -m leads deliveries --dead
python -m leads resend 12
python -m leads retain
python -m leads schema
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from leads import payloads, queueing
from leads.errors import LeadsError, StoreDamaged, StoreUnavailable
from leads.settings import Settings
from leads.store import Store
from leads.wiring import leads_of, worker_of

_DAMAGED = """线索库的文件损坏，读不出来。请用备份恢复：
  1. 停下服务（Ctrl-C，或 systemctl --user stop investor-assistant）
  2. 把损坏的文件改名留存：mv storage/leads.sqlite3 storage/leads.sqlite3.损坏；再删掉 storage/leads.sqlite3-wal 和 storage/leads.sqlite3-shm
  3. 把最近一份备份复制成 storage/leads.sqlite3（设了 LEADS_DATABASE 的，用它写的路径）
  4. 启动：make run
没有备份时省去第 3 步：启动时建一个空库，以前的线索不在其中。详见 docs/runbook.md“备份”。"""
_SHOWN = 200
"""Rows of a list; whoever wants more asks the database."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 for good, 1 for what did not work, 2 for a wrong call or setting."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.of()
    except ValueError as error:
        print(f"设置有误：{error}", file=sys.stderr)
        return 2
    try:
        code: int = options.run(settings, options)
    except StoreDamaged:
        print(_DAMAGED, file=sys.stderr)
        return 1
    except StoreUnavailable:
        print(
            "连不上线索库。请检查 LEADS_DATABASE 和数据库是否在运行；新库先运行 python -m leads migrate。",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        print(f"没有完成：{error.strerror}：{error.filename}。请检查 LEADS_DATABASE 里的路径。", file=sys.stderr)
        return 1
    except LeadsError as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"设置有误：{error}", file=sys.stderr)
        return 2
    return code


def worker(settings: Settings, _options: argparse.Namespace) -> int:
    """Hand leads on until stopped; what is being sent is finished first."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL") or "INFO", format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda *_: stop.set())
    running = worker_of(settings)
    used = "、".join(running.names) or "没有（未配置 LEADS_CRM_URL、LEADS_WECOM_URL、LEADS_MAIL_TO，线索只在收件台）"
    logging.getLogger("leads.worker").info("开始推送，目的地：%s", used)
    running.run(stop)
    for wish in (signal.SIGTERM, signal.SIGINT):
        # A supervisor may say it twice: what ended well must not be reported as killed while Python tidies up.
        signal.signal(wish, signal.SIG_IGN)
    return 0


def migrate(settings: Settings, _options: argparse.Namespace) -> int:
    """Bring the database to the present form."""
    from leads.migrating import upgrade  # Alembic doubles the start of the other commands

    upgrade(settings.database)
    print("数据库结构已是最新。")
    return 0


def deliveries(settings: Settings, options: argparse.Namespace) -> int:
    """List what was handed on or waits; no personal data."""
    with Store(settings.database).reading() as db:
        rows = queueing.dead(db) if options.dead else queueing.latest(db, _SHOWN)
        for row in rows:
            error = f"：{row.error}" if row.error else ""
            print(
                f"{row.id:>6}  {row.created_at:%Y-%m-%d %H:%M}  {row.destination:<5}  {row.event:<14}  {row.state:<9}  第 {row.attempts} 次{error}"
            )
        counts = "，".join(f"{state} {count}" for state, count in queueing.counts(db).items())
    print(f"（时间为 UTC）共计：{counts or '还没有推送'}")
    if options.dead and rows:
        print("查明原因后，用 python -m leads resend 编号 重新发送。")
    return 0


def resend(settings: Settings, options: argparse.Namespace) -> int:
    """Put dead letters back into the queue."""
    store = Store(settings.database)
    with store.writing() as db:
        for id_ in options.id:
            queueing.resend(db, id_, datetime.now(UTC))
    print(f"已放回队列 {len(options.id)} 条，推送进程会以原来的键再发。")
    return 0


def retain(settings: Settings, _options: argparse.Namespace) -> int:
    """Erase what is past its time."""
    erased, drafts = leads_of(settings).retain(datetime.now(UTC))
    print(
        f"已抹去 {erased} 条超过 {settings.retention_days} 天没有进展的线索的个人信息，清除 {drafts} 份未提交的表单。"
    )
    return 0


def schema(_settings: Settings, _options: argparse.Namespace) -> int:
    """Write the payload's JSON Schema and its example."""
    for path, text in payloads.files().items():
        path.write_text(text, encoding="utf-8")
        print(f"已写入 {path.relative_to(payloads.DOCS.parent)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m leads", description="线索的交接、死信、数据库结构、保存期限。")
    commands = parser.add_subparsers(required=True, metavar="命令")

    def command(name: str, run: Callable[[Settings, argparse.Namespace], int], told: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=told, description=told)
        made.set_defaults(run=run)
        return made

    command("worker", worker, "推送进程：把线索交给 CRM、企业微信群、邮箱；Ctrl-C 或 SIGTERM 停止")
    command("migrate", migrate, "建立数据库，或把它的结构更新到最新")
    listed = command("deliveries", deliveries, f"列出最近 {_SHOWN} 条推送，不含个人信息")
    listed.add_argument("--dead", action="store_true", help="只列死信：被拒收，或多日送不到")
    again = command("resend", resend, "重新发送死信")
    again.add_argument("id", type=int, nargs="+", metavar="编号", help="deliveries --dead 里的编号")
    command("retain", retain, "执行保存期限：抹去过期线索的个人信息，清除未提交的表单")
    command("schema", schema, "重新生成 docs/ 里的 CRM 推送内容说明（JSON Schema）和例子")
    return parser


if __name__ == "__main__":
    sys.exit(main())
