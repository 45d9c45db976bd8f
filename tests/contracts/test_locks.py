"""Both environments install on the processors that bureaus run: x86-64, and aarch64 (鲲鹏、飞腾), without a compiler."""

from __future__ import annotations

import tomllib
from itertools import chain

import pytest
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from deploy.settings import ROOT

BUILT_ANYWHERE = {"docopt", "jieba", "randomname"}
"""Pure Python, published as source only: building them needs no compiler."""
WINDOWS = {"pywin32"}
"""Locked for other systems, never installed on Linux."""
GLIBC = 28
"""The glibc 2.x of the oldest systems in use (openEuler 20.03, Debian 10, RHEL 8)."""
LOCKS = {place or "root": tomllib.loads((ROOT / place / "uv.lock").read_text("utf-8")) for place in ("", "bot")}


def installable_on(machine: str) -> set:
    """The tags of wheels that Python 3.11 takes on this machine."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    platforms += [f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")]
    return set(
        chain(cpython_tags((3, 11), ["cp311"], platforms), compatible_tags((3, 11), "cp311", [*platforms, "any"]))
    )


def wheels(place: str) -> dict[str, set]:
    """Name of a package → the tags of all its wheels, of whichever version: some are locked twice, by Python version."""
    tags: dict[str, set] = {}
    for package in LOCKS[place]["package"]:
        if "registry" in package["source"]:
            names = [wheel["url"].rsplit("/", 1)[-1] for wheel in package.get("wheels", ())]
            tags.setdefault(package["name"], set()).update(*(parse_wheel_filename(name)[3] for name in names))
    return tags


@pytest.mark.parametrize("place", LOCKS)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_locked_package_installs_without_a_compiler(place, machine):
    fitting = installable_on(machine)
    missing = {name for name, tags in wheels(place).items() if not tags & fitting}
    assert missing <= BUILT_ANYWHERE | WINDOWS


def test_what_is_built_from_source_is_still_locked():
    """Else the list above holds names that nobody needs any more."""
    assert {name for place in LOCKS for name, tags in wheels(place).items() if not tags} == BUILT_ANYWHERE


@pytest.mark.parametrize("name", ["tensorflow", "tensorflow-cpu", "keras", "torch", "matplotlib", "boto3", "pymongo"])
def test_the_environment_of_the_rasa_server_has_nothing_it_never_calls(name):
    assert name not in wheels("bot")
