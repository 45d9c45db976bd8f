"""Drives Debian's Chromium: one browser a run, a fresh context a test, in Chinese."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("BROWSER_TEST_CHROMIUM") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def context(browser):
    """A visitor of his own: no cookie and no storage of another test."""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The real processes, each started again when it ends, so that a test may kill one; once for all tests of pages."""
    from tests.support.stack import Stack

    with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack
