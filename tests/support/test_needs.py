"""A machine without its database or its browser is told once, and the run fails all the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from deploy.settings import ROOT
from tests.support.needs import Need


def test_the_first_who_misses_it_fails_with_what_to_do_and_the_others_are_left_out():
    looked = []
    need = Need("数据库", lambda: looked.append(1) or "没有人在听", "启动它")
    with pytest.raises(pytest.fail.Exception, match="数据库 不可用：没有人在听\n怎么办：启动它"):
        need.check()
    for _ in range(2):
        with pytest.raises(pytest.skip.Exception, match="没有可用的 数据库"):
            need.check()
    assert looked == [1], "nobody looks again for each of hundreds of tests"


def test_a_run_on_a_machine_without_them_has_one_error_for_each_and_runs_the_rest():
    away = {"LEADS_TEST_POSTGRES": "postgresql+psycopg://x@127.0.0.1:1/x", "BROWSER_TEST_CHROMIUM": "/no/such/chromium"}
    tests = ("tests/leads/test_glancing.py", "tests/browser/test_browser.py", "tests/browser/test_widget_access.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT, env={**os.environ, **away}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert re.match(r"2 passed, \d+ skipped, 2 errors", last), done.stdout
    assert all(variable in done.stdout for variable in away), "it says what to do"
