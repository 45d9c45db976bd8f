"""From where a visitor speaks: which sites may embed the widget, and the address that limits count by."""

from __future__ import annotations

import os
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from sanic.request import Request


class Gate:
    """`WEB_ORIGINS` (origins with commas between) and `WEB_PROXIES` (reverse proxies in front, default 0)."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Raises `ValueError` where a setting can't be read."""
        self._origins = frozenset(_origin(o) for o in environ.get("WEB_ORIGINS", "").split(",") if o.strip())
        proxies = environ.get("WEB_PROXIES", "").strip() or "0"
        if not proxies.isdecimal():
            raise ValueError("WEB_PROXIES 要写前面有几层反向代理，例如 1")
        self._proxies = int(proxies)

    def allows(self, origin: Optional[str], environ: Mapping[str, Any]) -> bool:
        """Whether a page of this origin may talk to us: our own pages always, others where they are listed.

        A proxy in front must hand on the Host it was asked by (docs/widget.md).
        """
        if not origin:
            return False
        return (
            origin.lower() in self._origins or urlsplit(origin).netloc.lower() == str(environ.get("HTTP_HOST")).lower()
        )

    def address(self, request: Request) -> str:
        """The visitor's address. What a visitor himself writes into X-Forwarded-For is never believed."""
        if self._proxies:
            hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
            if len(hops) >= self._proxies:
                return hops[-self._proxies]
        return request.ip


def _origin(written: str) -> str:
    parts = urlsplit(written.strip().rstrip("/").lower())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise ValueError(f"WEB_ORIGINS 要写完整的来源，例如 https://www.example.gov.cn，这里写成了 {written.strip()}")
    return f"{parts.scheme}://{parts.netloc}"
