"""Every route is closed unless it says what opens it, and then opens to those alone."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from console.access import Needs, Opened, access_of
from console.app import AREAS
from leads.staff.model import RIGHTS, Role

OPEN = {("GET", "/health"), ("GET", "/sign-in"), ("POST", "/sign-in")}
ROUTES = [
    (method, route.path, route.endpoint)
    for router in AREAS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]
NAMES = [f"{method} {path}" for method, path, _ in ROUTES]


def concrete(path):
    """A path with something in the place of its parameters that does not exist."""
    return re.sub(r"\{\w+\}", "1", path)


def call(browser, method, path):
    return browser.post(concrete(path)) if method == "POST" else browser.request(method, concrete(path))


@pytest.mark.parametrize(("method", "path", "endpoint"), ROUTES, ids=NAMES)
def test_every_route_declares_what_opens_it(method, path, endpoint):
    access = access_of(endpoint)
    assert isinstance(access, (Needs, Opened))
    assert isinstance(access, Opened) == ((method, path) in OPEN)


def test_the_application_has_no_other_routes(app):
    *included, api, static = app.routes
    assert [route.original_router for route in included] == list(AREAS)
    assert isinstance(api, Mount)
    assert api.path == "/api/v1"  # closed by its own test
    assert isinstance(static, Mount)
    assert static.path == "/static"


def test_a_route_that_declares_nothing_is_closed_to_administrators_too(app, signed_in):
    @app.get("/forgotten")
    def forgotten():
        return "secret"

    assert signed_in("root", Role.ADMIN).get("/forgotten").status_code == 403


def test_a_stranger_is_sent_to_sign_in_from_everywhere(visit):
    for method, path, _ in ROUTES:
        if (method, path) not in OPEN:
            answer = call(visit(), method, path)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/sign-in"), (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_passes_where_it_has_the_right_and_nowhere_else(signed_in, staff, role):
    browser = signed_in("somebody", role)
    for method, path, endpoint in ROUTES:
        access = access_of(endpoint)
        if isinstance(access, Opened) or path == "/sign-out":
            continue
        refused = call(browser, method, path).status_code == 403
        assert refused == (access.right not in RIGHTS[role]), (method, path)
