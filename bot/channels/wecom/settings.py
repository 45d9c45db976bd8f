"""What a bureau sets for an application of WeCom, from the environment. All of it, or no channel at all."""

from __future__ import annotations

import os
from typing import Mapping, NamedTuple, Optional

from bot.channels.wechat.settings import SettingsIncomplete, base_of, cipher_of, read, seconds_of


class WeComSettings(NamedTuple):
    """As shown in WeCom's administration. WeCom knows no plain mode."""

    token: str
    encoding_aes_key: str
    corp_id: str
    agent_id: int
    secret: str
    api_base: str = "https://qyapi.weixin.qq.com"
    window_seconds: float = 300.0

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Optional[WeComSettings]:
        """None where WeCom is not set up. Raises `SettingsIncomplete`."""
        given = read(environ, "WECOM_", ["TOKEN", "ENCODING_AES_KEY", "CORP_ID", "AGENT_ID", "SECRET"], "企业微信")
        if given is None:
            return None
        token, key, corp_id, agent_id, secret = given
        cipher_of(key, corp_id, "WECOM_ENCODING_AES_KEY")
        if not (agent_id.isascii() and agent_id.isdigit()):
            raise SettingsIncomplete("WECOM_AGENT_ID 要写应用的 AgentId，一个整数")
        return cls(
            token, key, corp_id, int(agent_id), secret,
            base_of(environ, "WECOM_API_BASE", cls._field_defaults["api_base"]),
            seconds_of(environ, "WECOM_WINDOW_SECONDS", cls._field_defaults["window_seconds"]),
        )  # fmt: skip
