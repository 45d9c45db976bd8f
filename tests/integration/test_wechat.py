"""WeChat before the real assistant: the same facts as on REST, and nothing lost or doubled when the bot is killed."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.client import ask
from tests.servers import wait_until
from tests.wechat_stack import stack

CONVERSATION = (
    "你好", "济南高新区面积多大?", "它在哪里?", "外资到账有什么奖励？", "更多", "兰州新区有哪些优惠政策？", "第一个",
    "济南哪个园区能租到最便宜的厂房", "我想登记", "不同意",
)  # fmt: skip
_FACT = re.compile(r"\d[\d,.]*(?:%|亿|万|平方公里|个工作日|年|亩)?|https?://[\w./-]+")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with stack(tmp_path_factory.mktemp("wechat")) as running:
        yield running


def test_the_same_conversation_on_rest_and_wechat_gives_the_same_facts(running):
    for typed in CONVERSATION:
        rest = "\n".join(ask(running.url, "parity-rest", typed).texts)
        wechat = running.platform.text(running.webhook, "parity", typed).text
        assert rest.replace("<", "＜") in wechat or set(_FACT.findall(rest)) <= set(_FACT.findall(wechat)), typed
        assert wechat, typed


def test_a_number_chooses_what_was_offered(running):
    greeting = running.platform.event(running.webhook, "chooser", "subscribe").text
    first = re.search(r"1\. (.+)", greeting).group(1)
    chosen = running.platform.text(running.webhook, "chooser", "１").text
    asked = running.platform.text(running.webhook, "asker", first).text
    assert set(_FACT.findall(chosen)) == set(_FACT.findall(asked))


def test_a_code_at_a_sites_gate_tells_of_the_site(running):
    told = running.platform.event(running.webhook, "visitor", "subscribe", "qrscene_jn-gaoxin").text
    assert told.startswith("欢迎关注")
    assert "高新" in told


def test_a_bot_that_is_killed_while_it_answers_answers_all_the_same_and_once(running):
    """Pushed just before, at and after kill -9; WeChat gives up after 15 s, and a start may take longer."""
    before = running.claims()
    with ThreadPoolExecutor(12) as threads:
        pushes = [
            threads.submit(running.platform.text, running.webhook, f"k{n}", "济南高新区面积多大?") for n in range(4)
        ]
        wait_until(lambda: running.claims() > before, 30, "the bot to be at it")
        running.kill()
        for number in range(4, 12):
            pushes.append(threads.submit(running.platform.text, running.webhook, f"k{number}", "济南高新区面积多大?"))
            time.sleep(0.3)
        done = [push.result() for push in pushes]
    people = [push.fields["FromUserName"] for push in done]
    wait_until(running.answers, 120, "the bot to be back")
    wait_until(lambda: all(running.platform.texts(who) for who in people), 60, "an answer for everybody")
    wait_until(lambda: not running.claims(unanswered=True), 60, "nothing that might be answered again")
    assert running.bot.kills == 1
    for who in people:
        texts = running.platform.texts(who)
        assert len(texts) == 1, (who, texts)
        assert "平方公里" in texts[0]


def test_neither_words_nor_open_ids_are_written_to_the_log(running):
    running.platform.text(running.webhook, "oMarkedOpenId77", "标记玄武岩园区在哪里")
    log = (running.folder / "bot.log").read_text("utf-8")
    assert "oMarkedOpenId77" not in log
    assert "玄武岩" not in log
    assert running.platform.token not in log
    assert running.platform.app_secret not in log
