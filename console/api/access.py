"""Who may call the interface: a token of the desk, in `Authorization: Bearer …`, with the scope the route needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from console.access import address_of, opens
from console.desk import Desk
from leads.staff.tokens import Token, TokenScope

_SCHEME = "bearer "
E = TypeVar("E", bound=Callable[..., Any])


class RefusedError(Exception):
    """No token, one that does not hold (401), or one that may not do this (403)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Scoped:
    """Opens a route to tokens with a scope."""

    def __init__(self, scope: TokenScope) -> None:
        """`scope` is what the token must have been given."""
        self.scope = scope

    def admit(self, request: Request, proof: str) -> None:  # noqa: ARG002 - see `Access`
        """Leaves the token in `request.state.token`. Cookies open nothing here."""
        given = request.headers.get("authorization", "")
        desk: Desk = request.app.state.desk
        secret = given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else ""
        token = desk.staff.tokens.admit(secret) if secret else None
        if token is None:
            raise RefusedError(401, "没有令牌，或令牌已过期、已停用。请在 Authorization: Bearer 里带上有效的令牌。")
        if self.scope not in token.scopes:
            raise RefusedError(403, f"这个令牌没有“{self.scope.label}”的权限，请管理员另发。")
        request.state.token = token


def _token(request: Request) -> Token:
    token: Token = request.state.token
    return token


Called = Annotated[Token, Depends(_token)]
"""A route's parameter: whose token it is."""
From = Annotated[str, Depends(address_of)]
"""A route's parameter: where the call comes from."""


def scoped(scope: TokenScope) -> Callable[[E], E]:
    """Opens the route below it to tokens with a scope."""
    return opens(Scoped(scope))
