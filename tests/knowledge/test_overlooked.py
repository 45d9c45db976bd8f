"""Nothing that somebody wrote is passed over in silence: files where none is read, text behind " #"."""

from __future__ import annotations

import pytest

from knowledge.loading import load_records
from knowledge.overlooked import swallowed


def told(folder):
    records, findings = load_records(folder)
    assert [record.id for record in records] == ["jn-demo"]
    return findings


@pytest.mark.parametrize(
    "place",
    [
        "contact/jn-new.yaml",
        "contact/jn-new.YML",
        "jn-new.yml",
        "jn-new.yaml",
        "contact/2026/jn-new.yml",
        "contact/jn-new.yml.txt",
        "contact/jn-new.yml.bak",
        "contact/jn-new",
        "说明.docx",
    ],
)
def test_a_file_that_is_not_read_is_named_in_one_line(folder, site_text, place):
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(site_text, encoding="utf-8")
    (finding,) = told(folder)
    assert (finding.where, finding.severity) == (place, "warning")
    assert "没有读这个文件" in finding.problem
    assert "records/<类型>/<编号>.yml" in finding.mend


@pytest.mark.parametrize("place", [".DS_Store", "site/.jn-demo.yml.swp", ".idea/x.xml"])
def test_what_systems_and_editors_leave_behind_is_not_told(folder, place):
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert told(folder) == []


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("summary: 位于工业北路 3 #楼，面积500平方米", "#楼，面积500平方米"),
        ("location: 高新区 # 舜华路", "# 舜华路"),
        ("note: 联系人 #2号窗口", "#2号窗口"),
        ("  - 一期 #1 厂房已建成", "#1 厂房已建成"),
        ("  - #1 厂房已建成", "#1 厂房已建成"),
        ("phone: #0531-66600000", "#0531-66600000"),
        ("area_km2: 12.5 #平方公里", "#平方公里"),
    ],
)
def test_text_that_yaml_takes_for_a_comment_is_told(line, lost):
    text = f"facts:\n{line}\n" if line.startswith(" ") else f"{line}\n"
    (finding,) = swallowed(text, "x.yml")
    assert lost in finding.problem
    assert "引号" in finding.mend


@pytest.mark.parametrize(
    "text", ["# own line\na: b\n", "a: 'b #c'\n", 'a: "b #c"\n', "a: b#c\n", "a: |\n  b #c\n", "a: [b, c] # d\n"]
)
def test_what_is_not_lost_is_not_told(text):
    assert list(swallowed(text, "x.yml")) == []


def test_the_line_of_a_record_is_told_beside_its_file(folder):
    path = folder / "site" / "jn-demo.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("位于济南市章丘区", "位于章丘区 3 #楼"), encoding="utf-8")
    (finding,) = told(folder)
    assert finding.where == "site/jn-demo.yml"
    assert finding.problem.startswith("第7行")
