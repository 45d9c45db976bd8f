"""`python -m bot.channels.wechat menu [--publish]`: shows the menu as it would be published, or publishes it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from typing import Any, Dict, Mapping

from bot.channels.ledger import Ledger
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.menu import MenuInvalid, menu_of
from bot.channels.wechat.settings import SettingsIncomplete, WeChatSettings


def main(arguments: list[str], environ: Mapping[str, str] = os.environ) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.channels.wechat", description="公众号菜单")
    parser.add_argument("command", choices=["menu"], help="菜单：默认只显示，不发布")
    parser.add_argument("--publish", action="store_true", help="发布到公众号")
    given = parser.parse_args(arguments)
    try:
        menu = menu_of()
        if not given.publish:
            print(json.dumps(menu, ensure_ascii=False, indent=2))
            print("以上是将要发布的菜单，还没有发布。发布：make wechat-menu PUBLISH=1", file=sys.stderr)
            return 0
        settings = WeChatSettings.of(environ)
        if settings is None:
            raise SettingsIncomplete("要发布菜单，请设置 WECHAT_TOKEN、WECHAT_APP_ID、WECHAT_APP_SECRET")
        asyncio.run(_publish(settings, menu, environ))
    except (MenuInvalid, SettingsIncomplete) as error:
        print(error, file=sys.stderr)
        return 2
    except WeChatError as error:
        print(f"微信没有收下菜单：{error}。错误码的含义见 docs/wechat.md", file=sys.stderr)
        return 1
    print("菜单已发布，手机上最迟 5 分钟后看到；重新进入公众号可立即看到。")
    return 0


async def _publish(settings: WeChatSettings, menu: Dict[str, Any], environ: Mapping[str, str]) -> None:
    api = WeChatApi(settings.api_base, settings.app_id, settings.app_secret, Ledger.of(environ))
    try:
        await api.publish_menu(menu)
    finally:
        await api.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
