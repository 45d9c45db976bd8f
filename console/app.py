"""Builds the desk's application out of its areas."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from console import (
    accounts,
    audit,
    errors,
    exporting,
    inbox,
    inquiries,
    knowledge,
    lead,
    me,
    sign_in,
    statistics,
    supervision,
    tokens,
)
from console.access import guard
from console.api.app import create_api
from console.clusters import Clusters
from console.desk import Desk
from console.pages import STATIC
from console.security import Security

AREAS = (
    sign_in.router,
    inbox.router,
    exporting.router,
    lead.router,
    accounts.router,
    audit.router,
    me.router,
    inquiries.router,
    supervision.router,
    statistics.router,
    tokens.router,
    knowledge.router,
)
"""One router an area. A new area adds its own here, and its line in `navigation`."""


def create_app(desk: Desk) -> FastAPI:
    """The application. Nothing is connected yet."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(guard)])
    app.state.desk = desk
    app.state.clusters = Clusters(desk.leads.shortfalls, desk.catalogue, desk.leads.now)
    for router in AREAS:
        app.include_router(router)
    app.mount("/api/v1", create_api(desk), name="api")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    app.add_middleware(Security, settings=desk.settings)
    return app
