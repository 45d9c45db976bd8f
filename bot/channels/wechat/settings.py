"""What a bureau sets for WeChat, from the environment. All that is needed, or no channel at all."""

from __future__ import annotations

import os
from typing import List, Mapping, NamedTuple, Optional

from bot.channels.wechat.crypto import Cipher


class SettingsIncomplete(ValueError):
    """The message says in Chinese what to set."""


class WeChatSettings(NamedTuple):
    """As filled in at mp.weixin.qq.com."""

    token: str
    app_id: str
    app_secret: str
    encoding_aes_key: str = ""
    """Empty for plain mode."""
    api_base: str = "https://api.weixin.qq.com"
    window_seconds: float = 300.0
    """How far a push's timestamp may be from our clock."""
    cards: bool = False
    """Whether a card with the source's page follows an answer."""

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Optional[WeChatSettings]:
        """None where WeChat is not set up. Raises `SettingsIncomplete`."""
        given = read(environ, "WECHAT_", ["TOKEN", "APP_ID", "APP_SECRET"], "公众号")
        if given is None:
            return None
        key = environ.get("WECHAT_ENCODING_AES_KEY", "").strip()
        token, app_id, app_secret = given
        if key:
            cipher_of(key, app_id, "WECHAT_ENCODING_AES_KEY")
        return cls(
            token, app_id, app_secret, key, base_of(environ, "WECHAT_API_BASE", cls._field_defaults["api_base"]),
            seconds_of(environ, "WECHAT_WINDOW_SECONDS", cls._field_defaults["window_seconds"]),
            environ.get("WECHAT_CARDS", "").strip() == "1",
        )  # fmt: skip


def read(environ: Mapping[str, str], prefix: str, names: List[str], what: str) -> Optional[List[str]]:
    """The values of these variables; None where none of them is set. Raises `SettingsIncomplete`."""
    given = [environ.get(prefix + name, "").strip() for name in names]
    if not any(given):
        return None
    if missing := [prefix + name for name, value in zip(names, given, strict=True) if not value]:
        raise SettingsIncomplete(f"{what}渠道没有启用：还要设置 {'、'.join(missing)}")
    return given


def cipher_of(key: str, receive_id: str, name: str) -> Cipher:
    """Raises `SettingsIncomplete`."""
    try:
        return Cipher(key, receive_id)
    except ValueError as error:
        raise SettingsIncomplete(f"{name} 不对：{error}") from None


def base_of(environ: Mapping[str, str], name: str, default: str) -> str:
    """The address of the platform's interface. Raises `SettingsIncomplete`."""
    base = environ.get(name, "").strip() or default
    if not base.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise SettingsIncomplete(f"{name} 要以 https:// 开头")
    return base


def seconds_of(environ: Mapping[str, str], name: str, default: float) -> float:
    """A number of seconds. Raises `SettingsIncomplete`."""
    try:
        seconds = float(environ.get(name, "").strip() or default)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise SettingsIncomplete(f"{name} 要写 1 到 3600 之间的秒数")
    return seconds
