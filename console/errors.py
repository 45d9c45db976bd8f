"""What people read when something goes wrong: in Chinese, with what to do next."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from console.access import ForbiddenError, MustChangeError, NotSignedInError, sign_in_address
from console.pages import go, page
from leads.errors import LeadsError, NotFound, StoreUnavailable

log = logging.getLogger(__name__)
_NOT_FOUND = "没有这个页面，或者它不在您的权限之内；线索也可能刚刚分派给了别人。请回到列表再看。"
_SAID = {404: _NOT_FOUND, 405: "这个地址不能这样访问。"}


def install(app: FastAPI) -> None:
    """Answer every error with a page."""
    app.add_exception_handler(NotSignedInError, _sign_in)
    app.add_exception_handler(MustChangeError, _change_first)
    app.add_exception_handler(ForbiddenError, _forbidden)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(LeadsError, _leads)
    app.add_exception_handler(Exception, _fault)


def _sign_in(request: Request, _error: Exception) -> Response:
    return RedirectResponse(sign_in_address(request), status_code=303)


def _change_first(request: Request, _error: Exception) -> Response:
    return go(request, "/me", "请先改掉别人替您设的密码，再继续。", "warning")


def _forbidden(request: Request, error: Exception) -> Response:
    return told(request, 403, str(error))


def _invalid(request: Request, _error: Exception) -> Response:
    return told(request, 422, "提交的内容不完整或格式不对，没有保存。请返回上一页检查。")


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return told(request, status, _SAID.get(status, "没有完成，请返回上一页再试。"))


def _leads(request: Request, error: Exception) -> Response:
    if isinstance(error, NotFound):
        return told(request, 404, _NOT_FOUND)
    return told(request, 503 if isinstance(error, StoreUnavailable) else 409, str(error))


def _fault(request: Request, error: Exception) -> Response:
    # The traceback stands in the log without values; its message could quote what somebody typed.
    log.error("%s %s failed: %s", request.method, request.scope.get("path"), type(error).__name__)
    return told(request, 500, "后台出错了，没有完成。请再试一次；还不行请告诉管理员时间和所做的操作。")


def told(request: Request, status: int, text: str) -> Response:
    """A page that says what is the matter."""
    return page(request, "error.html", status, status_code=status, text=text)
