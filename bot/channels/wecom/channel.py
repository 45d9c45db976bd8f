"""Rasa's channel for an application of WeCom; it shares all but settings and interface with WeChat's."""

from __future__ import annotations

import logging
from functools import partial
from typing import Optional

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint

from bot.channels.ledger import Ledger
from bot.channels.push import channel_secret
from bot.channels.turn import OnNewMessage
from bot.channels.wechat import incoming, scenes
from bot.channels.wechat.channel import secret_of
from bot.channels.wechat.door import Door
from bot.channels.wechat.incoming import Allowance, Allowances
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.routes import Platform, routes
from bot.channels.wechat.settings import SettingsIncomplete, cipher_of
from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.settings import WeComSettings

logger = logging.getLogger(__name__)
_ALWAYS = Allowance(1_000_000, 30 * 86400.0)
"""WeCom lets an application write whenever it likes; after a month we no longer know to whom."""


class WeComInput(InputChannel):
    """`/webhooks/wecom/webhook`."""

    def __init__(self, settings: Optional[WeComSettings] = None, ledger: Optional[Ledger] = None) -> None:
        """Both from the environment unless given."""
        try:
            self._settings = settings or WeComSettings.of()
            if self._settings is None:
                logger.info("企业微信渠道没有启用：没有设置 WECOM_…（见 docs/wechat.md）")
        except SettingsIncomplete as error:
            self._settings = None
            logger.error("%s（见 docs/wechat.md）", error)
        self._ledger = ledger or Ledger.of()

    @classmethod
    def name(cls) -> str:
        return "wecom"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel; none where it is not set up."""
        if self._settings is None:
            return Blueprint("wecom_webhook", __name__)
        return routes(platform_of(self._settings, self._ledger), on_new_message, channel_secret())


def platform_of(settings: WeComSettings, ledger: Ledger) -> Platform:
    """Everything connected, in one place."""
    api = WeComApi(settings.api_base, settings.corp_id, settings.secret, settings.agent_id, ledger)
    cipher = cipher_of(settings.encoding_aes_key, settings.corp_id, "WECOM_ENCODING_AES_KEY")
    return Platform(
        "wecom",
        Door(
            "wecom", settings.token, cipher, ledger, settings.window_seconds, seals_echo=True, agent_id=str(settings.agent_id)
        ),
        ledger,
        Outbox("wecom", ledger, api),
        partial(
            incoming.read, channel="wecom", account=f"{settings.corp_id} {settings.agent_id}", secret=secret_of(ledger),
            scene=scenes.question_of, allowances=Allowances(_ALWAYS, _ALWAYS),
        ),
        api.close,
    )  # fmt: skip
