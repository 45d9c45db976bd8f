"""A message is text: what every channel does to what an outsider typed, before Rasa sees it."""

from __future__ import annotations

import re
import unicodedata

from knowledge.discretion import discreet

LONGEST = 3000
"""Characters of a message that are read; what comes behind is dropped."""
_TRIGGER = "/"
_LABEL = re.compile(r"[\w .:·-]{1,40}")


def plain_text(typed: object) -> str:
    """Return harmless text for whatever a channel received.

    A leading slash, also full-width or behind invisible characters, would trigger an intent in Rasa; it
    becomes a character that looks alike and triggers nothing. Anything but text reads as empty.
    """
    text = typed[: LONGEST * 2] if isinstance(typed, str) else ""
    text = "".join(
        c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co") and (c.isprintable() or c in "\n\t ")
    )
    text = text[:LONGEST].strip()
    if unicodedata.normalize("NFKC", text[:1]) == _TRIGGER:
        text = "∕" + text[1:]
    return text


def source_label(given: object) -> str:
    """From where an investor came, as the page or the code he scanned has it; empty for anything but a short label that
    tells nothing of a person."""
    label = given.strip() if isinstance(given, str) else ""
    return label if _LABEL.fullmatch(label) and discreet(label) == label else ""
