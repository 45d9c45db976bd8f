"""When a model counts as stale."""

from __future__ import annotations

import shutil

import pytest

from deploy.settings import ENCODER, ROOT
from deploy.training import INPUTS, fingerprint, is_fresh, mark_of


@pytest.fixture
def project(tmp_path):
    """A copy of everything a model is made of, a record, and a model trained from it."""
    for path in {path for pattern in INPUTS for path in ROOT.glob(pattern)} | {
        ROOT / "knowledge/records/site/jn-gaoxin.yml"
    }:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    model = tmp_path / "models" / "assistant.tar.gz"
    shutil.copytree(ENCODER, tmp_path / "models" / "encoder")
    model.write_bytes(b"a model")
    mark_of(model).write_text(fingerprint(tmp_path), encoding="utf-8")
    return tmp_path


def fresh(project):
    return is_fresh(project, project / "models" / "assistant.tar.gz")


@pytest.mark.parametrize("pattern", INPUTS)
def test_every_input_exists(pattern):
    assert list(ROOT.glob(pattern))


def test_a_model_is_fresh_while_nothing_changes(project):
    assert fresh(project)


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/sites.yml", "bot/nlu/intent.py", "knowledge/lexicon.py"]
)
def test_a_change_in_what_it_is_made_of_makes_it_stale(project, name):
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert not fresh(project)


def test_a_new_file_of_training_data_makes_it_stale(project):
    (project / "data" / "nlu" / "new.yml").write_text("nlu: []\n", encoding="utf-8")
    assert not fresh(project)


def test_another_encoder_makes_it_stale(project):
    told = project / "models" / "encoder" / "about.json"
    told.write_text(told.read_text(encoding="utf-8").replace('"digest": "', '"digest": "0'), encoding="utf-8")
    assert not fresh(project)


def test_an_edited_record_does_not(project):
    with (project / "knowledge/records/site/jn-gaoxin.yml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert fresh(project)


def test_a_model_without_its_mark_is_stale(project):
    mark_of(project / "models" / "assistant.tar.gz").unlink()
    assert not fresh(project)
