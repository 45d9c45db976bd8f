"""A small stand-in for the bureau's CRM, so that anyone can see a hand-off happen: `make crm-demo`.

It checks signature and time, takes every key once, and shows what it got. On request it misbehaves the way real
receivers do; the fault test uses that. It listens on this machine only and masks nothing: it is a demonstration.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from leads.delivery.signing import SignatureInvalid, StandardWebhooks

PORT = 8085
_LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Faults:
    """Shares of requests, from 0 to 1, that meet a fault; `seed` makes them the same every time."""

    fail_rate: float = 0.0
    """Answered with 503 and not stored."""
    hang_rate: float = 0.0
    """Not answered for `hang_seconds`, then dropped, and not stored."""
    drop_after_commit_rate: float = 0.0
    """Stored, and the line cut before the answer: the sender can't know and comes again."""
    hang_seconds: float = 60.0
    seed: int | None = None


@dataclass(frozen=True)
class Stored:
    """One hand-off as it was kept."""

    key: str
    received_at: str
    payload: dict[str, Any]


@dataclass
class Memory:
    """What was stored, by key. With a journal it survives: each entry is on the disk before it counts as stored."""

    journal: Path | None = None
    stored: dict[str, Stored] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read the journal. A line cut by a crash was never confirmed; it is taken off."""
        if not self.journal or not self.journal.exists():
            return
        whole = self.journal.read_bytes()
        complete = whole[: whole.rfind(b"\n") + 1]
        if complete != whole:
            self.journal.write_bytes(complete)
        for line in complete.decode("utf-8").splitlines():
            entry = Stored(**json.loads(line))
            self.stored[entry.key] = entry

    def keep(self, key: str, payload: dict[str, Any]) -> bool:
        """False where this key is stored already."""
        with self.lock:
            if key in self.stored:
                return False
            entry = Stored(key, datetime.now(UTC).isoformat(), payload)
            if self.journal:
                with self.journal.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            self.stored[key] = entry
            return True

    def all(self) -> list[dict[str, Any]]:
        """In the order they came."""
        with self.lock:
            return [asdict(entry) for entry in self.stored.values()]


class Receiver(ThreadingHTTPServer):
    """`POST /leads` takes hand-offs, `GET /received` lists them as JSON. Listens on 127.0.0.1."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self, secret: str, port: int = 0, faults: Faults | None = None, journal: Path | None = None,
        say: Callable[[str], None] = print,
    ) -> None:  # fmt: skip
        """`port` 0 takes a free one, see `port`. Raises `OSError` where the port is taken."""
        self.signer, self.memory, self.say = StandardWebhooks(secret), Memory(journal), say
        self.faults = faults or Faults()
        self.closing = threading.Event()
        self._random, self._random_lock = random.Random(self.faults.seed), threading.Lock()  # noqa: S311 - faults, no secrets
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def fault(self) -> str:
        """The fault the next request meets: fail, hang, drop, or none."""
        with self._random_lock:
            drawn = self._random.random()
        for name, share in (
            ("fail", self.faults.fail_rate), ("hang", self.faults.hang_rate), ("drop", self.faults.drop_after_commit_rate),
        ):  # fmt: skip
            if drawn < share:
                return name
            drawn -= share
        return ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is everyday business."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = 30

    def do_GET(self) -> None:
        if self.path == "/received":
            self._answer(200, self.server.memory.all())
        else:
            self._answer(404, {"error": "只有 POST /leads 和 GET /received"})

    def do_POST(self) -> None:
        if self.path.partition("?")[0] != "/leads":
            self._answer(404, {"error": "只有 POST /leads 和 GET /received"})
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            self._answer(413, {"error": "要有 Content-Length，且不超过 1 MB"})
            return
        body = self.rfile.read(int(length))
        fault = self.server.fault()
        if fault == "fail":
            self._answer(503, {"error": "故障演示"}, {"Retry-After": "1"})
        elif fault == "hang":
            self.server.closing.wait(self.server.faults.hang_seconds)
            self._cut()
        else:
            self._take(body, cut=fault == "drop")

    def _take(self, body: bytes, *, cut: bool) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self.server.signer.verify(headers, body, datetime.now(UTC))
        except SignatureInvalid as error:
            self.server.say(f"拒收：{error}")
            self._answer(401, {"error": str(error)})
            return
        # The key is the signed id: the other header alone could have been changed on the way.
        key = headers["webhook-id"]
        if headers.get("idempotency-key") != key:
            self._answer(400, {"error": "Idempotency-Key 与 webhook-id 不同"})
            return
        try:
            payload = json.loads(body)
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            self._answer(400, {"error": "正文不是 JSON 对象"})
            return
        new = self.server.memory.keep(key, payload)
        self.server.say(readable(payload) if new else f"已有这一条（{key}），不再重复收")
        if cut:
            self._cut()
        else:
            self._answer(200, {"status": "stored" if new else "known", "id": key})

    def _answer(self, status: int, said: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        """Drop the line without a word, as a crashed receiver would."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """What matters is said by `say`."""


def readable(payload: Mapping[str, Any]) -> str:
    """A hand-off for human eyes, in Chinese."""
    lead, event = payload.get("lead") or {}, payload.get("event")
    if event == "lead.erased":
        return f"── 删除请求：线索 {lead.get('number')}，投资者要求删除个人信息"
    if event == "inquiry.opened":
        inquiry = payload.get("inquiry") or {}
        return f"── 转人工：咨询 {inquiry.get('id')}，来自 {inquiry.get('channel')}，线索 {inquiry.get('lead') or '无'}"
    rows = (
        ("联系人", lead.get("contact_name")), ("单位", lead.get("company")), ("联系方式", lead.get("contact")),
        ("产业", lead.get("industry")), ("投资额", (lead.get("investment") or {}).get("said")),
        ("地点面积", lead.get("area")), ("备注", lead.get("notes")), ("承接", lead.get("office")),
        ("评分", f"{lead.get('score')}：" + "；".join(reason.get("why", "") for reason in lead.get("reasons") or ())),
    )  # fmt: skip
    told = "\n".join(f"   {name}：{value}" for name, value in rows if value)
    return f"── 新线索 {lead.get('number')}\n{told}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    options = _parser().parse_args(arguments)
    secret = os.environ.get("LEADS_CRM_SECRET") or "crm-demo"
    faults = Faults(
        options.fail_rate, options.hang_rate, options.drop_after_commit_rate, options.hang_seconds, options.seed
    )  # fmt: skip
    try:
        receiver = Receiver(secret, options.port, faults, options.journal, lambda text: print(text, flush=True))
    except OSError as error:
        print(
            f"端口 {options.port} 用不了（{error.strerror}）。换一个：make crm-demo CRM_DEMO_PORT=8086", file=sys.stderr
        )
        return 1
    print(f"CRM 演示接收端，只在本机：http://127.0.0.1:{receiver.port}（仅供演示：收到的内容原样显示，不遮盖）")
    print("让助手把线索交给它，启动助手之前设：")
    print(f"  export LEADS_CRM_URL=http://127.0.0.1:{receiver.port}/leads")
    print(f"  export LEADS_CRM_SECRET={secret}")
    print(f"查看已收到的：curl http://127.0.0.1:{receiver.port}/received    停止：Ctrl-C", flush=True)
    with suppress(KeyboardInterrupt):
        receiver.serve_forever()
    receiver.closing.set()
    receiver.server_close()
    return 0


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("要在 0 和 1 之间")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.crm_demo", description="CRM 演示接收端。")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("CRM_DEMO_PORT") or PORT), help="端口，默认 8085"
    )
    parser.add_argument("--fail-rate", type=_share, default=0.0, metavar="0到1", help="这一份请求答 503，不收")
    parser.add_argument("--hang-rate", type=_share, default=0.0, metavar="0到1", help="这一份请求不回应，不收")
    parser.add_argument(
        "--drop-after-commit-rate", type=_share, default=0.0, metavar="0到1", help="这一份请求收下，但不答就断线"
    )
    parser.add_argument("--hang-seconds", type=float, default=60.0, metavar="秒", help="不回应多久，默认 60")
    parser.add_argument("--seed", type=int, metavar="数", help="故障的随机种子：同样的数，同样的故障")
    parser.add_argument("--journal", type=Path, metavar="文件", help="每条先写进这个文件再答；重启后还记得")
    return parser


if __name__ == "__main__":
    sys.exit(main())
