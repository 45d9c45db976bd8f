"""What a bureau may set about its desk, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is the address staff type; empty while the desk is only used on its own machine."""

    port: int = 8080
    url: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises `ValueError` where the port or the address is none."""
        url = (environ.get("CONSOLE_URL") or "").strip().rstrip("/")
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("CONSOLE_URL 要写成 https://后台的域名")
        return cls(port=int(environ.get("CONSOLE_PORT") or cls().port), url=url)

    @property
    def behind_tls(self) -> bool:
        """Whether browsers come over TLS, through a proxy on this machine: then cookies are never sent otherwise, and
        the proxy tells whose address a visitor has."""
        return self.url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names the desk answers to, without port."""
        return frozenset({*LOOPBACK, (urlsplit(self.url).hostname or LOOPBACK[0]).lower()})
