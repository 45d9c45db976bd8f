"""Record files as plain data, and the writing of edits: only what changed is touched, and all files or none."""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

from knowledge.errors import SpreadsheetInvalid
from knowledge.findings import Finding
from knowledge.loading import parse_yaml


class RecordFile(msgspec.Struct, frozen=True):
    """A record's file as it is on disk."""

    path: Path
    text: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def type(self) -> str:
        return str(self.data["type"])

    @property
    def version(self) -> str:
        """A short hash of the file, to tell whether it has changed."""
        return hashlib.blake2b(self.text.encode(), digest_size=8).hexdigest()


def read_files(folder: Path) -> list[RecordFile]:
    """Every record file below a folder; raises `SpreadsheetInvalid` naming those that cannot be read."""
    files: list[RecordFile] = []
    findings: list[Finding] = []
    for path in sorted(folder.glob("*/*.yml")):
        where = f"{path.parent.name}/{path.name}"
        try:
            text = path.read_bytes().decode()
            data = parse_yaml(text)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            findings.append(Finding(where, "", f"不是有效的 YAML:{' '.join(str(error).split())}", "先修好这个文件"))
            continue
        if isinstance(data, dict) and data.get("id") == path.stem and data.get("type") == path.parent.name:
            files.append(RecordFile(path, text, data))
        else:
            findings.append(
                Finding(where, "id", "id 或 type 与文件路径不一致", "先运行 python -m knowledge check 修好")
            )
    if findings:
        raise SpreadsheetInvalid(findings)
    return files


def rendered(data: Mapping[str, Any], before: RecordFile | None) -> str:
    """The text of a record's file: the old text with only the changed parts replaced, or a new one."""
    writer = _writer()
    out = io.StringIO()
    if before is None:
        writer.dump(_node(data), out)
        text = out.getvalue()
    else:
        tree = writer.load(before.text)
        _merge(tree, before.data, data)
        writer.dump(tree, out)
        text = out.getvalue()
        if "\r\n" in before.text:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if parse_yaml(text) != data:
        raise AssertionError(f"{data['id']}: the written text does not say what it should")
    return text


def write_all(texts: Mapping[Path, str]) -> None:
    """Write all files or none: every text is first written beside its place, then all are renamed.

    Should a rename fail, the files renamed before it are put back as they were; raises the `OSError`.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    prepared: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, text in texts.items():
            prepared[path] = _beside(path, text.encode())
        for path, temporary in prepared.items():
            temporary.replace(path)
            done.append(path)
    except OSError:
        for path in done:
            old = before[path]
            if old is None:
                path.unlink(missing_ok=True)
            else:
                _beside(path, old).replace(path)
        raise
    finally:
        for temporary in prepared.values():
            temporary.unlink(missing_ok=True)


def _beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}.", suffix=".new", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    temporary = Path(file.name)
    temporary.chmod(mode)
    return temporary


def _writer() -> YAML:
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = 1_000_000
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def _merge(node: Any, old: Any, new: Any) -> None:
    """Make a round-trip node say `new` instead of `old`, leaving every part that is equal alone."""
    if isinstance(node, CommentedMap):
        for key in [key for key in old if key not in new]:
            del node[key]
        for at, (key, value) in enumerate(new.items()):
            if key not in node:
                node.insert(at, key, _node(value))
            elif value != old[key]:
                if _mergeable(node[key], old[key], value):
                    _merge(node[key], old[key], value)
                else:
                    node[key] = _node(value, node[key])
    elif isinstance(node, CommentedSeq):
        _merge_items(node, old, new)


def _merge_items(node: CommentedSeq, old: list[Any], new: list[Any]) -> None:
    tail = node.ca.items.pop(len(node) - 1, None)
    edits = difflib.SequenceMatcher(None, [repr(i) for i in old], [repr(i) for i in new], autojunk=False).get_opcodes()
    for tag, i1, i2, j1, j2 in reversed(edits):
        if tag == "equal":
            continue
        paired = min(i2 - i1, j2 - j1)
        for at in reversed(range(i1 + paired, i2)):
            del node[at]
        for offset in range(paired):
            at, value = i1 + offset, new[j1 + offset]
            if _mergeable(node[at], old[at], value):
                _merge(node[at], old[at], value)
            else:
                node[at] = _node(value, node[at])
        for offset in range(paired, j2 - j1):
            node.insert(i1 + offset, _node(new[j1 + offset]))
    if tail is not None and len(node):
        node.ca.items[len(node) - 1] = tail


def _mergeable(node: Any, old: Any, new: Any) -> bool:
    return bool(new) and (
        (isinstance(node, CommentedMap) and isinstance(old, dict) and isinstance(new, dict))
        or (isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list))
    )


def _node(value: Any, instead_of: Any = None) -> Any:
    """Plain data as round-trip nodes; texts that a YAML reader could take for something else are quoted."""
    if isinstance(value, Mapping):
        return CommentedMap((key, _node(item)) for key, item in value.items())
    if isinstance(value, list):
        return CommentedSeq(_node(item) for item in value)
    if isinstance(value, str):
        if isinstance(instead_of, SingleQuotedScalarString | DoubleQuotedScalarString):
            return type(instead_of)(value)
        return value if _reads_as_itself(value) else SingleQuotedScalarString(value)
    return value


def _reads_as_itself(text: str) -> bool:
    try:
        return bool(parse_yaml(text) == text) and not _looks_like_date(text)
    except yaml.YAMLError:
        return False


def _looks_like_date(text: str) -> bool:
    return text[:4].isdigit() and text[4:5] in ("-", "")
