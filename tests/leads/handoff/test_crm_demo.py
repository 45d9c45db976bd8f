"""The demo receiver keeps what the page for CRM vendors asks of a receiver."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from deploy.crm_demo import Faults, Memory, readable
from leads.delivery.signing import StandardWebhooks
from leads.payloads import DOCS, example
from tests.leads.handoff.test_worker import receiving

SIGNER = StandardWebhooks("a-key")
BODY = json.dumps(example(), ensure_ascii=False, default=str).encode()


def post(url, body=BODY, key="k1", now=None, **headers):
    """Status and answer."""
    signed = SIGNER.sign(key, now or datetime.now(UTC), body)
    request = urllib.request.Request(url, body, {"Idempotency-Key": key, **signed, **headers})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_key_is_stored_once_and_known_afterwards():
    with receiving() as (_, url):
        assert post(url) == (200, {"status": "stored", "id": "k1"})
        assert post(url) == (200, {"status": "known", "id": "k1"})
        assert post(url, key="k2") == (200, {"status": "stored", "id": "k2"})
        with urllib.request.urlopen(url.replace("/leads", "/received"), timeout=5) as response:
            listed = json.loads(response.read())
    assert [entry["key"] for entry in listed] == ["k1", "k2"]
    assert listed[0]["payload"] == json.loads(BODY)


def test_what_is_not_ours_is_refused_and_not_stored():
    with receiving() as (receiver, url):
        assert post(url, **{"webhook-signature": "v1,AAAA"})[0] == 401
        assert post(url, now=datetime.now(UTC) - timedelta(minutes=6))[0] == 401
        assert post(url, **{"Idempotency-Key": "another"})[0] == 400
        assert post(url, b"[1]")[0] == 400
        assert post(url, b"{")[0] == 400
        assert post(url.replace("/leads", "/else"))[0] == 404
        assert receiver.memory.all() == []


def test_the_same_seed_gives_the_same_faults():
    faults = Faults(fail_rate=0.3, hang_rate=0.3, drop_after_commit_rate=0.3, seed=3)
    with receiving(faults=faults) as (first, _), receiving(faults=faults) as (second, _):
        drawn = [first.fault() for _ in range(60)]
        assert drawn == [second.fault() for _ in range(60)]
    assert set(drawn) == {"fail", "hang", "drop", ""}


def test_a_line_that_drops_after_storing_leaves_one_entry_however_often_it_is_sent():
    with receiving(faults=Faults(drop_after_commit_rate=1.0)) as (receiver, url):
        for _ in range(2):
            with pytest.raises((urllib.error.URLError, ConnectionError)):
                post(url)
        assert len(receiver.memory.all()) == 1


def test_a_journal_outlives_the_receiver_and_a_line_cut_by_a_crash(tmp_path):
    journal = tmp_path / "journal"
    with receiving(journal=journal) as (_, url):
        post(url)
    with journal.open("a") as file:
        file.write('{"key": "cut')
    memory = Memory(journal)
    assert [entry["key"] for entry in memory.all()] == ["k1"]
    assert not memory.keep("k1", {})
    assert memory.keep("k2", {"number": 2})
    assert [entry["key"] for entry in Memory(journal).all()] == ["k1", "k2"]


def test_it_shows_a_lead_in_chinese():
    shown = readable(example())
    for told in ("张三", "示例科技有限公司", "+8613800000000", "三五千万"):
        assert told in shown
    assert "删除" in readable({"event": "lead.erased", "lead": {"number": "ZS1"}})
    assert "转人工" in readable({"event": "inquiry.opened", "inquiry": {"id": 1}})


def test_the_check_printed_for_vendors_accepts_what_is_ours_and_nothing_else():
    """The example of docs/handoff.md is run as it stands there."""
    page = (DOCS / "handoff.md").read_text(encoding="utf-8")
    space = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], space)  # noqa: S102 - our own page
    headers = SIGNER.sign("k1", datetime.now(UTC), BODY)
    assert space["genuine"](headers, BODY, b"a-key")
    assert not space["genuine"](headers, BODY + b" ", b"a-key")
    assert not space["genuine"](headers, BODY, b"b-key")
    assert not space["genuine"](SIGNER.sign("k1", datetime.now(UTC) - timedelta(minutes=6), BODY), BODY, b"a-key")
