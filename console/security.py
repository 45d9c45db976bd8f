"""What every answer and every request must meet, whatever route it is for."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.access import SAFE
from console.settings import Settings

CSP = "; ".join(
    (
        "default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "object-src 'none'",
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LARGEST = 1024 * 1024
"""Bytes of a request: the longest form is a note."""


class Security:
    """ASGI middleware: refuses strange hosts, foreign origins and large bodies; puts the headers on."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """`settings` tell the names of this desk."""
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        headers = Headers(scope=scope)
        personal = not scope["path"].startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    given.setdefault(name, value)
                if personal:
                    given["Cache-Control"] = "no-store"
                elif b"v=" in scope["query_string"] and message["status"] == 200:
                    given["Cache-Control"] = "public, max-age=31536000, immutable"
                if self.settings.behind_tls:
                    given["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        if refused:
            await PlainTextResponse(refused, status_code=400)(scope, receive, with_headers)
        elif not _small(headers):
            await PlainTextResponse("内容太长，没有提交。", status_code=413)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> str:
        """Why a request is not even looked at, or nothing."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if (urlsplit(f"//{host}").hostname or "").lower() not in {name.strip("[]") for name in self.settings.hosts}:
            return "不认识这个域名。请设置 CONSOLE_URL。"
        if scope["method"] in SAFE or "authorization" in headers:
            return ""  # whoever brings a token of his own is no browser that was led astray
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = {f"http://{host}", f"https://{host}"} if not self.settings.behind_tls else {f"https://{host}"}
        if (site is None and origin is None) or site not in (None, "same-origin") or origin not in (None, *own):
            return "这次提交不是从后台自己的页面来的，没有执行。"
        return ""


def _small(headers: Headers) -> bool:
    """Whether the body says it is small; one of unknown length is none of ours."""
    if "transfer-encoding" in headers:
        return False
    length = headers.get("content-length", "0")
    return length.isdigit() and int(length) <= _LARGEST
