"""A lead on one sheet of A4, for the officer who calls: whom, about what, what was said, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from console.pages import when
from leads import numbering
from leads.dossier import Dossier

_FONT = "STSong-Light"
_MARGIN = 15 * mm
_LAST_LINES, _LAST_ACTIVITIES, _LONGEST = 8, 6, 160
_BODY = ParagraphStyle("body", fontName=_FONT, fontSize=9.5, leading=13, wordWrap="CJK")
_HEAD = ParagraphStyle("head", parent=_BODY, fontSize=11, leading=16, spaceBefore=6)
_TITLE = ParagraphStyle("title", parent=_BODY, fontSize=15, leading=21)


def as_pdf(
    lead: Dossier, contact: str, names: Mapping[str, str], records: Mapping[str, str], by: str, now: datetime
) -> bytes:
    """One page, whatever the lead holds: what is long is cut, and shrunk to fit. `names` are those of accounts by
    login, `records` those of records by id, `by` is who prints it."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    d = lead.details
    facts = [
        ("联系人", d.contact_name, "联系方式", contact.removeprefix("+86").replace(";ext=", " 转 ")),
        ("行业", d.industry, "投资额", d.investment),
        ("选址面积", d.area, "承接部门", lead.office),
        ("阶段", lead.stage.label, "责任人", names.get(lead.officer, lead.officer)),
        (
            "提交",
            when(lead.created_at),
            "下一步",
            f"{lead.step.what}（{when(lead.step.due_at)} 前）" if lead.step else "",
        ),
    ]
    story: list[Any] = [
        _text(f"{d.company or '（未填公司）'}　{numbering.shown(lead.number)}", _TITLE),
        _grid(facts), Spacer(1, 4),
        _text(f"备注：{_cut(d.notes) or '无'}"),
        _text(f"评分 {lead.score}", _HEAD), *(_text(f"{reason.points:+d}　{reason.why}") for reason in lead.reasons),
        _text("五定", _HEAD),
        _grid([
            ("定项目", _cut(lead.card.project), "定责任", _cut(lead.card.responsibility)),
            ("定措施", _cut(lead.card.measures), "定时限", when(lead.card.deadline)),
            ("领导", lead.card.leader, "班子", lead.card.team),
        ]),
        _text("最近的跟进", _HEAD),
        *(
            _text(f"{when(done.at)}　{names.get(done.actor, done.actor)}：{_cut(done.text)}")
            for done in [done for done in lead.activities if done.text][:_LAST_ACTIVITIES]
        ),
        _text("登记前的对话（最后几句）", _HEAD),
        *(_text(_line(line, records)) for line in lead.lines[-_LAST_LINES:]),
    ]  # fmt: skip
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=f"线索 {lead.number}", author="招商智能助手",
    )  # fmt: skip

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(_FONT, 8)
        canvas.drawString(_MARGIN, 8 * mm, f"{by} 打印于 {when(now)}。含个人信息，用后请销毁，不要拍照外传。")

    fitted = KeepInFrame(A4[0] - 2 * _MARGIN - 12, A4[1] - 2 * _MARGIN - 12, story, mode="shrink")
    document.build([fitted], onFirstPage=foot)
    return out.getvalue()


def _text(said: str, style: ParagraphStyle = _BODY) -> Paragraph:
    return Paragraph(escape(said), style)


def _grid(rows: list[tuple[str, str, str, str]]) -> Table:
    cells = [[_text(cell or "–") for cell in row] for row in rows]
    table = Table(cells, colWidths=[18 * mm, 70 * mm, 18 * mm, 70 * mm])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.4, "#999999"), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _line(line: Any, records: Mapping[str, str]) -> str:
    speaker = {"investor": "投资者", "assistant": "助手", "officer": "工作人员"}.get(line.speaker, line.speaker)
    shown = "、".join(records.get(id_, id_) for id_ in line.records)
    return f"{speaker}：{_cut(line.text)}" + (f"（{shown}）" if shown else "")


def _cut(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
