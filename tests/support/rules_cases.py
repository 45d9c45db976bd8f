"""Runs cases that are written as people write them down: a rule and what an investor tells, a line of a record, a file
name, what was typed into which cell. Each answer is a Chinese sentence of what comes out, for a person or a runner to
compare. `POLICY_TESTS` encodes policies that only a rule of its own can judge: id → a function that asserts the figures.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import yaml

from knowledge.__main__ import main
from knowledge.checks import check_all, rules_can_be_worked_out
from knowledge.errors import SpreadsheetInvalid
from knowledge.estimating.figures import spans
from knowledge.estimating.inputs import Figure, Inputs
from knowledge.estimating.outcome import Estimate, estimate
from knowledge.estimating.saying import wan
from knowledge.estimating.terms import Base, Terms
from knowledge.findings import Finding
from knowledge.loading import load_records, parse_yaml, read_yaml, to_record
from knowledge.model import TYPES, Incentive
from knowledge.paths import RECORDS
from knowledge.spreadsheet import export_records, import_records
from knowledge.spreadsheet.tables import RECORDS as SHEETS
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary

TODAY = dt.date(2026, 11, 26)
SOURCE = {"id": "S", "title": "示例来源", "url": None, "as_of": "2025", "quality": "A"}
EXTRA = {
    "设备采购额": Base("money", ["设备采购额"]),
    "首期到位比例": Base("share", ["首期到位比例"]),
    "开工月数": Base("months", ["成交后开工"]),
}
"""Figures of the test rules that no shipped rule needs."""
_NEEDED: Mapping[str, dict[str, Any]] = {
    "incentive": {
        "level": "市级", "later": "后续修订情况未见。", "benefits": [{"text": "示例奖励。", "source": SOURCE["id"]}],
        "verify": {"what": "是否仍在执行", "why": "示例"},
    }
}  # fmt: skip


@cache
def terms() -> Terms:
    """The shipped terms and those of the test rules."""
    shipped = Vocabulary.load().inputs
    return msgspec.structs.replace(shipped, bases={**shipped.bases, **EXTRA})


def incentive(rules: list[dict[str, Any]], **keys: Any) -> Incentive:
    """A test record with these rules; raises `AssertionError` with the faults of one that is not sound."""
    made, faults = _checked(rules, terms(), keys)
    assert made is not None, faults
    return made


def _checked(rules: list[Any], known: Terms, keys: Mapping[str, Any]) -> tuple[Incentive | None, list[str]]:
    data = {
        "id": "x-test",
        "type": "incentive",
        "name": "示例办法",
        "city": "济南",
        "summary": "示例。",
        "sources": [SOURCE],
    }
    record = to_record({**data, "checked": "2026-11-22", **_NEEDED["incentive"], "rules": rules, **keys}, "x-test")
    if isinstance(record, Finding):
        return None, [record.problem]
    assert isinstance(record, Incentive)
    faults = [f.problem for f in rules_can_be_worked_out([record], known) if f.severity == "error"]
    return (None if faults else record), faults


def worked(made: Incentive, told: str = "", known: Terms | None = None, **more: Any) -> Estimate:
    """The estimate for what is told: 固定资产投资 30亿，首期到位比例 55%，总部企业."""
    known = known or terms()
    inputs = msgspec.structs.replace(inputs_of(told, made, known), **more)
    found = estimate(made, inputs, known, TODAY, {made.id: made.name}, named=True)
    assert found is not None
    return found


def inputs_of(told: str, made: Incentive, known: Terms) -> Inputs:
    """Figures by the name that stands before them; names without a figure are what holds, 不是… what does not."""
    figures: dict[str, Figure] = {}
    flags = {flag: True for rule in made.rules for flag in rule.needs}
    rates: dict[str, Decimal] = {}
    for part in filter(None, re.split("[，,；;]", told)):
        match = re.match(r"\s*(?P<name>[^\d]*?)[为是:：\s]*(?P<value>\d.*)$", part)
        if match is None:
            flags[part.strip().removeprefix("不是")] = not part.strip().startswith("不是")
        elif "汇率" in match["name"]:
            rates["USD"] = Decimal(match["value"].strip())
        else:
            base = _base_of(match["name"].strip(), made, known)
            figures[base] = _figure(match["value"], known.bases[base].unit)
    return Inputs(figures=figures, flags=flags, rates=rates)


def _base_of(name: str, made: Incentive, known: Terms) -> str:
    limits = [limit.base for rule in made.rules for limit in rule.limits]
    tiers = [
        limit.base
        for rule in made.rules
        for tier in getattr(rule, "tiers", ())
        for limit in getattr(tier, "limits", ())
    ]
    own = [base for rule in made.rules for base in rule.bases]
    topped = [getattr(rule, "tops_up", "") for rule in made.rules]
    if name in known.bases:
        return name
    return next((base for base in (*own, *limits, *tiers, *topped) if name and (name in base or base in name)), own[0])


def _figure(text: str, unit: str) -> Figure:
    text = fold(text).strip()
    if found := next(iter(spans(unit, text)), None) if unit not in ("count",) else None:
        return found.figure
    number = Decimal(re.match(r"\d+(?:\.\d+)?", text)[0])  # type: ignore[index]
    return Figure(number, number)


def run_rule(record: str, told: str) -> str:
    """Works a rule out for each of several figures (5亿 / 30亿 / 150亿), or tells why `make knowledge` refuses it."""
    text = re.sub("（[^（）]*(?:本意|应为|意思)[^（）]*）", "", record).strip()
    text = re.sub(r"^(?:incentive\.)?rules?\s*[:：]\s*", "", text)
    try:
        data = parse_yaml(text if text.startswith(("{", "[", "- ")) or "\n" in text else "{" + text + "}")
    except yaml.YAMLError as error:
        return f"检查报错：不是有效的 YAML：{' '.join(str(error).split())}"
    rules = data if isinstance(data, list) else [data]
    known, name = terms(), re.match(r"[^\d，,；;]*", told)[0].strip()  # type: ignore[index]
    for rule in rules:
        if isinstance(rule, dict) and not rule.get("bases") and not rule.get("needs") and name:
            rule["bases"] = [name]
            if name not in known.bases:
                known = msgspec.structs.replace(known, bases={**known.bases, name: Base("money", [name])})
    made, faults = _checked(rules, known, {})
    if made is None:
        return "检查报错：" + "；".join(faults)
    return "；".join(said(worked(made, each, known)) for each in _each(told))


def _each(told: str) -> Iterator[str]:
    """Every case of a list; one without a name is of what the first was of."""
    name = ""
    for part in told.split("/"):
        found = re.match(r"\s*([^\d]*)", part)
        own = found[1].strip() if found else ""
        name = own or name
        yield part if own else f"{name} {part.strip()}"


def said(made: Estimate) -> str:
    """What comes out, in a word or two."""
    if made.status == "ineligible":
        return "不符合"
    verify = "" if made.status == "eligible" else "（须核实）"
    if made.amount is not None:
        return f"{wan(made.amount)}{verify}"
    if made.range is not None:
        return f"{wan(made.range[0])}至{wan(made.range[1])}{verify}"
    words = "；".join(line.worked.words for line in made.lines if line.worked)
    return f"没有可以直接算出的金额{verify}：{words}"


def run_record(record: str) -> str:
    """What `make knowledge` says of one line of a record (contact.phone: '…'); of each, where “（或 …）” names another."""
    return "；".join(_of_line(line) for line in _either(record))


def _either(record: str) -> Iterator[str]:
    match = re.search("（或 ?([^（）]*)）$", record)
    yield record[: match.start()] if match else record
    if match:
        yield f"{record.partition(':')[0]}: {match[1]}"


def _of_line(line: str) -> str:
    key, _, value = line.partition(":")
    kind, _, field = key.strip().rpartition(".")
    if kind not in TYPES:
        kind = next((type_ for type_, cls in TYPES.items() if field in cls.__struct_fields__), "site")
    data = {"id": "x-test", "type": kind, "name": "示例记录", "city": "济南", "summary": "示例记录在济南。"}
    data |= {**_NEEDED.get(kind, {}), "sources": [SOURCE], "checked": "'2026-11-22'"}  # type: ignore[dict-item]
    lines = [f"{name}: {_flow(item)}" for name, item in data.items() if name != field]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / kind / "x-test.yml"
        path.parent.mkdir()
        path.write_text("\n".join([*lines[:2], f"{field}:{value}", *lines[2:]]) + "\n", encoding="utf-8")
        records, findings = load_records(Path(folder))
    return _told(
        [*findings, *check_all(records, [], TODAY, msgspec.structs.replace(Vocabulary.load(), inputs=terms()))]
    )


def _flow(item: Any) -> str:
    return item if isinstance(item, str) else msgspec.json.encode(item).decode()


def _told(findings: list[Finding]) -> str:
    return "；".join(f"{'检查报错' if f.severity == 'error' else '提醒'}：{f.problem}" for f in findings) or "没有问题"


def run_file(path: str) -> str:
    """What `python -m knowledge check` says of a file that somebody puts beside the shipped records."""
    inside = path.split("records/", 1)[-1]
    with tempfile.TemporaryDirectory() as folder:
        records = Path(shutil.copytree(RECORDS, Path(folder) / "records"))
        target = records / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (records / "contact" / "jn-bureau.yml").read_text(encoding="utf-8")
        target.write_text(text.replace("id: jn-bureau", f"id: {Path(inside).stem}", 1), encoding="utf-8")
        before, out = os.environ.get("KNOWLEDGE_RECORDS"), io.StringIO()
        os.environ["KNOWLEDGE_RECORDS"] = str(records)
        try:
            with contextlib.redirect_stdout(out):
                main(["check"])
        finally:
            if before is None:
                del os.environ["KNOWLEDGE_RECORDS"]
            else:
                os.environ["KNOWLEDGE_RECORDS"] = before
    lines = [line for line in out.getvalue().splitlines() if inside in line]
    return "；".join(lines) or out.getvalue().splitlines()[-1]


def run_spreadsheet(text: str) -> str:
    """What an import makes of a cell: “联系方式表 jn-bureau 电话格里键入 0531…（Excel 存成数字 531…）”, “别名格：甲；乙”."""
    cell = re.search(
        r"(?P<header>[^\s表：:，,]+?)\s?(?:单元)?格(?:里|中)?\s?(?:键入|输入|填|写|[:：])[:：]?\s*(?P<typed>.*)$",
        text,
        re.DOTALL,
    )
    assert cell, text
    sheet = re.search(r"(\S+?)表", text[: cell.start()])
    types = [t for t, table in SHEETS.items() if table.sheet == (sheet[1] if sheet else table.sheet)]
    type_ = next(t for t in types if any(c.header == cell["header"] for c in SHEETS[t].columns))
    column = next(c for c in SHEETS[type_].columns if c.header == cell["header"])
    stored = re.search(r"[（(][^（）()]*?数字\s*(?P<number>\d+(?:\.\d+)?)[^（）()]*[)）]\s*$", cell["typed"])
    typed: Any = (cell["typed"][: stored.start()] if stored else cell["typed"]).strip()
    if stored:
        typed = float(stored["number"]) if "." in stored["number"] else int(stored["number"])
    named = re.search(r"[a-z]{2}-[a-z0-9-]+", text[: cell.start()])
    with tempfile.TemporaryDirectory() as folder:
        records = Path(shutil.copytree(RECORDS, Path(folder) / "records"))
        book_path = Path(folder) / "records.xlsx"
        export_records(book_path, records, [type_])
        book = openpyxl.load_workbook(book_path)
        table = book[SHEETS[type_].sheet]
        row = next((c.row for c in table["A"] if named and c.value == named[0]), 2)
        at = next(c.column for c in table[1] if c.value == column.header)
        target = table.cell(row, at)
        target.value, target.number_format = typed, "General" if stored else "@"
        book.save(book_path)
        try:
            import_records(book_path, records, today=TODAY)
        except SpreadsheetInvalid as error:
            return "；".join(f"报错：{f.where} {f.field}：{f.problem} → {f.mend}" for f in error.findings)
        value = read_yaml(records / type_ / f"{table.cell(row, 1).value}.yml").get(column.field)
    return f"存为：{'｜'.join(map(str, value)) if isinstance(value, list) else value}"


def run_policy(policy: str, expected: str = "") -> str:
    """Runs the test that encodes a policy, by its id; a text alone is not executed, since somebody must write the rule."""
    if policy not in POLICY_TESTS:
        return "要先为这一条写出规则，才能判断"
    POLICY_TESTS[policy]()
    return f"规则写得出，金额和结论正确{f'（{expected}）' if expected else ''}"


def _bands() -> None:
    """分档比例 1%/2%/2.5%/3%：5亿元（含）归低档."""
    made = incentive([{"kind": "tiers", "bases": ["固定资产投资"], "tiers": [
        {"le_yi": 5, "rate": 0.01}, {"gt_yi": 5, "le_yi": 10, "rate": 0.02}, {"gt_yi": 10, "le_yi": 20, "rate": 0.025}, {"gt_yi": 20, "rate": 0.03},
    ]}])  # fmt: skip
    for told, amount in ((4, 400), (5, 500), ("5.0001", "1000.02"), (10, 2000), (11, 2750), (20, 5000), (21, 6300)):
        found = worked(made, f"固定资产投资 {told}亿")
        assert (found.status, found.amount) == ("eligible", Decimal(str(amount))), told


def _instalments() -> None:
    """分期拨付：开工30%、投产70%；分三年4:3:3."""
    parts = [{"when": "开工", "share": 0.3}, {"when": "投产", "share": 0.7}]
    years = [{"when": "第一年", "share": 0.4}, {"when": "第二年", "share": 0.3}, {"when": "第三年", "share": 0.3}]
    rule = {"kind": "percent", "bases": ["固定资产投资"], "rate": 0.01, "cap_wan": 1000}
    found = worked(incentive([{**rule, "instalments": parts}]), "固定资产投资 30亿")
    assert found.amount == 1000
    assert "开工30%即300万元、投产70%即700万元" in _words(found)
    found = worked(incentive([{**rule, "instalments": years}]), "固定资产投资 5亿")
    assert "第一年40%即200万元、第二年30%即150万元、第三年30%即150万元" in _words(found)
    assert _refused([{**rule, "instalments": parts[:1]}])


def _yearly() -> None:
    """逐年比例：前三年40%/30%/20%；前3年100%后2年50%（地方贡献）."""
    rule = {"kind": "percent", "bases": ["年经济社会贡献"], "contribution": True}
    found = worked(
        incentive([{**rule, "yearly": [{"rate": 0.4}, {"rate": 0.3}, {"rate": 0.2}]}]), "年经济社会贡献 1000万"
    )
    assert (found.status, found.amount) == ("to_verify", 900)
    assert "第1年40%即400万元、第2年30%即300万元、第3年20%即200万元" in _words(found)
    found = worked(
        incentive([{**rule, "yearly": [{"rate": 1, "years": 3}, {"rate": 0.5, "years": 2}]}]), "年经济社会贡献 1000万"
    )
    assert (found.status, found.amount) == ("to_verify", 4000)
    assert "第1至3年每年100%即1000万元、第4至5年每年50%即500万元" in _words(found)


def _conditions_by_tier() -> None:
    """50亿以下首期≥60%，50亿以上≥50%；土地成交2个月内开工."""
    made = incentive([{"kind": "tiers", "bases": ["固定资产投资"], "when": "开工奖励", "premises": ["土地成交后2个月内开工"], "tiers": [
        {"lt_yi": 50, "rate": 0.01, "limits": [{"base": "首期到位比例", "at_least": 0.6}]},
        {"ge_yi": 50, "rate": 0.01, "limits": [{"base": "首期到位比例", "at_least": 0.5}]},
    ]}])  # fmt: skip
    for told, paid, status in (
        (49, 60, "eligible"),
        (49, 55, "ineligible"),
        (50, 55, "eligible"),
        (50, 49, "ineligible"),
    ):
        found = worked(made, f"固定资产投资 {told}亿，首期到位比例 {paid}%")
        assert found.status == status, (told, paid)
    assert "首期到位比例须不低于50%" in found.failed[0]
    found = worked(made, "固定资产投资 60亿")
    assert any("土地成交后2个月内开工" in caveat for caveat in found.caveats)
    assert any("首期到位比例须不低于50%" in caveat for caveat in found.caveats)


def _one_end() -> None:
    """不低于2%、不超过10%：结论须核实."""
    found = worked(incentive([{"kind": "range_rate", "bases": ["固定资产投资"], "min_rate": 0.02}]), "固定资产投资 1亿")
    assert (found.status, found.amount, found.range) == ("to_verify", None, None)
    assert "不低于2%，即不少于200万元" in _words(found)
    found = worked(incentive([{"kind": "range_rate", "bases": ["固定资产投资"], "max_rate": 0.1}]), "固定资产投资 1亿")
    assert (found.status, found.amount, found.range) == ("to_verify", None, (0, 1000))


def _total() -> None:
    """单个企业各类标准奖补合计最高150万元（不分年）."""
    shared = {"kind": "fixed", "cap_group": "各类标准奖补", "cap_group_wan_total": 150}
    made = incentive([
        {**shared, "needs": ["境内外上市"], "amount_wan": 100, "when": "国际标准"}, {**shared, "needs": ["新三板挂牌"], "amount_wan": 80, "when": "国家标准"},
    ])  # fmt: skip
    found = worked(made)
    assert (found.status, found.amount) == ("eligible", 150)
    assert any("各类标准奖补最高150万元，180万元按上限计" in note for note in found.notes)
    assert worked(made, "不是新三板挂牌").amount == 100


def _retroactive() -> None:
    """2023、2024年度到资项目按2025办法兑现."""
    rule = {"kind": "percent", "bases": ["到账外资"], "rate": 0.01}
    made = incentive([rule], effective_from="2025-01-01", covers_from=2023, covers_until=2024)
    for year, status, amount in (
        (2022, "ineligible", None),
        (2023, "eligible", 100),
        (2024, "eligible", 100),
        (2025, "ineligible", None),
    ):
        found = worked(made, f"到账外资 1亿，到资年度 {year}年")
        assert (found.status, found.amount) == (status, amount), year
    assert worked(made, "到账外资 1亿").asks == ("到资年度",)
    ended = incentive(
        [rule], effective_from="2025-01-01", effective_until="2025-12-31", covers_from=2023, covers_until=2024
    )
    assert worked(ended, "到账外资 1亿，到资年度 2024年").status == "to_verify"
    assert worked(ended, "到账外资 1亿，到资年度 2022年").status == "ineligible"


def _words(made: Estimate) -> str:
    return "；".join(line.worked.words for line in made.lines if line.worked)


def _refused(rules: list[dict[str, Any]]) -> bool:
    return _checked(rules, terms(), {})[0] is None


POLICY_TESTS = {
    "bugs-t2-203": _bands,
    "bugs-t2-204": _instalments,
    "bugs-t2-205": _yearly,
    "bugs-t2-207": _conditions_by_tier,
    "bugs-t2-209": _one_end,
    "bugs-t2-211": _total,
    "bugs-t2-212": _retroactive,
}
