"""The files of the widget: the script that a site embeds, and a page that shows it embedded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Dict, Tuple

from sanic.request import Request
from sanic.response import HTTPResponse, raw

_WIDGET = Path(__file__).resolve().parents[3] / "widget"
_OF_A_PAGE = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}

_A_WHILE = "public, max-age=300"
"""So that a page that is loaded again while the server starts still has the widget, with the conversation in it."""
_BESIDE = {"demo/demo.css": "text/css", "demo/icon.svg": "image/svg+xml"}


class Pages:
    """Read once at the start; a browser that has the file is told so."""

    def __init__(self, folder: Path = _WIDGET) -> None:
        """`folder` holds dist/widget.js and demo/; raises `FileNotFoundError` where it does not."""
        self._files: Dict[str, Tuple[bytes, str]] = {}
        for name in ("dist/widget.js", "demo/index.html", *_BESIDE):
            body = (folder / name).read_bytes()
            self._files[name] = (body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def widget(self, request: Request) -> HTTPResponse:
        """The one file that other sites load."""
        headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": _A_WHILE}
        return self._sent(request, "dist/widget.js", "text/javascript", headers)

    def demo(self, request: Request) -> HTTPResponse:
        """A page under the strictest policy we ask of ourselves."""
        return self._sent(request, "demo/index.html", "text/html", _OF_A_PAGE)

    def beside(self, request: Request, name: str) -> HTTPResponse:
        """What the page loads."""
        kind = _BESIDE.get(f"demo/{name}")
        return self._sent(request, f"demo/{name}", kind, {}) if kind else raw(b"", status=404)

    def _sent(self, request: Request, name: str, kind: str, headers: Dict[str, str]) -> HTTPResponse:
        body, tag = self._files[name]
        headers = {"Cache-Control": "no-cache", **headers, "ETag": tag, "X-Content-Type-Options": "nosniff"}
        if tag in request.headers.get("if-none-match", ""):
            return raw(b"", status=304, headers=headers)
        return raw(body, content_type=f"{kind}; charset=utf-8", headers=headers)
