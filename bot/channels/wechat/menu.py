"""The menu of the Official Account as `menu.yml` defines it, checked against WeChat's limits, and how it is published."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import yaml

from bot.channels.wechat.scenes import FILE

_MOST, _MOST_BELOW = 3, 5
_NAME, _NAME_BELOW = 16, 60
"""Bytes of a name: WeChat shows about 4 and 8 Chinese characters of it."""
_KEY, _URL = 128, 1024


class MenuInvalid(ValueError):
    """Every fault, a line each, in Chinese."""


def menu_of(file: Path = FILE) -> Dict[str, Any]:
    """The body for /cgi-bin/menu/create. Raises `MenuInvalid`."""
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    faults: List[str] = []
    entries = loaded.get("menu") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= _MOST:
        raise MenuInvalid(f"menu 要有 1 到 {_MOST} 个一级菜单")
    buttons = [_button(entry, _NAME, faults, top=True) for entry in entries]
    if faults:
        raise MenuInvalid("\n".join(faults))
    return {"button": buttons}


def _button(entry: Any, longest: int, faults: List[str], *, top: bool) -> Dict[str, Any]:
    name = str(entry.get("name", "")) if isinstance(entry, dict) else ""
    if not 0 < len(name.encode()) <= longest:
        faults.append(f"菜单“{name}”的 name 要有 1 到 {longest} 个字节（一个汉字 3 个字节）")
        return {}
    kinds = [kind for kind in ("items", "question", "url") if entry.get(kind)]
    if len(kinds) != 1 or (kinds == ["items"] and not top):
        faults.append(f"菜单“{name}”要写 question、url 之一{'，或 items' if top else ''}")
        return {}
    if kinds == ["items"]:
        items = entry["items"]
        if not isinstance(items, list) or len(items) > _MOST_BELOW:
            faults.append(f"菜单“{name}”的 items 最多 {_MOST_BELOW} 个")
            return {}
        return {"name": name, "sub_button": [_button(item, _NAME_BELOW, faults, top=False) for item in items]}
    value = str(entry[kinds[0]])
    if kinds == ["question"]:
        if len(value.encode()) > _KEY:
            faults.append(f"菜单“{name}”的 question 最多 {_KEY} 个字节（约 42 个汉字）")
        return {"type": "click", "name": name, "key": value}
    if not value.startswith(("https://", "http://")) or len(value.encode()) > _URL:
        faults.append(f"菜单“{name}”的 url 要以 https:// 开头，最多 {_URL} 个字节")
    return {"type": "view", "name": name, "url": value}
