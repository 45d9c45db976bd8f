"""What is said to a request that can't be taken: JSON with `error`, in Chinese, and nothing of the program.

Sanic answers such a request with a page of its own, and a `Content-Length` that is no number with an error of ours.
"""

from __future__ import annotations

from typing import Any, Dict

import structlog
from sanic import Blueprint, response
from sanic.exceptions import BadRequest, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

_TOLD = {
    400: "请求写得不对",
    403: "不允许",
    404: "没有这个地址",
    405: "这个地址不接受这种方法",
    408: "请求没有发完",
    413: "请求太长",
    415: "请求的类型不对",
    417: "请求头 Expect 写得不对",
    431: "请求头太长",
    503: "现在太忙，请稍后再试",
}
structlogger = structlog.get_logger()


class RefusingBlueprint(Blueprint):
    """Has the whole server refuse like this when its routes are registered."""

    def register(self, app: Any, options: Dict[str, Any]) -> None:
        """See Sanic."""
        if not getattr(app.ctx, "refuses_in_json", False):
            app.ctx.refuses_in_json = True
            _refuse_in_json(app)
        super().register(app, options)  # type: ignore[no-untyped-call]


def refused(status: int, told: str = "", **headers: str) -> HTTPResponse:
    """A refusal. `headers`: with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return response.json(
        {"error": told or _TOLD.get(status, "系统暂时没能处理，请稍后再试")},
        status=status,
        headers=named,
        ensure_ascii=False,
    )


def _refuse_in_json(app: Any) -> None:
    async def of_sanic(request: Request, exception: SanicException) -> HTTPResponse:
        return refused(exception.status_code if exception.status_code in _TOLD else 500)

    async def of_ours(request: Request, exception: Exception) -> HTTPResponse:
        structlogger.error("request.failed", error=type(exception).__name__, exc_info=exception)
        return refused(500)

    async def measured(request: Request) -> None:
        lengths = request.headers.getall("content-length", [])
        if any(not (length.isascii() and length.strip().isdecimal()) for length in lengths) or len(set(lengths)) > 1:
            raise BadRequest("Content-Length")

    app.error_handler.add(Exception, of_ours)
    app.error_handler.add(SanicException, of_sanic)
    app.add_signal(measured, "http.lifecycle.request")
