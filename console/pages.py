"""Makes pages of templates: escaped, with menu, token against forgery, and the messages left by the last form."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.access import COOKIE
from console.navigation import places_of
from leads import numbering
from leads.model import Stage
from leads.staff.model import Right

HERE = Path(__file__).parent
STATIC = HERE / "static"
ZONE = ZoneInfo("Asia/Shanghai")
FLASH = "desk-told"
Mood = Literal["success", "danger", "warning", "info"]


def page(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A template as an answer. Signed in or not, it knows `visitor` (or None), `places`, `csrf` and `told`."""
    visitor = getattr(request.state, "visitor", None)
    told = _told(request)
    text = environment().get_template(template).render(
        request=request, visitor=visitor, places=places_of(visitor.account) if visitor else [],
        csrf=getattr(request.state, "csrf", ""), told=told, **values,
    )  # fmt: skip
    answer = HTMLResponse(text, status_code=status)
    if told or FLASH in request.cookies:
        answer.delete_cookie(FLASH, path="/")
    return answer


def go(request: Request, path: str, text: str = "", mood: Mood = "success") -> RedirectResponse:
    """Go on to a page of ours after a form, and tell there what came of it."""
    answer = RedirectResponse(path, status_code=303)
    if text:
        body = base64.urlsafe_b64encode(json.dumps([mood, text]).encode()).decode()
        answer.set_cookie(
            FLASH, f"{body}.{_seal(request, body)}", max_age=60, path="/", httponly=True, samesite="lax",
            secure=request.app.state.desk.settings.behind_tls,
        )  # fmt: skip
    return answer


def _told(request: Request) -> tuple[str, str] | None:
    """Mood and text of the message that `go` left, if it is ours."""
    body, _, seal = request.cookies.get(FLASH, "").partition(".")
    if not body or not hmac.compare_digest(seal.encode(), _seal(request, body).encode()):
        return None
    try:
        mood, text = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error):
        return None
    return str(mood), str(text)


def _seal(request: Request, body: str) -> str:
    return hmac.new(request.cookies.get(COOKIE, "").encode() or b"-", body.encode(), sha256).hexdigest()


@cache
def environment() -> Environment:
    """The templates, with what they may use."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(static=static, Right=Right, Stage=Stage)
    made.filters.update(shown=numbering.shown, when=when, day=day)
    return made


@cache
def static(name: str) -> str:
    """Address of a file of ours; it changes with the file, so that browsers may keep it for good."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def when(at: datetime | None) -> str:
    """A time in Chinese, in Beijing's zone: 11月26日 14:05, with the year where it is another."""
    if at is None:
        return "–"
    local = at.astimezone(ZONE)
    year = f"{local.year}年" if local.year != datetime.now(ZONE).year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def day(at: datetime | None) -> str:
    """A day as forms want it: 2026-11-26."""
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d}"
