"""A change to a record is checked with all others and shown as a patch; nothing is written."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest

from knowledge.errors import UnknownRecord
from knowledge.paths import RECORDS
from knowledge.proposing import file_of, propose, with_alias

TODAY = dt.date(2026, 11, 26)


def test_an_alias_is_one_line_more_and_a_patch_that_git_applies(tmp_path):
    file = file_of(RECORDS, "jn-gaoxin")
    proposal = propose(RECORDS, "jn-gaoxin", with_alias(file, " 高新东区 "), TODAY)
    assert proposal.findings == []
    added = [line for line in proposal.patch.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert added == ["+  - 高新东区"]
    assert file_of(RECORDS, "jn-gaoxin").text == file.text, "nothing is written"
    target = tmp_path / proposal.path
    target.parent.mkdir(parents=True)
    shutil.copy(file.path, target)
    subprocess.run(["git", "apply", "-"], input=proposal.patch.encode(), cwd=tmp_path, check=True)
    assert target.read_text(encoding="utf-8") == proposal.after


def test_an_alias_that_is_there_changes_nothing():
    file = file_of(RECORDS, "jn-12345")
    assert with_alias(file, file.data["aliases"][0]) == file.text
    assert propose(RECORDS, "jn-12345", file.text, TODAY).patch == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("id: jn-12345", "id: jn-9"), "不能改 id"),
        (lambda text: text.replace("summary:", "sumary:"), "没有这个键"),
        (lambda text: text + "  - :\n:", "不是有效的 YAML"),
        (lambda _: "a: &a [1]\nb: *a\n", "引用"),
        (lambda _: "[" * 90_000, "层以上"),
        (lambda _: "x: 2027-02-31\n", ""),
        (lambda text: text.replace("  - 市民热线\n", "  - 园区\n"), "别名太泛"),
        (lambda text: text + "x" * 100_001, "字符"),
    ],
)
def test_a_fault_is_told_with_what_to_do(change, told):
    proposal = propose(RECORDS, "jn-12345", change(file_of(RECORDS, "jn-12345").text), TODAY)
    assert proposal.errors
    assert any(told in str(finding) for finding in proposal.findings)


def test_what_is_due_elsewhere_is_not_this_changes_fault():
    text = file_of(RECORDS, "jn-12345").text
    late = dt.date(2030, 1, 1)
    assert {finding.where for finding in propose(RECORDS, "jn-12345", text, late).findings} == {"contact/jn-12345.yml"}


@pytest.mark.parametrize("id_", ["nichts", "../../pyproject", "*", "contact/jn-12345"])
def test_what_is_no_record_is_unknown(id_):
    with pytest.raises(UnknownRecord):
        file_of(RECORDS, id_)
