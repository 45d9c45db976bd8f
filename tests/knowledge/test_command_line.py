"""`python -m knowledge`: what staff type, what they read, and what a script can rely on."""

from __future__ import annotations

import re

import openpyxl
import pytest

from knowledge.__main__ import main
from knowledge.embedding import CachedEmbedder, Lexical


@pytest.fixture
def records(shipped_copy, monkeypatch):
    monkeypatch.setenv("KNOWLEDGE_RECORDS", str(shipped_copy))
    return shipped_copy


def spoil(records, name, old, new):
    path = records / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_check_ends_with_a_count_and_succeeds_on_the_shipped_records(records, capsys):
    assert main(["check"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"共 {len(list(records.glob('*/*.yml')))} 条记录")
    assert "0 处错误" in last


def test_check_tells_how_old_what_is_told_is(records, capsys):
    main(["check"])
    told = capsys.readouterr().out.splitlines()[-2]
    assert re.match(r"事实的来源日期 \d+ 个，中位 \d{4}\S*，最早 \d{4}\S*，最近 \d{4}", told)


def test_check_reports_every_fault_with_file_field_and_how_to_mend_it_and_fails(records, capsys):
    spoil(records, "site/jn-gaoxin.yml", "area_km2: 318", "area_km2: 很大")
    spoil(records, "incentive/jn-hq.yml", "quality: A", "quality: E")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "[错误] incentive/jn-hq.yml · sources[0].quality" in out
    assert "[错误] site/jn-gaoxin.yml · area_km2" in out
    assert all("→" in line for line in out.splitlines()[:-2])


def test_check_only_reminds_of_a_review_that_is_due(records, capsys):
    spoil(records, "site/jn-gaoxin.yml", "checked: '", "checked: '2020-11-22' # '")
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "[提醒] site/jn-gaoxin.yml · checked" in out
    assert "1 处提醒" in out


def test_show_prints_each_statement_with_its_source(records, capsys):
    assert main(["show", "jn-gaoxin"]) == 0
    out = capsys.readouterr().out
    assert "318平方公里" in out
    assert "〔GX_WIKI〕" in out
    assert "innovation.jinan.gov.cn" in out


def test_show_of_an_unknown_id_suggests_and_fails(records, capsys):
    assert main(["show", "gaoxin"]) == 1
    assert "jn-gaoxin" in capsys.readouterr().out


def test_export_edit_import_is_a_way_to_change_a_record(records, tmp_path, capsys):
    book = tmp_path / "sites.xlsx"
    assert main(["export", str(book), "--type", "contact"]) == 0
    sheet = (workbook := openpyxl.load_workbook(book))["联系方式"]
    column = next(cell.column for cell in sheet[1] if cell.value == "地址")
    sheet.cell(2, column).value = "某路1号"
    changed = str(sheet.cell(2, 1).value)
    workbook.save(book)
    assert main(["import", str(book), "--dry-run"]) == 0
    assert "试运行" in capsys.readouterr().out
    assert "某路1号" not in (records / "contact" / f"{changed}.yml").read_text(encoding="utf-8")
    assert main(["import", str(book)]) == 0
    assert f"已修改 {changed}：address" in capsys.readouterr().out
    assert "address: 某路1号" in (records / "contact" / f"{changed}.yml").read_text(encoding="utf-8")


def test_an_import_with_a_fault_says_that_nothing_was_written_and_fails(records, tmp_path, capsys):
    book = tmp_path / "x.xlsx"
    book.write_bytes(b"no workbook")
    assert main(["import", str(book)]) == 1
    assert "没有写入任何文件" in capsys.readouterr().out


def test_index_fills_the_cache_the_servers_read(records, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KNOWLEDGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("knowledge.__main__.encoder", Lexical)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "e5-of-yesterday.npz").write_bytes(b"")
    assert main(["index"]) == 0
    out = capsys.readouterr()
    assert "向量已备好" in out.out
    assert [file.name for file in (tmp_path / "cache").glob("*.npz")] == [f"{Lexical.name}.npz"]
    assert "正在计算" in out.err

    class Unwilling(Lexical):
        def embed(self, texts):
            raise AssertionError(f"asked for {texts}")

    assert CachedEmbedder(Unwilling(), tmp_path / "cache").embed(["济南厂房租金多少钱一平"]).shape == (
        1,
        Lexical.dimensions,
    )
    main(["index"])
    assert "正在计算" not in capsys.readouterr().err


def test_a_wrong_call_explains_itself_in_chinese(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "检查全部记录" in capsys.readouterr().out
