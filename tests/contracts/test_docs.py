"""Documentation that cannot drift: commands, links and dependencies it names exist, and those that exist are named."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from deploy.settings import ROOT

LISTED = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
)
FILES = [path for name in LISTED.stdout.splitlines() if (path := ROOT / name).is_file()]
PAGES = [path for path in FILES if path.suffix == ".md"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())
PROJECTS = [
    tomllib.loads((ROOT / place / "pyproject.toml").read_text(encoding="utf-8"))
    for place in ("", "bot", "benchmarks/stock")
]


def named(path):
    return path.relative_to(ROOT).as_posix()


def test_make_help_lists_every_target():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([\w-]+) +\S", said, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_a_page_names_exists(page):
    assert set(re.findall(r"`make ([a-z][\w-]*)", page.read_text(encoding="utf-8"))) <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    inside = [link.split("#")[0] for link in links if not re.match(r"\w+:|#", link)]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_dependency_has_its_line_and_its_reason():
    wanted = {
        re.match(r"[\w.-]+", line)[0].lower()
        for project in PROJECTS
        for group in (project["project"]["dependencies"], *project.get("dependency-groups", {}).values())
        for line in group
    }
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = {name.lower(): reason for name, reason in re.findall(r"^\| `([\w.-]+)` \| (.+?) \|", told, re.MULTILINE)}
    assert set(rows) == wanted
    assert all(len(reason) >= 4 for reason in rows.values())


def test_no_file_holds_the_path_of_one_machine_or_a_secret():
    machine = r"(?<![\w.:/])/(?:root|home|Users|work)/\w"
    leak = r"AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|-----BEGIN [A-Z ]*PRIVATE KEY|(?i:password|secret|token)\s*[:=]\s*[\"'][^\"'\s{}$]{8,}[\"']"
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in FILES
        if path.suffix not in (".xlsx", ".png", ".ico", ".woff2", ".wav")
    }
    found = [(named(path), hit[0]) for path, text in texts.items() for hit in re.finditer(f"{machine}|{leak}", text)]
    assert found == []
