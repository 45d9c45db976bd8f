"""What of the machine many tests need. Where it is away or broken, one test says so and what to do; the others are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from typing import NoReturn

import pytest

POSTGRES = os.environ.get("LEADS_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/test"
CHROMIUM = os.environ.get("BROWSER_TEST_CHROMIUM") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Need:
    """Something that `make test` brings. The first test that misses it fails, so that the run fails as a whole."""

    def __init__(self, name: str, fault: Callable[[], str], remedy: str) -> None:
        """`fault` says what is wrong, empty where nothing is; `remedy`, what to do. Both for whoever reads the result."""
        self._name, self._look, self._remedy, self._told = name, fault, remedy, False

    @cached_property
    def _fault(self) -> str:
        return self._look()

    def check(self) -> None:
        """Look once a run; fail or skip the test at hand where it is not there."""
        if self._fault:
            self.missing(self._fault)

    def missing(self, why: str) -> NoReturn:
        """It is not there, or no longer."""
        if self._told:
            pytest.skip(f"没有可用的 {self._name}（原因和办法见唯一的那一处错误）")
        self._told = True
        pytest.fail(
            f"{self._name} 不可用：{why.strip()}\n怎么办：{self._remedy}\n其余要用它的测试都跳过。", pytrace=False
        )


def postgres_fault() -> str:
    """Whether schemas can be made in PostgreSQL."""
    import psycopg
    from sqlalchemy.engine import make_url

    url = make_url(POSTGRES)
    try:
        with psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), connect_timeout=5
        ) as db:
            db.execute("CREATE SCHEMA leads_test_probe")
            db.rollback()
    except psycopg.Error as error:
        return f"{url.render_as_string()}：{error}"
    return ""


def chromium_fault() -> str:
    """Whether Chromium opens a page."""
    command = [CHROMIUM, *QUIET, "--headless", "--dump-dom", "about:blank"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if "<html>" in done.stdout else f"{CHROMIUM} 打不开网页（退出码 {done.returncode}）：{done.stderr[-300:]}"


DATABASE = Need(
    "PostgreSQL",
    postgres_fault,
    "运行 .ci/postgresql（没有时以 root 在 Debian、Ubuntu 上装好并启动；有而进不去时说明原因），"
    "或把现成的库写在 LEADS_TEST_POSTGRES，形如 postgresql+psycopg://用户:口令@主机:5432/库；测试在里面建自己的模式，用完删掉。",
)
BROWSER = Need(
    "Chromium",
    chromium_fault,
    "运行 .ci/browser（以 root 在 Debian、Ubuntu 上装好），或把现成的 Chromium 写在 BROWSER_TEST_CHROMIUM。",
)


def needs_of(item: pytest.Item) -> list[Need]:
    """What a test needs, as its fixtures and parameters tell."""
    fixtures, call = set(getattr(item, "fixturenames", ())), getattr(item, "callspec", None)
    found = [BROWSER] if "browser" in fixtures else []
    given = call.params if call else {}
    if "migrated" in fixtures or "postgresql" in (given.get("url"), given.get("empty")):
        found.append(DATABASE)
    return found


if __name__ == "__main__":  # for .ci/postgresql
    sys.exit(postgres_fault() or 0)
