"""The menu is data, checked against WeChat's limits, shown before it is published, and every click is a question."""

from __future__ import annotations

import json

import pytest

from bot.channels.wechat import __main__ as command
from bot.channels.wechat.incoming import read
from bot.channels.wechat.menu import MenuInvalid, menu_of


def clicks(buttons):
    for button in buttons:
        yield from clicks(button.get("sub_button", []))
        if button.get("type") == "click":
            yield button["key"]


def test_every_click_on_the_shipped_menu_is_a_question_in_chinese():
    keys = list(clicks(menu_of()["button"]))
    assert len(keys) >= 8
    for key in keys:
        fields = {"FromUserName": "o", "MsgType": "event", "Event": "CLICK", "EventKey": key}
        assert read(fields, "wechat", "wx", b"s", lambda scene: "").say == key
        assert any("\u4e00" <= c <= "\u9fff" for c in key)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("menu: []", "1 到 3"), ("menu: 7", "1 到 3"), ("- a", "1 到 3"), ("menu: [{question: 问}]", "name"),
        ("menu: [{name: 名}]", "question"), ("menu: [{name: 名, question: 问, url: 'https://a.cn'}]", "question"),
        ("menu: [{name: 名字太长了真的太长, question: 问}]", "16"), ("menu: [{name: 名, url: 'javascript:x'}]", "https"),
        (f"menu: [{{name: 名, question: {'问' * 43}}}]", "128"),
        ("menu: [{name: 名, items: [{name: 名, items: [{name: 名, question: 问}]}]}]", "question"),
        ("menu: [{name: 名, items: [" + "{name: 名, question: 问}," * 6 + "]}]", "5"),
    ],
)  # fmt: skip
def test_a_menu_that_wechat_would_refuse_is_refused_here_with_what_to_mend(tmp_path, text, told):
    file = tmp_path / "menu.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MenuInvalid, match=told):
        menu_of(file)


def test_the_menu_is_shown_and_nothing_published(platform, capsys):
    assert command.main(["menu"], platform.environ()) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == menu_of()
    assert "还没有发布" in shown.err
    assert platform.menus == []


def test_the_menu_is_published(platform, capsys, tmp_path):
    environ = {**platform.environ(), "CHANNELS_DATABASE": str(tmp_path / "l.sqlite3")}
    assert command.main(["menu", "--publish"], environ) == 0
    assert platform.menus == [menu_of()]
    assert "已发布" in capsys.readouterr().out


def test_a_menu_that_can_not_be_published_says_why(platform, capsys, tmp_path):
    environ = {**platform.environ(), "CHANNELS_DATABASE": str(tmp_path / "l.sqlite3")}
    assert command.main(["menu", "--publish"], {}) == 2
    assert "WECHAT_TOKEN" in capsys.readouterr().err
    platform.faults.append(40164)
    assert command.main(["menu", "--publish"], environ) == 1
    assert "40164" in capsys.readouterr().err
