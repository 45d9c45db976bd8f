"""The files of the widget: the script that a site embeds, and a page that shows it embedded."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Dict, NamedTuple

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


_LEVEL = 9
"""Of compression; each file is compressed once."""


class Page(NamedTuple):
    """A file as it is sent, as it is and compressed, each with the tag by which a browser asks whether it is still so."""

    body: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Page:
        """Compressed here, once: nothing built has to be kept in step with it."""
        return cls(body, gzip.compress(body, _LEVEL, mtime=0), hashlib.sha256(body).hexdigest()[:32])


class Pages:
    """Read once at the start; a browser that has the file is told so."""

    def __init__(self, folder: Path = _WIDGET) -> None:
        """`folder` holds dist/widget.js and demo/; raises `FileNotFoundError` where it does not."""
        names = ("dist/widget.js", "demo/index.html", *_BESIDE)
        self._files: Dict[str, Page] = {name: Page.of((folder / name).read_bytes()) for name in names}

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
        page = self._files[name]
        packed = takes_gzip(request.headers.get("accept-encoding", ""))
        body, tag = (page.packed, f'"{page.tag}-gzip"') if packed else (page.body, f'"{page.tag}"')
        headers = {
            "Cache-Control": "no-cache", **headers, "ETag": tag, "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        if tag in request.headers.get("if-none-match", ""):
            return raw(b"", status=304, headers=headers)
        if packed:
            headers["Content-Encoding"] = "gzip"
        return raw(body, content_type=f"{kind}; charset=utf-8", headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Whether a browser takes gzip, by its Accept-Encoding; one that says nothing is sent the file as it is."""
    weights: Dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.partition("=")[2]) if weight.strip() else 1.0
        except ValueError:
            return False
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0
