"""Reading records: every fault names the file, the field and how to mend it, and no fault hides another."""

from __future__ import annotations

import pytest

from knowledge.loading import load_gaps, load_records, read_yaml


def only_finding(folder):
    records, findings = load_records(folder)
    assert records == []
    (finding,) = findings
    assert finding.severity == "error"
    assert finding.problem
    assert finding.mend
    return finding


def spoil(folder, old, new):
    path = folder / "site" / "jn-demo.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_good_record_is_read_without_findings(folder):
    (record,), findings = load_records(folder)
    assert (record.id, record.type, record.area_km2, findings) == ("jn-demo", "site", 12.5, [])


def test_an_unknown_key_is_named_with_its_file_and_not_swallowed(folder):
    spoil(folder, "area_km2", "aera_km2")
    finding = only_finding(folder)
    assert finding.where == "site/jn-demo.yml"
    assert "aera_km2" in finding.problem
    assert "model.py" in finding.mend


def test_an_unknown_key_inside_a_source_tells_which_source(folder):
    spoil(folder, "    quality: A", "    quality: A\n    qualty: B")
    finding = only_finding(folder)
    assert finding.field.startswith("sources[0]")
    assert "qualty" in finding.problem


def test_a_doubled_key_is_a_fault_and_not_a_silent_overwrite(folder):
    spoil(folder, "city: 济南", "city: 济南\ncity: 兰州")
    finding = only_finding(folder)
    assert "city" in finding.problem
    assert "两次" in finding.problem


def test_bad_yaml_is_reported_with_its_line(folder):
    spoil(folder, "name: 济南示范产业园", "name: [济南示范产业园")
    finding = only_finding(folder)
    assert finding.where == "site/jn-demo.yml"
    assert "line" in finding.problem
    assert "缩进" in finding.mend


def test_a_file_that_is_not_utf8_is_reported(folder):
    (folder / "site" / "jn-demo.yml").write_bytes("name: 济南".encode("gbk"))
    assert "YAML" in only_finding(folder).problem


def test_a_missing_key_is_named_and_nobody_is_asked_to_invent(folder):
    spoil(folder, "checked: '2026-11-22'\n", "")
    finding = only_finding(folder)
    assert "checked" in finding.problem
    assert "不要编造" in finding.mend


def test_a_value_of_the_wrong_kind_names_its_field(folder):
    spoil(folder, "area_km2: 12.5", "area_km2: 十二")
    assert only_finding(folder).field == "area_km2"


def test_a_value_outside_the_choices_names_its_field(folder):
    spoil(folder, "city: 济南", "city: 北京")
    finding = only_finding(folder)
    assert finding.field == "city"
    assert "取值" in finding.problem


def test_an_unquoted_date_stays_text_as_precise_as_it_was_written(folder):
    spoil(folder, "'2021-04-25'", "2021-04-25")
    (record,), findings = load_records(folder)
    assert not findings
    assert record.sources[0].as_of == "2021-04-25"


def test_an_unquoted_year_is_a_fault_because_it_is_a_number(folder):
    spoil(folder, "'2021-04-25'", "2021")
    finding = only_finding(folder)
    assert finding.field == "sources[0].as_of"
    assert "引号" in finding.mend


@pytest.mark.parametrize(
    ("wrong", "right"), [("district/jn-demo.yml", "site/jn-demo.yml"), ("site/other.yml", "site/jn-demo.yml")]
)
def test_a_record_in_the_wrong_place_is_told_where_it_belongs(folder, wrong, right):
    target = folder / wrong
    target.parent.mkdir(exist_ok=True)
    (folder / "site" / "jn-demo.yml").rename(target)
    finding = only_finding(folder)
    assert finding.where == wrong
    assert right in finding.mend


def test_all_faults_of_a_run_are_reported_and_good_records_kept(folder, site_text):
    for name in ("a", "b"):
        text = site_text.replace("jn-demo", name).replace("city: 济南", "city: 无")
        (folder / "site" / f"{name}.yml").write_text(text, encoding="utf-8")
    records, findings = load_records(folder)
    assert [r.id for r in records] == ["jn-demo"]
    assert [f.where for f in findings] == ["site/a.yml", "site/b.yml"]


def test_gaps_with_an_unknown_key_are_refused(tmp_path):
    path = tmp_path / "gaps.yml"
    path.write_text("- {id: g, city: 济南, topic: t, missing: m, contacts: [], colour: red}", encoding="utf-8")
    gaps, (finding,) = load_gaps(path)
    assert gaps == []
    assert "colour" in finding.problem
    assert "Gap" in finding.mend


def test_yaml_tags_that_would_run_code_are_refused(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text("a: !!python/object/apply:os.system ['true']", encoding="utf-8")
    with pytest.raises(Exception, match="could not determine a constructor"):
        read_yaml(path)
