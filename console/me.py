"""One's own account: password and second factor."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import go, page
from leads.errors import SignInRefused, Unacceptable
from leads.staff import passwords
from leads.staff.model import Right

router = APIRouter(prefix="/me")
Text = Annotated[str, Form(max_length=200)]


@router.get("")
@needs(Right.OWN_ACCOUNT)
def mine(request: Request) -> Response:
    """What is known of one's account."""
    return page(request, "me/index.html", shortest=passwords.SHORTEST)


@router.post("/password")
@needs(Right.OWN_ACCOUNT)
def change_password(request: Request, desk: AtDesk, visitor: Signed, present: Text, new: Text, again: Text) -> Response:
    """Change it, and sign out all other browsers."""
    if not hmac.compare_digest(new.encode(), again.encode()):
        return go(request, "/me", "两次输入的新密码不一样，没有改。", "danger")
    try:
        desk.staff.change_password(visitor, present, new)
    except (SignInRefused, Unacceptable) as error:
        return go(request, "/me", str(error), "danger")
    return go(request, "/me", "密码已改；在别处登录的已退出。")


@router.post("/second-factor/new")
@needs(Right.OWN_ACCOUNT)
def offer(request: Request, visitor: Signed) -> Response:
    """Show a new secret to scan. Nothing is kept before a code proves that it was."""
    secret = passwords.new_secret()
    return page(
        request,
        "me/second_factor.html",
        secret=secret,
        seal=_seal(request, secret),
        svg=passwords.qr_svg(secret, visitor.account.login).decode(),
    )


@router.post("/second-factor")
@needs(Right.OWN_ACCOUNT)
def begin(request: Request, desk: AtDesk, visitor: Signed, secret: Text, seal: Text, code: Text) -> Response:
    """Ask for codes from now on."""
    if not hmac.compare_digest(seal.encode(), _seal(request, secret).encode()):
        return go(request, "/me", "页面已过期，请重新开始。", "danger")
    try:
        desk.staff.set_second_factor(visitor, secret, code)
    except Unacceptable as error:
        return go(request, "/me", str(error), "danger")
    return go(request, "/me", "动态口令已启用，下次登录时要输入。")


@router.post("/second-factor/drop")
@needs(Right.OWN_ACCOUNT)
def drop(request: Request, desk: AtDesk, visitor: Signed, code: Text) -> Response:
    """Ask for codes no longer."""
    try:
        desk.staff.drop_second_factor(visitor, code)
    except Unacceptable as error:
        return go(request, "/me", str(error), "danger")
    return go(request, "/me", "动态口令已关闭。", "warning")


def _seal(request: Request, secret: str) -> str:
    """Says that a secret was offered by us to this sign-in: nobody can be led to take one that another knows."""
    return hmac.new(request.state.csrf.encode(), secret.encode(), sha256).hexdigest()
