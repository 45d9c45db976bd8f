"""What whoever reads the record files would overlook: files that lie where none is read, text behind " #"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from knowledge.findings import Finding

_PLACE = "records/<类型>/<编号>.yml"


def unread_files(folder: Path) -> Iterator[Finding]:
    """Every file below a folder of records that is not read, with where it belongs."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in inside.parts):
            continue
        if len(inside.parts) == 2 and path.suffix == ".yml":
            continue
        if path.suffix.lower() in (".yml", ".yaml"):
            mend = f"移到 {_PLACE}，扩展名用小写的 .yml；文件名与记录的 id 相同"
        else:
            mend = f"不是记录就移出 records；是记录就存成 {_PLACE}"
        yield Finding(str(inside), "", "没有读这个文件", mend, "warning")


def swallowed(text: str, where: str) -> Iterator[Finding]:
    """Every value whose line goes on with " #": YAML takes the rest for a comment, without a word."""
    lines = text.splitlines()
    for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if not isinstance(event, yaml.ScalarEvent) or event.style:
            continue
        end = event.end_mark
        if end is None or end.line >= len(lines):
            continue
        rest = lines[end.line][end.column :]
        lost = rest.lstrip()
        if lost.startswith("#") and (rest != lost or not event.value):
            problem = f"第{end.line + 1}行“#”后面的字被当成注释，没有读：{lost[:20]}"
            mend = "是正文就给整段加引号；是注释就另起一行写"
            yield Finding(where, "", problem, mend, "warning")
