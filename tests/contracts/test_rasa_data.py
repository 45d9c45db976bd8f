"""Rasa's own check of our data. Its exit code is 0 whatever it finds, so what it says is read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.settings import BOT_PYTHON, ROOT, Ports, environment

pytestmark = pytest.mark.slow
_COMPLAINT = re.compile(
    r"UserWarning: |\b(?:WARNING|ERROR|CRITICAL) |\"level\": \"(?:warning|error|critical)\"|^Traceback"
)


def complaints(project: Path) -> list[str]:
    """What `rasa data validate` has against a project; fails when it did not get to its end."""
    command = [BOT_PYTHON, "-m", "bot", "data", "validate", "--fail-on-warnings"]
    environ = environment(Ports(), os.environ)
    said = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, timeout=300, check=False)
    lines = (said.stdout + said.stderr).splitlines()
    found = [line for line in lines if _COMPLAINT.search(line) and "pkg_resources" not in line]
    if not found:
        assert said.returncode == 0, said.stderr
        assert any("No story structure conflicts found" in line for line in lines), lines
    return found


def test_rasa_finds_nothing_to_complain_of():
    assert complaints(ROOT) == []


def test_a_fault_in_the_data_would_be_seen(tmp_path):
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    domain = tmp_path / "domain.yml"
    domain.write_text(
        domain.read_text(encoding="utf-8").replace("intents:\n", "intents:\n  - ask_nobody\n", 1), encoding="utf-8"
    )
    assert any("ask_nobody" in line for line in complaints(tmp_path))
