"""The door lets in what the platform sent, to us and just now, and refuses all else without a reason."""

from __future__ import annotations

import time

import pytest

from bot.channels.ledger import Ledger
from bot.channels.wechat.crypto import Cipher, Refused
from bot.channels.wechat.door import Door
from tests.bot.wechat.conftest import AES_KEY, Oracle
from tests.support.timing import quickest
from tests.wechat_platform import Platform, signature

FIELDS = {"FromUserName": "o1", "ToUserName": "gh", "MsgType": "text", "Content": "你好", "MsgId": 1, "CreateTime": 2}


class Clock:
    def __init__(self):
        self.now = time.time()  # of the test, not of its file: a long run would be refused as too late

    def __call__(self):
        return self.now


@pytest.fixture(params=["plain", "sealed"])
def both(request, tmp_path):
    """A platform and a door that know the same secrets, in both modes."""
    platform, clock = Platform(), Clock()
    cipher = None
    if request.param == "sealed":
        platform.cipher, cipher = Oracle(AES_KEY, platform.app_id), Cipher(AES_KEY, platform.app_id)
    ledger = Ledger(tmp_path / "l.sqlite3", clock)
    return platform, Door("wechat", platform.token, cipher, ledger, clock=clock), clock


def test_a_push_is_let_in(both):
    platform, door, _ = both
    fields = door.open(*platform.signed(FIELDS))
    assert (fields["Content"], fields["FromUserName"]) == ("你好", "o1")


def test_a_wrong_token_signature_nonce_or_time_is_refused(both):
    platform, door, _ = both
    query, body = platform.signed(FIELDS)
    for name in ("msg_signature" if platform.cipher else "signature", "nonce", "timestamp"):
        for wrong in ("", "x", query[name][:-1], query[name] + "0", "中文", "-1", "1e9", "9" * 30):
            with pytest.raises(Refused):
                door.open({**query, name: wrong}, body)
        with pytest.raises(Refused):
            door.open({n: v for n, v in query.items() if n != name}, body)


def test_what_is_older_or_younger_than_the_window_is_refused(both):
    platform, door, clock = both
    for at in (clock.now - 301, clock.now + 302):
        with pytest.raises(Refused):
            door.open(*platform.signed(FIELDS, at=at))
    door.open(*platform.signed(FIELDS, at=clock.now - 290))


def test_a_retry_with_the_same_nonce_is_let_in_and_another_message_with_it_is_refused(both):
    platform, door, clock = both
    same = {"nonce": "n1", "at": clock.now}  # a nonce counts within its second
    first = platform.signed(FIELDS, **same)
    door.open(*first)
    door.open(*first)
    with pytest.raises(Refused):
        door.open(*platform.signed({**FIELDS, "Content": "别的话", "MsgId": 9}, **same))


def test_a_reply_can_be_read_by_the_platform_whatever_its_text(both):
    platform, door, _ = both
    for text in ("你好", "]]>", "a]]>b]]>", "<a href='x'>&amp;", "]]]]>>", "\x00\x07控制\ud800"):
        said = door.seal({"MsgType": "text", "Content": text, "CreateTime": 1}, "n")
        assert platform._read(said) == "".join(c for c in text if c not in "\x00\x07\ud800")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};">'
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><xml><FromUserName>&i;</FromUserName><MsgType>text</MsgType></xml>"
)
BAD_BODIES = {
    "entity bomb": BOMB,
    "external entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><FromUserName>&a;</FromUserName><MsgType>text</MsgType></xml>',
    "no xml": "sender=a",
    "empty": "",
    "cut off": "<xml><FromUserName>o1</FromUserName>",
    "nobody": "<xml><MsgType>text</MsgType></xml>",
    "no kind": "<xml><FromUserName>o1</FromUserName></xml>",
    "deep": "<xml>" * 8000,
    "an encoding nobody knows": '<?xml version="1.0" encoding="no-such"?><xml/>',
    "an element written into a text": "<xml><FromUserName><b>o1</b></FromUserName><MsgType>text</MsgType></xml>",
}


@pytest.mark.parametrize("what", BAD_BODIES)
def test_a_body_that_is_no_message_is_refused_though_it_is_signed(both, what):
    platform, door, _ = both
    with pytest.raises(Refused):
        door.open(*platform.signed_body(BAD_BODIES[what]))


def test_a_body_that_is_too_long_is_refused_before_it_is_parsed(both):
    platform, door, _ = both
    query, body = platform.signed({**FIELDS, "Content": "字" * 30_000})

    def refuse():
        with pytest.raises(Refused):
            door.open(query, body)

    assert quickest(refuse) < 0.05


def test_where_messages_are_sealed_a_plain_one_is_refused(tmp_path):
    platform = Platform()
    door = Door("wechat", platform.token, Cipher(AES_KEY, platform.app_id), Ledger(tmp_path / "l.sqlite3"))
    with pytest.raises(Refused):
        door.open(*platform.signed(FIELDS))


def test_a_message_for_another_app_is_refused(tmp_path):
    platform = Platform()
    door = Door("wechat", platform.token, Cipher(AES_KEY, platform.app_id), Ledger(tmp_path / "l.sqlite3"))
    platform.cipher = Oracle(AES_KEY, "wxanother")
    with pytest.raises(Refused):
        door.open(*platform.signed(FIELDS))


def test_the_greeting_is_echoed_only_when_it_is_signed(both):
    platform, door, clock = both
    stamp = str(int(clock.now))
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(platform.token, stamp, "n"), "echostr": "8472"}
    assert door.greet(query) == "8472"
    for wrong in ({**query, "signature": "x"}, {**query, "timestamp": "1"}, {}):
        with pytest.raises(Refused):
            door.greet(wrong)


def test_wecom_greets_with_a_sealed_word(tmp_path):
    door = Door("wecom", "t", Cipher(AES_KEY, "wwcorp"), Ledger(tmp_path / "l.sqlite3"), seals_echo=True)
    stamp, sealed = str(int(time.time())), Oracle(AES_KEY, "wwcorp").encrypt("8472")
    query = {"timestamp": stamp, "nonce": "n", "echostr": sealed, "msg_signature": signature("t", stamp, "n", sealed)}
    assert door.greet(query) == "8472"
    with pytest.raises(Refused):
        door.greet({**query, "msg_signature": signature("t", stamp, "n")})
