"""Drives Debian's Chromium: one browser a run, a fresh context a test, in Chinese."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from tests.support.needs import CHROMIUM, QUIET

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
