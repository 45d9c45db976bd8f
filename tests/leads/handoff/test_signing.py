"""Signatures: what was signed is accepted, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.delivery.signing import ID, SIGNATURE, TIMESTAMP, SignatureInvalid, StandardWebhooks

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SIGNER = StandardWebhooks("a-key")
IDS = st.text("0123456789abcdef-_", min_size=1, max_size=40)


@given(IDS, st.binary(max_size=200))
def test_what_was_signed_is_accepted(id_, body):
    SIGNER.verify(SIGNER.sign(id_, NOW, body), body, NOW)


@given(IDS, st.binary(min_size=1, max_size=60), st.data())
def test_any_flipped_bit_is_refused(id_, body, data):
    """In the body, the id, the time or the signature."""
    headers = SIGNER.sign(id_, NOW, body)
    part = data.draw(st.sampled_from(["body", ID, TIMESTAMP, SIGNATURE]))
    before = bytearray(body if part == "body" else headers[part].encode())
    place = data.draw(st.integers(0, len(before) * 8 - 1))
    before[place // 8] ^= 1 << place % 8
    if part == "body":
        body = bytes(before)
    else:
        headers[part] = before.decode("latin-1")
    with pytest.raises(SignatureInvalid):
        SIGNER.verify(headers, body, NOW)


def test_the_parts_cannot_be_cut_elsewhere():
    """Id a, time 1, body "2.x" makes the same bytes as id a.1, time 2, body x."""
    when = datetime.fromtimestamp(1_700_000_000, UTC)
    headers = SIGNER.sign("a", when, b"1700000000.x")
    moved = {ID: "a.1700000000", TIMESTAMP: "1700000000", SIGNATURE: headers[SIGNATURE]}
    with pytest.raises(SignatureInvalid):
        SIGNER.verify(moved, b"x", when)


@pytest.mark.parametrize(("minutes", "accepted"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_a_time_more_than_five_minutes_away_is_refused(minutes, accepted):
    headers = SIGNER.sign("a", NOW + timedelta(minutes=minutes), b"x")
    if accepted:
        SIGNER.verify(headers, b"x", NOW)
    else:
        with pytest.raises(SignatureInvalid, match="5 分钟"):
            SIGNER.verify(headers, b"x", NOW)


def test_another_secret_is_refused():
    with pytest.raises(SignatureInvalid, match="签名不对"):
        StandardWebhooks("b-key").verify(SIGNER.sign("a", NOW, b"x"), b"x", NOW)


@pytest.mark.parametrize("missing", [ID, TIMESTAMP, SIGNATURE])
def test_a_missing_header_is_refused(missing):
    headers = SIGNER.sign("a", NOW, b"x")
    del headers[missing]
    with pytest.raises(SignatureInvalid, match="缺少"):
        SIGNER.verify(headers, b"x", NOW)


def test_one_right_signature_among_several_is_enough():
    headers = SIGNER.sign("a", NOW, b"x")
    headers[SIGNATURE] = f"v1,AAAA v2,BBBB {headers[SIGNATURE]}"
    SIGNER.verify(headers, b"x", NOW)


def test_it_is_the_signature_that_standard_webhooks_describes():
    """The key is what stands in base64 behind whsec_; the signature is base64 behind "v1,"."""
    key = bytes(range(24))
    headers = StandardWebhooks("whsec_" + base64.b64encode(key).decode()).sign("msg_1", NOW, b"{}")
    wanted = hmac.new(key, f"msg_1.{int(NOW.timestamp())}.{{}}".encode(), hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": "v1," + base64.b64encode(wanted).decode(),
    }


@pytest.mark.parametrize("bad", ["", "whsec_", "whsec_你好"])
def test_a_secret_that_is_none_is_refused_at_once(bad):
    with pytest.raises(ValueError, match="密钥"):
        StandardWebhooks(bad)
