"""Contacts as lists show them: enough to tell two apart, too little to call."""

from __future__ import annotations


def masked(contact: str, kind: str) -> str:
    """A contact with its middle left out.

    >>> masked("+8613800000001", "mobile"), masked("zhang@b.cn", "email"), masked("zhang_88", "wechat")
    ('138****0001', 'z***@b.cn', 'zh***')
    """
    if not contact:
        return ""
    if kind == "email":
        name, _, host = contact.partition("@")
        return f"{name[:1]}***@{host}"
    if kind == "wechat":
        return f"{contact[:2]}***"
    number = contact.partition(";")[0].removeprefix("+86")
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 9 else f"{number[:2]}****"
