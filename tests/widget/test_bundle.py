"""The built widget that is shipped: small, made from the source beside it, and silent towards foreign hosts."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess

import pytest

from deploy.settings import ROOT

WIDGET = ROOT / "widget"
BUILT = WIDGET / "dist" / "widget.js"
_LIMIT = 30_000
"""Bytes as a web server sends them (gzip)."""


def test_it_weighs_at_most_thirty_kilobytes():
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= _LIMIT


def test_it_is_one_classic_script_without_evaluated_code():
    text = BUILT.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\(|\bimport\(", text)
    assert "dangerouslySetInnerHTML={" not in text


def test_it_names_no_foreign_host():
    """`www.w3.org` names what SVG is, `socket.io` stands in the sentence of an error; neither is ever asked."""
    hosts = set(re.findall(r"https?://([a-z0-9.-]+\.[a-z]{2,})", BUILT.read_text(encoding="utf-8")))
    assert hosts <= {"www.w3.org", "socket.io"}


def test_every_dependency_is_pinned_to_one_version():
    package = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in p for path, p in lock["packages"].items() if path)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="running the widget needs no Node; only building it does")
def test_it_is_what_its_source_builds(tmp_path):
    """Where the packages can be had: a registry that can't be reached is no fault of the source."""
    here = tmp_path / "widget"
    shutil.copytree(WIDGET, here, ignore=shutil.ignore_patterns("node_modules", "dist"))
    if (WIDGET / "node_modules").exists():
        (here / "node_modules").symlink_to(WIDGET / "node_modules")
    elif subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=here, capture_output=True
    ).returncode:
        pytest.skip("the package registry can't be reached")
    built = subprocess.run(["npm", "run", "build"], cwd=here, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    assert (here / "dist" / "widget.js").read_bytes() == BUILT.read_bytes(), "run make widget and commit dist/widget.js"
