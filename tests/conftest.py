"""Fixtures for all rooms. `tests/bot` runs in Rasa's environment, everything else in the other one."""

from __future__ import annotations

import importlib.util

import pytest

from tests.support.needs import needs_of

collect_ignore = [] if importlib.util.find_spec("rasa") else ["bot"]
if importlib.util.find_spec("hypothesis"):
    from hypothesis import settings

    # An example that takes long on a busy machine breaks no promise; where speed is promised, a test measures it.
    settings.register_profile("suite", settings(deadline=None))
    settings.load_profile("suite")
_STARTS_SERVERS = ("tests/integration/", "tests/conversations/", "tests/faults/")


def pytest_collection_modifyitems(items):
    """Whatever starts servers or a browser is slow, so that `make test-fast` leaves it out."""
    for item in items:
        if item.nodeid.startswith(_STARTS_SERVERS) or {"running", "stack", "browser"} & {
            *getattr(item, "fixturenames", ())
        }:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before any fixture, since pytest hands the failure of a shared one to every test behind it."""
    for need in needs_of(item):
        need.check()


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """The real assistant, started once: `.url`, `.actions_url`, `.records` (its own copy), `.log`."""
    from tests.servers import serving

    with serving(tmp_path_factory.mktemp("assistant")) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def assistant(running):
    """Base URL of the real assistant, started once."""
    return running.url
