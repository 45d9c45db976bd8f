"""A visitor who uses the widget: what tests of it say and look for."""

from __future__ import annotations

import json
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective + " " + e.blockedURI));
"""
_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
PATIENCE = 20_000
"""Milliseconds; a turn takes a tenth of a second, a busy machine more."""


expect.set_options(timeout=PATIENCE)


class Visitor:
    """One tab with the widget in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        page.add_init_script(_VIOLATIONS)
        page.set_default_timeout(PATIENCE)
        self.panel = page.get_by_role("dialog")
        self.log = page.get_by_role("log")
        self.field = page.locator("textarea")
        self.lost = page.locator(".lost")

    def visit(self, path: str = "/webhooks/web/demo") -> Visitor:
        """Go to the page that embeds it."""
        self.page.goto(self.url + path)
        return self

    def open(self) -> Visitor:
        """Open the window of the conversation."""
        self.page.locator(".launcher").click()
        expect(self.field).to_be_focused()
        return self

    def say(self, text: str) -> None:
        """Type and send."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str, many: int = 1) -> Visitor:
        """Say something and wait for what comes back."""
        before = self.answers.count()
        self.say(text)
        expect(self.answers).to_have_count(before + many, timeout=PATIENCE)
        return self

    def choose(self, title: str) -> None:
        """Press a quick reply and wait for what comes back."""
        before = self.answers.count()
        self.page.get_by_role("button", name=title, exact=True).click()
        expect(self.answers).to_have_count(before + 1, timeout=PATIENCE)

    @property
    def answers(self):
        """The assistant's answers."""
        return self.page.locator(".answer")

    @property
    def last(self):
        """The latest answer."""
        return self.answers.last

    def said(self) -> list[str]:
        """Everything in the window but the welcome, in order: '我:…', '人:…', or the beginning of an answer."""
        return self.page.evaluate(
            """() => [...document.querySelector("investor-assistant").shadowRoot.querySelectorAll(".me > .bubble, .answer > .bubble, .officer > .bubble, .notice")]
              .map((e) => e.closest(".me") ? "我:" + e.lastChild.textContent : e.closest(".officer") ? "人:" + e.textContent : e.className == "notice" ? e.textContent : "答")"""
        )

    def kept(self) -> list[dict]:
        """The entries in the browser's storage."""
        raw = self.page.evaluate("Object.entries(localStorage).filter(([k]) => k.includes(':e:')).map(([, v]) => v)")
        return [json.loads(one) for one in raw]

    def token(self) -> str:
        """The session's."""
        return self.page.evaluate("Object.entries(localStorage).find(([k]) => k.endsWith(':token'))?.[1] || ''")

    @property
    def sender(self) -> str:
        """As the server calls this visitor."""
        return "web-" + re.split(r"\.", self.token())[0]

    def violations(self) -> list[str]:
        """Of the page's security policy."""
        return self.page.evaluate("window.violations")


def findings(page) -> list[str]:
    """What axe holds against the page: rule and place."""
    result = Axe().run(page, options=_RULES).response
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in result["violations"]]
