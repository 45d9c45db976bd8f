"""Builds the interface, an application of its own below `/api/v1`: what goes wrong here is told as JSON."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, AwareDatetime
from starlette.exceptions import HTTPException

from console.access import ForbiddenError, guard, opened
from console.api.access import Called, From, RefusedError, scoped
from console.api.models import ActivityIn, ActivityOut, LeadOut, LeadsOut, MoveIn, StatisticsOut, Trouble
from console.desk import AtDesk, Desk
from console.statistics import period
from leads.errors import LeadsError, NotFound, StoreUnavailable
from leads.model import Stage
from leads.staff.model import Scope
from leads.staff.tokens import TokenScope

log = logging.getLogger(__name__)
_TOLD: dict[int | str, dict[str, Any]] = {
    status: {"model": Trouble, "description": told}
    for status, told in {
        400: "请求不成形", 401: "没有令牌或令牌无效", 403: "令牌没有这项权限", 404: "没有这条线索",
        409: "现在不能这样做", 422: "参数不对", 503: "线索库暂时不可用",
    }.items()
}  # fmt: skip
_LAST_ID = 2**31 - 1
_EARLIEST, _LATEST = 2000, 9000


def _sane(at: datetime | None) -> datetime | None:
    if at is not None and not _EARLIEST <= at.year <= _LATEST:
        raise ValueError("没有这么早或这么晚的线索")
    return at


Since = Annotated[AwareDatetime | None, AfterValidator(_sane), Query(description="只要此后有变动的；带时区")]
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$", description="线索编号")]


def create_api(desk: Desk) -> FastAPI:
    """The application. Nothing is connected yet."""
    api = FastAPI(
        title="招商后台接口", version="1", description="供招商部门其他系统读取线索、记录跟进、读取统计。",
        docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(guard)], responses=_TOLD,
        servers=[{"url": "/api/v1"}],
    )  # fmt: skip
    api.state.desk = desk
    _routes(api)
    for error in (RefusedError, ForbiddenError, RequestValidationError, HTTPException, LeadsError, Exception):
        api.add_exception_handler(error, _told)
    described = api.openapi()
    described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    described["security"] = [{"token": []}]
    return api


def _routes(api: FastAPI) -> None:
    @api.get("/openapi.json", include_in_schema=False)
    @opened("the description holds no data")
    def description() -> Response:
        return JSONResponse(api.openapi())

    @api.get("/leads", tags=["线索"])
    @scoped(TokenScope.READ_LEADS)
    def leads(
        desk: AtDesk, token: Called, address: From, stage: Stage | None = None,
        office: Annotated[str, Query(max_length=200)] = "", officer: Annotated[str, Query(max_length=40)] = "",
        updated_since: Since = None, after: Annotated[int, Query(ge=0, le=_LAST_ID)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> LeadsOut:  # fmt: skip
        """按先后列出线索；下一页用 `after` 带上 `next`。"""
        found = desk.leads.feed.page(
            after=after, most=limit, stage=stage, office=office, officer=officer, updated_since=updated_since
        )  # fmt: skip
        desk.staff.tokens.audit(token, address, "leads.exported", "api", {"rows": len(found), "after": after})
        rows = [LeadOut.model_validate(msgspec.to_builtins(one)) for one in found]
        return LeadsOut(leads=rows, next=found[-1].id if len(found) == limit else None)

    @api.get("/leads/{number}", tags=["线索"])
    @scoped(TokenScope.READ_LEADS)
    def lead(desk: AtDesk, token: Called, address: From, number: Number) -> LeadOut:
        """一条线索。"""
        found = desk.leads.feed.one(number)
        desk.staff.tokens.audit(token, address, "lead.viewed", number)
        return LeadOut.model_validate(msgspec.to_builtins(found))

    @api.get("/leads/{number}/activities", tags=["跟进"])
    @scoped(TokenScope.READ_LEADS)
    def activities(desk: AtDesk, token: Called, address: From, number: Number) -> list[ActivityOut]:
        """一条线索的跟进记录，从旧到新。"""
        found = _activities(desk, number)
        desk.staff.tokens.audit(token, address, "lead.viewed", number)
        return found

    @api.post("/leads/{number}/activities", status_code=201, tags=["跟进"])
    @scoped(TokenScope.WRITE_LEADS)
    def add_activity(
        desk: AtDesk, token: Called, address: From, number: Number, given: ActivityIn
    ) -> list[ActivityOut]:
        """记一条跟进，返回全部跟进记录。"""
        desk.leads.note(number, token.actor, given.kind, given.text)
        desk.staff.tokens.audit(token, address, "lead.changed", number, {"kind": given.kind})
        return _activities(desk, number)

    @api.post("/leads/{number}/stage", tags=["线索"])
    @scoped(TokenScope.WRITE_LEADS)
    def move(desk: AtDesk, token: Called, address: From, number: Number, given: MoveIn) -> LeadOut:
        """改阶段；只能走一步，见错误说明。"""
        desk.leads.move(number, given.stage, token.actor, given.because)
        desk.staff.tokens.audit(token, address, "lead.changed", number, {"stage": given.stage})
        return LeadOut.model_validate(msgspec.to_builtins(desk.leads.feed.one(number)))

    @api.get("/statistics", tags=["统计"])
    @scoped(TokenScope.READ_STATISTICS)
    def statistics(desk: AtDesk, months: Annotated[int, Query(ge=1, le=36)] = 12) -> StatisticsOut:
        """近几个月的统计。"""
        since, until = period(desk.leads.now(), months)
        found = desk.leads.statistics.overview(Scope(everything=True), since, until)
        return StatisticsOut(since=since, until=until, figures=msgspec.to_builtins(found))


def _activities(desk: Desk, number: str) -> list[ActivityOut]:
    return [ActivityOut.model_validate(msgspec.to_builtins(one)) for one in desk.leads.feed.activities(number)]


def _told(request: Request, error: Exception) -> Response:
    """What went wrong, as JSON; of our own faults only the kind is logged."""
    status, text = _status(error), str(error)
    if isinstance(error, RequestValidationError):
        text = "参数不对：" + "；".join(".".join(map(str, one["loc"])) for one in error.errors()[:5])
    elif isinstance(error, HTTPException):
        text = {404: "没有这个地址。", 405: "这个地址不能这样访问。"}.get(status, "请求不成形。")
    elif status == 500:
        log.error("%s %s failed: %s", request.method, request.scope.get("path"), type(error).__name__)
        text = "出错了，没有完成，请稍后再试。"
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": text}, status, headers)


def _status(error: Exception) -> int:
    match error:
        case RefusedError():
            return error.status
        case HTTPException():
            return error.status_code
        case ForbiddenError():
            return 403
        case RequestValidationError():
            return 422
        case NotFound():
            return 404
        case StoreUnavailable():
            return 503
        case LeadsError():
            return 409
        case _:
            return 500
