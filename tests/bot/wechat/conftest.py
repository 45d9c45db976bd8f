"""WeChat's account and server, and a ledger in a folder of its own."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from wechatpy.crypto import PrpCrypto

from bot.channels.ledger import Ledger
from tests.wechat_platform import Platform

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "wechat"
SECRET = "s" * 32
AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"


class Oracle:
    """wechatpy's cipher stands where WeChat's is."""

    def __init__(self, key, receive_id):
        self._cipher, self._receive_id = PrpCrypto(base64.b64decode(key + "=")), receive_id

    def encrypt(self, text):
        return self._cipher.encrypt(text, self._receive_id).decode()

    def decrypt(self, sealed):
        return self._cipher.decrypt(sealed, self._receive_id)


@pytest.fixture(scope="session", autouse=True)
def pushes_are_signed():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHANNEL_SECRET", SECRET)
        yield


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "channels.sqlite3")


@pytest.fixture
def platform():
    with Platform().serving() as platform:
        yield platform


def published_messages():
    """Every kind of message and event, as WeChat and WeCom send them; empty where the data are not on this machine."""
    file = DATA / "messages.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
