"""Every kind of message and event means something: a question, a fixed answer, or nothing."""

from __future__ import annotations

import pytest

from bot.channels.wechat import scenes, wording, xml
from bot.channels.wechat.crypto import Refused
from bot.channels.wechat.incoming import OFFICIAL_ACCOUNT, read
from bot.text import LONGEST
from tests.bot.wechat.conftest import published_messages

SECRET = b"secret"


def understood(_scene=lambda scene: "", **fields):
    return read({"FromUserName": "o1", "CreateTime": "7", "MsgType": "text", **fields}, "wechat", "wx1", SECRET, _scene)


def test_what_is_written_goes_to_the_assistant_as_plain_text():
    assert understood(Content="济南有哪些园区？").say == "济南有哪些园区？"
    assert not understood(Content="/restart").say.startswith("/")
    assert len(understood(Content="长" * 5000).say) == LONGEST


def test_a_voice_message_is_read_where_wechat_has_understood_it():
    assert understood(MsgType="voice", Recognition="济南高新区在哪里？").say == "济南高新区在哪里？"
    assert understood(MsgType="voice", MediaId="m").tell == wording.VOICE


def test_a_place_is_asked_about():
    assert understood(MsgType="location", Label="济南市历城区").say == "济南市历城区附近有哪些园区？"
    assert understood(MsgType="location").tell == wording.PLACE


@pytest.mark.parametrize("kind", ["image", "video", "shortvideo", "file", "link", "notsure", "", "Image"])
def test_what_can_not_be_read_is_answered_with_a_way_on(kind):
    push = understood(MsgType=kind)
    assert not push.say
    assert "文字" in push.tell


def test_who_subscribes_is_greeted_and_told_about_what_the_code_is_for():
    assert understood(MsgType="event", Event="subscribe").say == "你好"
    push = understood(
        lambda scene: f"介绍一下{scene}", MsgType="event", Event="subscribe", EventKey="qrscene_jn-gaoxin"
    )
    assert (push.say, push.tell, push.source) == ("介绍一下jn-gaoxin", wording.WELCOME, "jn-gaoxin")
    assert push.kept()["source"] == "jn-gaoxin"
    push = understood(lambda scene: f"介绍一下{scene}", MsgType="event", Event="SCAN", EventKey="jn-gaoxin")
    assert (push.say, push.tell, push.source) == ("介绍一下jn-gaoxin", "", "jn-gaoxin")
    assert understood(MsgType="event", Event="SCAN", EventKey="123").say == "你好"


def test_a_click_on_the_menu_is_a_question():
    push = understood(MsgType="event", Event="CLICK", EventKey="济南有哪些园区？")
    assert (push.say, push.allowance) == ("济南有哪些园区？", OFFICIAL_ACCOUNT.event)
    assert not understood(MsgType="event", Event="CLICK", EventKey="/restart").say.startswith("/")


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "kf_create_session", "new_one", ""])
def test_an_event_nobody_expects_an_answer_to_gets_none(event):
    push = understood(MsgType="event", Event=event)
    assert (push.say, push.tell, push.allowance) == ("", "", None)


def test_who_leaves_is_forgotten():
    assert understood(MsgType="event", Event="unsubscribe").left
    assert not understood(MsgType="event", Event="subscribe").left


def test_tries_of_one_push_share_a_key_and_nothing_else_does():
    keys = [
        understood(MsgId="1").key, understood(MsgId="2").key, understood(MsgId="1", FromUserName="o2").key,
        understood(MsgType="event", Event="CLICK", EventKey="a").key, understood(MsgType="event", Event="CLICK", EventKey="b").key,
        understood(MsgType="event", Event="VIEW", EventKey="a").key,
        understood(MsgType="event", Event="CLICK", EventKey="a", CreateTime="8").key,
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert understood(MsgId="1", CreateTime="99").key == keys[0]


def test_an_open_id_can_not_be_made_out_of_key_or_sender():
    push = understood(FromUserName="oSecretOpenId", MsgId="1")
    assert "oSecret" not in push.key + push.sender
    assert push.sender.startswith("wechat-")
    assert push.sender == understood(FromUserName="oSecretOpenId", MsgId="2").sender
    other = read({"FromUserName": "oSecretOpenId", "MsgType": "text"}, "wechat", "wx1", b"other", lambda s: "")
    assert other.sender != push.sender


@pytest.mark.skipif(not published_messages(), reason="../shared/data/wechat is not on this machine")
def test_every_published_message_is_understood_or_refused():
    """Of the 74, the few without a sender or a kind are not pushes."""
    meant = {"asked": 0, "told": 0, "noted": 0, "refused": 0}
    for message in published_messages():
        try:
            fields = xml.parse(message["xml"].encode())
        except Refused:
            meant["refused"] += 1
            continue
        if not (fields.get("FromUserName") and fields.get("MsgType")):
            meant["refused"] += 1
            continue
        push = read(fields, "wechat", "wx1", SECRET, lambda scene: "")
        answered = message["msg_type"] != "event" or message["event"] in ("subscribe", "SCAN", "CLICK")
        assert bool(push.say or push.tell) == answered, message
        meant["asked" if push.say else "told" if push.tell else "noted"] += 1
    assert sum(meant.values()) == 74
    assert meant["refused"] == 0, meant


def test_a_scene_is_the_id_of_a_record_or_one_of_the_menus():
    assert scenes.question_of("jn-gaoxin") == "介绍一下济南高新技术产业开发区"
    for unknown in ("", "no-such-record", "../site/jn-gaoxin", "*", "123", "a" * 100, "last_trade_no_1"):
        assert scenes.question_of(unknown) == ""
