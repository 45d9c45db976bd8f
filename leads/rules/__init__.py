"""How leads are scored and routed: rules a bureau may edit, read once when the service is made."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

HERE = Path(__file__).parent
T = TypeVar("T")


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all rules: a misspelt key is an error, never a rule that silently does nothing."""


def load(file: Path, shape: type[T]) -> T:
    """Read a file of rules. Raises `ValueError` with file, place and fault, or `OSError`."""
    try:
        return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), shape)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ValueError(f"{file.name}：{error}") from error


def fold(text: str) -> str:
    """One form for width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def first_word(words: tuple[str, ...], text: str) -> str:
    """The first of some words that occurs in a text, or "". Latin words count only whole: AI is not in Thailand."""
    folded = fold(text)
    return next((word for word in words if _occurs(fold(word), folded)), "")


def _occurs(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    return word in text
