"""The menu and what is behind a QR code: `menu.yml`, edited by the bureau, and the records by their ids."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict

import yaml

from knowledge.paths import records_folder

FILE = Path(__file__).parent / "menu.yml"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def question_of(scene: str) -> str:
    """The question a scene asks: as `menu.yml` says, or about the record of that id; empty for an unknown one."""
    if scene in scenes():
        return scenes()[scene]
    if not _ID.fullmatch(scene):
        return ""
    for file in records_folder().glob(f"*/{scene}.yml"):
        record = yaml.safe_load(file.read_text(encoding="utf-8"))
        return f"介绍一下{record['name']}"
    return ""


@lru_cache(1)
def scenes() -> Dict[str, str]:
    """Scene → question."""
    loaded: Dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {str(scene): str(question) for scene, question in (loaded.get("scenes") or {}).items()}
