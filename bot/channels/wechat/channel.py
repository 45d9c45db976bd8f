"""Rasa's channel for a WeChat Official Account; not there at all where it is not set up."""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import Optional

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint

from bot.channels.ledger import Ledger
from bot.channels.push import channel_secret
from bot.channels.turn import OnNewMessage
from bot.channels.wechat import incoming, scenes
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.door import Door
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.routes import Platform, routes
from bot.channels.wechat.settings import SettingsIncomplete, WeChatSettings, cipher_of

logger = logging.getLogger(__name__)
_YEARS = 50 * 365 * 86400.0


class WeChatInput(InputChannel):
    """`/webhooks/wechat/webhook`."""

    def __init__(self, settings: Optional[WeChatSettings] = None, ledger: Optional[Ledger] = None) -> None:
        """Both from the environment unless given."""
        try:
            self._settings = settings or WeChatSettings.of()
            if self._settings is None:
                logger.info(
                    "公众号渠道没有启用：没有设置 WECHAT_TOKEN、WECHAT_APP_ID、WECHAT_APP_SECRET（见 docs/wechat.md）"
                )
        except SettingsIncomplete as error:
            self._settings = None
            logger.error("%s（见 docs/wechat.md）", error)
        self._ledger = ledger or Ledger.of()

    @classmethod
    def name(cls) -> str:
        return "wechat"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel; none where it is not set up."""
        if self._settings is None:
            return Blueprint("wechat_webhook", __name__)
        return routes(platform_of(self._settings, self._ledger), on_new_message, channel_secret())


def platform_of(settings: WeChatSettings, ledger: Ledger) -> Platform:
    """Everything connected, in one place."""
    api = WeChatApi(settings.api_base, settings.app_id, settings.app_secret, ledger)
    key = settings.encoding_aes_key
    cipher = cipher_of(key, settings.app_id, "WECHAT_ENCODING_AES_KEY") if key else None
    return Platform(
        "wechat",
        Door("wechat", settings.token, cipher, ledger, settings.window_seconds),
        ledger,
        Outbox("wechat", ledger, api),
        partial(
            incoming.read, channel="wechat", account=settings.app_id, secret=secret_of(ledger), scene=scenes.question_of
        ),
        api.close,
        settings.cards,
    )


def secret_of(ledger: Ledger) -> bytes:
    """What sender ids are made with: made once, kept beside the open ids it hides elsewhere."""
    return bytes.fromhex(ledger.note_once("wechat", "", "sender_secret", secrets.token_hex(32), _YEARS))
