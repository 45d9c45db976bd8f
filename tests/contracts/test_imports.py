"""The rooms import each other in one direction only, and the contracts that say so bite."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib

import pytest

from deploy.settings import PYTHON, ROOT

ROOMS = [
    room
    for room in ("knowledge", "leads", "bot", "actions", "console", "deploy")
    if (ROOT / room / "__init__.py").exists()
]


def lint(project):
    """Exit code and output of import-linter for a project."""
    command = [PYTHON.with_name("lint-imports"), "--no-logo", "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(project), "COLUMNS": "200"}  # names of contracts are not to be broken
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the rooms in which a violation may be planted."""
    project = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", project)
    for room in ROOMS:
        shutil.copytree(ROOT / room, project / room, ignore=shutil.ignore_patterns(".venv", "records", "__pycache__"))
    return project


def test_all_contracts_are_kept():
    code, said = lint(ROOT)
    assert code == 0, said


def test_no_room_is_forgotten():
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(configured["root_packages"]) == set(ROOMS)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("knowledge/text.py", "import actions.reply", "Rooms"),
        ("knowledge/text.py", "import bot.text", "Rooms"),
        ("leads/model.py", "import knowledge.text", "Rooms"),
        ("leads/model.py", "import fastapi", "Only console makes web pages"),
        ("leads/model.py", "import console.pages", "Rooms"),
        ("console/pages.py", "import actions.reply", "Rooms"),
        ("console/pages.py", "import sqlalchemy", "Only the modules of leads that touch tables"),
        ("bot/text.py", "import leads.model", "bot knows no leads"),
        ("bot/text.py", "import actions.reply", "Rooms"),
        ("actions/turn/reply.py", "import bot.text", "Rooms"),
        ("actions/turn/reply.py", "import deploy.client", "Rooms"),
        ("actions/turn/reply.py", "import rasa.core", "Only bot knows Rasa"),
        ("bot/text.py", "from rasa_sdk import Action", "Only actions knows rasa_sdk"),
        ("deploy/client.py", "import rasa_sdk", "Only actions knows rasa_sdk"),
        ("actions/turn/reply.py", "import requests", "No room talks HTTP"),
        ("leads/delivery/crm.py", "import requests", "Leads are handed on"),
        ("leads/worker.py", "import urllib3", "Leads are handed on"),
        ("actions/turn/reply.py", "import sqlalchemy", "Only the modules of leads that touch tables"),
        ("leads/service.py", "from sqlalchemy.orm import Session", "Only the modules of leads that touch tables"),
        ("knowledge/lexicon.py", "import knowledge.search.passages", "What both environments import"),
    ],
)
def test_a_planted_violation_is_caught(copy, module, line, contract):
    file = copy / module
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        code, said = lint(copy)
    finally:
        file.write_text(before, encoding="utf-8")
    assert code != 0
    assert any(contract in row and "BROKEN" in row for row in said.splitlines()), said
