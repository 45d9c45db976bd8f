"""Signatures and AES mode: WeChat's published vectors, and wechatpy as an oracle for what the vectors do not reach."""

from __future__ import annotations

import base64
import json
import os
import random
from contextlib import suppress
from pathlib import Path

import pytest
from wechatpy.crypto import PrpCrypto

from bot.channels.wechat import xml
from bot.channels.wechat.crypto import Cipher, Refused, signature, vouched

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "wechat"
KEY, APP = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"


def vectors():
    """The vectors for pushes; the others are for payments and mini programs, which we have not."""
    file = DATA / "crypto_vectors.jsonl"
    if not file.exists():
        return {}
    return {v["case"]: v for v in map(json.loads, file.read_text("utf-8").splitlines())}


VECTORS = vectors()
needs_vectors = pytest.mark.skipif(not VECTORS, reason="../shared/data/wechat is not on this machine")


@pytest.fixture
def cipher():
    return Cipher(KEY, APP)


@needs_vectors
@pytest.mark.parametrize(
    ("case", "right"), [("test_check_signature_should_ok", True), ("test_check_signature_should_fail", False)]
)
def test_a_greeting_is_vouched_for_by_its_signature(case, right, cipher):
    given_ = VECTORS[case]["inputs"]
    token = VECTORS[case]["shared"]["token"]
    assert vouched(given_["signature"], token, given_["timestamp"], given_["nonce"], given_["echo_str"]) is right
    if right:
        assert cipher.decrypt(given_["echo_str"])


@needs_vectors
@pytest.mark.parametrize("case", ["test_decrypt_message", "test_decrypt_binary_message"])
def test_a_sealed_message_is_opened(case, cipher):
    given_ = VECTORS[case]["inputs"]
    sealed = xml.parse(given_["xml"].encode())["Encrypt"]
    assert vouched(given_["signature"], VECTORS[case]["shared"]["token"], given_["timestamp"], given_["nonce"], sealed)
    fields = xml.parse(cipher.decrypt(sealed))
    assert (fields["Content"], fields["FromUserName"]) == ("test", "messense")


@needs_vectors
def test_a_reply_is_sealed_to_the_byte_as_wechat_shows_it(cipher):
    given_ = VECTORS["test_encrypt_message"]["inputs"]
    expected = xml.parse(given_["expected"].encode())
    opened = cipher.decrypt(expected["Encrypt"])
    assert opened.decode() == given_["reply"]
    # The vector's own noise, read off its plain text, gives its very bytes again.
    whole = PrpCrypto(base64.b64decode(KEY + "=")).cipher.decrypt(base64.b64decode(expected["Encrypt"]))
    assert cipher.encrypt(opened, whole[:16]) == expected["Encrypt"]
    assert signature("123456", given_["timestamp"], given_["nonce"], expected["Encrypt"]) == expected["MsgSignature"]


@pytest.mark.parametrize("length", [*range(70), 300, 2048])
def test_what_we_seal_wechatpy_opens_and_the_other_way_round(length):
    ours, theirs = Cipher(KEY, APP), PrpCrypto(base64.b64decode(KEY + "="))
    dice = random.Random(length)  # noqa: S311 - a test's own dice
    text = "".join(dice.choices("ab]]>&<济南🏭\n", k=length))
    assert theirs.decrypt(ours.encrypt(text.encode()), APP) == text
    assert ours.decrypt(theirs.encrypt(text, APP).decode()) == text.encode()


def test_a_message_for_another_app_is_refused(cipher):
    with pytest.raises(Refused):
        cipher.decrypt(Cipher(KEY, "wxanother").encrypt(b"x"))
    with pytest.raises(Refused):
        cipher.decrypt(Cipher(KEY, APP + "x").encrypt(b"x"))


@pytest.mark.parametrize("sealed", ["", "x", "%%%", "QUJD", "A" * 4000, base64.b64encode(b"\0" * 64).decode(), "中文"])
def test_whatever_is_no_sealed_message_is_refused(sealed, cipher):
    with pytest.raises(Refused):
        cipher.decrypt(sealed)


def test_a_flipped_byte_never_gives_an_error_of_another_kind(cipher):
    whole = base64.b64decode(cipher.encrypt(b"<xml><a>1</a></xml>"))
    dice = random.Random(1)  # noqa: S311 - a test's own dice
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= dice.randrange(1, 256)
        with suppress(Refused):
            cipher.decrypt(base64.b64encode(bytes(data)).decode())


@pytest.mark.parametrize("key", ["", "short", "x" * 43 + "y", "中" * 43, "!" * 43])
def test_a_key_that_is_none_is_said_so(key):
    with pytest.raises(ValueError, match="43"):
        Cipher(key, APP)


@pytest.mark.parametrize("sent", ["", "DD6B", "中文", "\ud800"])
def test_a_strange_signature_is_just_wrong(sent):
    assert not vouched(sent, "token", "1", "2")
