"""Administrators tend accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from console.access import Signed, needs
from console.desk import AtDesk
from console.pages import go, page
from leads.errors import Unacceptable
from leads.listing import FOUND, Filter
from leads.staff import passwords
from leads.staff.model import Right, Role

router = APIRouter(prefix="/accounts")
Text = Annotated[str, Form(max_length=200)]
Choice = Annotated[list[str], Form(max_length=200)]


@router.get("")
@needs(Right.MANAGE_ACCOUNTS)
def index(request: Request, desk: AtDesk) -> Response:
    """All accounts, and the form for a new one."""
    return page(
        request, "accounts/index.html", accounts=desk.staff.accounts(), roles=list(Role), shortest=passwords.SHORTEST
    )


@router.post("")
@needs(Right.MANAGE_ACCOUNTS)
def add(
    request: Request,
    desk: AtDesk,
    visitor: Signed,
    login: Text,
    name: Text,
    role: Annotated[Role, Form()],
    password: Text,
) -> Response:
    """A new account, whose password has to be changed at the first sign-in."""
    try:
        made = desk.staff.add(login, name, role, password, must_change=True, by=visitor)
    except Unacceptable as error:
        return go(request, "/accounts", str(error), "danger")
    return go(request, f"/accounts/{made.login}", f"已建立账号 {made.login}，首次登录要改密码。")


@router.get("/{login}")
@needs(Right.MANAGE_ACCOUNTS)
def one(request: Request, desk: AtDesk, visitor: Signed, login: str) -> Response:
    """One account."""
    account, routing, scoring = desk.staff.account(login), desk.leads.offices, desk.leads.sectors
    return page(
        request, "accounts/one.html", account=account, roles=list(Role), offices=routing, sectors=scoring,
        others=[
            other
            for other in desk.staff.accounts()
            if other.login != account.login and not other.disabled_at and other.may(Right.WORK_LEADS)
        ],
        held=desk.inbox.count(Filter(officer=account.login), visitor), found=FOUND,
        shortest=passwords.SHORTEST,
    )  # fmt: skip


@router.post("/{login}")
@needs(Right.MANAGE_ACCOUNTS)
def change(
    request: Request, desk: AtDesk, visitor: Signed, login: str, name: Text, role: Annotated[Role, Form()],
    offices: Choice = [], sectors: Choice = [], disabled: Text = "", heir: Text = "",  # noqa: B006 - FastAPI copies it
) -> Response:  # fmt: skip
    """Name, role, what a leader answers for, whether it may sign in, and to whom the leads go of whoever may not."""
    unknown = [word for word in offices if word not in desk.leads.offices]
    unknown += [word for word in sectors if word not in desk.leads.sectors]
    try:
        if unknown:
            raise Unacceptable("没有这个部门或产业，请从列表里选")
        desk.staff.change(
            login,
            visitor,
            heir,
            name=name.strip(),
            role=role.value,
            offices=offices,
            sectors=sectors,
            disabled=disabled == "1",
        )
    except Unacceptable as error:
        return go(request, f"/accounts/{login}", str(error), "danger")
    desk.leads.absences.run(desk.leads.now())
    return go(request, f"/accounts/{login}", "已保存；改了权限的，对方须重新登录。")


@router.post("/{login}/password")
@needs(Right.MANAGE_ACCOUNTS)
def set_password(request: Request, desk: AtDesk, visitor: Signed, login: str, password: Text) -> Response:
    """For whoever has lost his."""
    try:
        desk.staff.set_password(login, password, by=visitor)
    except Unacceptable as error:
        return go(request, f"/accounts/{login}", str(error), "danger")
    return go(request, f"/accounts/{login}", "密码已重设，动态口令已取下；对方登录后要改密码。")
