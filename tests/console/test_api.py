"""Other systems come in by token, do what its scopes allow, and leave a trace; whatever they send, nothing breaks."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from console.app import create_app
from console.settings import Settings
from leads.model import Stage
from leads.staff.model import Role, Visitor
from leads.staff.tokens import TokenScope
from tests.console.conftest import HOST, PASSWORD

EVERY = [scope.value for scope in TokenScope]


@pytest.fixture
def admin(staff):
    return Visitor(account=staff.add("root", "管理员", Role.ADMIN, PASSWORD), sign_in_id=0, address="here")


@pytest.fixture
def token(staff, admin):
    return lambda *scopes, days=30, name="crm": staff.tokens.add(name, scopes or EVERY, days, admin)


@pytest.fixture
def call(visit):
    def perform(method, path, secret="", **more):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        return visit().request(method, f"{HOST}/api/v1{path}", headers=headers, **more)

    return perform


ROUTES = [
    ("GET", "/leads", TokenScope.READ_LEADS), ("GET", "/leads/ZS1", TokenScope.READ_LEADS),
    ("GET", "/leads/ZS1/activities", TokenScope.READ_LEADS), ("POST", "/leads/ZS1/activities", TokenScope.WRITE_LEADS),
    ("POST", "/leads/ZS1/stage", TokenScope.WRITE_LEADS), ("GET", "/statistics", TokenScope.READ_STATISTICS),
]  # fmt: skip


def test_every_route_is_described_and_closed_without_a_token_and_without_its_scope(call, token, app):
    described = call("GET", "/openapi.json").json()["paths"]
    assert sum(len(methods) for methods in described.values()) == len(ROUTES)
    for method, path, scope in ROUTES:
        assert call(method, path).status_code in (400, 401), path
        assert call(method, path, "zs_wrong").status_code == 401, path
        others = [one for one in TokenScope if one is not scope]
        refused = call(method, path, token(*others, name=f"{method}{path}"))
        assert refused.status_code == 403, path
        assert "权限" in refused.json()["error"]


def test_signing_in_as_staff_opens_nothing_here(signed_in):
    assert signed_in("root", Role.ADMIN).get("/api/v1/leads").status_code == 401


def test_a_token_ends_when_its_time_is_up_or_it_is_revoked(call, token, staff, admin, clock):
    secret = token(days=30)
    assert call("GET", "/leads", secret).status_code == 200
    assert staff.tokens.all()[0].last_used_at == clock.time
    staff.tokens.revoke(staff.tokens.all()[0].id, admin)
    assert call("GET", "/leads", secret).status_code == 401
    other = token(days=1)
    clock.passes(days=1, seconds=1)
    assert call("GET", "/leads", other).status_code == 401


def test_the_secret_stands_nowhere(token, see):
    assert token() not in see.everything()


def test_leads_are_read_in_pages_by_filter_and_by_number(call, token, submit, leads, clock):
    numbers = [submit(talk=f"t{n}") for n in range(3)]
    clock.passes(days=1)
    leads.move(numbers[1], Stage.CONTACTED, "li")
    secret = token()
    first = call("GET", "/leads?limit=2", secret).json()
    assert [one["lead"]["number"] for one in first["leads"]] == numbers[:2]
    assert [
        one["lead"]["number"] for one in call("GET", f"/leads?after={first['next']}", secret).json()["leads"]
    ] == numbers[2:]
    since = (clock.time - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    for filtered in (f"updated_since={since}", "stage=CONTACTED"):
        assert [one["lead"]["number"] for one in call("GET", f"/leads?{filtered}", secret).json()["leads"]] == [
            numbers[1]
        ]
    one = call("GET", f"/leads/{numbers[0]}", secret).json()
    assert (one["lead"]["contact"], one["lead"]["stage"]) == ("+8613800000001", "NEW")
    assert call("GET", "/leads/ZS0000000000", secret).status_code == 404


def test_what_is_written_is_by_the_system_and_audited(call, token, submit, staff):
    number, secret = submit(), token()
    done = call("POST", f"/leads/{number}/activities", secret, json={"kind": "called", "text": "谈过"})
    assert done.status_code == 201
    assert [(one["kind"], one["actor"]) for one in done.json()][-1] == ("called", "api:crm")
    assert (
        call("POST", f"/leads/{number}/stage", secret, json={"stage": "CONTACTED"}).json()["lead"]["stage"]
        == "CONTACTED"
    )
    refused = call("POST", f"/leads/{number}/stage", secret, json={"stage": "FUNDED"})
    assert refused.status_code == 409
    assert "可以改为" in refused.json()["error"]
    assert call("POST", f"/leads/{number}/stage", secret, json={"stage": "CLOSED"}).status_code == 409
    acts = [(entry.who, entry.act, entry.subject) for _, entry in staff.audits(subject=number)]
    assert acts == [("api:crm", "lead.changed", number)] * 2


def test_statistics_are_those_of_the_dashboard(call, token, submit):
    submit()
    assert call("GET", "/statistics?months=1", token()).json()["figures"]["funnel"][0]["count"] == 1


def test_administrators_make_and_revoke_tokens_and_see_the_secret_once(signed_in, call):
    browser = signed_in("root", Role.ADMIN)
    made = browser.post("/tokens", {"name": "OA 系统", "days": "30", "scopes": ["leads:read"]}).text
    secret = made.partition("data-secret>")[2].partition("<")[0]
    assert call("GET", "/leads", secret).status_code == 200
    listed = browser.get("/tokens").text
    assert secret not in listed
    assert "OA 系统" in listed
    assert (
        "已有有效的令牌"
        in browser.get(
            browser.post("/tokens", {"name": "OA 系统", "days": "3", "scopes": ["leads:read"]}).headers["location"]
        ).text
    )
    browser.post(re.search(r"/tokens/\d+/revoke", listed)[0])
    assert call("GET", "/leads", secret).status_code == 401


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_nothing_that_fits_or_breaks_the_description_makes_the_server_fail(desk, token, submit):
    """Schemathesis over every operation; no answer is a 5xx, and what is given is as described."""
    submit()
    headers = {"Authorization": f"Bearer {token()}"}
    app = create_app(msgspec.structs.replace(desk, settings=Settings(url="http://testserver")))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    checked = []
    for operation in schema.get_all_operations():
        made = operation.ok()
        for mode in schemathesis.GenerationMode:

            @given(case=made.as_strategy(generation_mode=mode))
            @settings(
                max_examples=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
                database=None,
            )
            def probe(case):
                answer = case.call(headers=headers)
                assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
                if answer.status_code < 300:
                    case.operation.validate_response(answer)
                checked.append(answer.status_code)

            try:
                probe()
            except schemathesis.errors.Unsatisfiable:
                continue  # nothing can be wrong about an operation without parameters
    assert len(checked) > 60
    assert {200, 404, 422} <= set(checked)
