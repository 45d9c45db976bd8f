"""Records in a spreadsheet: what is not edited stays byte for byte, what is faulty is told by row and column, all or nothing."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import SpreadsheetInvalid
from knowledge.loading import parse_yaml, read_yaml
from knowledge.paths import GAPS
from knowledge.spreadsheet import export_records, import_records
from knowledge.spreadsheet.cells import parse, show
from knowledge.spreadsheet.files import RecordFile, rendered
from knowledge.spreadsheet.tables import PARTS, RECORDS, Column

TODAY = dt.date(2026, 11, 22)


def day(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - Excel knows no time zones


def state(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Book:
    """An exported workbook at hand for editing."""

    def __init__(self, path, folder, gaps):
        self.path, self.folder, self.gaps = path, folder, gaps
        export_records(path, folder)
        self.book = openpyxl.load_workbook(path)

    def column(self, sheet, header):
        return next(cell.column for cell in self.book[sheet][1] if cell.value == header)

    def cell(self, sheet, header, row=2):
        return self.book[sheet].cell(row, self.column(sheet, header))

    def add(self, sheet, **values):
        row = self.book[sheet].max_row + 1
        for header, value in values.items():
            self.cell(sheet, header, row).value = value
        return row

    def take(self, **options):
        self.book.save(self.path)
        return import_records(self.path, self.folder, self.gaps, TODAY, **options)

    def refused(self):
        """The findings of an import that must fail; proves that it wrote nothing."""
        before = state(self.folder)
        with pytest.raises(SpreadsheetInvalid) as caught:
            self.take()
        assert state(self.folder) == before
        assert all(f.problem and f.mend for f in caught.value.findings)
        return caught.value.findings

    def data(self, name="site/jn-demo.yml"):
        return read_yaml(self.folder / name)


@pytest.fixture
def book(tmp_path, folder):
    gaps = tmp_path / "gaps.yml"
    gaps.write_text("[]", encoding="utf-8")
    return Book(tmp_path / "records.xlsx", folder, gaps)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "all.xlsx"
    export_records(path)
    return path


# What is not edited


def test_exporting_and_importing_the_shipped_records_changes_no_byte(shipped_copy, tmp_path):
    export_records(tmp_path / "all.xlsx", shipped_copy)
    before = state(shipped_copy)
    done = import_records(tmp_path / "all.xlsx", shipped_copy, GAPS, TODAY)
    assert (done.created, done.changed) == ((), ())
    assert state(shipped_copy) == before


def test_every_shipped_cell_says_what_the_record_says_when_it_is_parsed(shipped_copy, tmp_path):
    """Imported into empty folders the workbook makes every record anew, equal in every value."""
    export_records(tmp_path / "all.xlsx", shipped_copy)
    (tmp_path / "empty").mkdir()
    done = import_records(tmp_path / "all.xlsx", tmp_path / "empty", GAPS, TODAY)
    before = {path: read_yaml(shipped_copy / path) for path in state(shipped_copy)}
    assert {path: read_yaml(tmp_path / "empty" / path) for path in state(tmp_path / "empty")} == before
    assert len(done.created) == len(before)


def test_one_edit_of_one_shipped_record_changes_only_its_line(shipped_copy, tmp_path):
    book = Book(tmp_path / "all.xlsx", shipped_copy, GAPS)
    before = state(shipped_copy)
    row = next(c.row for c in book.book["园区"]["A"] if c.value == "jn-gaoxin")
    book.cell("园区", "面积(平方公里)", row).value = 319
    assert book.take().changed == (("jn-gaoxin", ("area_km2",)),)
    after = state(shipped_copy)
    (path,) = [path for path in after if after[path] != before[path]]
    assert after[path] == before[path].replace(b"area_km2: 318\n", b"area_km2: 319\n")


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+86 531", "-5°C", "@here", '=HYPERLINK("http://x","y")', "#N/A", "'quoted", "1E5", "007"]
)
def test_a_text_that_looks_like_something_else_is_written_as_text_and_comes_back_exactly(book, folder, hostile):
    path = folder / "site" / "jn-demo.yml"
    quoted = hostile.replace("'", "''")
    path.write_text(
        path.read_text(encoding="utf-8").replace("济南示范产业园位于济南市章丘区。", f"'{quoted}'"), encoding="utf-8"
    )
    fresh = Book(book.path, folder, book.gaps)
    cell = fresh.cell("园区", "概述")
    assert (cell.data_type, cell.value) == ("s", hostile)
    fresh.cell("园区", "位置").value = "章丘区"
    fresh.take()
    assert fresh.data()["summary"] == hostile


def test_a_text_that_begins_like_a_formula_is_marked_so_that_excel_leaves_it_alone(book, folder):
    path = folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("示范园介绍", "'=cmd|x'"), encoding="utf-8")
    assert Book(book.path, folder, book.gaps).cell("来源", "标题").quotePrefix is True


def test_types_can_be_exported_alone_and_the_others_stay_untouched(shipped_copy, tmp_path):
    count = export_records(tmp_path / "one.xlsx", shipped_copy, ["contact"])
    names = openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames
    assert "联系方式" in names
    assert "园区" not in names
    assert count == len(list((shipped_copy / "contact").iterdir()))
    before = state(shipped_copy)
    import_records(tmp_path / "one.xlsx", shipped_copy, GAPS, TODAY)
    assert state(shipped_copy) == before


def test_the_first_sheet_explains_and_every_type_has_its_own(exported):
    names = openpyxl.load_workbook(exported).sheetnames
    assert names[0] == "说明"
    assert {table.sheet for table in (*RECORDS.values(), *PARTS)} <= set(names)


def test_the_guide_says_that_a_removed_row_removes_no_record(exported):
    guide = " ".join(str(row[0]) for row in openpyxl.load_workbook(exported)["说明"].iter_rows(values_only=True))
    assert "不会删除记录" in guide


ONE_LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="\u2028\u2029\x85"), max_size=40
).map(str.strip)
TEXTS = st.one_of(ONE_LINE, st.builds("{}\n{}".format, ONE_LINE, ONE_LINE)).filter(
    lambda s: s == s.strip() and "_x000D_" not in s
)


@given(text=TEXTS, items=st.lists(ONE_LINE.filter(bool), max_size=4))
def test_any_text_and_list_comes_back_from_its_cell_as_it_was(text, items):
    assert parse(Column("t", "t"), show(Column("t", "t"), text, {}), {}) == (text or None)
    lines = Column("l", "l", "lines")
    assert parse(lines, show(lines, items, {}), {}) == (items or None)


NUMBERS = st.one_of(st.integers(0, 10**6), st.decimals(0, 1000, places=4).map(float).filter(lambda x: x != int(x)))


@given(st.dictionaries(st.sampled_from(["rate", "cap_wan", "ge", "amount_wan", "derived"]), NUMBERS))
def test_settings_of_a_rule_come_back_from_their_cell_as_they_were(settings):
    settings = {key: True if key == "derived" else value for key, value in settings.items()}
    column, tiers = Column("s", "*", "settings"), Column("t", "tiers", "tiers")
    assert parse(column, show(column, settings, {}), {}) == (settings or None)
    assert parse(tiers, show(tiers, [settings, settings], {}), {}) == ([settings, settings] if settings else None)


@given(TEXTS.filter(bool), TEXTS.filter(bool))
def test_any_text_taken_over_into_a_file_is_read_back_as_it_was(one, other):
    before = RecordFile(
        Path("x.yml"), "id: x\nname: 'old' # why\nfacts:\n  - a\n", {"id": "x", "name": "old", "facts": ["a"]}
    )
    wanted = {"id": "x", "name": one, "facts": ["a", other]}
    assert parse_yaml(rendered(wanted, before)) == wanted
    assert parse_yaml(rendered(wanted, None)) == wanted


# What is edited


def test_comments_and_the_order_of_keys_survive_an_edit(book, folder):
    path = folder / "site" / "jn-demo.yml"
    text = "# 2026年核对\n" + path.read_text(encoding="utf-8").replace("city: 济南", "city: 济南   # 市")
    path.write_text(text, encoding="utf-8")
    fresh = Book(book.path, folder, book.gaps)
    fresh.cell("园区", "其他事实").value = "2021年,园区有企业21家。〔S1〕\n2022年,园区有企业30家。〔S1〕"
    fresh.take()
    first, more = (
        f"  - text: {year}年,园区有企业{count}家。\n    source: S1\n" for year, count in ((2021, 21), (2022, 30))
    )
    assert path.read_text(encoding="utf-8") == text.replace(first, first + more)


def test_a_fact_in_a_cell_without_its_source_is_a_fault(book):
    book.cell("园区", "其他事实").value = "2022年,园区有企业30家。"
    (finding,) = book.refused()
    assert "来源" in finding.problem


@pytest.mark.parametrize("typed", ["园区有企业30家。[S1]", "园区有企业30家。【S1】。", "园区有企业30家。 〔S1〕"])
def test_the_source_of_a_fact_may_stand_in_any_brackets(book, typed):
    book.cell("园区", "其他事实").value = typed
    book.take()
    assert book.data()["facts"] == [{"text": "园区有企业30家。", "source": "S1"}]


def test_a_typed_number_of_a_record_is_a_row_of_its_own(book):
    book.add(
        "统计数字", 记录编号="jn-demo", 指标="firms", 数值=21, 单位="家", 统计时间="2021", 来源编号="S1", 同比="5.5%"
    )
    book.take()
    assert book.data()["statistics"] == [
        {"indicator": "firms", "value": 21, "unit": "家", "as_of": "2021", "source": "S1", "change": 0.055}
    ]


def test_a_new_value_is_put_where_the_key_belongs(book):
    book.cell("园区", "位置").value = "章丘区"
    book.take()
    keys = list(book.data())
    assert keys.index("location") == keys.index("area_km2") + 1


def test_an_emptied_cell_takes_the_key_out(book):
    book.cell("园区", "主导产业").value = None
    assert book.take().changed == (("jn-demo", ("industries",)),)
    assert "industries" not in book.data()


def test_a_row_taken_out_deletes_no_record(book):
    book.book["园区"].delete_rows(2)
    assert book.take().changed == ()
    assert book.data()["id"] == "jn-demo"


def test_a_new_row_makes_a_new_file(book):
    book.add("园区", 编号="jn-new", 名称="济南新园", 城市="济南", 概述="济南新园在济南。", 核对日期="2026-11-22")
    book.add("来源", 记录编号="jn-new", 来源编号="N1", 标题="报道", 日期="2024-01", 等级="B")
    assert book.take().created == ("jn-new",)
    data = book.data("site/jn-new.yml")
    assert list(data)[:4] == ["id", "type", "name", "city"]
    assert data["sources"] == [{"id": "N1", "title": "报道", "url": None, "as_of": "2024-01", "quality": "B"}]


def test_a_source_can_be_added_changed_and_put_first(book):
    book.cell("来源", "标题").value = "示范园介绍(2022)"
    book.cell("来源", "序号").value = 2
    book.add(
        "来源",
        记录编号="jn-demo",
        序号=1,
        来源编号="S0",
        标题="公报",
        网址="http://example.org/0",
        日期="2022",
        等级="A",
    )
    assert book.take().changed == (("jn-demo", ("sources",)),)
    assert [(s["id"], s["title"]) for s in book.data()["sources"]] == [("S0", "公报"), ("S1", "示范园介绍(2022)")]


def test_rows_may_be_sorted_without_changing_anything(shipped_copy, tmp_path):
    book = Book(tmp_path / "all.xlsx", shipped_copy, GAPS)
    for name in ("来源", "计算规则", "园区"):
        sheet = book.book[name]
        rows = sorted(sheet.iter_rows(min_row=2, values_only=True), key=lambda row: str(row[3]), reverse=True)
        for number, row in enumerate(rows, 2):
            for at, value in enumerate(row, 1):
                sheet.cell(number, at).value = value
                sheet.cell(number, at).data_type = "n" if isinstance(value, int | float) or value is None else "s"
    assert book.take().changed == ()


def test_a_rule_is_edited_in_words_and_per_cent(shipped_copy, tmp_path):
    book = Book(tmp_path / "all.xlsx", shipped_copy, GAPS)
    before = read_yaml(shipped_copy / "incentive/jn-fdi-45.yml")["rules"]
    row = next(c.row for c in book.book["计算规则"]["A"] if c.value == "jn-fdi-45")
    cell = book.cell("计算规则", "参数", row)
    assert "比例: 0.01" in cell.value
    cell.value = cell.value.replace("比例: 0.01", "比例\uff1a\uff11.5%")
    book.take()
    after = read_yaml(shipped_copy / "incentive/jn-fdi-45.yml")["rules"]
    assert after == [{**before[0], "rate": 0.015}, *before[1:]]


def test_a_dry_run_tells_what_would_change_and_writes_nothing(book):
    before = state(book.folder)
    book.cell("园区", "位置").value = "章丘区"
    assert book.take(dry_run=True).changed == (("jn-demo", ("location",)),)
    assert state(book.folder) == before


def test_importing_the_same_workbook_twice_changes_nothing_the_second_time(book):
    book.cell("园区", "位置").value = "章丘区"
    book.take()
    assert book.take().changed == ()


def test_a_record_edited_elsewhere_since_is_not_overwritten_by_a_row_nobody_touched(book):
    path = book.folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("12.5", "13.5"), encoding="utf-8")
    assert book.take().changed == ()
    assert book.data()["area_km2"] == 13.5


def test_a_record_edited_both_here_and_elsewhere_is_refused(book):
    path = book.folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("12.5", "13.5"), encoding="utf-8")
    book.cell("园区", "位置").value = "章丘区"
    (finding,) = book.refused()
    assert "别处改过" in finding.problem
    assert "重新导出" in finding.mend


# People's habits


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\uff11\uff12\uff0e\uff15\uff10 ", 12.5),
        ("318", 318),
        (318.0, 318),
        ("1,318.5", 1318.5),
        ("\uff13\uff11\uff18", 318),
        (" 7 ", 7),
    ],
)
def test_a_figure_is_understood_however_it_was_typed(book, typed, stored):
    book.cell("园区", "面积(平方公里)").value = typed
    book.take()
    assert book.data()["area_km2"] == stored


@pytest.mark.parametrize(
    ("typed", "number_format", "stored"),
    [
        (day(2028, 3, 1), "yyyy-mm-dd", "2028-03-01"),
        (dt.date(2028, 3, 1), "yyyy/m/d", "2028-03-01"),
        ("2028/3/1", "@", "2028-03-01"),
        ("2028年3月1日 ", "@", "2028-03-01"),
        ("20280301", "@", "2028-03-01"),
        ("\uff12\uff10\uff12\uff18-03-01", "@", "2028-03-01"),
    ],
)
def test_a_date_is_understood_however_it_was_typed(book, typed, number_format, stored):
    cell = book.cell("园区", "核对日期")
    cell.value, cell.number_format = typed, number_format
    book.take()
    assert book.data()["checked"] == stored


@pytest.mark.parametrize(
    ("typed", "number_format", "stored"),
    [
        (day(2022, 3, 1), "yyyy-mm", "2022-03"),
        (day(2022, 1, 1), "yyyy", "2022"),
        (2022, "General", "2022"),
        ("2022年3月", "@", "2022-03"),
    ],
)
def test_a_date_stays_as_rough_as_it_was_meant(book, typed, number_format, stored):
    cell = book.cell("来源", "日期")
    cell.value, cell.number_format = typed, number_format
    book.take()
    assert book.data()["sources"][0]["as_of"] == stored


def test_spaces_at_the_ends_and_windows_line_ends_do_not_count(book):
    book.cell("园区", "编号").value = " jn-demo "
    book.cell("园区", "名称").value = "济南示范产业园 \u3000"
    book.cell("园区", "别名").value = "示范园 _x000D_\n\n"
    assert book.take().changed == ()


def test_a_list_takes_one_item_a_line_and_skips_empty_lines(book):
    book.cell("园区", "主导产业").value = " 生物医药\r\n\n智能制造 \n"
    book.take()
    assert book.data()["industries"] == ["生物医药", "智能制造"]


def test_a_number_in_a_text_cell_is_text(book):
    book.cell("园区", "管理机构").value = 12345
    book.take()
    assert book.data()["admin_body"] == "12345"


def test_a_text_that_yaml_would_take_for_something_else_stays_text(book):
    for header, value in (
        ("管理机构", "no"),
        ("位置", "12:30"),
        ("级别", "[a"),
        ("空间布局", "a: b #c"),
        ("备注", "2021-04-25"),
    ):
        book.cell("园区", header).value = value
        book.cell("园区", header).data_type = "s"
    book.take()
    data = book.data()
    assert [data[k] for k in ("admin_body", "location", "level", "layout", "note")] == [
        "no",
        "12:30",
        "[a",
        "a: b #c",
        "2021-04-25",
    ]


def test_empty_rows_and_missing_sheets_are_no_fault(book):
    book.add("园区", 编号="  ")
    del book.book["来源"], book.book["说明"], book.book["区县"]
    book.cell("园区", "位置").value = "章丘区"
    assert book.take().changed == (("jn-demo", ("location",)),)


def test_a_missing_column_leaves_its_field_alone(book):
    book.book["园区"].delete_cols(book.column("园区", "主导产业"))
    assert book.take().changed == ()


# What Excel makes of what was typed


@pytest.fixture
def office(tmp_path, folder):
    """A workbook of one office, 示例窗口, in row 2 of 联系方式."""
    gaps = tmp_path / "gaps.yml"
    gaps.write_text("[]", encoding="utf-8")
    (folder / "contact").mkdir()
    text = SITE_TEXT.replace("jn-demo", "jn-office").replace("type: site", "type: contact")
    (folder / "contact" / "jn-office.yml").write_text(text, encoding="utf-8")
    return Book(tmp_path / "office.xlsx", folder, gaps)


SITE_TEXT = """\
id: jn-demo
type: site
name: 示例窗口
city: 济南
summary: 示例窗口在济南。
sources:
  - {id: S1, title: 示例, url: http://example.org/1, as_of: '2021-04-25', quality: A}
checked: '2026-11-22'
"""


@pytest.mark.parametrize(
    ("typed", "number_format", "stored"),
    [
        (53166600000, "General", "053166600000"),
        (53166600000.0, "0", "053166600000"),
        (9314600000, "General", "09314600000"),
        (53166600000, "000000000000", "053166600000"),
        (531, "0000", "0531"),
        (12345, "General", "12345"),
        (13800000000, "General", "13800000000"),
        (51705768, "General", "51705768"),
    ],
)
def test_a_phone_keeps_the_zero_that_a_number_cell_dropped(office, typed, number_format, stored):
    cell = office.cell("联系方式", "电话")
    cell.value, cell.number_format = typed, number_format
    office.take()
    assert office.data("contact/jn-office.yml")["phone"] == stored


@pytest.mark.parametrize("typed", [5316660000, 531666000, 531, 1380000000, "53166600000", "0531-6660"])
def test_a_phone_that_cannot_be_dialled_is_a_fault_of_its_cell(office, typed):
    finding = fault(office, "联系方式", "电话", typed)
    assert "电话" in finding.problem


@pytest.mark.parametrize(
    ("typed", "number_format", "stored"),
    [
        ("1991.10", "@", "1991.10"),
        (1991.1, "0.00", "1991.10"),
        (1991, "General", "1991"),
        ("1991年10月", "@", "1991年10月"),
        (day(1991, 10, 1), "mmm-yy", "1991-10"),
        (day(1991, 10, 1), 'yyyy"年"m"月"', "1991-10"),
        (day(1991, 10, 5), "yyyy/m/d", "1991-10-05"),
    ],
)
def test_a_month_stays_the_month_that_was_typed(book, typed, number_format, stored):
    cell = book.cell("园区", "设立时间")
    cell.value, cell.number_format = typed, number_format
    book.take()
    assert book.data()["founded"] == stored


@pytest.mark.parametrize(
    ("header", "typed", "number_format"),
    [
        ("设立时间", 1991.1, "General"),
        ("设立时间", day(2026, 3, 1), 'm"月"d"日"'),
        ("级别", 2.5, "General"),
        ("管理机构", 91370100123456789, "General"),
        ("位置", day(2026, 3, 1), 'm"月"d"日"'),
        ("备注", day(2026, 3, 1), "mmm-yy"),
        ("别名", 1.1, "General"),
    ],
)
def test_what_excel_may_have_changed_is_a_fault_and_never_taken_over(book, header, typed, number_format):
    cell = book.cell("园区", header)
    cell.value, cell.number_format = typed, number_format
    (finding,) = book.refused()
    assert finding.where == "园区 第2行"
    assert finding.field.endswith(f"列 {header}")
    assert "文本" in finding.mend


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("市投促局；投促局；济南投促局", ["市投促局", "投促局", "济南投促局"]),
        ("市投促局;投促局; 济南投促局;", ["市投促局", "投促局", "济南投促局"]),
        ("市投促局、投促局", ["市投促局", "投促局"]),
        ("市投促局，投促局", ["市投促局", "投促局"]),
        ("市投促局,投促局", ["市投促局", "投促局"]),
        ("示例 Co., Ltd.；药谷", ["示例 Co., Ltd.", "药谷"]),
        ("市投促局、\n投促局；济南投促局", ["市投促局", "投促局", "济南投促局"]),
        ("装配式\\、绿色建造", ["装配式、绿色建造"]),
        ("示例园（一期、二期）、药谷", ["示例园（一期、二期）", "药谷"]),
        ("“孵化、加速”园；药谷", ["“孵化、加速”园", "药谷"]),
        ("示例园（一期、药谷", ["示例园（一期", "药谷"]),
    ],
)
def test_a_list_of_names_is_split_where_people_separate_them(book, typed, stored):
    book.cell("园区", "别名").value = typed
    book.take()
    assert book.data()["aliases"] == stored


def test_sentences_are_never_split_at_their_own_signs(book):
    sentence = "园区有企业21家、研究所3家；2022年，又来了2家。"
    book.cell("园区", "其他事实").value = f"{sentence}〔S1〕"
    book.take()
    assert book.data()["facts"] == [{"text": sentence, "source": "S1"}]


@pytest.mark.parametrize("header", ["其他事实", "常见问法"])
def test_one_line_that_looks_like_several_sentences_is_one_and_is_told(book, header):
    book.cell("园区", header).value = "示范园在哪？有多大；有多少企业" + ("〔S1〕" if header == "其他事实" else "")
    (warning,) = book.take().warnings
    assert (warning.severity, warning.where) == ("warning", "园区 第2行")
    assert "Alt+Enter" in warning.mend


def test_a_name_that_the_record_already_holds_is_not_split_when_it_is_typed_without_a_mark(book):
    book.cell("园区", "主导产业").value = "装配式\\、绿色建造"
    book.take()
    fresh = Book(book.path, book.folder, book.gaps)
    assert fresh.cell("园区", "主导产业").value == "装配式\\、绿色建造"
    fresh.cell("园区", "主导产业").value = "装配式、绿色建造\n药谷、医谷"
    fresh.take()
    assert fresh.data()["industries"] == ["装配式、绿色建造", "药谷", "医谷"]


def test_hidden_rows_columns_and_sheets_are_told_and_taken_over(book):
    book.add("园区", 编号="jn-new", 名称="济南新园", 城市="济南", 概述="在济南。", 核对日期="2026-11-22")
    book.add("来源", 记录编号="jn-new", 来源编号="N1", 标题="报道", 日期="2024-01", 等级="B")
    book.book["园区"].row_dimensions[3].hidden = True
    book.book["园区"].column_dimensions.group("C", "D", hidden=True)
    book.book["来源"].sheet_state = "hidden"
    done = book.take()
    assert done.created == ("jn-new",)
    assert [(f.where, f.field) for f in done.warnings] == [
        ("园区", "第3行"),
        ("园区", "C列 城市"),
        ("园区", "D列 别名"),
        ("来源", ""),
    ]
    assert all("隐藏" in f.problem and f.severity == "warning" for f in done.warnings)


def test_what_is_hidden_does_not_hide_a_fault(book):
    book.book["园区"].row_dimensions[2].hidden = True
    book.cell("园区", "面积(平方公里)").value = "很大"
    assert "不是数字" in book.refused()[0].problem


RULE = {
    "记录编号": "jn-ipo", "序号": 9, "算法": "分档", "基数": "固定资产投资", "测算用的数字": "固定资产投资",
}  # fmt: skip


def test_tiers_with_bounds_conditions_and_instalments_are_written_in_a_cell(shipped_copy, tmp_path):
    book = Book(tmp_path / "all.xlsx", shipped_copy, GAPS)
    book.add("计算规则", **RULE, 参数="上限(万元): 500", 另有前提="土地成交后2个月内开工", 分期拨付="何时: 开工; 占比: 30%\n何时: 投产; 占比: 70%",
             分档="不超过(亿元): 5; 比例: 1%\n超过(亿元): 5; 不超过(亿元): 10; 比例: 1.5‰; 界限: 研发占销售收入比>=60%、到账外资>5000万美元(必须知道); 须符合: 总部企业\n超过(亿元): 10; 金额(万元): 300")  # fmt: skip
    book.take()
    rule = read_yaml(shipped_copy / "incentive/jn-ipo.yml")["rules"][-1]
    assert rule["tiers"] == [
        {"le_yi": 5, "rate": 0.01},
        {
            "gt_yi": 5,
            "le_yi": 10,
            "rate": 0.0015,
            "limits": [
                {"base": "研发占销售收入比", "at_least": 0.6},
                {"base": "到账外资", "above_wan_usd": 5000, "decides": True},
            ],
            "needs": ["总部企业"],
        },
        {"gt_yi": 10, "amount_wan": 300},
    ]
    assert rule["instalments"] == [{"when": "开工", "share": 0.3}, {"when": "投产", "share": 0.7}]
    assert rule["premises"] == ["土地成交后2个月内开工"]
    fresh = Book(tmp_path / "again.xlsx", shipped_copy, GAPS)
    before = state(shipped_copy)
    assert fresh.take().changed == ()
    assert state(shipped_copy) == before


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("参数", "比例: 10"),
        ("参数", "税率: 10%"),
        ("参数", "金额(万元): -5"),
        ("参数", "首档(亿元): 5"),
        ("分档", "达到(亿元): 5; 金额: 10"),
        ("分档", "达到比例: 5%; 金额(万元): 10"),
        ("分档", "达到(亿元): 5; 金额(万元): 10; 界限: 首期大约六成"),
        ("数字的界限", "数字: 固定资产投资; 不少于: 5000"),
    ],
)
def test_a_key_bound_or_unit_that_a_rule_does_not_use_is_a_fault_of_its_row(shipped_copy, tmp_path, header, value):
    book = Book(tmp_path / "all.xlsx", shipped_copy, GAPS)
    row = book.add("计算规则", **({**RULE, "分档": "达到(亿元): 5; 金额(万元): 10"} | {header: value}))
    assert {finding.where for finding in book.refused()} == {f"计算规则 第{row}行"}


# Faults, each told by sheet, row and column


def fault(book, sheet, header, value, row=2):
    book.cell(sheet, header, row).value = value
    (finding,) = book.refused()
    assert finding.where == f"{sheet} 第{row}行"
    assert finding.field.endswith(f"列 {header}")
    return finding


def test_words_where_a_figure_belongs_are_a_fault(book):
    assert "不是数字" in fault(book, "园区", "面积(平方公里)", "约12平方公里").problem


@pytest.mark.parametrize("typed", ["明年", "2028-13", "2028-02-30", 2021.1, 44311])
def test_what_is_no_date_is_a_fault(book, typed):
    assert "不是日期" in fault(book, "来源", "日期", typed).problem


def test_a_review_date_without_its_day_is_a_fault_of_its_cell(book):
    assert "日" in fault(book, "园区", "核对日期", "2028-03").problem


@pytest.mark.parametrize(("sheet", "header", "value"), [("园区", "城市", "北京"), ("来源", "等级", "好")])
def test_a_choice_that_does_not_exist_is_a_fault_that_names_the_choices(book, sheet, header, value):
    assert "、" in fault(book, sheet, header, value).mend


def test_a_formula_is_a_fault(book):
    assert "公式" in fault(book, "园区", "面积(平方公里)", "=1+1").problem


def test_an_error_value_is_a_fault(book):
    assert "错误值" in fault(book, "园区", "面积(平方公里)", "#DIV/0!").problem


def test_a_time_is_a_fault(book):
    assert "时间" in fault(book, "园区", "位置", dt.time(8, 30)).problem


def test_a_reference_to_nothing_is_a_fault_of_its_cell(book):
    assert "nowhere" in fault(book, "园区", "所在区县(编号)", "nowhere").problem


def test_a_field_source_that_does_not_exist_is_a_fault_of_its_cell(book):
    assert "T9" in fault(book, "园区", "字段来源", "位置: T9").problem


def test_a_field_source_of_an_unknown_field_is_a_fault_of_its_cell(book):
    assert "没有这个名称" in fault(book, "园区", "字段来源", "颜色: S1").problem


def test_a_web_address_that_is_none_is_a_fault_of_its_source(book):
    assert "网址" in fault_of_source(book, "网址", "见官网").problem


def fault_of_source(book, header, value):
    book.cell("来源", header).value = value
    (finding,) = book.refused()
    assert finding.where == "来源 第2行"
    return finding


def test_a_required_cell_left_empty_is_a_fault_of_its_cell(book):
    book.cell("园区", "名称").value = None
    (finding,) = book.refused()
    assert finding.where == "园区 第2行"
    assert finding.field == "B列 名称"


def test_a_new_record_without_a_source_is_a_fault(book):
    row = book.add("园区", 编号="jn-new", 名称="济南新园", 城市="济南", 概述="在济南。", 核对日期="2026-11-22")
    findings = book.refused()
    assert [f.where for f in findings] == [f"园区 第{row}行"]
    assert "来源" in findings[0].field


@pytest.mark.parametrize("bad", ["../../etc/x", "JN New", "a/b", "-x", "济南"])
def test_an_id_that_could_leave_the_folder_or_break_a_link_is_a_fault(book, bad):
    book.add("园区", 编号=bad, 名称="济南新园", 城市="济南", 概述="在济南。", 核对日期="2026-11-22")
    assert "编号不合规则" in book.refused()[0].problem


def test_a_doubled_id_is_a_fault_that_names_the_other_row(book):
    row = book.add("园区", 编号="jn-demo", 名称="别的园")
    (finding,) = book.refused()
    assert finding.where == f"园区 第{row}行"
    assert "第2行" in finding.problem


def test_an_id_of_another_type_is_a_fault(book):
    book.add("区县", 编号="jn-demo", 名称="某区", 城市="济南", 概述="在济南。", 核对日期="2026-11-22")
    assert "重复" in book.refused()[0].problem
    book.book["园区"].delete_rows(2)
    assert "另一类" in book.refused()[0].problem


def test_a_row_without_an_id_is_a_fault(book):
    row = book.add("园区", 名称="济南新园")
    (finding,) = book.refused()
    assert (finding.where, finding.problem) == (f"园区 第{row}行", "没有编号")


def test_a_source_of_no_record_is_a_fault(book):
    book.add("来源", 记录编号="nobody", 来源编号="X", 标题="t", 日期="2021", 等级="A")
    assert "nobody" in book.refused()[0].problem


def test_an_unknown_column_is_a_fault(book):
    book.book["园区"].cell(1, 40).value = "颜色"
    (finding,) = book.refused()
    assert (finding.where, finding.field) == ("园区", "AN列")


def test_a_doubled_column_and_one_without_a_title_are_faults(book):
    book.book["园区"].cell(1, 40).value = "位置"
    book.book["园区"].cell(2, 41).value = "章丘"
    assert [f.problem for f in book.refused()] == ["这一列出现两次:位置", "这一列没有标题"]


def test_an_unknown_sheet_is_a_fault_and_an_empty_one_is_not(book):
    book.book.create_sheet("Sheet1")
    assert book.take().changed == ()
    book.book["Sheet1"].append(["编号", "名称"])
    (finding,) = book.refused()
    assert finding.where == "Sheet1"


def test_merged_cells_are_a_fault(book):
    book.book["园区"].merge_cells("A2:B2")
    assert any("合并" in f.problem for f in book.refused())


def test_all_faults_of_a_workbook_are_told_at_once(book):
    book.cell("园区", "面积(平方公里)").value = "大"
    book.cell("园区", "核对日期").value = "明年"
    book.cell("来源", "等级").value = "好"
    assert len(book.refused()) == 3


def test_one_bad_row_keeps_the_good_rows_from_being_written_too(book):
    book.cell("园区", "位置").value = "章丘区"
    book.add("园区", 编号="jn-new", 名称="济南新园")
    book.refused()


def test_a_fault_elsewhere_in_the_records_stops_the_import(book):
    (book.folder / "site" / "broken.yml").write_text("id: [", encoding="utf-8")
    (finding,) = book.refused()
    assert finding.where == "site/broken.yml"


def test_a_cell_longer_than_excel_allows_is_refused_and_not_cut(folder, tmp_path):
    path = folder / "site" / "jn-demo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("示范园介绍", "长" * 33_000), encoding="utf-8")
    with pytest.raises(SpreadsheetInvalid, match="32767"):
        export_records(tmp_path / "x.xlsx", folder)
    assert not (tmp_path / "x.xlsx").exists()


def test_when_the_disk_fails_midway_what_was_written_is_put_back(book, monkeypatch):
    book.cell("园区", "位置").value = "章丘区"
    book.add("园区", 编号="jn-new", 名称="济南新园", 城市="济南", 概述="在济南。", 核对日期="2026-11-22")
    book.add("来源", 记录编号="jn-new", 来源编号="N1", 标题="报道", 日期="2024-01", 等级="B")
    before = state(book.folder)
    real = type(book.path).replace

    def replace(self, target):
        if target.name == "jn-new.yml":
            raise OSError("disk full")
        return real(self, target)

    monkeypatch.setattr(type(book.path), "replace", replace)
    with pytest.raises(OSError, match="disk full"):
        book.take()
    assert state(book.folder) == before


# Files that are no good workbook


def refusal(path, folder):
    with pytest.raises(SpreadsheetInvalid) as caught:
        import_records(path, folder, GAPS, TODAY)
    (finding,) = caught.value.findings
    assert finding.where == path.name
    assert finding.mend
    return finding.problem


def test_a_workbook_with_macros_is_refused(book, folder, tmp_path):
    macros = tmp_path / "x.xlsm"
    macros.write_bytes(book.path.read_bytes())
    assert "xlsm" in refusal(macros, folder)
    with zipfile.ZipFile(book.path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "宏" in refusal(book.path, folder)


@pytest.mark.parametrize("content", [b"", b"id,name\n1,2", b"\xd0\xcf\x11\xe0old excel", b"PK\x03\x04cut"])
def test_a_file_that_is_no_workbook_is_refused(folder, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert "不是完好的" in refusal(path, folder)


def test_a_zip_that_is_no_workbook_is_refused(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "不是完好的" in refusal(tmp_path / "x.xlsx", folder)


def test_a_file_that_does_not_exist_is_told_so(folder, tmp_path):
    assert "没有这个文件" in refusal(tmp_path / "x.xlsx", folder)


def replaced(path, part, change):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "entity",
    [b'<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">', b'<!ENTITY a SYSTEM "file:///etc/passwd">'],
    ids=["bomb", "outside"],
)
def test_a_workbook_with_entities_is_refused_in_whatever_part_they_hide(book, folder, part, entity):
    replaced(book.path, part, lambda xml: b"<!DOCTYPE x [" + entity + b"]>" + xml.split(b"?>", 1)[-1])
    assert "实体" in refusal(book.path, folder)


def test_a_workbook_that_would_unpack_without_end_is_refused_unread(book, folder):
    with zipfile.ZipFile(book.path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", bytes(90_000_000))
    assert "过大" in refusal(book.path, folder)


def test_a_workbook_without_any_known_sheet_is_refused(folder, tmp_path):
    path = tmp_path / "x.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(SpreadsheetInvalid, match="export"):
        import_records(path, folder, GAPS, TODAY)
