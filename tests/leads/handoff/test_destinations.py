"""What each destination sends, and what it makes of every answer; against real receivers on this machine."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from leads.delivery.base import DeliveryFailed, Refused, TryLater, deliver
from leads.delivery.crm import Crm
from leads.delivery.http import MOST, post
from leads.delivery.mail import Mailbox
from leads.delivery.notice import amount, modest
from leads.delivery.signing import StandardWebhooks
from leads.delivery.wecom import WeCom
from leads.queueing import Claimed
from leads.settings import Mail
from tests.leads.handoff.receivers import answering, hang, raw, reset, smtp
from tests.support.ports import free_port

SIGNER = StandardWebhooks("a-key")
NOTICE = {
    "id": "k1", "event": "lead.submitted", "occurred_at": "2026-03-02T01:30:00Z",
    "lead": {
        "number": "ZS1", "office": "示例局", "industry": "新能源", "score": 75, "qualified": True, "channel": "web",
        "investment": {"said": "三五千万", "low": 30_000_000, "high": 50_000_000, "currency": "CNY"},
    },
}  # fmt: skip
INQUIRY = {
    "id": "k2", "event": "inquiry.opened", "occurred_at": "2026-03-02T01:30:00Z",
    "inquiry": {"id": 7, "channel": "web", "lead": "ZS1"},
}  # fmt: skip


def claimed(payload=NOTICE, destination="crm", **lead):
    payload = payload | ({"lead": payload["lead"] | lead} if lead else {})
    until = datetime.now(UTC) + timedelta(minutes=1)
    return Claimed(
        id=3, lease="x", leased_until=until, destination=destination, event=payload["event"], key="k1",
        payload=payload, attempts=1,
    )  # fmt: skip


def send_to(url, seconds=0.3):
    deliver(Crm(url, SIGNER, seconds), claimed())


# The wire to the CRM


def test_the_crm_gets_the_payload_signed_and_under_its_key():
    with answering(200) as (url, heard):
        send_to(url)
    (request,) = heard
    assert json.loads(request.body) == NOTICE
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == "k1"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    SIGNER.verify(request.headers, request.body, datetime.now(UTC))


def test_chinese_is_sent_as_it_is():
    """Some receivers, WeCom among them, refuse \\uxxxx."""
    with answering(200) as (url, heard):
        send_to(url)
    assert "新能源".encode() in heard[0].body


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_receipt(status):
    with answering(status, body=b"") as (url, _):
        send_to(url)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_a_4xx_is_final(status):
    with answering(status) as (url, _), pytest.raises(Refused, match=str(status)):
        send_to(url)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_what_speaks_of_the_moment_is_tried_later_with_the_receivers_wish(status):
    with answering(status, {"Retry-After": "77"}) as (url, _), pytest.raises(TryLater) as raised:
        send_to(url)
    assert raised.value.retry_after == 77


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_not_followed(status):
    """A signed lead is sent to the address that was configured, to no other."""
    with answering(200) as (elsewhere, heard_elsewhere):
        with answering(status, {"Location": elsewhere}) as (url, _), pytest.raises(Refused, match="不跟随"):
            send_to(url)
        assert heard_elsewhere == []


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        (b'{"status": "known"}', True),
        (b'{"status": "known", "id": "k1"}', True),
        (b'{"status": "known", "id": "k9"}', False),
        (b'{"status": "busy"}', False),
        (b"[1]", False),
        (b"no json", False),
    ],
)
def test_a_409_counts_as_delivered_only_where_the_receiver_says_it_has_this_key(body, taken):
    with answering(409, body=body) as (url, _):
        if taken:
            send_to(url)
        else:
            with pytest.raises(TryLater):
                send_to(url)


# Faults of the line: nothing but TryLater comes out


def _half_a_status(connection):
    connection.sendall(b"HTTP/1.1 2")


def _garbage(connection):
    connection.sendall(b"\x00\xff\x16\x03\x01 nothing of HTTP\r\n\r\n")


def _endless_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 2000)


@pytest.mark.parametrize("fault", [hang, reset, _half_a_status, _garbage, _endless_headers])
def test_a_broken_line_is_tried_later(fault):
    with raw(fault) as url, pytest.raises(TryLater):
        send_to(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:PORT/",
        "https://127.0.0.1:PORT/",
        "http://",
        "no address",
        "ftp://127.0.0.1/",
        "http://" + "a" * 70 + ".example/",
        "http://.example/",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://nowhere.invalid/",
    ],
)
def test_an_address_where_nobody_is_gives_try_later_and_no_error_of_requests(url):
    with pytest.raises(TryLater) as raised:
        post(url.replace("PORT", str(free_port())), b"{}", {}, 0.5)
    assert raised.value.__cause__ is None


def test_a_header_that_can_not_be_sent_gives_try_later():
    with answering(200) as (url, _), pytest.raises(TryLater):
        post(url, b"{}", {"X-Bad": "two\r\nlines"}, 0.5)


def test_a_receiver_without_tls_behind_https_is_tried_later():
    with answering(200) as (url, _), pytest.raises(TryLater):
        send_to(url.replace("http:", "https:"))


def test_a_hanging_receiver_is_left_after_the_time_out():
    started = time.monotonic()
    with raw(hang) as url, pytest.raises(TryLater, match="没有回应"):
        send_to(url, seconds=0.2)
    assert time.monotonic() - started < 2


def test_a_line_that_drops_after_the_status_is_a_receipt_all_the_same():
    def speak(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
        reset(connection)

    with raw(speak) as url:
        send_to(url)


def test_a_body_that_drips_does_not_hold_the_worker():
    def speak(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    started = time.monotonic()
    with raw(speak) as url:
        send_to(url, seconds=0.3)
    assert time.monotonic() - started < 2


def test_of_a_huge_answer_only_the_beginning_is_read():
    with answering(200, body=b"x" * (20 * MOST)) as (url, _):
        answer = post(url, b"{}", {}, 2)
    assert 0 < len(answer.body) <= MOST
    assert answer.said() == {}


def test_a_fault_of_our_own_does_not_lose_the_delivery_and_is_named_by_its_place(caplog):
    class Broken:
        name, longest, cap = "crm", 1.0, 1.0

        def pause(self):
            return 0.0

        def send(self, _delivery):
            raise KeyError("标记人")

    with caplog.at_level("DEBUG"), pytest.raises(TryLater) as raised:
        deliver(Broken(), claimed())
    assert "KeyError" in str(raised.value)
    assert "test_destinations" in str(raised.value)
    assert "标记人" not in caplog.text + str(raised.value)


# The group robot


def robot(url, **more):
    return WeCom(url, 0.5, **more)


def test_the_group_reads_number_office_industry_amount_and_score():
    with answering(200, body=b'{"errcode": 0}') as (url, heard):
        robot(url).send(claimed(destination="wecom"))
    message = json.loads(heard[0].body)
    assert message["msgtype"] == "text"
    for told in ("ZS1", "示例局", "新能源", "3000万—5000万元", "75"):
        assert told in message["text"]["content"]


def test_the_group_is_told_of_an_inquiry():
    with answering(200, body=b'{"errcode": 0}') as (url, heard):
        robot(url).send(claimed(INQUIRY, "wecom"))
    content = json.loads(heard[0].body)["text"]["content"]
    assert "转人工" in content
    assert "ZS1" in content


@pytest.mark.parametrize("code", [93000, 93004, 40008, 40033, 45002])
def test_a_message_or_robot_that_is_invalid_is_final(code):
    body = json.dumps({"errcode": code, "errmsg": "x"}).encode()
    with answering(200, body=body) as (url, _), pytest.raises(Refused, match=str(code)):
        robot(url).send(claimed())


@pytest.mark.parametrize(("code", "wish"), [(45009, 60), (-1, None), (50001, None)])
def test_what_may_pass_is_tried_later(code, wish):
    with answering(200, body=json.dumps({"errcode": code}).encode()) as (url, _), pytest.raises(TryLater) as raised:
        robot(url).send(claimed())
    assert raised.value.retry_after == wish


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errcode": "0"}', b'{"errcode": null}', b"[" * 50_000])
def test_an_answer_without_an_errcode_is_no_receipt(body):
    with answering(200, body=body) as (url, _), pytest.raises(TryLater):
        robot(url).send(claimed())


def test_never_more_than_twenty_messages_a_minute():
    clock = [1000.0]
    with answering(200, body=b'{"errcode": 0}') as (url, heard):
        group = robot(url, clock=lambda: clock[0])
        for _ in range(20):
            assert group.pause() == 0
            group.send(claimed())
            clock[0] += 1
        assert group.pause() == 40
        with pytest.raises(TryLater):
            group.send(claimed())
        assert len(heard) == 20
        clock[0] += 40
        assert group.pause() == 0
        group.send(claimed())


@pytest.mark.parametrize(
    "said",
    [
        "电话13912345678",
        "０５３１－８８８８６６６６",
        "139 1234 5678",
        "微信号abcdef_1",
        "a@b.cn",
        "见 https://x.cn",
        "www.x.cn",
    ],
)
def test_a_contact_typed_where_an_industry_was_asked_for_is_not_quoted(said):
    assert modest(said) == "见线索"


@pytest.mark.parametrize("said", ["新能源汽车", "AI 芯片", "5G 基站", "3D打印", "LED", ""])
def test_an_industry_is_quoted(said):
    assert modest(said) == (said or "未说明")


def test_an_industry_stays_on_one_line_and_short():
    assert "\n" not in modest("产业\n\n# 标题")
    assert len(modest("长" * 200)) <= 31


@pytest.mark.parametrize(
    ("low", "high", "currency", "told"),
    [
        (30_000_000, 50_000_000, "CNY", "3000万—5000万元"),
        (250_000_000, 250_000_000, "CNY", "2.5亿元"),
        (100_000_000, None, "CNY", "1亿元以上"),
        (None, 5_000_000, "USD", "500万 USD以内"),
        (None, None, "", "见线索"),
    ],
)
def test_an_amount_is_told_as_it_was_understood(low, high, currency, told):
    assert amount({"said": "x", "low": low, "high": high, "currency": currency}) == told


# Mail


def mailbox(port, seconds=0.5, **more):
    given = {"to": "a@bureau.cn, b@bureau.cn", "sender": "bot@bureau.cn", "host": "127.0.0.1", "port": port} | more
    return Mailbox(Mail(**given), seconds)


def test_a_letter_holds_the_same_few_things_and_how_to_look():
    with smtp() as (port, letters):
        mailbox(port).send(claimed(destination="mail"))
    letter = email.message_from_bytes(letters[0], policy=email.policy.default)
    assert letter["Subject"] == "新线索 ZS1"
    assert letter["Message-ID"] == "<k1@bureau.cn>"
    body = letter.get_content()
    for told in ("示例局", "新能源", "3000万—5000万元", "75", "登录招商工作台"):
        assert told in body


def test_a_repeated_letter_carries_the_same_message_id():
    with smtp() as (port, letters):
        for _ in range(2):
            mailbox(port).send(claimed(destination="mail"))
    first, second = (email.message_from_bytes(letter)["Message-ID"] for letter in letters)
    assert first == second


@pytest.mark.parametrize("command", ["mail", "rcpt", "data", "end"])
@pytest.mark.parametrize(("code", "error"), [(451, TryLater), (550, Refused)])
def test_smtp_4xx_is_tried_later_and_5xx_is_final(command, code, error):
    with smtp(**{command: code}) as (port, _), pytest.raises(error, match=str(code)):
        mailbox(port).send(claimed(destination="mail"))


def test_a_mail_server_that_is_down_or_hangs_is_tried_later():
    with pytest.raises(TryLater):
        mailbox(free_port()).send(claimed())
    with raw(hang) as url, pytest.raises(TryLater):
        mailbox(int(url.split(":")[2].split("/")[0]), seconds=0.2).send(claimed())


def test_a_mail_server_without_the_encryption_that_was_asked_for_gets_nothing():
    with smtp() as (port, letters), pytest.raises(Refused):
        mailbox(port, tls=True).send(claimed())
    assert letters == []


def test_a_password_is_not_given_to_a_server_that_can_not_log_in():
    with smtp() as (port, letters), pytest.raises(DeliveryFailed):
        mailbox(port, user="u", password=base64.b64encode(b"x").decode()).send(claimed())
    assert letters == []
