"""Reads records and gaps from YAML files into strict models, collecting every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from knowledge.findings import Finding
from knowledge.model import Common, Gap, Record
from knowledge.overlooked import swallowed, unread_files
from knowledge.paths import GAPS, RECORDS
from knowledge.rules import keys_at

_BOUND = re.compile(r"(?P<sign><=|>=|<|>) (?P<value>-?[\d.]+(?:e\+?\d+)?)")
_MOST_SHARE = 1.2
"""Upper bounds up to here are those of rates; amounts have far larger ones."""
_SIGNS = {"<=": "不大于", ">=": "不小于", "<": "小于", ">": "大于"}
_IN_RULE = re.compile(r"rules\[(?P<place>\d+)\](?:\.(?P<list>\w+)\[\d+\])?(?:\.(?P<inner>\w+)\[\d+\])?$")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Dates stay text, as precise as they were written; a doubled key is a fault, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key!r} 出现两次", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """Parse one YAML file; raises `yaml.YAMLError` or `OSError`."""
    return parse_yaml(path.read_text(encoding="utf-8"))


def parse_yaml(text: str) -> Any:
    """Parse YAML as records are read; raises `yaml.YAMLError`."""
    return yaml.load(text, _Loader)  # a safe loader, see above


def to_record(data: object, where: str) -> Common | Finding:
    """Turn plain data into a record, or say what is wrong with it."""
    try:
        record: Common = msgspec.convert(data, Record)
        return record
    except msgspec.ValidationError as error:
        problem, _, at = str(error).partition(" - at ")
        at = at.strip("`").removeprefix("$.")
        return Finding(where, at, _in_chinese(problem), _mend(problem, at, data))


def load_records(folder: Path = RECORDS) -> tuple[list[Common], list[Finding]]:
    """Read every record below a folder. Returns the good records and the faults of the others."""
    records: list[Common] = []
    findings = list(unread_files(folder))
    for path in sorted(folder.glob("*/*.yml")):
        where = f"{path.parent.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
            data = parse_yaml(text)
            findings += swallowed(text, where)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problem = " ".join(str(error).split())
            findings.append(Finding(where, "", f"不是有效的 YAML:{problem}", "检查缩进、冒号后的空格和引号"))
            continue
        result = to_record(data, where)
        if isinstance(result, Finding):
            findings.append(result)
        elif path.stem != result.id or path.parent.name != result.type:
            problem = f"文件路径与内容不一致（id {result.id}，type {result.type}）"
            findings.append(Finding(where, "id", problem, f"放到 {result.type}/{result.id}.yml"))
        else:
            records.append(result)
    return records, findings


def load_gaps(path: Path = GAPS) -> tuple[list[Gap], list[Finding]]:
    """Read what is known to be missing."""
    try:
        text = path.read_text(encoding="utf-8")
        return msgspec.convert(parse_yaml(text), list[Gap]), list(swallowed(text, path.name))
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        return [], [Finding(path.name, "", " ".join(str(error).split()), "对照 knowledge/model.py 的 Gap 修改")]


def _in_chinese(problem: str) -> str:
    if "unknown field" in problem:
        return f"没有这个键：{problem.rsplit('`', 2)[-2]}"
    if "missing required field" in problem:
        return f"缺少必填键：{problem.rsplit('`', 2)[-2]}"
    if bound := _BOUND.search(problem):
        if bound["sign"] == "<=" and float(bound["value"]) <= _MOST_SHARE:
            return f"比例是小数，不大于{bound['value'].removesuffix('.0')}"
        return f"数字不在允许范围内：应{_SIGNS[bound['sign']]}{bound['value'].removesuffix('.0')}"
    if "Invalid value" in problem or "Invalid enum" in problem:
        return f"取值不在允许范围内：{problem.removeprefix('Invalid ')}"
    return f"类型不对：{problem}"


def _mend(problem: str, at: str, data: object) -> str:
    if "unknown field" in problem:
        record = data if isinstance(data, Mapping) else {}
        if allowed := _rule_keys(at, record):
            return f"删去或改名；测算只用这些键：{'、'.join(allowed)}（见 docs/estimates.md）"
        return f"删去或改名；{record.get('type', '')} 允许的键见 knowledge/model.py"
    if "missing required field" in problem:
        return "补上；没有依据就写 null，不要编造"
    if bound := _BOUND.search(problem):
        if bound["sign"] == "<=" and float(bound["value"]) <= _MOST_SHARE:
            return "比例写小数：10% 写 0.1，5‰ 写 0.005"
        if bound["sign"] == "<=":
            return "看清键名里的单位：_wan 是万元，200万元写 200"
        return "改成正确的数字，没有依据就不写这个键"
    return "文字加引号、数字不加引号、列表每项一行以“- ”开头"


def _rule_keys(at: str, record: Mapping[str, object]) -> tuple[str, ...]:
    """The keys allowed where an unknown one stands, if that is inside a rule."""
    match, rules = _IN_RULE.match(at), record.get("rules")
    if match is None or not isinstance(rules, list) or int(match["place"]) >= len(rules):
        return ()
    rule = rules[int(match["place"])]
    kind = str(rule.get("kind", "")) if isinstance(rule, Mapping) else ""
    return keys_at(kind, [field for field in (match["list"], match["inner"]) if field])
