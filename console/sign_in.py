"""Coming in and going out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from console.access import COOKIE, Signed, address_of, inside, needs, opened
from console.desk import AtDesk
from console.navigation import first_page_of
from console.pages import page
from leads.errors import SignInRefused
from leads.staff.model import Right
from leads.staff.signing_in import ABSOLUTE

router = APIRouter()
Text = Annotated[str, Form(max_length=200)]


@router.get("/")
@needs(Right.OWN_ACCOUNT)
def first_page(visitor: Signed) -> Response:
    """Where one's work begins."""
    return RedirectResponse(first_page_of(visitor.account), status_code=303)


@router.get("/health")
@opened("the supervisor asks whether the desk answers, and whether an administrator is still to be made")
def health(desk: AtDesk) -> dict[str, object]:
    """Whether the store answers."""
    return {"status": "ok", "administrator": desk.staff.has_administrator()}


@router.get("/sign-in")
@opened("whoever wants to sign in")
def form(request: Request, desk: AtDesk, next: str = "/") -> Response:  # noqa: A002 - its name in the address
    """The form."""
    return page(request, "sign_in.html", next=inside(next), said="", without_admin=not desk.staff.has_administrator())


@router.post("/sign-in")
@opened("whoever wants to sign in; the origin is checked by `security`")
def sign_in(
    request: Request,
    desk: AtDesk,
    login: Text,
    password: Text,
    code: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    """Sign in under a new secret."""
    try:
        token = desk.staff.sign_in(login, password, code, address_of(request))
    except SignInRefused as error:
        return page(request, "sign_in.html", 401, next=inside(next), said=str(error), without_admin=False)
    answer = RedirectResponse(inside(next), status_code=303)
    answer.set_cookie(
        COOKIE, token, max_age=int(ABSOLUTE.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=desk.settings.behind_tls,
    )  # fmt: skip
    return answer


@router.post("/sign-out")
@needs(Right.OWN_ACCOUNT)
def sign_out(request: Request, desk: AtDesk) -> Response:
    """End this browser's sign-in; with the last one somebody signs off."""
    desk.staff.sign_out(request.cookies.get(COOKIE, ""))
    desk.leads.absences.run(desk.leads.now())  # whom nobody speaks with any more, the assistant answers at once
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
