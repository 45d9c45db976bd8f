"""Promises of the running assistant that no single part can keep: fresh records, and no personal data in the log."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from pathlib import Path

import pytest
import requests

from deploy.client import ask
from deploy.settings import PYTHON, ROOT
from tests.servers import wait_until

SITE = Path("site/jn-gaoxin.yml")


@pytest.fixture
def site(running):
    """The file of one record of the running assistant; put back afterwards."""
    file = running.records / SITE
    before = file.read_text(encoding="utf-8")
    yield file
    if file.read_text(encoding="utf-8") != before:
        with running.both_log("records reloaded"):
            file.write_text(before, encoding="utf-8")


def answer(running, question):
    return ask(running.url, f"test-{uuid.uuid4().hex}", question)


def test_a_new_alias_and_a_new_figure_are_answered_within_two_seconds_without_losing_conversations(running, site):
    """At rest, that is: the quickest of three edits counts, since other programs only add to the time."""
    sender = f"test-{uuid.uuid4().hex}"
    assert "jn-gaoxin" in str(ask(running.url, sender, "济南高新区面积多大?").envelope)
    shipped, took = site.read_text(encoding="utf-8"), []
    assert "\naliases:\n" in shipped
    assert "\nsummary: " in shipped
    for alias, figure in (("琥珀云谷", "73219"), ("碧玉云谷", "84327"), ("玛瑙云谷", "95431")):
        edited = shipped.replace("\naliases:\n", f"\naliases:\n  - {alias}\n", 1)
        site.write_text(edited.replace("\nsummary: ", f"\nsummary: 试验数字{figure}。", 1), encoding="utf-8")
        began = time.monotonic()

        def understood(alias=alias, figure=figure):
            turn = answer(running, f"介绍一下{alias}")
            return any(r["id"] == "jn-gaoxin" for r in turn.envelope["records"]) and figure in "".join(turn.texts)

        wait_until(understood, 60, "the new alias and figure")
        took.append(time.monotonic() - began)
        if took[-1] <= 2.0:
            break
    assert min(took) <= 2.0, took
    followed = ask(running.url, sender, "它在哪里?")
    assert "jn-gaoxin" in str(followed.envelope), followed


def test_a_faulty_edit_leaves_the_last_good_records_in_use(running, site):
    with running.both_log("last good state"):
        site.write_text("id: jn-gaoxin\nnonsense: [", encoding="utf-8")
    assert any(r["id"] == "jn-gaoxin" for r in answer(running, "济南高新区面积多大?").envelope["records"])


def test_make_reload_reports_findings_and_waits_for_the_servers(running, site):
    environ = {"KNOWLEDGE_RECORDS": str(running.records), "ACTIONS_PORT": running.actions_url.rsplit(":", 1)[1]}

    def reload():
        command = [PYTHON, "-m", "deploy.reload"]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)

    with site.open("a", encoding="utf-8") as file:
        file.write("\nno_such_key: 1\n")
    refused = reload()
    assert refused.returncode == 1
    assert "no_such_key" in refused.stdout + refused.stderr
    site.write_text(site.read_text(encoding="utf-8").replace("\nno_such_key: 1\n", ""), encoding="utf-8")
    taken = reload()
    assert (taken.returncode, "已使用最新内容" in taken.stdout) == (0, True), taken.stdout + taken.stderr


def test_no_word_of_an_investor_is_written_to_the_log(running, site):
    marked = ("mark7291 请拨打13912345678联系我", "/restart mark7291", "mark7291 济南高新区面积多大", "<b>mark7291</b>")
    for text in marked:
        assert answer(running, text).envelopes, text
    requests.post(f"{running.url}/webhooks/rest/webhook", data="mark7291 {", timeout=10)
    with running.both_log("records reloaded"):  # by then whatever they had to say of these messages is written
        site.write_text(site.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    written = running.log.read_text(encoding="utf-8")
    assert "mark7291" not in written
    assert "13912345678" not in written
    assert json.dumps("请拨打").strip('"') not in written


def test_both_servers_listen_on_the_loopback_address_only(running):
    ports = {url.rsplit(":", 1)[1] for url in (running.url, running.actions_url)}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    listening = [row[1].split(":") for row in rows if row[3] == "0A"]
    assert {(address, str(int(port, 16))) for address, port in listening if str(int(port, 16)) in ports} == {
        ("0100007F", port) for port in ports
    }
