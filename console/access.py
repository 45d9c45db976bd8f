"""Who may call a route. Every route is closed unless it says what opens it:

    @router.get("/inbox")
    @needs(Right.SEE_LEADS)      # signed in, with this right
    def inbox(visitor: Signed) -> …

    @router.get("/sign-in")
    @opened("whoever wants to sign in")

`guard` runs before every route of the application. Something else that opens routes – a token of another system, say –
is one more class with `admit`, put on the endpoint as `needs` puts `Needs`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import quote

from fastapi import Depends, Request

from console.desk import Desk
from leads.staff.model import Right, Visitor

COOKIE = "desk"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "__desk_access__"
E = TypeVar("E", bound=Callable[..., Any])


class NotSignedInError(Exception):
    """Nobody is signed in, or no longer."""


class ForbiddenError(Exception):
    """Whoever is signed in may not do this; the message says what to do."""


class Access(Protocol):
    """What opens a route."""

    def admit(self, request: Request, proof: str) -> None:
        """Return where the request may pass. `proof` is the form's or header's token against forgery. Raises
        `NotSignedInError`, `ForbiddenError`."""


class Needs:
    """Opens a route to whoever is signed in with a right."""

    def __init__(self, right: Right) -> None:
        """`right` is looked up in `leads.staff.model.RIGHTS`."""
        self.right = right

    def admit(self, request: Request, proof: str) -> None:
        """Leaves the visitor in `request.state.visitor`."""
        desk: Desk = request.app.state.desk
        token = request.cookies.get(COOKIE, "")
        visitor = desk.staff.visitor(token, address_of(request)) if token else None
        if visitor is None:
            raise NotSignedInError
        request.state.visitor, request.state.csrf = visitor, csrf_of(token)
        if request.method not in SAFE and not hmac.compare_digest(proof.encode(), request.state.csrf.encode()):
            raise ForbiddenError("页面已过期，内容没有提交。请返回上一页刷新后再试。")
        if not visitor.account.may(self.right):
            raise ForbiddenError(f"您的角色（{visitor.account.role.label}）不能做这件事。需要时请联系管理员。")
        if visitor.account.must_change and self.right is not Right.OWN_ACCOUNT:
            raise MustChangeError


class MustChangeError(Exception):
    """The password was set by somebody else and has to be changed before anything else."""


class Opened:
    """Opens a route to everybody, for a reason."""

    def __init__(self, reason: str) -> None:
        """`reason` is for whoever reads the code."""
        self.reason = reason

    def admit(self, request: Request, proof: str) -> None:
        """Everybody may pass."""


class _Closed:
    def admit(self, request: Request, proof: str) -> None:
        raise ForbiddenError("这个地址没有开放。")


def needs(right: Right) -> Callable[[E], E]:
    """Opens the route below it to whoever has a right."""
    return opens(Needs(right))


def opened(reason: str) -> Callable[[E], E]:
    """Opens the route below it to everybody."""
    return opens(Opened(reason))


def opens(access: Access) -> Callable[[E], E]:
    """Opens the route below it as `access` says."""

    def mark(endpoint: E) -> E:
        setattr(endpoint, _MARK, access)
        return endpoint

    return mark


def access_of(endpoint: Any) -> Access:
    """What opens an endpoint; nothing, unless it says so."""
    found: Access = getattr(endpoint, _MARK, _Closed())
    return found


def csrf_of(token: str) -> str:
    """The token against forged forms: made of the cookie's secret, so bound to it and nowhere kept."""
    return hmac.new(token.encode(), b"csrf", sha256).hexdigest()


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy, uvicorn has put the browser's address here."""
    return request.client.host if request.client else ""


async def _proof(request: Request) -> str:
    if request.method in SAFE:
        return ""
    if header := request.headers.get(CSRF_HEADER):
        return header
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    given = (await request.form()).get(CSRF_FIELD)
    return given if isinstance(given, str) else ""


def guard(request: Request, proof: Annotated[str, Depends(_proof)]) -> None:
    """Runs before every route. Raises what `Access.admit` raises."""
    access_of(request.scope.get("endpoint")).admit(request, proof)


def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


Signed = Annotated[Visitor, Depends(_visitor)]
"""A route's parameter: whoever is signed in. Only for routes with `needs`."""


def inside(path: str) -> str:
    """A path of this desk to go on to, or its first page where something else was given."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if fine else "/"


def sign_in_address(request: Request) -> str:
    """Where to sign in, coming back to the page that was asked for."""
    if request.method != "GET" or request.url.path in ("/", "/sign-in"):
        return "/sign-in"
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(asked, safe='')}"
