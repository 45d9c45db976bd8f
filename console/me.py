"""One's own account: password and second factor."""

from __future__ import annotations

import hmac
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import ZONE, go, page
from leads.errors import SignInRefused, Unacceptable
from leads.staff import passwords
from leads.staff.model import Right

router = APIRouter(prefix="/me")
Text = Annotated[str, Form(max_length=200)]


@router.get("")
@needs(Right.OWN_ACCOUNT)
def mine(request: Request, desk: AtDesk, visitor: Signed) -> Response:
    """What is known of one's account."""
    others = [
        one
        for one in desk.staff.accounts()
        if one.may(Right.WORK_LEADS) and not one.disabled_at and one.login != visitor.account.login
    ]
    return page(request, "me/index.html", shortest=passwords.SHORTEST, others=others, now=desk.leads.now())


@router.post("/away")
@needs(Right.OWN_ACCOUNT)
def away(request: Request, desk: AtDesk, visitor: Signed, until: Text = "", deputy: Text = "") -> Response:
    """Whoever is away says to the end of which day, and who stands in; without a day he is back."""
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        return go(request, "/me", "请选一个日期，没有保存。", "danger")
    if day and not deputy:
        return go(request, "/me", "请选代理人：离岗期间到期的线索会转给他。", "danger")
    ends = datetime.combine(day + timedelta(days=1), time(), ZONE) if day else None
    try:
        desk.staff.change(visitor.account.login, visitor, away_until=ends, deputy=deputy if day else "")
    except Unacceptable as error:
        return go(request, "/me", str(error), "danger")
    return go(request, "/me", "已记下：期间到期的线索会转给代理人。" if day else "已取消离岗。")


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
