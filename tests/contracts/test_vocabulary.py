"""Code speaks the field's language as docs/glossary.md fixes it."""

from __future__ import annotations

import ast
import re

import pytest

from actions.turn.reply import Kind
from deploy.settings import ROOT
from knowledge import catalogue, findings, model
from tests.shopper import KINDS

INSTEAD = {
    r"polic(y|ies)": "Incentive 优惠政策, OfficialDocument 政策文件, privacy_notice 隐私政策; a policy is Rasa's",
    r"parks?": "Site 园区",
    r"customers?": "Lead 线索 or investor 投资者",
    r"subsid(y|ies)": "Incentive 优惠政策, its benefits",
}
ROOMS = ("knowledge", "leads", "bot", "actions", "console", "deploy")
FILES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if ".venv" not in path.parts]


def identifiers(source):
    """All names that a module defines or uses."""
    for node in ast.walk(ast.parse(source)):
        yield from (
            getattr(node, part) for part in ("id", "attr", "arg", "name") if isinstance(getattr(node, part, None), str)
        )


def misnamed(source):
    """Identifiers with a word that stands for something else here."""
    words = {name: re.findall(r"[A-Z]?[a-z]+", name) for name in identifiers(source)}
    return sorted(n for n, parts in words.items() if any(re.fullmatch(w, p.lower()) for p in parts for w in INSTEAD))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_identifier_uses_a_word_of_another_field(path):
    assert misnamed(path.read_text(encoding="utf-8")) == [], INSTEAD


def test_a_wrong_word_would_be_seen():
    assert misnamed("class IncentivePolicy: ...\npolicy_ids = parking = 1") == ["IncentivePolicy", "policy_ids"]


def test_the_words_of_the_field_name_the_models():
    assert all(
        hasattr(model, name) for name in ("Site", "District", "Industry", "Incentive", "Contact", "Procedure", "Source")
    )
    assert hasattr(catalogue, "Catalogue")
    assert hasattr(findings, "Finding")


def test_the_envelope_knows_the_kinds_of_the_format():
    assert set(Kind.__args__) == KINDS
