"""Whose sender ids are whose: a channel makes its own, and nobody can name himself into another channel's conversation."""

from __future__ import annotations

OF_CHANNELS = ("web-", "wechat-", "wecom-")
"""What the sender ids of the channels begin with that make them themselves, from a session or an open id."""


def belongs_to_a_channel(sender: str) -> bool:
    """Whether an id that somebody chose could be, or pass for, one that a channel has made."""
    return sender.strip().casefold().startswith(OF_CHANNELS)
