"""A storm of leads and a robot that may say twenty things a minute: all are told, each once, none too fast."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from leads.delivery.wecom import A_MINUTE, WeCom
from leads.settings import Settings
from leads.wiring import outbox_of
from leads.worker import Worker
from tests.leads.handoff.conftest import NOW


class Group:
    """WeCom's side: counts within its own minute and refuses the twenty-first."""

    def __init__(self, clock):
        self.told, self.refused, self._clock, self._times = [], 0, clock, []

    def say(self, text):
        now = self._clock()
        self._times = [at for at in self._times if at > now - 60]
        if len(self._times) >= A_MINUTE:
            self.refused += 1
            return 45009
        self._times.append(now)
        self.told.append(text.splitlines()[0])
        return 0


@contextmanager
def listening(group):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"errcode": group.say(said["text"]["content"])}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?key=k"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("restarts", [False, True])
def test_fifty_leads_at_once_are_all_told_within_three_minutes(store, add_lead, restarts):
    """After a restart the robot has forgotten what it sent; WeCom then says so, and it holds its tongue for a minute."""
    seconds = [0.0]
    group = Group(lambda: seconds[0])
    with listening(group) as url:
        settings = Settings(database="sqlite://", wecom_url=url, retry_base=0.01)
        outbox = outbox_of(settings)
        for _ in range(50):
            add_lead(outbox)

        def worker():
            robot = WeCom(url, 2.0, clock=lambda: seconds[0])
            return Worker(store, [robot], settings, clock=lambda: NOW + timedelta(seconds=seconds[0]))

        one = worker()
        for second in range(0, 300, 5):
            seconds[0] = float(second)
            if restarts and second == 10:
                one = worker()
            one.run_once()
            if len(group.told) == 50:
                break
    assert len(group.told) == len(set(group.told)) == 50
    assert seconds[0] <= 185
    assert group.refused <= 1, "told once that it is too much, it does not go on asking"
