"""Who gets in, who doesn't, and what ends it."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from leads.errors import Unacceptable
from leads.staff.model import Role
from leads.staff.tables import SignIn
from tests.console.conftest import HOST, PASSWORD

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""On one database: nothing here leans on what tells the two apart, and `test_leads` signs in on both."""
WRONG = "wrong wrong wrong"


def attempt(browser, login="li", password=PASSWORD, **more):
    return browser.post("/sign-in", {"login": login, "password": password, **more})


def test_what_is_told_does_not_tell_whether_an_account_exists(visit, signed_in):
    signed_in("li")
    wrong, unknown = attempt(visit(), password=WRONG), attempt(visit(), login="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text


def test_after_five_failures_the_right_password_has_to_wait_a_quarter_of_an_hour(visit, signed_in, clock):
    signed_in("li")
    for _ in range(5):
        attempt(visit(), password=WRONG)
    assert attempt(visit()).status_code == 401
    clock.passes(minutes=16)
    assert attempt(visit()).status_code == 303


def test_guessing_at_many_accounts_from_one_address_is_stopped(visit, signed_in):
    signed_in("li")
    for n in range(31):
        attempt(visit(), login=f"nobody{n}", password=WRONG)
    assert attempt(visit()).status_code == 401


def test_a_sign_in_ends_after_an_idle_hour_and_after_twelve_hours_at_work(signed_in, clock):
    browser = signed_in("li")
    clock.passes(minutes=59)
    assert browser.get("/leads").status_code == 200
    clock.passes(minutes=61)
    assert browser.get("/leads").status_code == 303
    browser = signed_in("li")
    for _ in range(13):
        last = browser.get("/leads").status_code
        clock.passes(minutes=58)
    assert last == 200
    assert browser.get("/leads").status_code == 303


def test_a_cookie_planted_beforehand_is_worth_nothing(visit, signed_in, see):
    signed_in("li")
    browser = visit()
    browser.cookies.set("desk", "planted", domain="127.0.0.1")
    attempt(browser)
    assert browser.cookies.get("desk", domain="127.0.0.1") == "planted" or "planted" not in str(browser.cookies)
    stranger = visit()
    stranger.cookies.set("desk", "planted", domain="127.0.0.1")
    assert stranger.get("/leads").status_code == 303
    assert all("planted" not in row.digest for row in see.all(SignIn))


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visit, signed_in):
    signed_in("li")
    told = attempt(visit()).headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=lax" in told


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/x"]
)
def test_signing_in_leads_nowhere_else(visit, signed_in, next_):
    signed_in("li")
    assert attempt(visit(), next=next_).headers["location"] == "/"


def test_signing_in_comes_back_to_the_page_that_was_asked_for(visit, signed_in):
    signed_in("li")
    asked = visit().get("/leads?sort=score").headers["location"]
    assert asked == "/sign-in?next=%2Fleads%3Fsort%3Dscore"
    assert attempt(visit(), next="/leads?sort=score").headers["location"] == "/leads?sort=score"


def test_a_new_password_ends_all_other_sign_ins(signed_in):
    here, there = signed_in("li"), signed_in("li")
    new = "another long one"
    here.post("/me/password", {"present": PASSWORD, "new": new, "again": new})
    assert here.get("/leads").status_code == 200
    assert there.get("/leads").status_code == 303


def test_whoever_is_disabled_is_out_at_once(signed_in, visit):
    li, boss = signed_in("li"), signed_in("boss", Role.ADMIN)
    boss.get("/accounts/li")
    boss.post("/accounts/li", {"name": "李", "role": "officer", "disabled": "1"})
    assert li.get("/leads").status_code == 303
    assert attempt(visit()).status_code == 401


def test_the_last_administrator_cannot_be_taken_away(signed_in, staff):
    boss = signed_in("root", Role.ADMIN)
    boss.post("/accounts/root", {"name": "管理员甲", "role": "officer"})
    assert "至少要有一名能登录的管理员" in boss.get("/accounts").text
    assert staff.account("root").role is Role.ADMIN


def test_a_password_somebody_else_set_has_to_be_changed_first(signed_in, visit):
    boss = signed_in("boss", Role.ADMIN)
    boss.post("/accounts", {"login": "neu", "name": "新人", "role": "officer", "password": PASSWORD})
    browser = visit()
    attempt(browser, login="neu")
    assert browser.get("/leads").headers["location"] == "/me"
    browser.get("/me")
    browser.post("/me/password", {"present": PASSWORD, "new": PASSWORD + "!", "again": PASSWORD + "!"})
    assert browser.get("/leads").status_code == 200


def test_a_code_of_the_second_factor_counts_once(signed_in, visit, clock):
    browser = signed_in("li")
    offered = browser.post("/me/second-factor/new").text
    fields = {name: offered.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("secret", "seal")}
    code = pyotp.TOTP(fields["secret"]).at(clock())
    browser.post("/me/second-factor", {**fields, "code": code})
    assert attempt(visit()).status_code == 401
    assert attempt(visit(), code=code).status_code == 401
    clock.passes(seconds=60)
    later = pyotp.TOTP(fields["secret"]).at(clock())
    assert attempt(visit(), code=later).status_code == 303
    assert attempt(visit(), code=later).status_code == 401


def test_a_secret_that_was_not_offered_is_not_taken(signed_in, staff):
    browser = signed_in("li")
    secret = pyotp.random_base32()
    browser.post("/me/second-factor", {"secret": secret, "seal": "x", "code": pyotp.TOTP(secret).now()})
    assert not staff.account("li").second_factor


def test_forms_from_elsewhere_or_without_their_token_do_nothing(signed_in, submit, see):
    number, browser = submit(), signed_in("li")
    for headers, data in (
        ({"origin": "https://evil.example"}, {}), ({"origin": "null"}, {}),
        ({"origin": HOST, "sec-fetch-site": "cross-site"}, {}), ({"origin": HOST}, {"csrf": ""}),
        ({"origin": HOST}, {"csrf": "0" * 64}),
    ):  # fmt: skip
        assert browser.post(f"/leads/{number}/take", data, headers=headers).status_code in (400, 403)
    assert see.lead(number).officer == ""


def test_the_token_of_somebody_else_does_not_fit(signed_in, submit, see):
    number, li, wang = submit(), signed_in("li"), signed_in("wang")
    assert li.post(f"/leads/{number}/take", {"csrf": wang.csrf}).status_code == 403


def test_a_strange_host_is_refused(visit):
    assert visit().get("/sign-in", headers={"host": "evil.example"}).status_code == 400


def test_every_page_is_strict_and_kept_nowhere(signed_in, submit):
    number, browser = submit(), signed_in("li")
    for path in ("/leads", f"/leads/{number}", "/me", "/nowhere"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'; frame-ancestors 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_weak_passwords_are_refused_with_what_to_do(staff):
    for weak in ("short", "a" * 20, "my li account", "x" * 300):
        with pytest.raises(Unacceptable):
            staff.add("li", "李", Role.OFFICER, weak)


@pytest.mark.parametrize("change", ["UPDATE audits SET who = 'x'", "DELETE FROM audits"])
def test_the_audit_only_grows(signed_in, store, change):
    signed_in("li")
    with pytest.raises(DBAPIError, match="only grow"), store.engine.begin() as connection:
        connection.execute(text(change))
