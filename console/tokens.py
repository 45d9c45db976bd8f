"""Administrators make and revoke the tokens of the bureau's other systems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import go, page
from leads.errors import Unacceptable
from leads.staff.model import Right
from leads.staff.tokens import LONGEST_DAYS, TokenScope

router = APIRouter(prefix="/tokens")


@router.get("")
@needs(Right.MANAGE_ACCOUNTS)
def index(request: Request, desk: AtDesk) -> Response:
    """All tokens, and the form for a new one."""
    return _page(request, desk)


@router.post("")
@needs(Right.MANAGE_ACCOUNTS)
def add(
    request: Request, desk: AtDesk, visitor: Signed, name: Annotated[str, Form(max_length=32)],
    days: Annotated[int, Form()], scopes: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:  # fmt: skip
    """A new one; its secret is on the page that follows and nowhere else."""
    try:
        secret = desk.staff.tokens.add(name, scopes, days, visitor)
    except Unacceptable as error:
        return go(request, "/tokens", str(error), "danger")
    return _page(request, desk, secret, name.strip())


@router.post("/{id_}/revoke")
@needs(Right.MANAGE_ACCOUNTS)
def revoke(request: Request, desk: AtDesk, visitor: Signed, id_: int) -> Response:
    """End one at once."""
    desk.staff.tokens.revoke(id_, visitor)
    return go(request, "/tokens", "已停用，用它的系统不能再访问。")


def _page(request: Request, desk: AtDesk, secret: str = "", name: str = "") -> Response:
    return page(
        request, "tokens/index.html", tokens=desk.staff.tokens.all(), scopes=list(TokenScope), secret=secret, name=name,
        now=desk.leads.now(), longest=LONGEST_DAYS,
    )  # fmt: skip
