"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

YI = Decimal(10_000)
"""万元 in one 亿元."""
NO_CAP = "原文未见上限"


def decimal(value: float | None) -> Decimal:
    """A figure of a record, exactly as it was written; nothing is zero."""
    return Decimal(str(value or 0))


def plain(value: Decimal) -> str:
    """A number without trailing zeros and exponent; at most four decimals."""
    text = f"{value.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan(amount: Decimal) -> str:
    """An amount in words; from one 亿 on, in 亿元 besides."""
    more = f"（{plain(amount / YI)}亿元）" if amount >= YI else ""
    return f"{plain(amount)}万元{more}"


def share(rate: Decimal) -> str:
    """A rate in words: 1%, 6‰, 万分之1.5."""
    if rate >= Decimal("0.01") or not rate:
        return f"{plain(rate * 100)}%"
    return f"{plain(rate * 1000)}‰" if rate >= Decimal("0.001") else f"万分之{plain(rate * 10_000)}"
